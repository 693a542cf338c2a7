#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py BUILD: every suite of tests on a library built with -Dcollector=boehm, but for the tests in exceptions.txt; those as well,
to see that they are exceptions; the scripts once more with a verified collection now and then; and the example of a host that
lives in the same heap. Several suites run at a time. Ends with "N passed, N failed"."""
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

here = Path(__file__).resolve().parent
root = here.parents[1]
rooms = ["runtime", "gc", "weak", "stdlib", "embed"]
stress_period = 200  # in allocations; the period a script asks for multiplies it


def exceptions():
    """Suite -> names of the tests that are left out; those of "SUITE?" are undefined on this collector."""
    found = {}
    for line in (here / "exceptions.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            suite, name = line.split(": ", 1)
            found.setdefault(suite, []).append(name)
    return found


def output_of(command, seconds, megabytes=None):
    def limit():
        if megabytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=seconds, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return None, f"does not end within {seconds} seconds"
    return done.returncode, done.stdout


def pattern(name):
    return name.replace(",", "*")  # a comma separates patterns


def unit_tests(build, room, left_out):
    program = build / "tests" / room / f"{room}_tests"
    status, text = output_of([program, "-nc"] + ([f"-tce={','.join(map(pattern, left_out))}"] if left_out else []), 600)
    counts = re.search(r"test cases: +\d+ \| +(\d+) passed \| +(\d+) failed", text)
    passed, failed = (int(counts[1]), int(counts[2])) if counts else (0, 1)
    return passed, max(failed, int(status != 0)), text


def exceptions_of(build, room, left_out, undefined):
    """Each test that is left out, by itself: it has to be there, and to fail unless it is undefined. Some of them leave nothing to run on:
    they have little time and memory."""
    program = build / "tests" / room / f"{room}_tests"
    names = output_of([program, "-ltc", "-nc"], 60)[1].splitlines()
    wrong = [f"exceptions.txt names a test of {room} that is not there: {name}" for name in left_out if name not in names]
    for name in left_out:
        command = [program, "-nc", f"-tc={pattern(name)}"]
        if name in names and name not in undefined and output_of(command, 5, megabytes=1000)[0] == 0:
            wrong.append(f"exceptions.txt names a test of {room} that passes: {name}")
    return len(left_out) - len(wrong), len(wrong), "\n".join(wrong)


def suite(command, seconds=600):
    """A suite that says itself how many passed and failed."""
    status, text = output_of(command, seconds)
    counts = re.findall(r"(\d+) passed, (\d+) failed", text)
    passed, failed = map(int, counts[-1]) if counts else (0, 1)
    return passed, max(failed, int(status != 0)), text


def scripts(build, left_out, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        for place, names in left_out.items():
            if place.startswith("lua/"):
                listed.writelines(f"{place[len('lua/'):]}: {name}\n" for name in names)
        listed.flush()
        return suite([sys.executable, root / "tests/lua/run.py", build / "mayfly", "--jobs", "1", "--leave-out", listed.name, *options], 900)


def exceptional_checks(build, left_out):
    """The checks of scripts that are left out: the scripts fail with them."""
    wrong, count = [], 0
    for place, names in left_out.items():
        for name in names if place.startswith("lua/") else []:
            count += 1
            status, text = output_of([sys.executable, root / "tests/lua/run.py", build / "mayfly", root / "tests" / place], 120)
            if not re.search(rf"^ +-check {re.escape(name)}:", text, flags=re.M):
                wrong.append(f"exceptions.txt names a check of {place} that passes: {name}")
    return count - len(wrong), len(wrong), "\n".join(wrong)


def example(build):
    """The document model: every cycle across the border dies in one heap, none does on handles. Then the same under valgrind,
    which bdwgc allows (AddressSanitizer it does not) but for words that nobody has written: it looks at them all."""
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "document_model"
        flags = subprocess.run(["pkg-config", "--cflags", "lua5.4"], stdout=subprocess.PIPE, text=True).stdout.split()
        compiler = os.environ.get("CXX", "c++").split()
        status, text = output_of([*compiler, "-std=c++20", "-O1", f"-I{root}/runtime/include", *flags, root / "tools/examples/document_model.cpp",
                                  "-o", program, f"-L{build}", f"-Wl,-rpath,{build}", "-lmayfly", "-lgc"], 120)
        if status != 0:
            return 0, 2, text
        passed, complaints = 0, ""
        for checker in [], ["valgrind", "-q", "--undef-value-errors=no", "--error-exitcode=9"]:
            status, text = output_of([*checker, program], 120)
            left = re.fullmatch(r"one heap: 5000 nodes made, (\d+) left\nhandles: 5000 nodes made, 5000 left\n", text)
            # bdwgc takes words for references that are none: in one run of ten a document of 50 nodes is left, in one of 150 two.
            if status == 0 and left is not None and int(left[1]) <= 250:
                passed += 1
            else:
                complaints += f"{' '.join(checker)}: status {status}\n{text}"
        return passed, 2 - passed, complaints


def main():
    build, left_out = Path(sys.argv[1]).resolve(), exceptions()
    python = sys.executable
    work = {
        "failure at the n-th allocation": lambda: suite([root / "tests/failure/run", build]),
        "scripts under stress": lambda: scripts(build, left_out, "--stress", str(stress_period), "--slower", "10"),
        "hosts in tools/examples": lambda: suite([root / "tests/examples/run", build]),
        "scripts": lambda: scripts(build, left_out, "--slower", "5"),
        "checks of scripts that are exceptions": lambda: exceptional_checks(build, left_out),
        "link tests": lambda: suite([root / "tests/link/run", build]),
        "API against liblua5.4.so.0": lambda: suite([root / "tests/conformance/run", build]),
        "programs of the distribution": lambda: suite([root / "tests/programs/run", build]),
        "consumer projects": lambda: suite([root / "tests/consumers/run", build]),
        "the program against lua5.4": lambda: suite([python, root / "tests/program/run.py", build / "mayfly"]),
        "the compiler against luac5.4": lambda: suite([python, root / "tests/program/compiler.py", build]),
        "the REPL in a terminal": lambda: suite([python, root / "tests/terminal/run.py", build / "mayfly"]),
        "the examples of the documentation": lambda: suite([python, root / "tests/documents/run.py", build, "--jobs", "1"]),
        "the document model": lambda: example(build),
    }
    for room in rooms:
        undefined = left_out.get(room + "?", [])
        names = left_out.get(room, []) + undefined
        work[f"unit tests of {room}"] = lambda room=room, names=names: unit_tests(build, room, names)
        work[f"exceptions of {room}"] = lambda room=room, names=names, undefined=undefined: exceptions_of(build, room, names, undefined)

    def timed(job):
        start = time.monotonic()
        return *job(), time.monotonic() - start

    total = bad = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (passed, failed, text, seconds) in zip(work, pool.map(timed, work.values())):
            total, bad = total + passed, bad + failed
            print(f"{name}: {passed} passed, {failed} failed ({seconds:.0f} s)" if not failed else f"FAILED {name}\n{text[-4000:]}", flush=True)
    print(f"{total} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
