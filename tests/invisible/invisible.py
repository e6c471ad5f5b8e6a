#!/usr/bin/env python3
"""invisible - a program that looks for a machine below it finds the same everywhere: scan.mac on the
bare machine without the Hardware Virtualizer, and at levels 1 and 3 in machines that have none
either (CTL 0200), on both engines.

The bare machine begins later by as many instructions as the monitors take, so that what tells the
time is the same too. HALT and WAIT in kernel mode are left out: a halted machine is its monitor's.

usage: invisible.py BUILD_DIR
"""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../bench"))
import nest  # noqa: E402
import suite  # noqa: E402

MEMORY = 0o100000  # bytes of the machine that looks
TABLE, LIMIT, START = 0o40000, 0o1000, 0o1120
ENTRY = 5  # instructions of a monitor before its machine runs
SEEN = ("sums", "time-outs", "effects", "traps")  # R0 to R3


def words():
    """First words that could tell: all that is privileged, that touches the PSW or another mode's
    space, that traps, or that is not assigned. Operands by R0 to R5, or modes 0 of SP and PC."""
    plain = [spec for spec in range(0o100) if spec & 7 < 6 or spec < 0o10]
    table = [2, 3, 4, 5, 6, 7, *range(0o10, 0o100), *range(0o210, 0o240)]
    table += [base + spec for base in (0o6500, 0o6600, 0o106500, 0o106600) for spec in plain]
    table += range(0o7000, 0o10000)
    table += range(0o75000, 0o77000)
    table += range(0o104000, 0o105000)
    table += range(0o106700, 0o107000)
    return table


def scan(vm11, tape, level, engine, work, later):
    """What it found, `later` instructions after the machine that runs it begins."""
    begin = START - 2 * later
    program = suite.Program("scan", {"start": f"{begin:o}"}, tape)
    there = nest.Nest(vm11, program, level, "bounds", work, size=MEMORY >> 6, control=0o200)
    extra = ["--option", "hv"] if level else ["--mem", f"{MEMORY:o}"]
    _, state = suite.run_tape(vm11, there.tape, there.start, engine, extra)
    found = {what: state["r"][i] for i, what in enumerate(SEEN)}
    found["instructions"] = state["icount"] - later - nest.MONITOR_INSNS * level
    return found


def make_tape(vm11, work):
    source, tape = os.path.join(work, "source.lda"), os.path.join(work, "scan.lda")
    suite.assemble(vm11, os.path.join(HERE, "scan.mac"), source)
    memory, _ = nest.read_tape(source)
    table = words()
    nest.put(memory, TABLE, *table)
    nest.put(memory, LIMIT, TABLE + 2 * len(table))
    nest.write_tape(tape, memory, START)
    return tape


def main():
    vm11, bad = os.path.abspath(os.path.join(sys.argv[1], "src/cli/vm11")), 0
    with tempfile.TemporaryDirectory() as work:
        tape = make_tape(vm11, work)
        for engine in suite.engines(vm11, work):
            for level in (1, 3):
                bare = scan(vm11, tape, 0, engine, work, ENTRY * level)
                found = scan(vm11, tape, level, engine, work, 0)
                bad += found != bare
                print(f"{engine}, level {level}: {found}, on the bare machine {bare}")
    sys.exit(bad)


if __name__ == "__main__":
    main()
