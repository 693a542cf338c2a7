#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the benchmark programs on several engines, interleaved, and prints ratios to lua5.4.

usage: bench.py [--runs N] [--json FILE] [--callgrind] [--engine NAME=COMMAND]... [PROGRAM ...]

Engines that are not installed are left out. Every engine must print the same; a difference is an error.
With --callgrind the figures are instructions instead of seconds (one run each).
"""
import argparse
import json
import math
import os
import re
import resource
import shlex
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def seconds(command):
    """Runs the command; returns its user + system time and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)} failed:\n{done.stderr.decode()}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def instructions(command):
    """Counts the instructions the command executes, by callgrind."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    collected = re.search(rb"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not collected:
        sys.exit(f"{shlex.join(command)} failed under callgrind:\n{done.stderr.decode()}")
    return int(collected.group(1)), done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--callgrind", action="store_true")
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()

    engines = {"lua5.4": ["lua5.4"], "mayfly": [os.path.join(ROOT, "build", "mayfly")], "luajit -joff": ["luajit", "-joff"]}
    for extra in options.engine:
        name, command = extra.split("=", 1)
        engines[name] = shlex.split(command)
    engines = {name: command for name, command in engines.items() if shutil.which(command[0])}
    folder = os.path.join(HERE, "programs")
    programs = options.programs or sorted(f[:-4] for f in os.listdir(folder) if f.endswith(".lua"))
    measure = instructions if options.callgrind else seconds
    runs = 1 if options.callgrind else options.runs

    others = [name for name in engines if name != "lua5.4"]
    print(f"{'program':24}{'lua5.4':>12}" + "".join(f"{name + ' x':>16}" for name in others))
    ratios = {name: [] for name in others}
    results = {}
    for program in programs:
        path = os.path.join(folder, program + ".lua")
        figures = {name: [] for name in engines}
        outputs = {}
        for _ in range(runs):
            for name, command in engines.items():
                figure, outputs[name] = measure([*command, path])
                figures[name].append(figure)
        if len(set(outputs.values())) != 1:
            sys.exit(f"{program}: the engines print different results: {outputs}")
        results[program] = {name: {"minimum": min(f), "median": statistics.median(f)} for name, f in figures.items()}
        base = min(figures["lua5.4"])
        line = f"{program:24}{base:12.3f}" if not options.callgrind else f"{program:24}{base:12}"
        for name in others:
            ratio = base / max(min(figures[name]), 1e-9)
            ratios[name].append(ratio)
            line += f"{ratio:16.2f}"
        print(line, flush=True)
    means = {name: math.exp(sum(map(math.log, r)) / len(r)) for name, r in ratios.items() if r}
    print(f"{'geometric mean':24}{'':12}" + "".join(f"{means[name]:16.2f}" for name in others))
    if options.json:
        with open(options.json, "w") as out:
            json.dump({"programs": results, "geometric_means": means}, out, indent=1)


if __name__ == "__main__":
    main()
