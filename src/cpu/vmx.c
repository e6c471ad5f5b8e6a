/* vmx.c - which instructions the KBS11-A makes trap: see vmx.h.
 *
 * The decision is made where the instruction has been decoded and nothing of it executed: PC is
 * behind its first word, no register has changed, so a monitor finds all operands.
 */
#include "cpu/vmx.h"

bool vmx_traps(const struct vmx *vmx, enum mode mode, enum vmx_code code)
{
    unsigned need = VCSR_EN;

    switch (mode) {
    case MODE_K:
    case MODE_ILLEGAL: return false;
    case MODE_S: need |= VCSR_TSUP; break;
    case MODE_U: need |= VCSR_TUSR; break;
    }
    if (code >= VMX_MTPI)
        need |= VCSR_MXE;
    return (vmx->vcsr & need) == need;
}
