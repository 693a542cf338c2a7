#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs that allocate, on several engines in turn: how many times faster than the better of lua5.4's modes, and the peak of
the resident size (code included) as a multiple of that mode's.

usage: throughput.py [--runs N] [--mayfly PROGRAM] [PROGRAM ...]

Figures are processor seconds, the least of the runs. Every engine must print the same.
"""
import argparse
import math
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def measure(engine, program):
    """Processor seconds, peak resident kilobytes and output of one run."""
    command = [*engine, os.path.join(HERE, "peak.lua"), program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        output, peak = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed: {peak.decode()}")
    return used.ru_utime + used.ru_stime, int(peak), output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--mayfly", default=os.path.join(ROOT, "build", "mayfly"))
    parser.add_argument("programs", nargs="*")
    choice = parser.parse_args()
    mode = "collectgarbage('{}')".format
    engines = {
        "lua5.4 incr": ["lua5.4", "-e", mode("incremental")],
        "lua5.4 gen": ["lua5.4", "-e", mode("generational")],
        "luajit -joff": ["luajit", "-joff"],
        "mayfly incr": [choice.mayfly, "-e", mode("incremental")],
        "mayfly gen": [choice.mayfly, "-e", mode("generational")],
    }
    engines = {name: command for name, command in engines.items() if shutil.which(command[0])}
    folder = os.path.join(HERE, "throughput")
    programs = choice.programs or sorted(name[:-4] for name in os.listdir(folder) if name.endswith(".lua"))
    print(f"{'program':16}{'seconds':>9}" + "".join(f"{name:>14}" for name in engines) + "   x faster than the better mode of lua5.4")
    ratios = {name: [] for name in engines}
    sizes = {name: [] for name in engines}
    megabytes = {name: 0 for name in [*engines, "best"]}
    for program in programs:
        least, peak, outputs = {}, {}, set()
        for _ in range(choice.runs):
            for name, command in engines.items():
                seconds, kilobytes, output = measure(command, os.path.join(folder, program + ".lua"))
                least[name] = min(seconds, least.get(name, seconds))
                peak[name] = max(kilobytes, peak.get(name, 0))
                outputs.add(output.replace(b".0", b""))
        if len(outputs) != 1:
            sys.exit(f"{program}: the engines print different results: {outputs}")
        best = min(("lua5.4 incr", "lua5.4 gen"), key=least.get)
        print(f"{program:16}{least[best]:9.2f}" + "".join(f"{least[best] / least[name]:14.2f}" for name in engines), flush=True)
        print(f"{'  peak MB':16}{peak[best] / 1024:9.1f}" + "".join(f"{peak[name] / peak[best]:13.2f}m" for name in engines), flush=True)
        for name in engines:
            ratios[name].append(least[best] / least[name])
            sizes[name].append(peak[name] / peak[best])
            megabytes[name] += peak[name]
        megabytes["best"] += peak[best]
    mean = lambda figures: math.exp(sum(map(math.log, figures)) / len(figures))
    print(f"{'geometric mean':25}" + "".join(f"{mean(ratios[name]):14.2f}" for name in engines))
    print(f"{'  peak':25}" + "".join(f"{mean(sizes[name]):13.2f}m" for name in engines))
    print(f"{'  all peaks together':25}" + "".join(f"{megabytes[name] / megabytes['best']:13.2f}m" for name in engines))


if __name__ == "__main__":
    main()
