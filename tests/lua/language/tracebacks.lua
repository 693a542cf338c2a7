-- debug.traceback: how functions are called in it.
local function trace(...) return (debug.traceback(...):gsub("0x%x+", "ADDRESS")) end
local function a_local() print(trace("local")) end
a_local()
function a_global() print(trace("global")) end
a_global() a_global = nil
local t = { x = { y = {} } }
function t.field() print(trace("field")) end t.field()
function t.x.y.deep() print(trace("deep field")) end t.x.y.deep()
function t:method() print(trace("method")) end t:method()
do local up = function() print(trace("upvalue")) end; (function() up() end)() end
setmetatable(t, { __index = function() print(trace("index")) end, __call = function() print(trace("call")) end, __add = function() print(trace("add")) end, __concat = function() print(trace("concat")) end, __lt = function() print(trace("lt")) end, __newindex = function() print(trace("newindex")) end, __eq = function() print(trace("eq")) end, __len = function() print(trace("len")) return 1 end, __unm = function() print(trace("unm")) end, __close = function() print(trace("close")) end })
local _ = t.nothing; t(); _ = t + 1; _ = t .. "x"; _ = t < t; t.new = 1; _ = t == setmetatable({}, getmetatable(t)); _ = #t; _ = -t
do local c <close> = t end
for _ in function() print(trace("iterator")) end do end
local function tail() return a_local() end tail()
pcall(function() print(trace("in pcall")) end)
xpcall(error, function(m) print(trace(m)) end, "handler")
table.sort({ 1, 2 }, function(a, b) print(trace("comparator")) return a < b end)
string.gsub("x", "x", function() print(trace("gsub")) end)
coroutine.wrap(function() print(trace("coroutine")) end)()
print(trace("level 0", 0)) print(trace("level 1", 1)) print(trace("level 2", 2)) print(trace("level 50", 50))
print(trace()) print(debug.traceback({}) ~= nil, debug.traceback(nil), debug.traceback(12))
load("print(debug.traceback('chunk'):gsub('0x%x+', 'ADDRESS'))", "=loaded")()
local co = coroutine.create(function(x) local function inner() coroutine.yield() end inner() end)
print(trace(co)) coroutine.resume(co) print(trace(co)) print(trace(co, "message")) print(trace(co, nil, 1)) coroutine.resume(co) print(trace(co))
local dead = coroutine.create(function() local x = nil; x() end) coroutine.resume(dead) print(trace(dead))
local function deep(n) if n == 0 then return trace("deep") end return (deep(n - 1)) end
print(deep(5)) print(deep(21)) print(deep(30))
package.loaded.mymod = { f = function() print(trace("module function")) end } package.loaded.mymod.f()
