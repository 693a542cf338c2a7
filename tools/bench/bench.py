#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the benchmark programs on several engines, interleaved, and prints ratios to lua5.4.

usage: bench.py [--runs N] [--json FILE] [--instructions] [--engine NAME=COMMAND]... [PROGRAM ...]

Engines that are not installed are left out, and so is LuaJIT where a program says "needs: 5.4" in its first line. Every
engine must print the same; a difference is an error. The ratios are those of the minima.
With --instructions the figures are instructions counted by callgrind instead of seconds (one run each).
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


def needs_integers(path):
    with open(path) as source:
        return "needs: 5.4" in source.readline()


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else float("nan")


def measure_program(path, engines, measure, runs):
    """Runs the engines in turns; returns the figures of each."""
    figures = {name: [] for name in engines}
    outputs = {}
    for _ in range(runs):
        for name, command in engines.items():
            figure, outputs[name] = measure([*command, path])
            figures[name].append(figure)
    if len(set(outputs.values())) != 1:
        sys.exit(f"{path}: the engines print different results: {outputs}")
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("--instructions", action="store_true")
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
    measure = instructions if options.instructions else seconds
    runs = 1 if options.instructions else options.runs

    others = [name for name in engines if name != "lua5.4"]
    print(f"{'program':24}{'lua5.4':>14}" + "".join(f"{name + ' x':>16}" for name in others))
    ratios = {name: [] for name in others}
    results = {}
    for program in programs:
        path = os.path.join(folder, program + ".lua")
        able = {n: c for n, c in engines.items() if not (needs_integers(path) and "luajit" in os.path.basename(c[0]))}
        figures = measure_program(path, able, measure, runs)
        results[program] = {name: {"minimum": min(f), "median": statistics.median(f)} for name, f in figures.items()}
        base = min(figures["lua5.4"])
        line = f"{program:24}" + (f"{base:14}" if options.instructions else f"{base:14.3f}")
        for name in others:
            if name in figures:
                ratio = base / max(min(figures[name]), 1e-9)
                ratios[name].append(ratio)
                line += f"{ratio:16.2f}"
            else:
                line += f"{'-':>16}"
        print(line, flush=True)
    means = {name: geometric_mean(r) for name, r in ratios.items()}
    print(f"{'geometric mean':24}{'':14}" + "".join(f"{means[name]:16.2f}" for name in others))
    common = [r for r in results.values() if len(r) == len(engines)]
    versus = {}
    for name in others:
        if name != "mayfly" and common:
            versus[name] = geometric_mean([r[name]["minimum"] / max(r["mayfly"]["minimum"], 1e-9) for r in common])
            print(f"mayfly against {name}, over the {len(common)} programs that both run: {versus[name]:.2f}")
    if options.json:
        with open(options.json, "w") as out:
            json.dump({"programs": results, "geometric_means": means, "mayfly_against": versus}, out, indent=1)


if __name__ == "__main__":
    main()
