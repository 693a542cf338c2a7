#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/program/compiler.py BUILD: the mayflyc program. Its options, messages and exit status are compared with those of luac5.4;
what it compiles is run, and its listings are looked into.

The version line, the list of options and the listings differ on purpose.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

files = {
    "one.lua": "local a <const>, b = 1, 'text'\nprint('one', ..., b, a)\nshared = 7\n",
    "two.lua": "#!/usr/bin/lua\nlocal function add(x, ...)\n  return x + shared, ...\nend\nprint('two', add(1, 2), select('#', ...))\n",
    "bad.lua": "\nlocal x = = 1\n",
    "fails.lua": "local function inner()\n  error('raised')\nend\ninner()\n",
    "deep.lua": "local up = 2.5\nfunction outer(p)\n  return function()\n    if p then up = up + 1 end\n    return up, p, 'quo\"te\\n', 10, nil\n  end\nend\n",
}
# (arguments, standard input); %: the name of the output file, which is removed before
compared = [
    ([], ""), (["-h"], ""), (["-x"], ""), (["-lp", "one.lua"], ""), (["-ll"], ""), (["-o"], ""), (["-o", ""], ""), (["-o", "-p", "one.lua"], ""),
    (["-o", "-"], ""), (["-v"], ""), (["-v", "-v"], ""), (["-v", "--"], ""), (["-v", "-x"], ""), (["-v", "-s"], ""), (["-v", "one.lua"], ""),
    (["-v", "-p", "one.lua"], ""), (["-o", "x", "-v"], ""), (["--"], ""), (["-s"], ""), (["--", "-x"], ""), (["-p", "one.lua"], ""),
(["-p", "-p", "one.lua"], ""), (["-p", "bad.lua"], ""), (["bad.lua"], ""), (["one.lua", "bad.lua"], ""),
    (["-p", "nothing.lua"], ""), (["-p", ""], ""), (["-p", "one.lua", "nothing.lua"], ""), (["-p", "/"], ""), (["one.lua", "-p"], ""),
    (["-o", "/nonexistent/x", "one.lua"], ""), (["-o", "/nonexistent/x", "-p", "one.lua"], ""), (["-o", "/dev/full", "one.lua"], ""),
    (["-"], "print(1)"), (["-p", "-"], "print(1)"), (["-p", "-"], "print(1"), (["-p", "-", "nothing.lua"], ""), (["-p"], ""), (["-l"], ""),
    (["-o", "out", "-p"], ""), (["-p", "-"], "# first line\nprint(1)"), (["-p", "-"], "goto nowhere"), (["-p", "-"], "\x1bLua"),
]


class Tests:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.passed = self.failed = 0

    def run(self, program, name, arguments, source="", status=0):
        done = subprocess.run([name, *arguments], executable=program, cwd=self.folder, input=source.encode(), capture_output=True, timeout=120,
                              env={**os.environ, "LC_ALL": "C"})
        if status is not None and done.returncode != status:
            raise AssertionError(f"exit status {done.returncode}: {done.stderr.decode()}")
        return done.stdout, done.stderr.decode(), done.returncode

    def compile(self, *arguments, **more):
        return self.run(f"{self.build}/mayflyc", "luac", arguments, **more)

    def execute(self, *arguments, **more):
        out, errors, _ = self.run(f"{self.build}/mayfly", "lua", arguments, **more)
        return out.decode() if not errors else out.decode() + errors

    def check(self, name, condition, seen=""):
        self.passed, self.failed = self.passed + bool(condition), self.failed + (not condition)
        if not condition:
            print(f"FAILED {name}: {seen!r}")

    def clean(self):
        for name in ("luac.out", "out", "x"):
            Path(self.folder, name).unlink(missing_ok=True)

    def seen(self, program, case):
        self.clean()
        out, errors, status = self.run(program, "luac", *case, status=None)
        out = re.sub(r"^(Lua 5\.4\.\d  Copyright.*|Mayfly .*)$", "VERSION", out.decode("latin-1"), flags=re.M)
        errors = re.sub(r"^Available options are:\n(  .*\n)+", "OPTIONS\n", errors, flags=re.M)
        errors = re.sub(r"^(luac: stdin: )(truncated precompiled chunk|bad binary format).*", r"\1damaged", errors, flags=re.M)
        return out, errors, status, sorted(name.name for name in Path(self.folder).iterdir())

    def like_luac(self):
        for case in compared:
            expected, found = self.seen("luac5.4", case), self.seen(f"{self.build}/mayflyc", case)
            self.check(f"{case}", expected == found, (expected, found))

    def long_options(self):
        self.clean()
        self.check("--version", re.fullmatch(rb"Mayfly \S+ \(Lua 5\.4\)\n", self.compile("--version")[0]))
        self.check("--help", self.compile("--help")[0].startswith(b"usage: luac [options] [filenames]\n"))

    def chunks_run(self):
        self.clean()
        self.compile("one.lua")
        self.check("one file", self.execute("luac.out", "arg") == "one\targ\ttext\t1\n", self.execute("luac.out", "arg"))
        self.compile("-o", "out", "one.lua", "two.lua")
        found = self.execute("out", "arg")
        self.check("files joined run in order, without arguments, over the same globals", found == "one\tnil\ttext\t1\ntwo\t8\t0\n", found)
        self.compile("-s", "-o", "x", "one.lua", "out")
        found = self.execute("x")
        self.check("joined chunks can be joined again", found == "one\tnil\ttext\t1\none\tnil\ttext\t1\ntwo\t8\t0\n", found)
        out, _, _ = self.compile("-o", "-", "-", source="print('from stdin')")
        Path(self.folder, "x").write_bytes(out)
        self.check("standard input to standard output", self.execute("x") == "from stdin\n")
        size = os.path.getsize(f"{self.folder}/out")
        self.compile("-s", "-o", "out", "one.lua", "two.lua")
        self.check("-s makes it smaller", os.path.getsize(f"{self.folder}/out") < size)
        self.check("an environment of its own", self.execute("-e", "loadfile('out', 'b', {print = print, select = select})() print(shared)")
                   == "one\tnil\ttext\t1\ntwo\t8\t0\nnil\n")

    def debug_information(self):
        self.compile("-o", "out", "one.lua", "fails.lua")
        found = self.execute("out", status=1)
        self.check("names and lines are kept", "lua: fails.lua:2: raised\n" in found and "fails.lua:4: in" in found, found)
        self.compile("-s", "-o", "out", "one.lua", "fails.lua")
        found = self.execute("out", status=1)
        self.check("-s takes names and lines away", "lua: raised\n" in found and "fails.lua" not in found, found)

    def inner_functions_are_refused(self):
        self.execute("-e", "io.open('x', 'wb'):write(string.dump(load('local a, b return function() return a, b end')())):close()")
        _, errors, _ = self.compile("-p", "one.lua", "x", status=1)
        self.check("a dumped closure cannot be joined", errors == "luac: cannot join a chunk that is not the main function of a file\n", errors)

    def listings(self):
        opcodes = re.findall(r"^MAYFLY_OPCODE\((\w+)", (Path(__file__).parents[2] / "runtime/src/syntax/opcodes.def").read_text(), re.M)
        for full in (False, True):
            name = "full listing" if full else "listing"
            text = self.compile("-p", "-l", *(["-l"] if full else []), "deep.lua")[0].decode()
            headings = re.findall(r"^(main|function) <deep.lua:(\d+),(\d+)> \((\d+) instructions?\)$", text, re.M)
            self.check(f"{name}: functions", [h[:3] for h in headings] == [("main", "0", "0"), ("function", "2", "7"), ("function", "3", "6")], text)
            rows = re.findall(r"^\t +(\d+) \[(\d+)\] (\S+)(.*)$", text, re.M)
            self.check(f"{name}: as many instructions as it says", len(rows) == sum(int(h[3]) for h in headings), text)
            self.check(f"{name}: opcodes have names", rows and {row[2] for row in rows} <= set(opcodes), text)
            self.check(f"{name}: numbered from 1", [row[0] for row in rows].count("1") == 3, text)
            self.check(f"{name}: lines", {row[1] for row in rows} >= {"1", "2", "4", "5", "6", "7"}, text)
            self.check(f"{name}: constants and upvalues by name", ' "outer"' in text and ":_ENV" in text and ":up" in text and r'"quo\"te\010"' in text, text)
            self.check(f"{name}: tables", full == bool(re.search(r"^constants \(\d+\):$", text, re.M)), text)
        self.check("full listing: constants", re.search(r'^\t\d+\tstring\t"outer"$', text, re.M) and re.search(r"^\t\d+\tfloat\t2\.5$", text, re.M), text)
        self.check("full listing: locals", re.search(r"^\t0\tup\t\d+\t\d+$", text, re.M) and re.search(r"^\t0\tp\t1\t\d+$", text, re.M), text)
        self.check("full listing: upvalues", re.search(r"^\t\d\tup\tupvalue 0$", text, re.M) and re.search(r"^\t\d\tp\tregister 0$", text, re.M), text)
        self.clean()
        self.compile("-s", "deep.lua")
        text = self.compile("-l", "-l")[0].decode()  # without a file: what was compiled last
        self.check("a stripped chunk is listed", "main <?:0,0>" in text and "[-]" in text and "deep.lua" not in text, text)


def main():
    build = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text)
        tests = Tests(build, folder)
        for part in (tests.like_luac, tests.long_options, tests.chunks_run, tests.debug_information, tests.inner_functions_are_refused, tests.listings):
            try:
                part()
            except AssertionError as failure:
                tests.check(part.__name__, False, str(failure))
    print(f"{tests.passed} passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
