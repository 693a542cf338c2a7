#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scaling of ephemeron graphs and cost of single weak operations, in the same run as lua5.4 (and python3 for the churn).

usage: weak.py [--largest N] [--runs N] [--no-callgrind] [scaling] [cost]

Seconds are the least of the runs, the engines' runs interleaved. Instructions are counted by callgrind; those of one
operation are the difference between two counts of repetitions. The loop's own cost, measured by itself, is taken off from both engines' alike
where it says so (`base`).
"""
import argparse
import os
import shutil
import subprocess

from bench import instructions

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MAYFLY = os.path.join(ROOT, "build", "mayfly")
SCALING = os.path.join(HERE, "weak", "scaling.lua")
COST = os.path.join(HERE, "weak", "cost.lua")
SHAPES = {"chain": "one table holding a chain", "tables": "one-entry tables in random order",
          "star": "one key, all values", "nested": "a table whose values are tables of tables"}
CHURN = """
import sys, time, weakref
class Box:
    __slots__ = ("value", "__weakref__")
    def __init__(self, value): self.value = value
t = weakref.WeakValueDictionary()
start = time.process_time()
for i in range(1, int(sys.argv[1]) + 1): t[i % 65536] = Box(i)
print(time.process_time() - start)
"""
# What lua5.4 takes minutes for is left out: more entries than this.
SLOW = {"chain": 200000, "tables": 20000, "star": 1000000, "nested": 10000}


def seconds(*command):
    """The number the command prints last, or None when it takes more than two minutes."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=120, check=True)
    except subprocess.TimeoutExpired:
        return None
    return float(done.stdout.decode().split()[-1])


def scaling(largest, runs):
    """The sizes of a shape take turns, so that a machine that is busy for a while is so for all of them."""
    print("seconds of one full collection, everything alive; growth: for ten times the entries (wanted: at most 12)")
    print(f"{'shape':8}{'entries':>10}{'mayfly':>12}{'growth':>10}{'lua5.4':>12}{'ratio':>10}")
    counts = [count for count in (10000, 20000, 100000, 200000, 1000000) if count <= largest]
    for shape, meaning in SHAPES.items():
        print(meaning)
        figures = {count: [] for count in counts}
        for _ in range(runs):
            for count in counts:
                figures[count].append(seconds(MAYFLY, SCALING, shape, str(count), "5"))
        for count in counts:
            ours = min(figures[count])
            theirs = seconds("lua5.4", SCALING, shape, str(count), "2") if count <= SLOW[shape] else None
            growth = f"{ours / min(figures[count // 10]):10.1f}" if count // 10 in figures else " " * 10
            other = f"{theirs:12.4f}{theirs / ours:10.1f}" if theirs else f"{'-':>12}{'-':>10}"
            print(f"{shape:8}{count:10}{ours:12.5f}{growth}{other}", flush=True)


class Costs:
    """Nanoseconds and instructions of one operation, by engine."""

    def __init__(self, runs, callgrind):
        self.runs = runs
        self.callgrind = callgrind
        self.seen = {}

    def measure(self, name, count=2000000, base=None):
        """Prints a line; `base`: the operation whose cost is contained in this one's."""
        line = f"{name:16}"
        figures = {"mayfly": [], "lua5.4": []}
        for _ in range(self.runs):
            for engine, command in (("mayfly", MAYFLY), ("lua5.4", "lua5.4")):
                figures[engine].append(seconds(command, COST, name, str(count)))
        for engine, command in (("mayfly", MAYFLY), ("lua5.4", "lua5.4")):
            nanoseconds = min(figures[engine]) / count * 1e9
            counted = 0.0
            if self.callgrind:
                few, many = ((instructions([command, COST, name, str(n)])[0]) for n in (100000, 300000))
                counted = (many - few) / 200000
            if base is not None:
                nanoseconds -= self.seen[base, engine][0]
                counted -= self.seen[base, engine][1]
            self.seen[name, engine] = nanoseconds, counted
            line += f"{nanoseconds:10.1f} ns" + (f"{counted:9.1f} instructions" if self.callgrind else "")
        print(line, flush=True)

    def ratio(self, above, below, what, target):
        """Prints above / below for seconds and instructions; each is (name, engine)."""
        a, b = self.seen[above], self.seen[below]
        counted = f"{a[1] / b[1]:8.2f} of the instructions" if self.callgrind else ""
        print(f"{what:58}{a[0] / b[0]:8.2f}{counted}   wanted: {target}")


def cost(runs, callgrind):
    gap = " " * (22 if callgrind else 0)
    print(f"{'one operation':16}{'mayfly':>13}{gap}{'lua5.4':>13}")
    costs = Costs(runs, callgrind)
    costs.measure("empty_loop", count=10000000)
    for name in ("empty_call", "ref_read", "plain_field", "value_field"):
        costs.measure(name, count=10000000, base="empty_loop")
    costs.measure("held_use", count=10000000)
    costs.measure("ref_use", count=10000000, base="held_use")
    for table in ("plain", "key", "set"):
        for operation in ("insert", "lookup", "update", "traverse", "length"):
            costs.measure(f"{table}_{operation}", base="empty_loop" if operation == "length" else None)
        costs.measure(f"{table}_delete", base=f"{table}_insert")
    costs.measure("churn", count=3000000)
    print()
    costs.ratio(("ref_read", "mayfly"), ("empty_call", "mayfly"), "r() to an empty call of ours", "at most 1.3")
    costs.ratio(("ref_read", "lua5.4"), ("ref_read", "mayfly"), "lua5.4's one-slot weak table to r()", "at least 2")
    for operation in ("insert", "lookup", "delete"):
        costs.ratio((f"key_{operation}", "mayfly"), (f"plain_{operation}", "mayfly"),
                    f"key table to plain table, object keys: {operation}", "at most 1.3")
    costs.ratio(("churn", "lua5.4"), ("churn", "mayfly"), "churn through 65536 slots: lua5.4's __mode='v' to us",
                "at least 2")
    if shutil.which("python3"):
        python = min(seconds("python3", "-c", CHURN, "3000000") for _ in range(runs)) / 3000000 * 1e9
        print(f"{'churn: WeakValueDictionary of python3 to us':58}{python / costs.seen['churn', 'mayfly'][0]:8.2f}"
              f"   ({python:.1f} ns)   wanted: at least 10")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=1000000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-callgrind", action="store_true")
    parser.add_argument("parts", nargs="*", metavar="scaling|cost")
    options = parser.parse_args()
    if not options.parts or "scaling" in options.parts:
        scaling(options.largest, options.runs)
    if not options.parts or "cost" in options.parts:
        cost(options.runs, not options.no_callgrind)
