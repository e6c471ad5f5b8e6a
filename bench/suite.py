"""suite - the speed programs, and how one of them runs: on vm11, on SIMH, as a C twin.

A program is known by a manifest: start, the address of its repeat count, the count, instructions
and final registers for that count and for 1. There are two folders of them: our own (bench/programs,
MACRO-11, assembled here), and $VM11_SHARED/bench (tapes). Every run's final state is compared, so
that what is measured is the same work.
"""
import json
import os
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OWN = os.path.join(HERE, "programs")
REGISTERS = ("R0", "R1", "R2", "R3", "R4", "R5")
# The C twin of each program that has one; the f_ programs do the same work with the KT11 on.
TWINS = {"a_reg": "a_reg", "b_copy": "b_copy", "c_fib": "c_fib", "h_sieve": "h_sieve",
         "f_reg": "a_reg", "f_copy": "b_copy", "f_fib": "c_fib", "f_sieve": "h_sieve"}
TWIN_FLAGS = ["-O2", "-fno-tree-vectorize", "-fno-tree-loop-distribute-patterns"]

GUEST = 3_000_000  # guest instructions to be counted, about


class Failure(Exception):
    """A run that did not do what it should: no figure may come of it."""


def shared_folder():
    return os.path.join(os.environ.get("VM11_SHARED", os.path.join(HERE, "../../shared")), "bench")


def cpu_seconds(argv, text="", cwd=None):
    """Run a command; its CPU time, exit status and output."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as inp:
        inp.write(text)
        inp.seek(0)
        child = subprocess.Popen(argv, stdin=inp, stdout=out, stderr=subprocess.STDOUT, cwd=cwd)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, child.returncode, out.read()


class Program:
    def __init__(self, name, facts, tape):
        self.name, self.facts, self.tape = name, facts, tape

    def expected(self, single):
        """Registers and instructions at the end, for a repeat count of 1 or the full one."""
        end = "_n1" if single else ""
        return self.facts.get("expect" + end), self.facts.get("instructions" + end)

    def repeat(self, single):
        return 1 if single else self.facts["niter"]

    def check(self, who, got, single):
        want, _ = self.expected(single)
        wrong = {k: f"{got.get(k)} for {v}" for k, v in want.items() if got.get(k) != v}
        if wrong:
            raise Failure(f"{self.name}: {who} ends with {wrong}")


def load_manifest(folder):
    path = os.path.join(folder, "manifest.json")
    if not os.path.isfile(path):
        return {}
    with open(path) as file:
        return json.load(file)


def assemble(vm11, source, tape):
    done = subprocess.run([vm11, "as", source, "-o", tape, "--format", "lda"],
                          capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{source}: {done.stderr}")


def load_programs(vm11, work):
    """All programs: the shared ones, where they are, then our own."""
    shared = shared_folder()
    programs = [Program(name, facts, os.path.join(shared, name + ".lda"))
                for name, facts in load_manifest(shared).items()]
    for name, facts in load_manifest(OWN).items():
        tape = os.path.join(work, name + ".lda")
        assemble(vm11, os.path.join(OWN, name + ".mac"), tape)
        programs.append(Program(name, facts, tape))
    return programs


def engines(vm11, work):
    """Those of vm11's engines that are there."""
    source = os.path.join(work, "probe.mac")
    with open(source, "w") as file:
        file.write("START:\tHALT\n\t.END\tSTART\n")
    return [name for name in ("interp", "jit")
            if cpu_seconds([vm11, "run", "--batch", "--engine", name, source])[1] == 0]


def run_tape(vm11, tape, start, engine, extra):
    """Run to the HALT: CPU seconds, and the state that --state tells."""
    argv = [vm11, "run", "--batch", "--state", "-", tape, "--start", start, "--engine", engine]
    seconds, status, out = cpu_seconds(argv + extra)
    if status:
        raise Failure(f"{tape}: vm11 ended with status {status}:\n{out}")
    return seconds, json.loads(out)


def count_host(vm11, tape, start, engine, extra, work):
    """Host and guest instructions of a run, counted by valgrind."""
    argv = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--smc-check=all",
            f"--cachegrind-out-file={work}/cachegrind.out", vm11, "run", "--batch", "--state",
            f"{work}/state", tape, "--start", start, "--engine", engine]
    _, status, out = cpu_seconds(argv + extra)
    found = re.search(r"I +refs: +([\d,]+)", out)
    if status or not found:
        raise Failure(f"{tape}: status {status}:\n{out}")
    with open(os.path.join(work, "state")) as file:
        return int(found.group(1).replace(",", "")), json.load(file)["icount"]


def host_per_guest(program, count):
    """Host instructions per guest instruction. count(repeat) gives both; of two repeat counts, so
    that start and translation are not in it."""
    facts = program.facts
    each = (facts["instructions"] - facts["instructions_n1"]) / (facts["niter"] - 1)
    more = max(1, min(facts["niter"] - 2, round(GUEST / each)))
    host, guest = count(2)
    host_more, guest_more = count(2 + more)
    return (host_more - host) / (guest_more - guest)


def vm11_state(vm11, program, engine, single):
    """Run to the HALT: CPU seconds, registers by SIMH's names, instructions."""
    facts = program.facts
    seconds, state = run_tape(vm11, program.tape, facts["start"], engine,
                              ["--set", f"{facts['niter_addr']}={program.repeat(single)}."])
    got = dict(zip(REGISTERS, state["r"]), PC=state["pc"], PSW=state["ps"], SP=state["ksp"])
    return seconds, got, state["icount"]


def run_vm11(vm11, program, engine, single=False):
    seconds, got, count = vm11_state(vm11, program, engine, single)
    program.check(f"vm11 ({engine})", got, single)
    if count != program.expected(single)[1]:
        raise Failure(f"{program.name}: vm11 ({engine}) executes {count} instructions")
    return seconds


def simh_state(program, single):
    facts = program.facts
    text = "set cpu 11/45\nset cpu 256K\nset cpu noidle\n"
    text += f"load {program.tape}\nd {facts['niter_addr']} {program.repeat(single):o}\n"
    text += f"d PSW 0\ngo {facts['start']}\nex R0-R5,SP,PC,PSW\nquit\n"
    seconds, _, out = cpu_seconds(["pdp11"], text)
    if "HALT instruction" not in out:
        raise Failure(f"{program.name}: simh did not halt:\n{out}")
    got = {}
    for line in out.splitlines():
        words = line.replace("sim>", "").split()
        if len(words) == 2 and words[0].endswith(":"):
            got[words[0][:-1]] = words[1]
    return seconds, got


def run_simh(program, single=False):
    seconds, got = simh_state(program, single)
    program.check("simh", got, single)
    return seconds


def build_twins(work):
    """The C twins, built; None without a compiler."""
    twins = os.path.join(work, "twins")
    try:
        subprocess.run(["gcc", *TWIN_FLAGS, "-o", twins, os.path.join(HERE, "twins.c")], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return twins


def run_twin(twins, program):
    """The C twin's CPU seconds. It sets some of R0-R3; the others are 0."""
    seconds, status, out = cpu_seconds([twins, TWINS[program.name], str(program.facts["niter"])])
    words = out.split()
    want = {"a_reg": (0, 1, 2, 3), "b_copy": (0,), "c_fib": (2,), "h_sieve": (3,)}
    for i in want[TWINS[program.name]]:
        if status or words[i] != plain_expect(program)[f"R{i}"]:
            raise Failure(f"{program.name}: its C twin ends with {out}")
    return seconds


def plain_expect(program):
    """Final registers of the program that the twin was made from."""
    return load_manifest(shared_folder())[TWINS[program.name]]["expect"]
