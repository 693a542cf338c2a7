#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the mayfly program and lua5.4 with the same command lines and inputs; compares output, errors and exit status.

The options that only mayfly has are compared with what is expected of them. The version line and the list of options differ on
purpose and are taken out before comparing. The distribution's program
reads its lines with readline, which repeats them in the output; they are taken out too.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# (arguments, standard input, environment)
cases = [
    (["-e", "print(1)"], "", {}),
    (["-eprint(2)"], "", {}),
    (["-e", "x = 5", "-e", "print(x)"], "", {}),
    (["-e", "print(...)", "script.lua", "a"], "", {}),
    (["-e", "error('m')"], "", {}),
    (["-e", "error({})"], "", {}),
    (["-e", "error(nil)"], "", {}),
    (["-e", "error(setmetatable({}, {__tostring = function() return 'T' end}))"], "", {}),
    (["-e", "local x = = 1"], "", {}),
    (["-e", "return 5"], "", {}),
    (["-e", "print(arg[0], arg[1], #arg)"], "", {}),
    (["-e", "print(arg[-1], arg[-3], arg[0])", "script.lua"], "", {}),
    (["-e"], "", {}),
    (["-e", "-x"], "", {}),
    (["-e", "", "-e"], "", {}),
    (["-l"], "", {}),
    (["-l", "string", "-e", "print(string == require 'string')"], "", {}),
    (["-lmath", "-e", "print(math.pi)"], "", {}),
    (["-l", "g=string", "-e", "print(g == string)"], "", {}),
    (["-l", "module", "-e", "print(module.name)"], "", {}),
    (["-l", "broken", "-e", "print(1)"], "", {}),
    (["-l", "none"], "", {"LUA_PATH": "./?.lua", "LUA_CPATH": "./?.so"}),
    (["-l", "failing"], "", {}),
    (["-x"], "", {}),
    (["--x"], "", {}),
    (["---"], "", {}),
    (["-vx"], "", {}),
    (["-Ex"], "", {}),
    (["-Wx"], "", {}),
    (["-i-"], "", {}),
    (["-h"], "", {}),
    (["-v"], "", {}),
    (["-v", "-e", "print(1)"], "", {}),
    (["-v"], "print('not run')", {}),
    (["-v", "script.lua"], "", {}),
    (["-W", "-e", "warn('shown')"], "", {}),
    (["-e", "warn('hidden')", "-W", "-e", "warn('shown')"], "", {}),
    (["-E", "-e", "print(package.path == package.path)"], "", {"LUA_INIT": "print('init')"}),
    (["-E", "-e", "print(package.path)"], "", {"LUA_PATH": "changed"}),
    (["-e", "print(package.path)"], "", {"LUA_PATH": "changed;;"}),
    (["-e", "print(package.path)"], "", {"LUA_PATH_5_4": "a;;b", "LUA_PATH": "x"}),
    (["-e", "print(package.cpath)"], "", {"LUA_CPATH": ";;end"}),
    ([], "print(...) print(arg[0], arg[1])", {}),
    ([], "", {}),
    ([], "print('a')\nerror('in stdin')", {}),
    ([], "# comment\nprint('after')", {}),
    (["-"], "print(...) print(arg[0])", {}),
    (["-", "a", "b"], "print(...) print(arg[0], arg[1], arg[2])", {}),
    (["--"], "print('stdin')", {}),
    (["--", "script.lua", "x"], "", {}),
    (["--", "-"], "print('stdin')", {}),
    (["-E"], "print('stdin')", {}),
    (["-l", "string"], "print('stdin')", {}),
    (["-W"], "warn('w') print('stdin')", {}),
    (["script.lua"], "", {}),
    (["script.lua", "a", "b c", "-e", "--"], "", {}),
    (["nothing.lua"], "", {}),
    ([""], "", {}),
    (["/"], "", {}),
    (["-e", "arg = nil", "script.lua"], "", {}),
    (["-e", "arg = {'q', 'w'}", "script.lua"], "", {}),
    (["-e", "arg = 5", "script.lua"], "", {}),
    (["-e", "os.exit(5)"], "", {}),
    (["-e", "os.exit(true)"], "", {}),
    (["-e", "os.exit(false)"], "", {}),
    (["-e", "setmetatable({}, {__gc = function() print('closed') end})"], "", {}),
    (["-e", "io.write('no line end')"], "", {}),
    (["-e", "coroutine.wrap(function() error('inside') end)()"], "", {}),
    (["-e", "print(collectgarbage('incremental'))"], "", {}),
    (["-e", "print(1)"], "", {"LUA_INIT": "print('init', ...)"}),
    (["-e", "print(1)"], "", {"LUA_INIT": "error('x')"}),
    (["-e", "print(1)"], "", {"LUA_INIT": "= ="}),
    (["-e", "print(1)"], "", {"LUA_INIT": "@script.lua"}),
    (["-e", "print(1)"], "", {"LUA_INIT": "@nothing.lua"}),
    (["-e", "print(1)"], "", {"LUA_INIT": ""}),
    (["-e", "print(1)"], "", {"LUA_INIT_5_4": "print('5.4')", "LUA_INIT": "print('any')"}),
    (["-i"], "", {}),
    (["-i"], "1 + 1\n", {}),
    (["-i"], "= 1 + 1\nreturn 1, nil, 'x'\n'text'\nnil\n", {}),
    (["-i"], "x = 5\nx\nlocal y = 3 print(y)\ny\n", {}),
    (["-i"], "for i = 1, 2 do\nprint(i)\nend\n", {}),
    (["-i"], "f(\n1)\n", {}),
    (["-i"], "= =\nx y\n\"abc\n)\n", {}),
    (["-i"], "[[long\nstring]]\n", {}),
    (["-i"], "-- comment\n--[[ a\nb ]] 5\n--[[ a\nb ]] print(5)\n", {}),
    (["-i"], "function f()\nreturn 1\nend f()\nf()", {}),
    (["-i"], "error('m')\nerror({})\nerror(nil)\nprint('on')\n", {}),
    (["-i"], "local t = setmetatable({}, {__tostring = function() return 'T' end}) print(t) error(t)\n", {}),
    (["-i"], "_PROMPT = '$ '\n_PROMPT2 = '+ '\nif true then\nprint(1) end\n", {}),
    (["-i"], "_PROMPT = setmetatable({}, {__tostring = function() return 'P' end})\n1\n", {}),
    (["-i"], "_PROMPT = 7\n1\n", {}),
    (["-i"], "print = nil\n1\n", {}),
    (["-i"], "print = function() error('p') end\n1\n", {}),
    (["-i"], "print = function(...) io.write('<', ..., '>\\n') end\n1\n", {}),
    (["-i"], "warn('@on') warn('w')\n", {}),
    (["-i"], "os.exit(4)\nprint('never')\n", {}),
    (["-i"], "goto x\nbreak\n", {}),
    (["-i"], "return return\nlocal function f() end f:x()\n", {}),
    (["-i", "-e", "x = 7"], "x\n", {}),
    (["-i", "-e", "error('q')"], "1\n", {}),
    (["-i", "script.lua", "a"], "arg[1]\n", {}),
    (["-i", "failing.lua"], "print('never')\n", {}),
    (["-i", "-"], "x = 1\n", {}),
    (["-e", ""], "", {}),
    (["-e", "-- a comment"], "", {}),
    (["-e", "if true then"], "", {}),
    (["-e", "print(...)", "--", "a"], "", {}),
    (["-e", "print(#arg, arg[0], arg[1])", "--", "script.lua", "-e"], "", {}),
    (["-e", "print(1)", "-"], "print('stdin', ...)", {}),
    (["-e", "error('first')", "-e", "print('second')"], "", {}),
    (["-e", "error('at level 2', 2)"], "", {}),
    (["-e", "local t = setmetatable({}, {__tostring = function() return {} end}) error(t)"], "", {}),
    (["-e", "error(12)"], "", {}),
    (["-e", "error(true)"], "", {}),
    (["-e", "local function f(n) if n == 0 then error('deep') end f(n - 1) return 1 end f(40)"], "", {}),
    (["-e", "os.exit(true, true)"], "", {}),
    (["-e", "os.exit(3.0)"], "", {}),
    (["-e", "os.exit(256 + 7)"], "", {}),
    (["-W", "-e", "setmetatable({}, {__gc = function() error('in gc') end})"], "", {}),
    (["-e", "setmetatable({}, {__gc = function() error('in gc') end})"], "", {}),
    (["-W", "-e", "warn('@off') warn('hidden') warn('@on') warn('a', 'b')"], "", {}),
    (["-e", "io.stderr:write('to stderr') io.stdout:write('to stdout')"], "", {}),
    (["-l", "folder.inner", "-e", "print(folder ~= nil, package.loaded['folder.inner'].name)"], "", {}),
    (["-l", "v=folder.inner", "-e", "print(v.name)"], "", {}),
    (["-l", "v=versioned-2", "-e", "print(v, package.loaded['versioned-2'])"], "", {}),
    (["-l", "g=", "-e", "print(g)"], "", {"LUA_PATH": "./?.lua", "LUA_CPATH": "./?.so"}),
    (["-l", "=string", "-e", "print(_G[''] == string)"], "", {}),
    (["-lmodule", "script.lua"], "", {}),
    (["-l", "module", "-l", "broken", "-l", "failing"], "", {}),
    (["-e", "print(package.path) print(package.cpath)"], "", {"LUA_PATH": "p", "LUA_PATH_5_4": "p54", "LUA_CPATH": "c", "LUA_CPATH_5_4": "c54"}),
    (["-E", "-e", "print(package.path ~= 'p54', package.cpath ~= 'c54')"], "", {"LUA_PATH_5_4": "p54", "LUA_CPATH_5_4": "c54"}),
    (["-E", "-e", "print(os.getenv 'LUA_INIT_5_4')"], "", {"LUA_INIT_5_4": "print('init')"}),
    (["script.lua", "x"], "", {"LUA_INIT": "print('init', arg[0], arg[1], ...)"}),
    (["-i"], "1\n", {"LUA_INIT": "print('init')"}),
    (["-v", "-E", "-W", "-e", "warn('all')"], "", {}),
    (["-v", "-v"], "print('stdin')", {}),
    (["-v", "-"], "print('stdin')", {}),
    (["empty.lua"], "", {}),
    (["shebang.lua"], "", {}),
    (["marked.lua"], "", {}),
    (["unfinished.lua"], "", {}),
    (["failing.lua"], "", {}),
    (["folder"], "", {}),
    (["./script.lua", ""], "", {}),
    (["script.lua"] + [str(i) for i in range(300)], "", {}),
    ([], "return 1, 2", {}),
    ([], "#!shebang\nerror('x')", {}),
    ([], "local t = {} ; t.x.y = 1", {}),
    ([], "print(io.read())\nthe second line", {}),
    (["-i"], "local x <close> = nil\nx\n", {}),
    (["-i"], "for i = 1, 3 do\nlocal function f()\nreturn i\nend\nprint(f())\nend\n", {}),
    (["-i"], "return 1,\n2\n", {}),
    (["-i"], "goto done ::done:: print('jumped')\n::label::\n", {}),
    (["-i"], "print(select('#', nil, nil))\nnil, nil\n", {}),
    (["-i"], "return\n;\n;;\n", {}),
    (["-i"], "coroutine.wrap(error)('in a coroutine')\n", {}),
    (["-i"], "x = setmetatable({}, {__gc = function() print('closed') end})\nx = nil collectgarbage()\n", {}),
    (["-i"], "string.rep('x', 100)\n-- only a comment\n\n   \n", {}),
    (["-i", "-v"], "1\n", {}),
    (["-i", "-l", "module"], "module.name\n", {}),
    (["-i"], "x" * 3000 + "= 1\n" + "x" * 3000 + "\n", {}),
    (["-i"], "setmetatable({}, {__gc = function() print('closed') end}) x = nil\n", {}),
]

# (arguments, patterns of the whole output, of standard error, exit status)
wrong_option = r"lua: unrecognized option '%s'\nusage: lua \[options\] \[script \[args\]\]\nAvailable options are:\n(  .*\n)+"
own_cases = [
    (["--help"], r"usage: lua \[options\] \[script \[args\]\]\nAvailable options are:\n(  .*\n)+", "", 0),
    (["--version"], r"Mayfly \d+\.\d+\.\d+ \(Lua 5\.4\)\n", "", 0),
    (["--version", "-e", "print 'not run'"], r"Mayfly .*\n", "", 0),
    (["--version", "--other"], "", wrong_option % "--other", 1),
    (["--helpx"], "", wrong_option % "--helpx", 1),
    (["--", "--help"], "", r"lua: cannot open --help.*\n", 1),
    (["--gc-stress", "-e", "local t = {} for i = 1, 50 do t[i] = {i} end print(#t)"], r"50\n", "", 0),
    (["--gc-stress=7", "-e", "print 'stressed'"], r"stressed\n", "", 0),
    (["--gc-stress=7:100", "-e", "print 'in steps'"], r"in steps\n", "", 0),
    (["--gc-stress=", "-e", "print 'not run'"], "", wrong_option % "--gc-stress=", 1),
    (["--gc-stress=x"], "", wrong_option % "--gc-stress=x", 1),
    (["--gc-stress=-1"], "", wrong_option % "--gc-stress=-1", 1),
    (["--gc-stress=5:"], "", wrong_option % "--gc-stress=5:", 1),
    (["--gc-log", "-e", "collectgarbage() print 'done'"], r"done\n", r"(gc \d+: .*\n)*gc 1: begins.*\n(gc \d+: .*\n)*", 0),
    (["--mem-limit=4M", "-e", "local t = {} for i = 1, 1e9 do t[i] = {} end"], "", r"lua: not enough memory\n", 1),
    (["--mem-limit=4000K", "-e", "print(pcall(string.rep, 'x', 1 << 24)) print 'on'"], r"false\tnot enough memory\non\n", "", 0),
    (["--mem-limit=1G", "-e", "print(#string.rep('x', 1 << 24))"], r"16777216\n", "", 0),
    (["--mem-limit=0"], "", wrong_option % "--mem-limit=0", 1),
    (["--mem-limit="], "", wrong_option % "--mem-limit=", 1),
    (["--mem-limit=5X"], "", wrong_option % "--mem-limit=5X", 1),
    (["--mem-limit=99999999999999999999"], "", wrong_option % "--mem-limit=99999999999999999999", 1),
]

files = {
    "script.lua": "#!/usr/bin/lua\nprint('script', ...)\nfor i = -4, 3 do if arg then print(i, arg[i]) end end\nreturn 3\n",
    "module.lua": "return { name = ... }\n",
    "broken.lua": "local x = = 1\n",
    "failing.lua": "\nerror 'module fails'\n",
    "folder/inner.lua": "return { name = ... }\n",
    "versioned-2.lua": "return 'version 2'\n",
    "empty.lua": "",
    "shebang.lua": "#!/usr/bin/lua",
    "marked.lua": "\ufeffprint('after the mark')\n",
    "unfinished.lua": "print('a')\nlocal function f(\n",
}


def without_echo(output, source):
    """The output of the interactive mode without the lines that readline repeated."""
    position = 0
    for line in source.splitlines():
        found = output.find(line + "\n", position)
        if found < 0:
            break
        output = output[:found] + output[found + len(line) + 1:]
        position = found
    return output


def start(program, folder, arguments, source, changes):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LUA_")}
    environment.update(changes, LC_ALL="C", TERM="dumb", COLUMNS="9999")
    return subprocess.run(["lua", *arguments], executable=program, cwd=folder, env=environment, input=source.encode(), capture_output=True, timeout=300)


def run(program, folder, case, echoes=False):
    arguments, source, changes = case
    done = start(program, folder, arguments, source, changes)
    output = re.sub(r"^(Lua 5\.4\.\d  Copyright.*|Mayfly .*)$", "VERSION", done.stdout.decode("latin-1"), flags=re.M)
    errors = re.sub(r"^Available options are:\n(  .*\n)+", "OPTIONS\n", done.stderr.decode("latin-1"), flags=re.M)
    return without_echo(output, source) if echoes else output, errors, done.returncode


def check_own(program, folder):
    """How many of our own cases fail."""
    failed = 0
    for arguments, output, errors, status in own_cases:
        done = start(program, folder, arguments, "", {})
        found = done.stdout.decode("latin-1"), done.stderr.decode("latin-1"), done.returncode
        if not re.fullmatch(output, found[0]) or not re.fullmatch(errors, found[1]) or status != found[2]:
            failed += 1
            print(f"FAILED {arguments}: {found}")
    return failed


def main():
    program, reference = os.path.abspath(sys.argv[1]), subprocess.run(["which", "lua5.4"], capture_output=True, text=True, check=True).stdout.strip()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).parent.mkdir(exist_ok=True)
            Path(folder, name).write_text(text, encoding="utf-8")
        for case in cases:
            expected, found = run(reference, folder, case, "-i" in case[0]), run(program, folder, case)
            if expected == found:
                continue
            failed += 1
            print(f"FAILED {case[0]} with input {case[1][:80]!r} {case[2] or ''}")
            for title, old, new in zip(("output", "standard error", "exit status"), expected, found):
                if old != new:
                    lines = difflib.unified_diff(str(old).splitlines(), str(new).splitlines(), f"{title} expected", f"{title} of mayfly", lineterm="", n=0)
                    print("\n".join("    " + line[:300] for line in list(lines)[:12]))
        failed += check_own(program, folder)
    print(f"{len(cases) + len(own_cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
