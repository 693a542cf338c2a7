-- SPDX-License-Identifier: MIT
-- Snippets over the libraries: between them they call every function (coverage.lua checks).
--- base
assert(type(assert(1)) == "number" and tostring(nil) == "nil" and tonumber("0x10") == 16 and tonumber("zz", 36) == 1295)
assert(select(-1, 1, 2, 3) == 3 and select("#") == 0 and rawequal(1, 1) and rawlen({ 1 }) == 1 and rawget({ 5 }, 1) == 5)
local t = rawset({}, "k", "v")
assert(next(t) == "k" and getmetatable(setmetatable(t, { __metatable = "locked" })) == "locked")
for i, v in ipairs { 1, 2 } do assert(i == v) end
for k, v in pairs { a = 1 } do assert(k == "a" and v == 1) end
assert(not pcall(error, "x") and type(print) == "function")
print()
warn("@off")
local ok, e = xpcall(error, function(m) return { m } end, "text")
if e == "not enough memory" then error(e, 0) end
assert(not ok)
assert(collectgarbage("count") > 0)
collectgarbage("step")
assert(collectgarbage("isrunning"))
--- load
assert(load("local a, b = ... return function() return a, b end"))
local pieces = { "return ", "{ 1, ", "'two'", ", [[three]] }" }
local i = 0
local f = assert(load(function() i = i + 1 return pieces[i] end, "=pieces", "t", {}))
assert(#f() == 3)
--- load a program with everything in it
local text = [==[
local a <const>, b <close> = 5, nil
local t = { 1, 2, x = { y = "z" }, ["key"] = 0x1p4, [1.5] = 'q\65\x41\u{41}\z
   rest', f = function(self, ...) return ... end }
t.g = {} function t.g.h(x) end
function t:method(p) self.p = p return self end
for i = 1, 10, 2 do if i == 3 then goto out elseif i > 100 then break else t[i] = -i end end
::out::
for k, v in pairs(t) do local u = function() k = v; return a end end
while #t > 100 do repeat t = nil until true end
do local x = 1 // 2 + 3 * 4 - 5 % 6 ^ 7 .. "s" == "" and not t or a < 1 or a >= 2 or ~1 ~= 1 << 2 >> 1 & 3 | 4 ~ 5 end
local long = [[
line
]] -- comment
--[[ block ]]
t.x.y, t[1], a_global = 1, 2, 3
return t:method{1}:method"s":method(...), select('#', ...), { ... }, ...
]==]
local f = assert(load(text, "=everything"))
f(1, 2)
assert(load(string.dump(f)))
assert(load(string.dump(f, true), "binary", "b"))
--- load many constants and functions
local lines = { "local t = {}" }
for i = 1, 300 do lines[#lines + 1] = ("t[%d] = %d.5 t.name%d = 'text%d'"):format(i, i, i, i) end
for i = 1, 20 do lines[#lines + 1] = ("local f%d = function(a) local b = a return function() return t, b, f%d end end"):format(i, i) end
lines[#lines + 1] = "return t"
assert(assert(load(table.concat(lines, "\n")))()[300] == 300.5)
--- load errors
local function expect(text, pattern)
  local f, message = load(text)
  if message == "not enough memory" then error(message, 0) end
  assert(not f and message:find(pattern, 1, true), message)
end
expect("x = = 1", "unexpected symbol near '='")
expect("local x <const> = 1; x = 2", "attempt to assign to const variable 'x'")
expect("goto nowhere", "no visible label 'nowhere'")
expect("for i = 1 do end", "',' expected near 'do'")
expect("x = 'unfinished", "unfinished string near")
expect("break", "break outside")
expect("\27Lua", "truncated")
--- files of code
local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write("return 42, ...")
file:close()
local a = dofile(name)
local f, message = loadfile(name, "t", {})
os.remove(name)
assert(f, message)
assert(a == 42 and f() == 42)
--- require
package.preload.made = function(name, where) return { name = name, where = where } end
package.loaded.made = nil
assert(require("made").name == "made")
local ok, message = pcall(require, "not.there")
if not message:find("module 'not.there' not found") then error(message, 0) end
assert(package.searchpath("not.there", "./?.nothing;./?/x") == nil)
assert(not package.loadlib("/nonexistent.so", "*"))
assert(#package.searchers == 4 and package.config)
--- require a file
local name = os.tmpname()
local file = assert(io.open(name .. ".lua", "w"))
file:write("local n, where = ... return { n, where }")
file:close()
local path = package.path
local module = name:match("[^/]*$")
package.path = name:match("^(.*/)") .. "?.lua"
package.loaded[module] = nil
local ok, result = pcall(require, module)
package.path = path
os.remove(name .. ".lua")
os.remove(name)
assert(ok, result)
--- coroutine
local co = coroutine.create(function(...) assert(coroutine.isyieldable()) local a = coroutine.yield(...) return a end)
assert(coroutine.status(co) == "suspended")
assert(select("#", assert(coroutine.resume(co, 1, 2, 3))) == 4 or true)
assert(coroutine.resume(co, "x"))
assert(coroutine.status(co) == "dead" and coroutine.running())
assert(coroutine.wrap(function() return coroutine.yield(5) end)() == 5)
local c = coroutine.create(function() coroutine.yield() end)
assert(coroutine.resume(c))
assert(coroutine.close(c))
--- errors in coroutines
local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() end }) error({ "why" }) end)
local ok, e = coroutine.resume(co)
if type(e) == "string" then error(e, 0) end
assert(not ok and e[1] == "why")
local ok, e = coroutine.close(co)
local w = coroutine.wrap(function() error("in wrap") end)
local ok, e = pcall(w)
if not e:find("in wrap") then error(e, 0) end
assert(debug.traceback(co))
--- table
local t = table.pack(5, 3, 1, 4, 2)
table.sort(t)
assert(t[1] == 1 and table.concat(t, "-") == "1-2-3-4-5")
table.sort(t, function(a, b) return a > b end)
table.insert(t, 6)
table.insert(t, 1, 7)
assert(table.remove(t) == 6 and table.remove(t, 1) == 7 and select("#", table.unpack(t)) == 5)
assert(#table.move(t, 1, 5, 3, {}) == 7 or true)
assert(#table.concat({ ("x"):rep(500), 1, 2.5, ("y"):rep(1000) }, ", ") > 1500)
--- table with metamethods
local t = setmetatable({}, { __index = function(_, k) if k <= 10 then return "v" .. k end end, __len = function() return 10 end, __newindex = function(t, k, v) rawset(t, k, v) end })
assert(table.concat(t, ",") and table.unpack(t) == "v1")
table.move(t, 1, 10, 1, {})
table.insert(t, "more")
--- sort with an order that raises
local ok, message = pcall(table.sort, { 3, 1, 2 }, function() error({ "in order" }) end)
if type(message) == "string" then error(message, 0) end
--- string
assert(("abc"):upper() == "ABC" and ("ABC"):lower() == "abc" and ("abc"):len() == 3 and ("abc"):reverse() == "cba")
assert(("abc"):sub(2, 3) == "bc" and ("ab"):rep(3, ",") == "ab,ab,ab" and ("abc"):byte(1, -1) == 97 and string.char(97, 98) == "ab")
assert(#("x"):rep(10000) == 10000 and #("long text "):rep(500):upper() == 5000 and #("long text "):rep(500):reverse() == 5000)
assert(#string.dump(function() end) > 20)
--- string.format
local text = ("%d %5.2f %s %q %x %c %i %u %g %a %%"):format(1, 2.5, "s", "q\n\0", 255, 65, 3, 4, 1e20, 1)
assert(text:find("^1  2.50 s"))
assert(#("%s %-20s %q"):format(("x"):rep(1000), setmetatable({}, { __tostring = function() return "made " .. 1 end }), 1 / 3) > 1000)
assert(("%99.99f"):format(1e300) and ("%s"):format({}):find("table: "))
--- patterns
assert(("hello world"):find("o w") == 5 and ("hello"):match("(h)(.-)(l+)") == "h")
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do assert(#k == 1 and #v == 1) end
assert(("abc"):gsub("%w", "%0%0") == "aabbcc" and ("abc"):gsub("", "-") == "-a-b-c-")
assert(("abc"):gsub("%w", { a = "1", b = false }) == "1bc" and ("abc"):gsub("(%w)", function(c) return c .. c end) == "aabbcc")
assert(("(foo(bar))"):match("%b()") == "(foo(bar))" and ("THE (quick) fox"):find("%f[%a]%a+%f[%A]") == 1)
assert(("x"):rep(3000):gsub("x", "yy"):len() == 6000 and ("x"):rep(500):match("^(x-)$"))
local n = 0
for w in (("word "):rep(200)):gmatch("[%a_][%w_]*") do n = n + 1 end
assert(n == 200)
--- pack
local packed = string.pack("<i4 >I2 s1 z d f n j T !8 i8 x", 1, 2, "three", "four", 5.5, 6.5, 7.5, 8, 9, 10)
assert(string.unpack("<i4", packed) == 1 and string.packsize("i4i8") == 12)
assert(select("#", string.unpack("<i4 >I2 s1 z d f n j T !8 i8 x", packed)) == 11)
assert(#string.pack("s4", ("x"):rep(3000)) == 3004)
--- string arithmetic
assert("10" + 1 == 11 and "3" * "4" == 12 and -"2" == -2 and "7" // "2" == 3 and "7" % "4" == 3 and "2" ^ "3" == 8.0 and "1" / "2" == 0.5 and "5" - 1 == 4)
for _, name in ipairs { "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__idiv" } do getmetatable("")[name]("6", "3") end
--- utf8
assert(utf8.char(72, 228, 8364, 128512) == "H\u{E4}\u{20AC}\u{1F600}" and utf8.len("h\u{E4}") == 2)
for p, c in utf8.codes("h\u{E4}") do assert(c) end
assert(utf8.codepoint("\u{20AC}", 1) == 8364 and utf8.offset("h\u{E4}x", 3) == 4 and utf8.charpattern)
assert(select("#", utf8.codepoint(("x"):rep(60), 1, -1)) == 60)
--- math
assert(math.abs(-1) == 1 and math.ceil(1.5) == 2 and math.floor(1.5) == 1 and math.max(1, 2) == 2 and math.min(1, 2) == 1)
assert(math.sin(0) == 0 and math.cos(0) == 1 and math.tan(0) == 0 and math.asin(0) == 0 and math.acos(1) == 0 and math.atan(0, 1) == 0)
assert(math.exp(0) == 1 and math.log(1) == 0 and math.log(8, 2) == 3 and math.sqrt(4) == 2 and math.fmod(5, 3) == 2 and math.modf(1.5) == 1.0)
assert(math.deg(0) == 0 and math.rad(0) == 0 and math.tointeger(3.0) == 3 and math.type(1) == "integer" and math.ult(1, 2))
math.randomseed(42)
assert(math.random(10) <= 10 and math.random() < 1)
for _, name in ipairs { "cosh", "sinh", "tanh", "pow", "frexp", "ldexp", "log10" } do if math[name] then math[name](1, 1) end end
--- os
assert(os.time { year = 2020, month = 1, day = 1, hour = 12 } > 0 and os.clock() >= 0 and os.date("!%Y", 0) == "1970")
assert(os.date("*t", 0).year >= 1969 and os.getenv("NO_SUCH_VARIABLE") == nil and os.difftime(2, 1) == 1)
assert(os.setlocale() and os.execute("true"))
local name = os.tmpname()
local ok, message = os.rename(name, name .. ".x")
os.remove(name)
os.remove(name .. ".x")
assert(ok, message)
assert(#os.date(("%c "):rep(30)) > 100)
--- io
local name = os.tmpname()
local ok, message = pcall(function()
  local file <close> = assert(io.open(name, "w+"))
  assert(io.type(file) == "file" and tostring(file):find("file"))
  assert(file:write("line one\n", 2, " ", 3.5, "\nline three\n"))
  assert(file:seek("set", 0) == 0)
  assert(file:read("l", "n", "n", "L", "a"))
  file:seek("set")
  for line in file:lines("L") do assert(line:find("\n")) end
  assert(file:setvbuf("full", 512))
  assert(file:flush())
end)
if ok then ok, message = pcall(function()
  for a, b in io.lines(name, 1, 2) do assert(#a == 1) end
  local input, output = io.input(), io.output()
  io.input(name)
  local line = io.read()
  io.close(io.input())
  io.input(input)
  local file = io.output(name)
  io.output():write("x")
  io.write("y")
  io.flush()
  io.close()
  io.output(output)
end) end
local _, input, output = nil, io.stdin, io.stdout
io.input(input) io.output(output)
os.remove(name)
assert(ok, message)
--- io of long lines
local file <close> = assert(io.tmpfile())
file:write(("long line "):rep(500), "\n", ("x"):rep(3000))
file:seek("set", 0)
assert(#file:read("l") == 5000 and #file:read(1000) == 1000 and #file:read("a") == 2000)
assert(getmetatable(file).__name == "FILE*")
file:close()
assert(io.type(file) == "closed file")
--- io.popen
local pipe <close> = assert(io.popen("echo hello"))
assert(pipe:read("a") == "hello\n")
assert(pipe:close())
--- the collection of files
for i = 1, 3 do io.tmpfile() end
collectgarbage()
getmetatable(io.stdout).__gc(assert(io.tmpfile()))
--- debug
local function f(a, ...) local b = a return debug.getinfo(1, "SlnrutfL"), debug.getlocal(1, 1), debug.getlocal(f or 1, 1) end
local info = f(1, 2)
assert(info.what == "Lua" and info.nparams == 1 and next(info.activelines))
local up = 1
local function g() return up end
assert(debug.getupvalue(g, 1) == "up" and debug.setupvalue(g, 1, 2) == "up" and debug.upvalueid(g, 1))
debug.upvaluejoin(g, 1, function() return up end, 1)
assert(debug.traceback("text", 1):find("text\nstack traceback") and debug.getregistry()[2] == _G)
assert(debug.setmetatable(10, nil) == 10 and debug.getmetatable("").__index == string)
debug.setlocal(1, 1, f)
local u = io.stdout
assert(debug.getuservalue(u, 1) == nil)
debug.setuservalue(u, 1, 1)
debug.setcstacklimit(200)
debug.debug()
--- debug hooks
assert(not debug.gethook() or true)
debug.sethook(function() local t = { 1 } end, "l")
local x = 1
debug.sethook()
--- debug of a coroutine
local co = coroutine.create(function(a) local b = a coroutine.yield() end)
assert(coroutine.resume(co, 1))
assert(debug.traceback(co, "msg") and debug.getinfo(co, 1, "l").currentline and debug.getlocal(co, 1, 1) == "a")
debug.sethook(co, print, "c")
debug.sethook(co)
debug.setlocal(co, 1, 1, 5)
--- gc
local gc = require "gc"
assert(gc.stats().kinds.table.count > 0 and gc.verify() and gc.why(gc) and gc.stress(0) == 0)
local rounds, settled = gc.settle()
assert(settled)
gc.deterministic(true)
gc.deterministic(false)
