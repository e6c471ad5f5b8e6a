#!/usr/bin/env python3
"""diagnostics - stand-alone diagnostics (tests/standalone) in virtual machines at levels 1 to 3, on
both engines: each ends as on the bare machine, at its monitor's HALT, after two passes without an
error. Those that want interrupts of devices are not for monitors that post none.

usage: diagnostics.py BUILD_DIR
"""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../bench"))
import nest  # noqa: E402
import suite  # noqa: E402

NAMES = ("fp11", "kt11", "memory", "trap")
GOOD = {"pc": 0o1306, "errors": 0, "passes": 2}


def run(vm11, name, level, engine, work):
    tape = os.path.join(work, name + ".lda")
    suite.assemble(vm11, os.path.join(HERE, f"../standalone/{name}.mac"), tape)
    _, start = nest.read_tape(tape)
    program = suite.Program(name, {"start": f"{start:o}"}, tape)
    there = nest.Nest(vm11, program, level, "4k", work, control=0o200)
    base = nest.OWN * level
    at = {"pc": base - nest.OWN + nest.VMCB + 0o56, "errors": base + 0o1200, "passes": base + 0o1202}
    extra = ["--option", "hv", "--console", "null", "--timeout", "2000"]
    for place in at.values():
        extra += ["--peek", f"{place:o}"]
    _, state = suite.run_tape(vm11, there.tape, there.start, engine, extra)
    return dict(zip(at, (int(word, 8) for word in state["peek"].values())))


def main():
    vm11, bad = os.path.abspath(os.path.join(sys.argv[1], "src/cli/vm11")), 0
    with tempfile.TemporaryDirectory() as work:
        for engine in suite.engines(vm11, work):
            for name in NAMES:
                for level in (1, 2, 3):
                    end = run(vm11, name, level, engine, work)
                    bad += end != GOOD
                    print(f"{engine}, {name}, level {level}: {end}")
    sys.exit(bad != 0)


if __name__ == "__main__":
    main()
