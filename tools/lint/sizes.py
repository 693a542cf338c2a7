#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sizes and form of source files: at most 1,000 lines, one SPDX line at the top, a line that says what the file is."""
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
hard_limit = 1000
drawers = {"util", "utils", "common", "misc", "helpers"}


def main():
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    files = [root / name for name in listed if name.endswith((".cpp", ".hpp", ".h", ".c", ".def")) and (root / name).exists()]
    problems = []
    for source in files:
        name = source.relative_to(root)
        lines = source.read_text().splitlines()
        if len(lines) > hard_limit:
            problems.append(f"{name}: {len(lines)} lines; more than {hard_limit}")
        if not lines or "SPDX-License-Identifier: MIT" not in lines[0]:
            problems.append(f"{name}:1: the SPDX line is missing")
        elif len(lines) < 2 or not lines[1].lstrip().startswith(("//", "*", "/*")):
            problems.append(f"{name}:2: a line that says what the file is is missing")
        if source.stem in drawers:
            problems.append(f"{name}: named after a drawer; name it for what it holds")
    for problem in problems:
        print(problem)
    print(f"sizes: {len(files)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
