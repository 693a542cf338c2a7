#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests that pages name: in a page with a table of test files (`| name | file |`, the file as a link), each span `name: test`
must be a test of that file. A name that ends with … stands for all tests that begin so; `name: the script` for a script that is one test. Numbered rows follow each other, and each names
a test or a benchmark."""
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
pages = ["tests/weak/README.md"]
file_row = re.compile(r"^\| `(\w+)` \| \[[^\]]*\]\(([^)]+)\)")
span = re.compile(r"`(\w+): ([^`]+)`")
numbered = re.compile(r"^\| (?:(\d+)\.)?(\d+) \|")
case = re.compile(r'TEST_CASE(?:_FIXTURE)?\((?:\w+, )?"((?:[^"\\]|\\.)*)"')
check = re.compile(r'^\s*check\(((?:"(?:[^"\\]|\\.)*"|[\w.]+|\.\.|\s)+)[,)]', re.MULTILINE)
text = re.compile(r'"((?:[^"\\]|\\.)*)"|([\w.]+)')


def names_in(source):
    """The names of the tests as patterns: what a script puts together while it runs may be anything."""
    content = source.read_text(encoding="utf-8")
    if source.suffix == ".cpp":
        return [re.escape(re.sub(r"\\(.)", r"\1", name)) for name in case.findall(content)]
    found = []
    for expression in check.findall(content):
        parts = text.findall(expression.replace(" .. ", " "))
        found.append("".join(re.escape(re.sub(r"\\(.)", r"\1", quoted)) if quoted else ".+" for quoted, _ in parts))
    return found or ["the script"]


def problems_of(page):
    files, problems, count, last = {}, [], 0, {}
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{page.relative_to(root)}:{number}"
        row = file_row.match(line)
        if row:
            source = page.parent / row[2]
            files[row[1]] = names_in(source) if source.is_file() else []
            if not files[row[1]]:
                problems.append(f"{place}: no tests in {row[2]}")
            continue
        rule = numbered.match(line)
        if rule:
            if int(rule[2]) != last.get(rule[1], 0) + 1:
                problems.append(f"{place}: {line.split('|')[1].strip()} does not follow {last.get(rule[1], 0)}")
            last[rule[1]] = int(rule[2])
            if not any(short in files for short, _ in span.findall(line)) and "`tools/bench/" not in line:
                problems.append(f"{place}: no test")
        for short, name in span.findall(line):
            if short not in files:
                continue
            count += 1
            name = name.replace("\\|", "|")
            if name.endswith("…"):
                found = any(re.match(re.escape(name[:-1].rstrip()), re.sub(r"\\(.)", r"\1", pattern)) or name == "…" for pattern in files[short])
            else:
                found = any(re.fullmatch(pattern, name) for pattern in files[short])
            if not found:
                problems.append(f"{place}: {short} has no test \"{name}\"")
    return problems, count


def main():
    problems, count = [], 0
    for name in pages:
        found, named = problems_of(root / name)
        problems += found
        count += named
    for problem in problems:
        print(problem)
    print(f"tests: {len(pages)} pages, {count} names of tests, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
