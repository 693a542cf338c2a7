#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scaling of ephemeron graphs and cost of single weak operations, same run as lua5.4 (and python3 for the churn).

usage: weak.py [--largest N]     figures in seconds, the least of the runs
"""
import argparse
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MAYFLY = os.path.join(ROOT, "build", "mayfly")
CHURN = """
import time, weakref
class Box:
    __slots__ = ("value", "__weakref__")
    def __init__(self, value): self.value = value
t = weakref.WeakValueDictionary()
start = time.process_time()
for i in range(1, 3000001): t[i % 65536] = Box(i)
print(time.process_time() - start)
"""


def run(*command, timeout=100):
    """The last line the command prints, or None when it takes too long."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=timeout, check=True)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.decode().strip().split("\n")


def scaling(largest):
    print(f"{'shape':8}{'entries':>10}{'mayfly':>12}{'x before':>10}{'lua5.4':>12}{'ratio':>10}")
    for shape in ("chain", "tables", "star", "nested"):
        before = None
        for count in (10000, 20000, 100000, 200000, 1000000):
            if count > largest:
                break
            script = os.path.join(HERE, "weak", "scaling.lua")
            ours = float(run(MAYFLY, script, shape, str(count))[-1])
            slow = shape in ("tables", "nested") and count > 20000 or shape == "chain" and count > 200000
            theirs = None if slow else run("lua5.4", script, shape, str(count))
            theirs = float(theirs[-1]) if theirs else None
            decade = str(count).startswith("1")
            growth = f"{ours / before:10.1f}" if before and decade else " " * 10
            other = f"{theirs:12.4f}{theirs / ours:10.1f}" if theirs else f"{'-':>12}{'-':>10}"
            print(f"{shape:8}{count:10}{ours:12.4f}{growth}{other}", flush=True)
            if decade:
                before = ours


def cost():
    script = os.path.join(HERE, "weak", "cost.lua")
    for name in ("empty_loop", "empty_call", "ref_read", "plaintable", "keytable", "churn"):
        for engine in (MAYFLY, "lua5.4"):
            lines = run(engine, script, name)
            print(f"{name:12}{os.path.basename(engine):10}{'  '.join(lines)}", flush=True)
    if shutil.which("python3"):
        print(f"{'churn':12}{'python3':10}{run('python3', '-c', CHURN)[-1]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", type=int, default=1000000)
    options = parser.parse_args()
    scaling(options.largest)
    cost()
