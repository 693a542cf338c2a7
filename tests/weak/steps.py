#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tests of the weak types from C and C++ with a step of the collector, and a verification, at each allocation in their states.

usage: steps.py BUILD_FOLDER [SIZES]     sizes of the steps in units of work, as 1,2,30-33
"""
import os
import re
import subprocess
import sys

SOURCES = "*api_weak*,*handle_test*,*weak_limits*"
# They make as many states, or run out of memory as often, as they make allocations: too long for a choice of sizes.
LONG = "callbacks: what waits when the state closes*,weak tables: a table that grows while memory runs out*"
USUAL = {"incremental": "1-3,5,8,13,21,34,55,89", "generational": "1,7,40"}


def sizes_of(text):
    for part in text.split(","):
        low, _, high = part.partition("-")
        yield from range(int(low), int(high or low) + 1)


def main():
    program = os.path.join(sys.argv[1], "tests", "runtime", "runtime_tests")
    passed = failed = 0
    for mode, usual in USUAL.items():
        for size in sizes_of(sys.argv[2] if len(sys.argv) > 2 else usual):
            environment = {**os.environ, "MAYFLY_TEST_MODE": mode, "MAYFLY_TEST_STEP": str(size)}
            done = subprocess.run([program, f"-sf={SOURCES}", f"-tce={LONG}"], env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            text = done.stdout.decode(errors="replace")
            counts = re.search(r"test cases: +\d+ \| +(\d+) passed \| +(\d+) failed", text)
            wrong = max(int(counts[2]) if counts else 1, done.returncode != 0)
            passed += int(counts[1]) if counts else 0
            failed += wrong
            if wrong:
                print(f"--- {mode}, steps of {size}:", text[-3000:], sep="\n")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
