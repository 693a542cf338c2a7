#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/documents/run.py BUILD [page...]: runs the examples of the documentation (all pages when none is named) with the
program and the libraries in the folder BUILD, and compares what they print with what the page says they print.

An example is a fenced block. The first word behind the fence is its language, more words say how it is run:

    lua             a script, run by the program. What it prints must be what its comments `--> text` say, line by line, or
                    what an `output` block behind it shows; without either it prints nothing. It may not write to
                    standard error
    lua continued   the scripts of the page before it, up to one that is not `continued`, are run before it in the same chunk
    lua warnings    with warnings turned on; what is written to standard error counts as output
    lua fragment    is only compiled
    lua file=NAME   is not run, but written to a file that the later examples of the page find in their folder
    c, cpp          a host when it has a function `main`: compiled, linked with libmayfly.so, run, compared in the same way
                    (comments `// --> text`, `/* --> text */` or an `output` block); else only compiled, as part of a file
    c statements    (or cpp) is only compiled, as the body of a function with a parameter `lua_State *L`
    c module=NAME   becomes the module NAME, which the later scripts of the page can require
    python          run by python3, compared in the same way
    output          what the block before it prints
    (others)        are not looked at: sh, text, no language, and every block with the word `unchecked`

Runs of blanks count as one blank; `…` in what is expected stands for anything in a line. What is only compiled sees lua.h,
lauxlib.h, lualib.h, mayfly/*.h, and in C++ mayfly/handle.hpp; a program and a module include what they need.
"""
import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

root = Path(__file__).resolve().parents[2]
languages = {"lua", "c", "cpp", "python"}
words_known = {"continued", "warnings", "fragment", "statements", "unchecked"}
fence = re.compile(r"^( {0,3})(```+|~~~+)\s*(.*?)\s*$")
said = re.compile(r"-->\s?(.*?)\s*(?:\*/)?\s*$")
seconds = 60


class Block:
    def __init__(self, page, line, info):
        self.page, self.line = page, line
        self.language, *words = info.split() or [""]
        self.words = {word for word in words if "=" not in word}
        self.settings = dict(word.split("=", 1) for word in words if "=" in word)
        self.lines = []
        self.output = None  # of an `output` block behind it
        self.before = []  # the blocks it continues

    @property
    def place(self):
        return f"{self.page.relative_to(root)}:{self.line}"

    def text(self):
        return "\n".join(self.lines) + "\n"

    def source(self):
        """The text to be run. Line numbers are those of the page when it stands alone."""
        return "".join(block.text() for block in [*self.before, self])

    def expected(self):
        if self.output is not None:
            return self.output
        return [found[1] for block in [*self.before, self] for line in block.lines if (found := said.search(line))]


def blocks_of(page):
    """The blocks of a page that are to be run, in order; what is wrong with the page."""
    found, problems, open_block, end = [], [], None, None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        match = fence.match(line)
        if open_block is None:
            if match:
                open_block, end, indent = Block(page, number, match[3]), match[2], len(match[1])
        elif match and match[2].startswith(end) and match[3] == "":
            found.append(open_block)
            open_block = None
        else:
            open_block.lines.append(line[indent:] if line[:indent].isspace() else line)
    if open_block is not None:
        problems.append(f"{open_block.place}: the block is not closed")
    examples, last = [], None
    for block in found:
        if block.language == "output":
            if last is None or last.output is not None:
                problems.append(f"{block.place}: an output block without an example before it")
            else:
                last.output = block.lines
        elif block.language in languages and "unchecked" not in block.words:
            unknown = block.words - words_known | {name for name in block.settings if name not in ("file", "module")}
            if unknown:
                problems.append(f"{block.place}: unknown word behind the fence: {' '.join(sorted(unknown))}")
            if "continued" in block.words:
                previous = next((b for b in reversed(examples) if b.language == block.language), None)
                if previous is None:
                    problems.append(f"{block.place}: there is nothing to continue")
                else:
                    block.before = [*previous.before, previous]
            examples.append(block)
            last = block
    return examples, problems


def matches(expected, found):
    def words(line):
        return " ".join(line.split())

    expected = [words(line) for line in expected]
    found = [words(line) for line in found]
    if len(expected) != len(found):
        return False
    return all(re.fullmatch(".*".join(map(re.escape, want.split("…"))), have) for want, have in zip(expected, found))


class Runner:
    def __init__(self, build):
        self.build = Path(build).resolve()
        flags = subprocess.run(["pkg-config", "--cflags", "lua5.4"], capture_output=True, text=True, check=True).stdout.split()
        self.includes = [f"-I{root}/runtime/include", *flags]
        self.warnings = ["-Wall", "-Wextra", "-Werror"]
        self.compilers = {"c": [*os.environ.get("CC", "cc").split(), "-std=c99", "-pedantic"],
                          "cpp": [*os.environ.get("CXX", "c++").split(), "-std=c++20"]}
        headers = [f"mayfly/{header.name}" for header in sorted((root / "runtime/include/mayfly").glob("*.h"))]
        self.prelude = {"c": ["lua.h", "lauxlib.h", "lualib.h", "stdio.h", "stdlib.h", "string.h", *headers],
                        "cpp": ["lua.hpp", "cstdio", "cstdlib", "cstring", "string", "memory", *headers, "mayfly/handle.hpp"]}

    def command(self, arguments, folder, together=False):
        """(output, errors, status or None when it did not end); `together`: errors are part of the output"""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LUA_")}
        environment.update(LC_ALL="C", LD_LIBRARY_PATH=str(self.build), LUA_CPATH=f"{folder}/?.so;;", LUA_PATH=f"{folder}/?.lua;;")
        try:
            done = subprocess.run([str(a) for a in arguments], cwd=folder, env=environment, timeout=seconds, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT if together else subprocess.PIPE)
            return done.stdout.decode(errors="replace"), (done.stderr or b"").decode(errors="replace"), done.returncode
        except subprocess.TimeoutExpired:
            return "", f"does not end within {seconds} seconds", None

    def compare(self, block, output, errors, status):
        problems = []
        if status != 0:
            problems.append(f"exit status {status}")
        if errors:
            problems += ["it wrote to standard error:", *errors.splitlines()[:12]]
        expected, found = block.expected(), output.splitlines()
        if not matches(expected, found):
            problems += difflib.unified_diff(expected, found, "the page says", "it prints", lineterm="", n=1)
        return problems

    def lua(self, block, folder):
        if "file" in block.settings:
            (folder / block.settings["file"]).write_text(block.text(), encoding="utf-8")
            return []
        path = folder / f"example{block.line}.lua"
        text = block.source() if block.before else "\n" * block.line + block.text()
        path.write_text(text, encoding="utf-8")
        if "fragment" in block.words:
            out, err, status = self.command([self.build / "mayfly", "-e", f"assert(loadfile[[{path}]])"], folder)
            return [] if status == 0 else err.splitlines()
        if "warnings" in block.words:
            return self.compare(block, *self.command([self.build / "mayfly", "-W", path.name], folder, together=True))
        return self.compare(block, *self.command([self.build / "mayfly", path.name], folder))

    def python(self, block, folder):
        path = folder / f"example{block.line}.py"
        path.write_text(block.source(), encoding="utf-8")
        return self.compare(block, *self.command([sys.executable, path.name], folder))

    def host(self, block, folder):
        language = block.language
        text = "".join(f"#include <{header}>\n" for header in self.prelude[language])
        program = re.search(r"\bint\s+main\s*\(", block.source()) is not None
        if program or "module" in block.settings:
            text = block.source()
        elif "statements" in block.words:
            text += f"void example(lua_State *L);\nvoid example(lua_State *L) {{ (void)L;\n{block.source()}}}\n"
        else:
            text += block.source()
        path = folder / f"example{block.line}.{language}"
        path.write_text(text, encoding="utf-8")
        compile_it = [*self.compilers[language], *self.warnings, *self.includes, path.name]
        if "module" in block.settings:
            result = ["-shared", "-fPIC", "-o", f"{block.settings['module']}.so"]
        elif program:
            result = ["-o", path.stem, f"-L{self.build}", "-lmayfly", f"-Wl,-rpath,{self.build}"]
        else:
            result = ["-fsyntax-only", "-Wno-unused"]
        out, err, status = self.command([*compile_it, *result], folder)
        if status != 0:
            return ["it does not compile:", *(out + err).splitlines()[:20]]
        return self.compare(block, *self.command([folder / path.stem], folder)) if program else []

    def run(self, block, folder):
        return self.host(block, folder) if block.language in ("c", "cpp") else getattr(self, block.language)(block, folder)

    def page(self, page):
        """(number of examples, what failed: [place, problems])"""
        examples, problems = blocks_of(page)
        failed = [(problem, []) for problem in problems]
        with tempfile.TemporaryDirectory() as folder:
            for block in examples:
                wrong = self.run(block, Path(folder).resolve())
                if wrong:
                    failed.append((f"{block.place}: {block.language}", wrong))
        return len(examples), failed


def all_pages():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root, capture_output=True, text=True, check=True).stdout
    return [root / name for name in listed.splitlines() if (root / name).exists()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the folder that holds mayfly and libmayfly.so")
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    choice = parser.parse_args()
    runner = Runner(choice.build)
    pages = [page.resolve() for page in choice.pages] or all_pages()
    total = bad = 0
    with ThreadPoolExecutor(choice.jobs) as pool:
        for count, failed in pool.map(runner.page, pages):
            total += count
            bad += len(failed)
            for place, problems in failed:
                print(f"FAILED {place}")
                for problem in problems:
                    print("   ", problem)
    print(f"{len(pages)} pages with {total} examples: {max(total - bad, 0)} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
