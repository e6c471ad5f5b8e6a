"""nest - a speed program within virtual machines: one tape of monitors, each in the other's machine.

A level is bench/monitor.mac and, behind its 2 KB, the memory of its only machine, which holds the
next level; the last one holds the program. The maps are of the type that is wanted; every level
passes its I/O page through.
"""
import os
import struct

import suite

MONITOR = os.path.join(suite.HERE, "monitor.mac")
OWN = 0o4000  # bytes of a monitor
MEMORY = 0o7600  # clicks of the bare machine
VMCB = 0o2000
FRAME = 0o40  # click of the parent where the machine's memory begins
MONITOR_INSNS = 13  # to enter, and at the end
HALTED = 5  # code of the VM-fault
# Maps: type, clicks of a page.
MAPS = {"bounds": (1, 0), "4k": (2, 0o100), "8k": (5, 0o200)}


def read_tape(path):
    """Bytes by address, and the start address."""
    with open(path, "rb") as file:
        data = file.read()
    memory, at = {}, 0
    while True:
        at = data.index(b"\1\0", at)
        length, address = struct.unpack_from("<HH", data, at + 2)
        if length == 6:
            return memory, address
        memory.update(enumerate(data[at + 6:at + length], address))
        at += length + 1


def write_tape(path, memory, start):
    blocks, run = [], []
    for address in sorted(memory):
        if run and (address != run[0] + len(run) or len(run) == 2000):
            blocks.append(run)
            run = []
        run.append(address)
    tape = b""
    for run in blocks + [run, [start]]:
        body = bytes(memory[a] for a in run) if run != [start] else b""
        block = struct.pack("<HHH", 1, len(body) + 6, run[0]) + body
        tape += block + bytes([-sum(block) & 0o377])
    with open(path, "wb") as file:
        file.write(tape)


def put(memory, address, *words):
    for i, word in enumerate(words):
        memory[address + 2 * i], memory[address + 2 * i + 1] = word & 0o377, word >> 8


def describe(memory, size, kind, start, stack):
    """The VMCB of a monitor's machine of `size` clicks."""
    number, page = MAPS[kind]
    put(memory, VMCB, 0o100000 | number)
    put(memory, VMCB + 0o16, size)
    put(memory, VMCB + 0o50, stack, 0, 0, start, 0)
    put(memory, VMCB + 0o134, FRAME, size, 0o3000 >> 6)
    if page:
        frames = [FRAME + page * i for i in range(-(-size // page))]
        put(memory, VMCB + 0o200, *[0o140000 | frame for frame in frames])


class Nest:
    """`program` at `level`, on a tape in the folder `work`."""

    def __init__(self, vm11, program, level, kind, work, size=0, control=0,
                 monitor=MONITOR):
        """Of the last machine: `size` clicks, 0: what is left; exit controls. `monitor`: the
        source, another one with the same places."""
        self.program, self.level = program, level
        source = os.path.join(work, "monitor.lda")
        suite.assemble(vm11, monitor, source)
        code, entry = read_tape(source)
        memory, _ = read_tape(program.tape)
        start, size = int(program.facts["start"], 8), size or MEMORY - FRAME * level
        for _ in range(level):
            memory = {address + OWN: byte for address, byte in memory.items()}
            memory.update(code)
            describe(memory, size, kind, start, 0)
            put(memory, VMCB + 0o14, control)
            size, start, control = size + FRAME, entry, 0
        self.tape = os.path.join(work, f"{program.name}.{kind}.{level}.lda")
        write_tape(self.tape, memory, start)
        self.start = f"{start:o}"

    def repeat(self, count):
        """The option that sets the repeat count."""
        niter = int(self.program.facts["niter_addr"], 8) + OWN * self.level
        return ["--option", "hv", "--set", f"{niter:o}={count}."]

    def host_per_guest(self, vm11, engine, work):
        def count(repeat):
            return suite.count_host(vm11, self.tape, self.start, engine, self.repeat(repeat), work)

        return suite.host_per_guest(self.program, count)

    def run(self, vm11, engine, single=False):
        """CPU seconds of a run, whose end must be the program's own."""
        extra, last = self.repeat(self.program.repeat(single)), OWN * (self.level - 1) + VMCB
        if self.level:
            for offset in (0o56, 0o60, 0o120):
                extra += ["--peek", f"{last + offset:o}"]
        seconds, state = suite.run_tape(vm11, self.tape, self.start, engine, extra)
        got = dict(zip(suite.REGISTERS, state["r"]), SP=state["ksp"], PC=state["pc"],
                   PSW=state["ps"])
        if self.level:
            got["PC"], got["PSW"], code = state["peek"].values()
            if int(code, 8) != HALTED:
                raise suite.Failure(f"{self.program.name}: VM-fault {code}")
        self.program.check(f"level {self.level} ({engine})", got, single)
        more = state["icount"] - self.program.expected(single)[1]
        if more != MONITOR_INSNS * self.level:
            raise suite.Failure(f"{self.program.name}: level {self.level} executes {more} more")
        return seconds
