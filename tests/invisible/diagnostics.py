#!/usr/bin/env python3
"""diagnostics - stand-alone diagnostics (tests/standalone) in virtual machines at levels 1 to 3, on
both engines: each ends as on the bare machine, at its monitor's HALT, after two passes without an
error. The monitors (relay.mac) hand interrupts of devices on. That takes time, too much for `system`:
of two interrupts of its disk, that for a seek's command and that for its end, the first must have
been served before the second's cause is in RKCS.

usage: diagnostics.py BUILD_DIR [NAME ...]
"""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../bench"))
import nest  # noqa: E402
import suite  # noqa: E402

MONITOR = os.path.join(HERE, "relay.mac")
# What each has on its drives, as in tests/standalone/*.media: new packs, tapes of so many bytes.
TAPE = bytes(range(256)) * 3
MEDIA = {
    "fp11": {},
    "kt11": {},
    "memory": {},
    "trap": {},
    "dl11": {},
    "irq": {"rk0": ",new", "pr": bytes(300), "pp": "", "lp": ""},
    "kw11": {},
    "lp11": {"lp": ""},
    "pc11": {"pr": TAPE, "pp": ""},
    "rk11": {"rk0": ",new", "rk1": ",new", "rk2": ",new", "rk3": ",new", "rk4": bytes(2436 << 10)},
}
GOOD = {"pc": 0o1306, "errors": 0, "passes": 2}


def units(name, work):
    """The options that attach a diagnostic's media, made anew. Write-protected is rk4."""
    options = []
    for unit, what in MEDIA[name].items():
        path = os.path.join(work, unit)
        if os.path.exists(path):
            os.remove(path)
        if isinstance(what, bytes):
            with open(path, "wb") as file:
                file.write(what)
            what = ",ro" if unit == "rk4" else ""
        options += ["-d", f"{unit}={path}{what}"]
    return options


def run(vm11, name, level, engine, work):
    tape = os.path.join(work, name + ".lda")
    suite.assemble(vm11, os.path.join(HERE, f"../standalone/{name}.mac"), tape)
    _, start = nest.read_tape(tape)
    program = suite.Program(name, {"start": f"{start:o}"}, tape)
    there = nest.Nest(vm11, program, level, "4k", work, control=0o200, monitor=MONITOR)
    base = nest.OWN * level
    at = {"pc": base - nest.OWN + nest.VMCB + 0o56, "errors": base + 0o1200, "passes": base + 0o1202}
    extra = ["--option", "hv", "--console", "null", "--timeout", "2000", *units(name, work)]
    for place in at.values():
        extra += ["--peek", f"{place:o}"]
    _, state = suite.run_tape(vm11, there.tape, there.start, engine, extra)
    return dict(zip(at, (int(word, 8) for word in state["peek"].values())))


def main():
    vm11, bad = os.path.abspath(os.path.join(sys.argv[1], "src/cli/vm11")), 0
    with tempfile.TemporaryDirectory() as work:
        for engine in suite.engines(vm11, work):
            for name in sys.argv[2:] or MEDIA:
                for level in (1, 2, 3):
                    end = run(vm11, name, level, engine, work)
                    bad += end != GOOD
                    print(f"{engine}, {name}, level {level}: {end}")
    sys.exit(bad != 0)


if __name__ == "__main__":
    main()
