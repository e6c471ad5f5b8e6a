/* method.c - the ways to run a VM, from complete simulation to direct execution of everything
 * (thesis figure 6), and the names of what is counted.
 */
#include <string.h>

#include "cp/vm.h"

#define INTERPRETED MODE_K

static const struct method methods[] = {
    {.name = "simulate",
     .about = "every instruction is simulated",
     .place = {INTERPRETED, INTERPRETED, INTERPRETED, INTERPRETED},
     .run = vm_run_simulated},
    {.name = "preprocess",
     .about = "all modes run directly in user mode; what is sensitive was replaced by TRAPs",
     .place = {MODE_U, MODE_U, INTERPRETED, MODE_U},
     .prep = true,
     .run = vm_run_preprocessed},
    {.name = "hybrid",
     .about = "kernel mode is simulated; supervisor and user mode run directly",
     .place = {INTERPRETED, MODE_S, INTERPRETED, MODE_U},
     .run = vm_run_direct},
    {.name = "trap",
     .about = "all modes run directly in user mode; the KBS11-A traps what is sensitive",
     .place = {MODE_U, MODE_U, INTERPRETED, MODE_U},
     .kbs = true,
     .run = vm_run_direct},
    {.name = "hv",
     .about = "all modes run directly at level 1 of the Hardware Virtualizer",
     .hv = true,
     .run = vm_run_virtualized},
};

const struct method *method_at(unsigned index)
{
    return index < ARRAY_LEN(methods) ? &methods[index] : NULL;
}

const struct method *method_find(const char *name)
{
    for (unsigned i = 0; i < ARRAY_LEN(methods); i++)
        if (strcmp(name, methods[i].name) == 0)
            return &methods[i];
    return NULL;
}

const char *const vm_event_names[VM_EVENTS] = {
    [VM_HALT] = "HALT",
    [VM_WAIT] = "WAIT",
    [VM_RESET] = "RESET",
    [VM_SPL] = "SPL",
    [VM_RETURN] = "RTI, RTT",
    [VM_SPACE] = "MFPx, MTPx",
    [VM_TRAP] = "EMT and its like",
    [VM_RESERVED] = "reserved",
    [VM_DIAG] = "DIAG",
    [VM_DEVICE] = "device register",
    [VM_PROCESSOR] = "processor register",
    [VM_MAP] = "KT11 register",
    [VM_FAULT] = "fault",
    [VM_REQUEST] = "request",
    [VM_KERNEL] = "kernel mode",
    [VM_OTHER] = "other",
};
