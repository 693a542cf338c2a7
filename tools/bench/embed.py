#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the C API costs: embed.c compiled once and run with liblua5.4.so.0 of the distribution and with libmayfly.so in turn.

    tools/bench/embed.py [BUILD] [--only TEXT] [--rounds N] [--instructions]

One line per kind of work: nanoseconds (or instructions, counted by callgrind) of one operation with both and their ratio; above 1,
Mayfly is faster. Nothing is linked with the
distribution's library: the program asks for libmayfly.so.0 and is given the other one under that name.
"""
import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

here = Path(__file__).resolve().parent


def measure(program, folder, only):
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder)}
    output = subprocess.run([program, *([only] if only else [])], env=environment, check=True, capture_output=True, text=True).stdout
    return {name: float(time) for name, time in (line.split("\t") for line in output.splitlines())}


def count(program, folder, only, scratch):
    names = re.findall(r'^    {"([^"]+)"', (here / "embed.c").read_text(), re.MULTILINE)
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder)}

    def instructions(name, times):
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch / 'callgrind'}", program, name, str(times)]
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stderr
        return int(re.search(r"Collected : (\d+)", output)[1])

    chosen = [name for name in names if only is None or only in name]
    result = {}
    for name in chosen:
        times = 20 if name.startswith(("state", "load")) else 1000
        result[name] = (instructions(name, 3 * times) - instructions(name, times)) / (2 * times)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", nargs="?", type=Path, default=here.parent.parent / "build")
    parser.add_argument("--only", help="lines that contain this text")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each library; the best time counts")
    parser.add_argument("--instructions", action="store_true")
    arguments = parser.parse_args()
    libraries = re.search(r"liblua5\.4\.so\.0 .*=> (\S+)", subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True).stdout)
    flags = subprocess.run(["pkg-config", "--cflags", "lua5.4"], capture_output=True, text=True, check=True).stdout.split()
    build = arguments.build.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        program = scratch / "embed"
        subprocess.run([os.environ.get("CC", "cc").split()[-1], "-std=gnu99", "-O2", "-Wall", "-Wextra", *flags, here / "embed.c", "-o", program,
                        f"-L{build}", "-lmayfly"], check=True)
        sides = {"lua": Path(libraries[1]), "mayfly": build / "libmayfly.so.0"}
        best = {side: {} for side in sides}
        for side, library in sides.items():
            (scratch / side).mkdir()
            (scratch / side / "libmayfly.so.0").symlink_to(library)
        if arguments.instructions:
            best = {side: count(program, scratch / side, arguments.only, scratch) for side in sides}
        for _ in range(0 if arguments.instructions else arguments.rounds):
            for side in sides:
                for name, time in measure(program, scratch / side, arguments.only).items():
                    best[side][name] = min(time, best[side].get(name, time))
    unit = "" if arguments.instructions else " ns"
    print(f"{'':44}{'lua' + unit:>10}{'mayfly' + unit:>11}{'ratio':>8}")
    for name, time in best["lua"].items():
        ours = best["mayfly"][name]
        print(f"{name:44}{time:10.1f}{ours:11.1f}{time / ours:8.2f}{'' if time >= ours else '  slower'}")


main()
