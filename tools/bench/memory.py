#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/bench/memory.py [build/mayfly]: bytes that common objects take, under mayfly and lua5.4, by collectgarbage("count") and
by the growth of the resident size. Each figure is a process of its own: half a million objects (coroutines: fifty thousand)."""
import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
program = sys.argv[1] if len(sys.argv) > 1 else str(here.parents[1] / "build/mayfly")
shapes = ["empty table", "{x=1,y=2}", "{1,2,3}", "closure", "string", "coroutine", "array element", "string key"]


def measure(command, shape):
    found = subprocess.run([command, str(here / "memory.lua"), shape], capture_output=True, text=True, check=True)
    return [float(part) for part in found.stdout.split()]


print(f"{'bytes for each':16} {'count':>10} {'lua5.4':>10} {'ratio':>6} {'resident':>10} {'lua5.4':>10} {'ratio':>6}")
for shape in shapes:
    ours, theirs = measure(program, shape), measure("lua5.4", shape)
    row = [f"{ours[i]:10.1f} {theirs[i]:10.1f} {ours[i] / theirs[i]:6.2f}" for i in (0, 1)]
    print(f"{shape:16} {' '.join(row)}")
