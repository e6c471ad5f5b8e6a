#!/usr/bin/env python3
"""count - what VMM11's exits cost: a trace in, a table out.

usage: vm11 run --option kbs11a ... --trace insn,trap,irq --trace-file /dev/stdout |
       count.py LISTING, with the listing of VMM11 (build/guest/vmm11/vmm11.lst)

An exit is what the VMM executes between two instructions of its VM. The routines that it goes
through tell its kind.
"""
import re
import sys

# The first of these routines that an exit goes through names its kind; later rows are stronger.
KINDS = [
    ("interpreted: another", ["INTERP"]),
    ("interrupt", ["REFLCT", "CLOCK", "RECEIV"]),
    ("interrupt that ends WAIT", ["WAITER"]),
    ("EMT TRAP BPT IOT", ["REFLBY"]),
    ("trap to 4", ["TRAP4"]),
    ("reserved instruction", ["RESVD"]),
    ("VM's own abort", ["ITSOWN"]),
    ("PSW, SLR, PIRQ", ["RPS", "WPS", "RSLR", "WSLR"]),
    ("PDR, PAR, MMR", ["MAPRD", "MAPWR", "RMMR0", "WMMR0", "RMMR1", "RMMR2", "RMMR3", "WMMR3"]),
    ("KBS11-A", ["RVCSR1", "WVCSR", "RCODE", "RVUSL1", "WVUSL"]),
    ("device", ["DEVRD", "DEVWR", "RRKBA", "WRKBA", "RRKCS", "WRKCS"]),
    ("RTI RTT", ["T.RTI"]),
    ("SPL", ["T.SPL"]),
    ("MFPI MFPD", ["T.MFPI", "T.MFPD"]),
    ("MTPI MTPD", ["T.MTPI", "T.MTPD"]),
    ("WAIT", ["T.WAIT"]),
    ("RESET", ["T.RSET"]),
    ("HALT", ["T.HALT"]),
]


def marks_of(listing):
    """Address as in the trace -> rank of the kind."""
    labels = {}
    with open(listing, encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = re.match(r"([0-7]{6}) +([A-Z0-9.$]+):", line)
            if found:
                labels[found[2]] = found[1]
            found = re.match(r"([0-7]{6}) .*?\t?([A-Z0-9.$]+): ", line)
            if found:
                labels.setdefault(found[2], found[1])
    return {labels[name]: rank for rank, (_, names) in enumerate(KINDS) for name in names
            if name in labels}


def main():
    marks = marks_of(sys.argv[1])
    sums = [[0, 0, 1 << 60, 0] for _ in KINDS]
    own = [0, 0, 0]  # the VMM's, the VM's, reloads of the map
    rank, length = -1, -1

    def close():
        if rank >= 0:
            row = sums[rank]
            row[0] += 1
            row[1] += length
            row[2] = min(row[2], length)
            row[3] = max(row[3], length)

    for line in sys.stdin.buffer:
        what = line[11:15]
        if what == b"insn":
            if line[16:17] == b"k":
                own[0] += 1
                if length >= 0:
                    length += 1
                    rank = max(rank, marks.get(line[18:24].decode(), -1))
            else:
                own[1] += 1
                if length >= 0:
                    close()
                    rank, length = -1, -1
        elif what in (b"trap", b"irq "):
            close()
            rank, length = -1, 0
    print(f"{own[0]} instructions of the VMM, {own[1]} of the VM")
    print(f"{'exits':26} {'number':>9} {'instructions':>13} {'least':>6} {'mean':>7} {'most':>6}")
    for (name, _), (number, total, least, most) in zip(KINDS, sums):
        if number:
            print(f"{name:26} {number:9} {total:13} {least:6} {total / number:7.1f} {most:6}")
    number, total = sum(row[0] for row in sums), sum(row[1] for row in sums)
    print(f"{'all':26} {number:9} {total:13} {'':6} {total / max(number, 1):7.1f}")


if __name__ == "__main__":
    main()
