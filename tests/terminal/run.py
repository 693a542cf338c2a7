#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/terminal/run.py MAYFLY [--stress N] [check...]: drives the interactive mode of the program in a pseudo-terminal, as a user would.

Nothing waits for a time: every step goes on when the expected text has come, and fails when it has not come within `patience`
seconds. What is expected is written so that the echo of the input cannot be taken for it. --stress: the program collects and
verifies its heap at every N-th allocation.
"""
import os
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import time
import fcntl
from pathlib import Path

patience = 120
escapes = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x07")
up, left = "\x1b[A", "\x1b[D"


class Failure(Exception):
    pass


def open_terminal():
    """The two ends of a new pseudo-terminal. Where /dev/pts is not mounted, as in a bare chroot, root mounts one for the moment."""
    try:
        return pty.openpty()
    except OSError:
        with tempfile.TemporaryDirectory() as place:
            subprocess.run(["mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts", place], check=True)
            try:
                master = os.open(f"{place}/ptmx", os.O_RDWR | os.O_NOCTTY)
                fcntl.ioctl(master, 0x40045431, struct.pack("i", 0))  # TIOCSPTLCK: unlocked
                return master, fcntl.ioctl(master, 0x5441, os.O_RDWR | os.O_NOCTTY)  # TIOCGPTPEER
            finally:
                subprocess.run(["umount", "--lazy", place], check=True)


class Session:
    """The program in a terminal of 24 lines of 80 characters, with a home folder of its own."""

    def __init__(self, program, home, arguments=(), **environment):
        self.master, terminal = open_terminal()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        base = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        base.update(HOME=str(home), XDG_STATE_HOME=str(Path(home, "state")), TERM="xterm", LC_ALL="C.UTF-8")
        base.update(environment)
        self.process = subprocess.Popen([program, *arguments], stdin=terminal, stdout=terminal, stderr=terminal, cwd=home, env=base,
                                        preexec_fn=self.take_terminal, close_fds=True)
        os.close(terminal)
        self.raw = ""  # what has come and was not yet expected
        self.shown = ""  # the whole of it, for messages

    @staticmethod
    def take_terminal():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def send(self, keys):
        os.write(self.master, keys.encode())

    def receive(self, deadline):
        """More of what the program writes; False at its end."""
        ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise Failure(f"not within {patience} seconds; on the terminal: {self.shown[-2000:]!r}")
        try:
            piece = os.read(self.master, 65536).decode("utf-8", "replace")
        except OSError:  # the other end is closed
            piece = ""
        self.raw += piece
        self.shown += piece
        return piece != ""

    def expect(self, pattern):
        """Waits until the pattern appears in the text; returns the match. What precedes it counts as seen."""
        deadline = time.monotonic() + patience
        while True:
            text = escapes.sub("", self.raw)
            found = re.search(pattern, text)
            if found:
                self.raw = text[found.end():]
                return found
            if not self.receive(deadline):
                raise Failure(f"the program ended before {pattern!r}; on the terminal: {self.shown[-2000:]!r}")

    def expect_raw(self, text):
        """The same for text with its escapes, which stays to be expected."""
        deadline = time.monotonic() + patience
        while text not in self.raw:
            if not self.receive(deadline):
                raise Failure(f"the program ended before {text!r}; on the terminal: {self.shown[-2000:]!r}")

    def prompt(self):
        self.expect(r"(^|\n)\r?> $")

    def enter(self, text):
        self.send(text + "\r")

    def run(self, text, *lines):
        """Enters an input and expects the lines it prints, then the prompt."""
        self.enter(text)
        for line in lines:
            self.expect(r"\n" + re.escape(line) + r"(?=\r?\n)")
        self.ready()

    def ready(self):
        """Expects to be asked for the next input."""
        self.expect(r"> $")

    def sleeps(self):
        """Expects that the program waits for something the kernel gives."""
        deadline = time.monotonic() + patience
        while Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
            if time.monotonic() > deadline:
                raise Failure(f"the program does not wait after {patience} seconds")

    def ends(self, expected):
        """Expects the end of the program, with an exit status."""
        deadline = time.monotonic() + patience
        while self.receive(deadline):
            pass
        status = self.process.wait(patience)
        if status != expected:
            raise Failure(f"exit status {status}")

    def leave(self):
        self.send("\x04")
        self.ends(0)


checks = []


def check(function):
    checks.append(function)
    return function


@check
def expressions_and_statements(start):
    with start() as s:
        s.ready()
        s.run("1 + 1", "2")
        s.run("x = 20 + 1")
        s.run("x, x * 2, nil", "21\t42\tnil")
        s.run("= x", "21")
        s.run("'a' .. 'b'", '"ab"')
        s.run("print 'pri' print 'nted'", "pri", "nted")
        s.run("'zwölf'", '"zwölf"')
        s.leave()


@check
def keys_edit_the_line(start):
    with start() as s:
        s.ready()
        s.run("12x4" + left + "\x7f" + "3", "1234")
        s.run("+1" + "\x01" + "41", "42")  # to the beginning
        s.run("'x' .. 'lost'" + left * 9 + "\x0b" + " .. 'kept'", '"xkept"')  # cut to the end
        s.run("garbage(" + "\x15" + "7", "7")  # cut the whole line
        s.leave()


@check
def history_is_called_back(start):
    with start() as s:
        s.ready()
        s.run("n = (n or 0) + 1 print('run ' .. n)", "run 1")
        s.run("'in ' .. 'between'", '"in between"')
        s.run(up + up, "run 2")
        s.run("\x12" + "betw" + "\x1b", '"in between"')  # searched
        s.leave()
    with start() as s:
        s.ready()
        s.run("'other ' .. 'session'", '"other session"')
        s.run(up * 3, "run 1")
        s.leave()


@check
def history_is_kept_where_the_user_keeps_state(start):
    with start() as s:
        s.ready()
        s.run("'first ' .. 'session'", '"first session"')
        s.leave()
        path = Path(s.home, "state", "mayfly", "history")
        if path.read_text() != "'first ' .. 'session'\n":
            raise Failure(f"the file holds {path.read_text()!r}")
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            raise Failure("others can read the history")
    with start(XDG_STATE_HOME="relative") as s:  # not absolute: the folder below the home is taken
        s.ready()
        s.run("'at ' .. 'home'", '"at home"')
        s.leave()
        if "at " not in Path(s.home, ".local/state/mayfly/history").read_text():
            raise Failure("no history below the home")
    with start() as s:
        s.ready()
        s.run(up, '"first session"')
        s.leave()


@check
def long_history_is_cut(start):
    with start() as s:
        path = Path(s.home, "state", "mayfly", "history")
        s.ready()
        s.leave()
    path.write_text("".join(f"'line ' .. {i}\n" for i in range(2500)))
    with start() as s:
        s.ready()
        s.run(up, '"line 2499"')
        s.leave()
    lines = path.read_text().splitlines()
    if lines[0] != "'line ' .. 1500" or len(lines) > 1001:
        raise Failure(f"{len(lines)} lines, the first is {lines[0]!r}")


@check
def words_are_completed(start):
    with start() as s:
        s.ready()
        s.run("long_name_of_mine = 'mi' .. 'ne'")
        s.run("long_n\t", '"mine"')
        s.run("strin\t.rep('ab', 2)", '"abab"')
        s.run("string.le\t 'four'", "4")
        s.run("retu\t 'key' .. 'word'", '"keyword"')
        s.enter("string.g\t\t")
        s.expect(r"\ngmatch +gsub\r?\n")
        s.ready()
        s.leave()


@check
def fields_and_methods_are_completed_through_index_tables(start):
    with start() as s:
        s.ready()
        s.run("grand = {greet = function(self) return 'hel' .. 'lo ' .. self.name end, greatness = 1}")
        s.run("parent = setmetatable({}, {__index = grand}) object = setmetatable({name = 'you'}, {__index = parent})")
        s.run("object:gree\t()", '"hello you"')
        s.run("object:gr\t()", '"hello you"')  # greatness is no method
        s.run("object.grea\t", "1")
        s.run("('x'):uppe\t()", '"X"')
        s.run("inner = {part = {object = object}}")
        s.run("inner.part.obj\t.na\t", '"you"')
        s.run("r = weak.ref(object)")
        s.run("r:g\t() == object", "true")
        s.leave()


@check
def completion_calls_nothing(start):
    with start() as s:
        s.ready()
        s.run("calls = 0")
        s.run("trap = setmetatable({}, {__index = function() calls = calls + 1 end, __pairs = function() calls = calls + 1 end})")
        s.run("trap.fie\t")
        s.run("calls", "1")  # the input itself indexed once
        s.leave()


@check
def tab_indents_where_there_is_nothing_to_complete(start):
    with start() as s:
        s.ready()
        s.enter("if true then")
        s.expect(r"\n>> $")
        s.enter("\tprint('inden' .. 'ted')")
        s.expect(r">> $")
        s.run("end", "indented")
        s.leave()


@check
def an_input_takes_as_many_lines_as_it_needs(start):
    with start() as s:
        s.ready()
        for line in ("function f(a)", "  return a", "    * 2"):
            s.enter(line)
            s.expect(r"\n>> $")
        s.run("end")
        s.run("f(21)", "42")
        s.enter("{1,")
        s.expect(r"\n>> $")
        s.run("2}", "{1, 2}")
        s.enter("[[two")
        s.expect(r"\n>> $")
        s.run("lines]]", '"two\\nlines"')
        s.leave()


@check
def interrupt_drops_the_input(start):
    with start() as s:
        s.ready()
        s.enter("if true then")
        s.expect(r"\n>> $")
        s.send("print(1)\x03")
        s.expect(r"\^C\r?\n")
        s.ready()
        s.run("'fre' .. 'sh'", '"fresh"')
        s.leave()


@check
def end_of_input_inside_an_input_tells_what_is_missing(start):
    with start() as s:
        s.ready()
        s.enter("while true do")
        s.expect(r"\n>> $")
        s.send("\x04")
        s.expect(r"stdin:1: 'end' expected near <eof>")
        s.ready()
        s.run("'still ' .. 'here'", '"still here"')
        s.leave()


@check
def errors_are_told_with_traceback(start):
    with start() as s:
        s.ready()
        s.enter("local function inner() error('bo' .. 'om') end inner()")
        s.expect(r"\nstdin:1: boom\r?\nstack traceback:\r?\n")
        s.expect(r"in (local|upvalue|function) .*inner")
        s.ready()
        s.enter("x = = 1")
        s.expect(r"\nstdin:1: unexpected symbol near '='\r?\n")
        s.ready()
        s.enter("1 + * 2")  # no statement begins so: the error is that of the expression
        s.expect(r"\nstdin:1: unexpected symbol near '\*'\r?\n")
        s.ready()
        s.enter("error {}")
        s.expect(r"\n\(error object is a table value\)")
        s.ready()
        s.leave()


@check
def errors_have_colour_where_the_user_wants_it(start):
    red, dim, off = "\x1b[1;31m", "\x1b[2m", "\x1b[0m"
    for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "vt100"}, False)):
        with start(**environment) as s:
            s.ready()
            s.enter("error('bo' .. 'om', 0)")
            s.expect_raw("boom")
            s.expect_raw("stack traceback:")
            s.expect_raw("> ")
            raw = s.shown
            if coloured != (red + "boom" in raw) or coloured != (off + dim + "\r\nstack traceback:" in raw):
                raise Failure(f"with {environment}: {raw!r}")
            s.ready()
            s.leave()


@check
def tables_are_shown_with_what_is_in_them(start):
    with start() as s:
        s.ready()
        s.run("{10, 20, b = {'x', y = false}, a = 1.5, ['two words'] = 2, [-1] = 'n', [true] = 't', ['end'] = 0}",
              '{', '  10, 20,', '  [true] = "t",', '  [-1] = "n",', '  a = 1.5,', '  b = {"x", y = false},', '  ["end"] = 0,', '  ["two words"] = 2', '}')
        s.run("{}", "{}")
        s.run("{nil, 2}", "{nil, 2}")
        s.run("c = {} c.self = {c}")
        s.run("c", "{self = {<cycle ^2>}}")
        s.run("d = {} for i = 1, 10 do d = {d} end")
        s.run("d", "{{{{{{{...}}}}}}}")
        s.run("w = {} for i = 1, 1000 do w[i] = i % 10 end")
        s.enter("w")
        s.expect(r"\n{\r?\n  1, 2, 3, ")
        s.expect(r"9,\s+0,\s+\.\.\. 900 more\r?\n}\r?\n")
        s.ready()
        s.run("setmetatable({1}, {__tostring = function() return 'own ' .. 'text' end})", "own text")
        s.run("{setmetatable({1}, {__tostring = function() error 'fails' end})}", "{<error in __tostring: stdin:1: fails>}")
        s.run("'\\0\\27[31m' .. '\\200é\"'", '"\\x00\\x1B[31m\\xC8é\\""')
        s.run("{function() end}", "{<function stdin:1>}")
        s.leave()


@check
def weak_values_are_shown_alive_or_dead(start):
    with start() as s:
        s.ready()
        s.run("t = {name = 'x'}")
        s.run("r = weak.ref(t) p = weak.proxy(t) f = weak.finalize(t, print, 'fin' .. 'ished')")
        s.run("v = weak.valuetable{a = t} k = weak.keytable() k[t] = 1 s = weak.set{t}")
        alive = '{name = "x"}'
        s.run("r", f"weakref (alive) -> {alive}")
        s.run("p", f"weakproxy (alive) -> {alive}")
        s.run("f", f"weakfinalizer (waiting) -> {alive}")
        s.run("v", f"weakvaluetable(1) {{a = {alive}}}")
        s.run("s", f"weakset(1) {{{alive}}}")
        s.enter("k")
        s.expect(r"\nweakkeytable\(1\) {\[table: 0x[0-9a-f]+\] = 1}\r?\n")
        s.ready()
        s.run("chain = {t} for i = 1, 100 do chain[i + 1] = weak.ref(chain[i]) end")
        s.run("chain[101]", "weakref (alive) -> " * 7 + "...")
        s.run("chain = nil")
        s.run("r()", alive)  # looked at: `_` holds it, but not while the next inputs run
        s.run("t = nil")
        s.run("collectgarbage()", "finished", "0")
        s.run("r", "weakref (dead)")
        s.run("p", "weakproxy (dead)")
        s.run("f", "weakfinalizer (done)")
        s.run("v", "weakvaluetable(0) {}")
        s.run("s", "weakset(0) {}")
        s.leave()


@check
def the_last_result_has_a_name(start):
    with start() as s:
        s.ready()
        s.run("6 * 7", "42")
        s.run("_ + 1", "43")
        s.run("local unrelated = 1")
        s.run("_", "43")
        s.run("{1, 2, 3}", "{1, 2, 3}")
        s.run("collectgarbage() return #_", "3")  # the input names it: it is held
        s.run("_ = 'my ' .. 'own'")
        s.run("5", "5")
        s.run("_", '"my own"')
        s.leave()


@check
def commands(start):
    with start() as s:
        s.ready()
        s.enter(":he\t")
        s.expect(r"Ctrl-D +leaves")
        s.ready()
        s.run("gone = weak.ref({})")
        s.enter(":gc")
        s.expect(r"\n[0-9.]+ KB in [0-9]+ objects; before it was [0-9.]+ KB; weak entries cleared: [0-9]+\r?\n")
        s.ready()
        s.run("gone", "weakref (dead)")
        s.run("cache = {logo = {}}")
        s.run(":why cache.logo", "_G.cache.logo")
        s.run(":why {}", "nothing holds it")
        s.run(":why 1 + 1", "only objects are held; this is a number")
        s.enter(":why nothing.there")
        s.expect(r"attempt to index a nil value \(global 'nothing'\)")
        s.ready()
        s.enter(":why )")
        s.expect(r"stdin:1: .* near '\)'")
        s.ready()
        s.enter(":why")
        s.expect(r"only objects are held; this is a nil")
        s.ready()
        s.run(":nonsense", "no such command: :nonsense (:help lists them)")
        s.leave()


def interrupted(s, text, marker, traceback=True):
    s.enter(text)
    s.expect(r"\n" + marker + r"\r?\n")
    s.send("\x03")
    s.expect(r"interrupted!")
    if traceback:
        s.expect(r"stack traceback:")
    s.ready()
    s.run("'still ' .. 'here'", '"still here"')


@check
def interrupt_ends_what_runs_and_keeps_the_session(start):
    with start() as s:
        s.ready()
        s.run("kept = 'ke' .. 'pt'")
        interrupted(s, "print('spin' .. 'ning') while true do end", "spinning")
        interrupted(s, "print('spin' .. 'ning') while true do end", "spinning")
        interrupted(s, "coroutine.wrap(function() print('ins' .. 'ide') while true do end end)()", "inside")
        interrupted(s, "print('gu' .. 'arded') while true do pcall(function() while true do end end) end", "guarded", traceback=False)  # no pcall keeps it
        interrupted(s, "setmetatable({}, {__tostring = function() print('sho' .. 'wn') while true do end end})", "shown")
        s.run("kept", '"kept"')
        s.leave()


@check
def interrupt_reaches_into_library_loops(start):
    with start() as s:
        s.ready()
        s.run("s = string.rep('x', 1e9)")
        interrupted(s, "print('sear' .. 'ching') s:find('.-.-b')", "searching")
        s.leave()


@check
def interrupt_ends_waiting_for_the_keyboard(start):
    with start() as s:
        s.ready()
        s.enter("print('wai' .. 'ting') io.read()")
        s.expect(r"\nwaiting\r?\n")
        s.sleeps()
        s.send("\x03")
        s.expect(r"interrupted!")
        s.ready()
        s.run("'still ' .. 'here'", '"still here"')
        s.leave()


@check
def a_terminal_that_cannot_edit_has_plain_lines(start):
    with start(TERM="dumb") as s:
        s.ready()
        s.run("1 + 1", "2")
        s.enter("if true then")
        s.expect(r"\n>> $")
        s.send("\x03")
        s.ready()
        s.run("'fre' .. 'sh'", '"fresh"')
        if "\x1b" in s.shown:
            raise Failure(f"escapes: {s.shown!r}")
        s.leave()


@check
def a_script_can_be_looked_into(start):
    with start(arguments=["-i", "-e", "answer = 42 _PROMPT = 'ask> '"]) as s:
        s.expect(r"ask> $")
        s.run("answer", "42")
        s.leave()


@check
def globals_that_are_watched_stay_usable(start):
    with start() as s:
        s.ready()
        s.run("do setmetatable(_G, {__index = function(_, n) error('no ' .. n, 2) end, __newindex = function(_, n) error('new ' .. n, 2) end}) end")
        s.run("6 * 7", "42")
        s.run("_ + 1", "43")
        s.leave()


@check
def interrupt_ends_a_script(start):
    with start(arguments=["-e", "print('ru' .. 'nning') while true do end"]) as s:
        s.expect(r"running\r?\n")
        s.send("\x03")
        s.expect(r"interrupted!\r?\nstack traceback:\r?\n")
        s.ends(1)
    # A script may catch an interrupt; the second one ends the program.
    script = "pcall(function() print('ru' .. 'nning') while true do end end) print('cau' .. 'ght') while true do end"
    with start(arguments=["-e", script]) as s:
        s.expect(r"running\r?\n")
        s.send("\x03")
        s.expect(r"caught\r?\n")
        s.send("\x03")
        s.ends(-signal.SIGINT)


@check
def the_session_in_the_readme(start):
    page = (Path(__file__).parents[2] / "README.md").read_text()
    lines = re.search(r"```text\n(> .*?)```", page, re.S)[1].splitlines()
    with start() as s:
        s.ready()
        for line in lines:
            if line.startswith("> "):
                s.enter(line[2:])
                s.expect(re.escape(line[-5:]) + r"(?=\r?\n)")  # its echo
            else:
                s.expect(r"\n" + re.sub(r"[0-9]+(\\\.[0-9]+)?", r"[0-9.]+", re.escape(line)) + r"(?=\r?\n)")
        s.ready()
        s.leave()


def main():
    program, chosen, options = os.path.abspath(sys.argv[1]), sys.argv[2:], []
    if chosen[:1] == ["--stress"]:
        options, chosen = [f"--gc-stress={chosen[1]}"], chosen[2:]
    failed = 0
    run = [c for c in checks if not chosen or c.__name__ in chosen]
    for function in run:
        with tempfile.TemporaryDirectory() as home:

            def start(arguments=(), **environment):
                session = Session(program, home, [*options, *arguments], **environment)
                session.home = home
                return session

            try:
                function(start)
            except Failure as failure:
                failed += 1
                print(f"FAILED {function.__name__.replace('_', ' ')}: {failure}", flush=True)
    print(f"{len(run) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())
