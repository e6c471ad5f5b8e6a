#!/usr/bin/env python3
"""invisible - a program that looks for a machine below it (tests/invisible/scan.mac) finds in the VM
of VMM11, at level 1 and 2, what it finds on the bare machine with the same memory: all of memory and
of the I/O page, every first word that could tell, in four modes.

It is booted from a pack. Left out are the disk's status, whose sector counter tells the time, and the
ROM, which is empty where the monitor was loaded as a program. Nothing else tells the time, as the
clock has ticked in all of them.

usage: invisible.py SOURCE_DIR VM11 ASSEMBLER PROGRAM PACK
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE, VM11, ASSEMBLER, PROGRAM, PACK = [os.path.abspath(path) for path in sys.argv[1:6]]
SCAN = os.path.join(SOURCE, "tests/invisible/scan.mac")
sys.path.insert(0, os.path.dirname(SCAN))
sys.path.insert(0, os.path.join(SOURCE, "bench"))
import invisible  # noqa: E402  (the other one, for its table)

OWN = 10  # KB of VMM11
# Not the ROM and RKDS: the next instruction is left out.
SKIP = """
        .MACRO  SKIP    LESS,?L,?M
        CMP     R1,#177400-LESS
        BEQ     M
        CMP     R1,#173000-LESS
        BLO     L
        CMP     R1,#174000-LESS
        BHIS    L
M:      BR      L+2
L:
        .ENDM
        .=0
        .WORD   0
"""
# What boot blocks, here and below, have left behind.
CLEAR = """
        MOV     @#LIMIT,R1
5$:     CLR     (R1)+
        CMP     R1,#160000
        BLO     5$
"""
ADDED = 26  # words of both: so many less before START, so that the rest is where it was
START = 0o1120 - 2 * ADDED
SEEN = ("sums", "time-outs", "effects", "traps")  # R0 to R3


def write_source(path):
    with open(SCAN, encoding="ascii") as file:
        text = file.read()
    for skip, label in ((0, "10$"), (0o40000, "40$")):  # without and with the KT11
        old = f"{label}:    CLR     R2\n        MOV     (R1),R2\n"
        assert old in text
        text = text.replace(old, f"{label}:    CLR     R2\n        SKIP    {skip:o}\n"
                                 "        MOV     (R1),R2\n")
    old = "START:  MOV     #700,SP\n"
    assert old in text
    text = text.replace(old, old + CLEAR)
    old = ".REPT   40 "
    assert old in text
    text = text.replace(old, f".REPT   {0o40 - ADDED:o} ")
    table = invisible.words()
    old = "LIMIT:  .WORD   0 "
    assert old in text
    text = text.replace(old, f"LIMIT:  .WORD   {0o40000 + 2 * len(table):o} ")
    end = text.index("        .END    START")
    rows = "".join(f"        .WORD   {word:o}\n" for word in table)
    with open(path, "w", encoding="ascii") as file:
        file.write(SKIP + text[:end] + "        .=40000\n" + rows + text[end:])


def run(work, options):
    state = os.path.join(work, "state")
    done = subprocess.run([VM11, "run", "--batch", "--option", "kbs11a", "--state", state, "--limit",
                           "2000000000", *options], capture_output=True,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"invisible: status {done.returncode} {done.stdout} {done.stderr}")
    with open(state, encoding="ascii") as file:
        found = json.load(file)
    return dict(zip(SEEN, found["r"])), done.stdout.count(b"VMM11: a virtual machine")


def look(work, level, scan):
    """What it finds at `level`, and on the bare machine with as much memory."""
    drive = 7 - level
    options = ["-d", f"rk{drive}={scan},ro"]
    bare, greetings = run(work, ["--mem", f"{248 - OWN * level}K", "--boot", f"rk{drive}", *options])
    assert greetings == 0
    for i in range(6, drive, -1):
        copy = os.path.join(work, f"vmm11.{i}")
        shutil.copy(PACK, copy)
        options += ["-d", f"rk{i}={copy},ro"]
    found, greetings = run(work, [PROGRAM, "--set", "r0=6", *options])
    assert greetings == level
    print(f"level {level}: {found}, on the bare machine {bare}")
    return found == bare


def main():
    with tempfile.TemporaryDirectory() as work:
        source, scan = os.path.join(work, "scan.mac"), os.path.join(work, "scan.rk")
        write_source(source)
        subprocess.run([os.path.join(SOURCE, "guest/vmm11/pack"), ASSEMBLER, source, f"{START:o}", scan],
                       check=True)
        same = [look(work, level, scan) for level in (1, 2)]
    sys.exit(0 if all(same) else 1)


if __name__ == "__main__":
    main()
