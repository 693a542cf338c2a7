#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs Lua scripts under the mayfly program and under lua5.4 and compares standard output, standard error and exit status.

A script may begin with comment lines that say how it is run:
    -- stress: 97        collection at every 97th allocation is enough (or "off") where every one would take too long
    -- stress: 97:5000   likewise, and with --stress-steps a step of at least 5000 bytes
    -- arguments: a b    arguments of the script
    -- options: -W       options of the program, before the script
    -- stderr: any       standard error is not compared
    -- seconds: 120      time allowed (60 when nothing is said; the same again per tenfold of --slower)
    -- expects: here     each check says in a comment `--> result` behind it what it must print (see `expected_here`)
    -- steps: 9          with --every-step, a step at every 9th allocation (1 when nothing is said; "off")
NAME.in beside NAME.lua is its standard input. NAME.expected holds the output when lua5.4 of the distribution is not the
judge: where 5.4.8 differs from it, and for what only Mayfly has. Then standard error must be empty, or what NAME.errors holds.

--mode NAME puts the collector into that mode before each script (also that of the reference). --every-step LOW-HIGH runs each
script once for each size of the collector's steps: a step of so many units of work between the allocations of the script, so
that every point of the script is met by every point of a cycle.
"""
import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

here = Path(__file__).resolve().parent


def directives(script):
    found = {}
    with open(script, encoding="latin-1") as lines:
        for line in lines:
            if not line.startswith(("--", "#!")):
                break
            match = re.match(r"-- (stress|arguments|options|stderr|seconds|expects|steps): *(.*)", line)
            if match:
                found[match[1]] = match[2].strip()
    return found


def expected_here(script):
    """The output a script says it has: a check begins with `check("name", ` and says its result behind `-->`, on the line where it
    ends; any other line that has `-->` prints what follows."""
    lines, name = [], None
    for line in script.read_text(encoding="utf-8").splitlines():
        begun = re.match(r'\s*check\("((?:[^"\\]|\\.)*)"', line)
        if begun:
            name = begun[1]
        said = re.search(r"--> ?(.*)$", line)
        if said:
            lines.append(f"check {name}: {said[1].rstrip()}" if name is not None else said[1])
            name = None
    return "".join(line + "\n" for line in lines).encode("utf-8").decode("latin-1")


def run(program, options, script, told, seconds, start=None):
    """Standard output, standard error and exit status of one run. Both programs are called `lua`, so messages agree. `start`
    is run before the script."""
    arguments = ["lua", *options, *told.get("options", "").split(), str(script.relative_to(here)), *told.get("arguments", "").split()]
    source = script.with_suffix(".in")
    environment = {**os.environ, "LUA_PATH": f"{here}/?.lua;;", "LC_ALL": "C", "TZ": "UTC"}
    for name in ("LUA_INIT", "LUA_INIT_5_4", "LUA_PATH_5_4", "LUA_CPATH", "LUA_CPATH_5_4"):
        environment.pop(name, None)
    if start is not None:
        environment["LUA_INIT"] = start
    with open(source if source.exists() else os.devnull, "rb") as standard_input, \
            tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(arguments, executable=program, cwd=here, env=environment, stdin=standard_input, stdout=out, stderr=err)
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = f"none within {seconds} seconds"
        texts = []
        for stream in (out, err):
            stream.seek(0)
            text = stream.read(50_000_000).decode("latin-1")
            texts.append(re.sub(r"^==\d+==WARNING: AddressSanitizer failed to allocate .*\n", "", text, flags=re.M))  # as asked to
    return texts[0], texts[1], status


def difference(title, expected, found):
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), f"{title} expected", f"{title} of mayfly", lineterm="", n=0))
    return [line[:400] for line in lines[:24]] + (["..."] if len(lines) > 24 else [])


def without_left_out(text, script, choice):
    """The output but for the checks that --leave-out names."""
    names = [name for place, name in choice.left_out if place == str(script.relative_to(here))]
    return "".join(line for line in text.splitlines(True) if not any(line.startswith(f"check {name}:") for name in names))


def judge_run(script, choice, told, expected, options, start, seconds):
    """Runs the script once under mayfly. Returns what differs (lines)."""
    found = run(choice.program, options, script, told, seconds, start)
    problems = difference("output", *(without_left_out(text, script, choice) for text in (expected[0], found[0])))
    if told.get("stderr") != "any":
        problems += difference("standard error", expected[1], found[1])
    if expected[2] != found[2]:
        problems.append(f"exit status: expected {expected[2]}, mayfly {found[2]}")
        if told.get("stderr") == "any":
            problems += found[1].splitlines()[-12:]
    return problems


def judge(script, choice):
    """Runs one script both ways. Returns what differs (lines) and how many named checks were compared."""
    told = directives(script)
    seconds = int(told.get("seconds", 60)) * choice.slower
    start = f"collectgarbage('{choice.mode}')" if choice.mode else None
    reference, errors = script.with_suffix(".expected"), script.with_suffix(".errors")
    error_text = errors.read_text(encoding="latin-1") if errors.exists() else ""
    if told.get("expects") == "here":
        expected = (expected_here(script), error_text, 0)
    elif reference.exists():
        expected = (reference.read_text(encoding="latin-1"), error_text, 0)
    else:
        expected = run(choice.reference, [], script, told, seconds, start)
    problems = []
    if choice.every_step and told.get("steps") != "off":
        low, high = map(int, choice.every_step.split("-"))
        start = f"{start or ''} collectgarbage('setstepmul', 24)"  # a step of b bytes: one unit, and 24 for each 400 bytes
        for size in range(low, high + 1):
            options = [f"--gc-stress={told.get('steps', '1')}:{max(16 * -((1 - size) * 25 // 24), 1)}"]
            wrong = judge_run(script, choice, told, expected, options, start, seconds)
            if wrong:
                problems += [f"with steps of {size}:", *wrong]
                break
    else:
        options = []
        if choice.stress:
            period, _, least = told.get("stress", "1").partition(":")
            if period != "off":
                steps = f":{max(choice.stress_steps, int(least or 0))}" if choice.stress_steps else ""
                options = [f"--gc-stress={max(int(period), 1) * choice.stress}{steps}"]
        problems = judge_run(script, choice, told, expected, options, start, seconds)
    checks = sum(1 for line in expected[0].splitlines() if line.startswith("check "))
    return problems, max(checks, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the mayfly program")
    parser.add_argument("scripts", nargs="*", help="scripts or folders; all of this folder when none is given")
    parser.add_argument("--reference", default="lua5.4")
    parser.add_argument("--stress", type=int, default=0, metavar="N", help="under GC stress, with N times the period of each script")
    parser.add_argument("--stress-steps", type=int, default=0, metavar="BYTES", help="with --stress: steps of so much work, not full collections")
    parser.add_argument("--mode", choices=["incremental", "generational"], help="mode of the collector")
    parser.add_argument("--every-step", metavar="LOW-HIGH", help="every size of step, in units of work")
    parser.add_argument("--leave-out", metavar="FILE", help="lines `script: check`: checks that are not compared")
    parser.add_argument("--slower", type=int, default=1, metavar="N", help="allow N times the seconds")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--times", action="store_true", help="print the slowest scripts")
    choice = parser.parse_intermixed_args()
    choice.program = str(Path(choice.program).resolve())
    lines = Path(choice.leave_out).read_text(encoding="utf-8").splitlines() if choice.leave_out else []
    choice.left_out = [tuple(line.split(": ", 1)) for line in lines if line]
    choice.reference = subprocess.run(["which", choice.reference], capture_output=True, text=True, check=True).stdout.strip()

    scripts = []
    for place in map(Path, choice.scripts or [here]):
        place = place.resolve()
        scripts += sorted(place.rglob("*.lua")) if place.is_dir() else [place]
    scripts = [script for script in scripts if script.parent != here]  # the helpers of the scripts live there

    def timed(script):
        start = time.monotonic()
        return judge(script, choice), time.monotonic() - start

    failed = checks = 0
    times = []
    with ThreadPoolExecutor(choice.jobs) as pool:
        for script, ((problems, count), seconds) in zip(scripts, pool.map(timed, scripts)):
            times.append((seconds, script))
            checks += count
            if problems:
                failed += 1
                print(f"FAILED {script.relative_to(here)}")
                for line in problems:
                    print("   ", line)
                sys.stdout.flush()
    if choice.times:
        for seconds, script in sorted(times, reverse=True)[:10]:
            print(f"{seconds:8.1f} s  {script.relative_to(here)}")
    print(f"{len(scripts)} scripts with {checks} checks: {len(scripts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
