-- Manual 3.4.10: a tail call reuses the frame, so there is no limit to nested tail calls.
local check = require "check"

check("a million", function() local function loop(n) if n == 0 then return "done" end return loop(n - 1) end return loop(1000000) end)
check("mutual", function() local a, b function a(n) if n == 0 then return "a" end return b(n - 1) end function b(n) if n == 0 then return "b" end return a(n - 1) end return a(100001) end)
check("with more arguments each time", function() local function f(n, ...) if n == 0 then return select("#", ...) end return f(n - 1, n, ...) end return f(200) end)
check("with fewer arguments", function() local function f(n, a, ...) if a == nil then return n end return f(n + 1, ...) end return f(0, 1, 2, 3, 4, 5) end)
check("through varargs", function() local function f(...) local n = ... if n == 0 then return select("#", ...) end return f(n - 1, select(2, ...)) end return f(10000, 1, 2, 3) end)
check("to a C function", function() local function f(...) return select("#", ...) end local function g() return f(1, 2, 3) end local function h() return math.max(1, 5, 3) end return g(), h() end)
check("of a method", function() local o = {} function o:loop(n) if n == 0 then return "m" end return self:loop(n - 1) end return o:loop(100000) end)
check("through a callable", function() local t t = setmetatable({}, { __call = function(self, n) if n == 0 then return "c" end return self(n - 1) end }) return t(100000) end)
check("through pcall is no tail call but works", function() local function f(n) if n == 0 then return "p" end return select(2, pcall(f, n - 1)) end return f(150) end)
check("keeps upvalues apart", function() local fs = {} local function f(n) local x = n fs[#fs + 1] = function() x = x + 1 return x end if n == 0 then return end return f(n - 1) end f(3) return fs[1](), fs[2](), fs[3](), fs[4](), fs[1]() end)
check("level in tracebacks", function() local function g() return debug.traceback("t") end local function f() return g() end local s = f() return s:find("(...tail calls...)", 1, true) ~= nil end)
check("no level for the caller", function() local function g() return debug.getinfo(1, "t").istailcall, debug.getinfo(1, "n").name end local function f() return g() end local a, b = f() return a, b end)
check("parentheses make it an ordinary call", function() local function g() return debug.getinfo(1, "t").istailcall, 2 end local function f() return (g()) end return f() end)
check("error in a tail called function", function() local function g() error("here", 2) end local function f() return g() end f() end)
check("in a coroutine", function() local function loop(n) if n == 0 then coroutine.yield("y") return "r" end return loop(n - 1) end local f = coroutine.wrap(function() return loop(100000) end) return f(), f() end)
check("yield as a tail call", function() local f = coroutine.wrap(function(...) return coroutine.yield(...) end) return f(1, 2), f(3, 4) end)
