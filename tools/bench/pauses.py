#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stalls of a script that allocates steadily beside something large, on several engines in the same run.

usage: pauses.py [--looks N] [--mayfly PROGRAM] [SCENARIO ...]

A look at the clock (processor time) comes after every 64 small allocations; the loop goes on until what was old and has been dropped in
it is gone, for 12 times as many looks or 20 seconds at most. For each scenario and engine: the 99.9th
percentile of the gaps, the fifth longest, the longest, the longest of a loop that does not allocate, how many collections
ran meanwhile, what became of that which died, and a histogram. "!" marks what is above the aims: in incremental mode a
fifth longest of 1 ms, a longest of 2 ms above the loop that does not allocate, a 99.9th percentile of 0.25 ms; in
generational mode a longest of 5 ms.
"""
import argparse
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SCENARIOS = ["objects", "mode_keys", "weak_keytable", "mode_values", "weak_valuetable", "tables", "finalizers", "coroutines",
             "strings"]
BOUNDS = [16, 32, 64, 125, 250, 500, 1000, 2000, 5000, 10000, 50000, float("inf")]
NAMES = ["16us", "32us", "64us", "125us", "250us", "500us", "1ms", "2ms", "5ms", "10ms", "50ms", "more"]


def measure(command, scenario, mode, looks):
    done = subprocess.run([*command, os.path.join(HERE, "pauses.lua"), scenario, mode, str(looks)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=600)
    if done.returncode != 0:
        return None, done.stderr.decode().strip().split("\n")[0]
    facts, gaps = {}, []
    for line in done.stdout.decode().splitlines():
        name, *values = line.split("\t")
        if name == "gap":
            gaps.append((int(values[0]), int(values[1])))
        else:
            facts[name] = values[0]
    return facts, sorted(gaps)


def nth_longest(gaps, n):
    for gap, count in reversed(gaps):
        n -= count
        if n <= 0:
            return gap
    return 0


def report(engine, mode, facts, gaps):
    total = sum(count for _, count in gaps)
    idle = int(facts["idle"])
    percentile, fifth, longest = nth_longest(gaps, max(total // 1000, 1)), nth_longest(gaps, 5), nth_longest(gaps, 1)
    if mode == "generational":
        above = ["", "", "!" if longest > 5000 else ""]
    else:
        above = ["!" if percentile > 250 else "", "!" if fifth > 1000 else "", "!" if longest > idle + 2000 else ""]
    figures = "".join(f"{figure / 1000:10.3f}{mark or ' '}" for figure, mark in zip((percentile, fifth, longest), above))
    histogram, position = [], 0
    for bound, name in zip(BOUNDS, NAMES):
        count = 0
        while position < len(gaps) and gaps[position][0] <= bound:
            count += gaps[position][1]
            position += 1
        if count:
            histogram.append(f"{name}:{count}")
    print(f"  {engine:22}{figures}{idle / 1000:9.3f}{float(facts['seconds']):8.2f}s {facts['collections']:>5} collections, "
          f"{int(facts['kilobytes']) // 1024} MB  {facts['looks']} looks, old garbage {facts['old garbage']}; {facts.get('told', '')}")
    print(f"  {'':22}{' '.join(histogram)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=150000)
    parser.add_argument("--mayfly", default=os.path.join(ROOT, "build", "mayfly"))
    parser.add_argument("--only", default="", help="engines whose name contains this")
    parser.add_argument("scenarios", nargs="*")
    choice = parser.parse_args()
    engines = [("lua5.4", ["lua5.4"], "generational"), ("lua5.4", ["lua5.4"], "incremental"), ("luajit -joff", ["luajit", "-joff"], "default"),
               ("mayfly", [choice.mayfly], "incremental"), ("mayfly", [choice.mayfly], "generational")]
    for scenario in choice.scenarios or SCENARIOS:
        print(f"{scenario:24}{'99.9%':>10} {'fifth':>10} {'longest':>10} {'idle':>9}   (ms)")
        for engine, command, mode in engines:
            name = engine if mode == "default" else f"{engine} {mode}"
            if choice.only not in name or not shutil.which(command[0]):
                continue
            if scenario.startswith("weak_") and engine != "mayfly":
                continue
            facts, gaps = measure(command, scenario, mode, choice.looks)
            if facts is None:
                print(f"  {name:22} failed: {gaps}")
            else:
                report(name, mode, facts, gaps)


if __name__ == "__main__":
    main()
