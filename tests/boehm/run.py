#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py BUILD: the tests on a library built with -Dcollector=boehm: the unit tests and scripts but for those in exceptions.txt,
and the example of a host that lives in the same heap. Ends with "N passed, N failed"."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).resolve().parent
root = here.parents[1]
rooms = ["gc", "weak", "runtime", "stdlib"]


def exceptions():
    """Suite -> names of the tests that are left out."""
    found = {}
    for line in (here / "exceptions.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            suite, name = line.split(": ", 1)
            found.setdefault(suite, []).append(name)
    return found


def output_of(command, seconds):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds)
    except subprocess.TimeoutExpired as late:
        return None, f"{late}"
    return done.returncode, done.stdout


def unit_tests(build, room, left_out):
    """Passed and failed tests. An exception that names no test counts as a failure: the list is kept true."""
    program = build / "tests" / room / f"{room}_tests"
    names = output_of([program, "-ltc", "-nc"], 60)[1].splitlines()
    unknown = [name for name in left_out if name not in names]
    patterns = ",".join(name.replace(",", "*") for name in left_out)
    status, text = output_of([program, "-nc"] + ([f"-tce={patterns}"] if left_out else []), 600)
    counts = re.search(r"test cases: +\d+ \| +(\d+) passed \| +(\d+) failed", text)
    passed, failed = (int(counts[1]), int(counts[2])) if counts else (0, 1)
    failed = max(failed, 1) if status != 0 else failed
    if failed:
        print(f"FAILED unit tests of {room}\n{text[-4000:]}")
    for name in unknown:
        print(f"FAILED exceptions.txt names a test of {room} that is not there: {name}")
    return passed, failed + len(unknown)


def scripts(build, left_out):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        for suite, names in left_out.items():
            if suite.startswith("lua/"):
                listed.writelines(f"{suite[len('lua/'):]}: {name}\n" for name in names)
        listed.flush()
        status, text = output_of([sys.executable, root / "tests/lua/run.py", build / "mayfly", "--slower", "5", "--leave-out", listed.name], 1500)
    counts = re.search(r"(\d+) passed, (\d+) failed", text)
    passed, failed = (int(counts[1]), int(counts[2])) if counts else (0, 1)
    if failed or status != 0:
        print(text[-6000:])
    return passed, max(failed, int(status != 0))


def example(build):
    """The document model: every cycle across the border dies in one heap, none does on handles."""
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "document_model"
        flags = subprocess.run(["pkg-config", "--cflags", "lua5.4"], stdout=subprocess.PIPE, text=True).stdout.split()
        compiler = os.environ.get("CXX", "c++").split()
        status, text = output_of([*compiler, "-std=c++20", "-O1", f"-I{root}/runtime/include", *flags, root / "tools/examples/document_model.cpp",
                                  "-o", program, f"-L{build}", f"-Wl,-rpath,{build}", "-lmayfly", "-lgc"], 120)
        if status == 0:
            status, text = output_of([program], 60)
    expected = ["one heap: 5000 nodes made, none, or a document that the stack remembers, left", "handles: 5000 nodes made, 5000 left"]
    if status == 0 and text.splitlines() == expected:
        return 1, 0
    print(f"FAILED tools/examples/document_model.cpp: status {status}\n{text}")
    return 0, 1


def main():
    build, left_out = Path(sys.argv[1]).resolve(), exceptions()
    results = [unit_tests(build, room, left_out.get(room, [])) for room in rooms]
    results += [scripts(build, left_out), example(build)]
    passed, failed = (sum(numbers) for numbers in zip(*results))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
