#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Links in the documentation: files that Markdown pages link to or name as `path` must exist."""
import re
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
link = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
named = re.compile(r"`((?:gc|weak|runtime|stdlib|tests|tools|\.ci)/[\w./-]+)`")


def main():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    problems, count = [], 0
    for name in listed:
        page = root / name
        if not page.exists():
            continue
        for number, line in enumerate(page.read_text().splitlines(), 1):
            for match in link.finditer(line):
                count += 1
                if "://" not in match[1] and not (page.parent / match[1]).exists():
                    problems.append(f"{name}:{number}: no such file: {match[1]}")
            for match in named.finditer(line):
                count += 1
                if not (root / match[1]).exists():
                    problems.append(f"{name}:{number}: no such file: {match[1]}")
    for problem in problems:
        print(problem)
    print(f"links: {len(listed)} pages, {count} links, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
