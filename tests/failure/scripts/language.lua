-- SPDX-License-Identifier: MIT
-- Snippets over the language itself. Each is run with the n-th allocation failing, for every n.
--- tables
local t = { 1, 2, 3, x = 1, y = { z = 2 }, [10] = "ten" }
for i = 1, 40 do t[#t + 1] = i end
for i = 1, 20 do t["key" .. i] = i end
for i = 1, 20 do t["key" .. i] = nil end
for i = 1, 10 do t[i * 1000] = i end
t[1.5], t[true], t[print] = 1, 2, 3
assert(#t >= 40 and t[1000] == 1 and t.y.z == 2)
--- table from a vararg list
local function collect(...) return { ... }, select("#", ...) end
local t, n = collect(table.unpack({}, 1, 100))
assert(n == 100)
--- strings
local s = ""
for i = 1, 30 do s = s .. i .. "," .. i / 2 end
assert(#(s .. s .. ("long"):rep(100) .. 1 .. 2.5) > 400)
--- closures
local functions = {}
for i = 1, 10 do
  local count = i
  functions[i] = function(...) count = count + select("#", ...) return function() count = count + 1 return count end end
end
for i = 1, 10 do assert(functions[i](1, 2, 3)() == i + 4) end
--- deep recursion
local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
assert(depth(2000) == 2000)
--- many registers
local function many(...) local a, b, c, d = ... return a, b, c, d, ... end
assert(select("#", many(table.unpack({}, 1, 150))) == 154)
--- metamethods
local log = {}
local metatable
metatable = {
  __index = function(_, k) return k .. "!" end, __newindex = function(t, k, v) rawset(t, k, { v }) end,
  __call = function(_, ...) return { ... } end, __add = function(a, b) return setmetatable({ a, b }, metatable) end,
  __concat = function(a, b) return tostring(a) .. tostring(b) end, __len = function() return #"xyz" end,
  __eq = function() return true end, __lt = function(a, b) return rawlen(a) < rawlen(b) end, __le = function() return true end,
  __unm = function(a) return { a } end, __tostring = function() return "object " .. 1 end, __name = "thing",
  __close = function(x) log[#log + 1] = x end, __idiv = function() return "idiv" .. 1 end, __band = function() return {} end,
  __pairs = function(t) return function(_, k) if not k then return 1, {} end end, t, nil end,
}
local a, b = setmetatable({}, metatable), setmetatable({ 1 }, metatable)
assert(a.field == "field!" and #a == 3 and a == b and a < b and a <= b)
a.x = 1
assert(rawget(a, "x")[1] == 1 and #a(1, 2) == 2 and getmetatable(a + b) == metatable and a .. b == "object 1object 1")
assert(a // b == "idiv1" and type(a & b) == "table" and (-a)[1] == a)
for k, v in pairs(a) do assert(k == 1 and type(v) == "table") end
do local x <close> = a end
assert(#log == 1)
--- to-be-closed variables and errors
local closed = 0
local guard = { __close = function(_, e) closed = closed + 1 end }
local ok, message = pcall(function()
  local a <close> = setmetatable({}, guard)
  local b <close> = setmetatable({}, guard)
  error({ "reason " .. closed })
end)
if type(message) == "string" then error(message, 0) end
assert(not ok and closed == 2 and message[1] == "reason 0")
--- goto and loops
local n = 0
for i = 1, 3 do for j = 3, 1, -1 do if i == j then goto continue end n = n + 1 ::continue:: end end
local i = 0
while true do i = i + 1 if i > 5 then break end end
repeat local x = i i = i - 1 until x == 0
assert(n == 6)
--- coroutines
local function generate(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield({ i }) end return nil end) end
local sum = 0
for item in generate(5) do sum = sum + item[1] end
assert(sum == 15)
local co = coroutine.create(function(...) local x <close> = setmetatable({}, { __close = function() end }) return coroutine.yield(...) end)
assert(coroutine.resume(co, 1, 2))
assert(coroutine.close(co))
--- a coroutine with a large stack
local co = coroutine.wrap(function() local function f(n) if n == 0 then coroutine.yield(1) return 1 end return 1 + f(n - 1) end return f(500) end)
assert(co() == 1 and co() == 501)
--- pcall and error values
for _, value in ipairs { "text", 1, 1.5, {}, print } do
  local ok, message = pcall(error, value)
  if message == "not enough memory" then error(message, 0) end
  assert(not ok and (message == value))
end
--- messages of errors
local function expect(f, pattern)
  local ok, message = pcall(f)
  if message == "not enough memory" then error(message, 0) end
  assert(not ok and message:find(pattern), message)
end
local t, u = {}, nil
expect(function() return t.x.y end, "attempt to index a nil value %(field 'x'%)")
expect(function() return u() end, "attempt to call a nil value %(upvalue 'u'%)")
expect(function() return t + 1 end, "attempt to perform arithmetic on a table value")
expect(function() return t .. "x" end, "attempt to concatenate a table value")
expect(function() return t < 1 end, "attempt to compare table with number")
expect(function() return 1 & 1.5 end, "number has no integer representation")
expect(function() return #u end, "attempt to get length of a nil value")
expect(function() for i = 1, {} do end end, "bad 'for' limit")
expect(function() t[nil] = 1 end, "table index is nil")
--- stack overflow (allocator only)
local function forever() return 1 + forever() end
local ok, message = pcall(forever)
if message == "not enough memory" then error(message, 0) end
assert(not ok and message:find("stack overflow"), message)
--- message handlers
local ok, traceback = xpcall(function() local x = nil; x.y = 1 end, debug.traceback)
if not ok and traceback == "not enough memory" then error(traceback, 0) end
assert(not ok and traceback:find("stack traceback"), traceback)
--- finalizers
local count = 0
for i = 1, 5 do setmetatable({}, { __gc = function() count = count + 1 local t = { count } end }) end
collectgarbage()
collectgarbage()
--- finalizers that resurrect
local saved = {}
for i = 1, 5 do setmetatable({ i }, { __gc = function(x) saved[#saved + 1] = x end }) end
collectgarbage()
--- weak modes
local cache = setmetatable({}, { __mode = "k" })
local values = setmetatable({}, { __mode = "v" })
local keep = {}
for i = 1, 20 do local k = { i } cache[k] = { k } values[i] = k if i % 2 == 0 then keep[#keep + 1] = k end end
collectgarbage()
local n = 0
for _ in pairs(cache) do n = n + 1 end
assert(n == 10, n)
--- arithmetic and conversions
assert(10 // 3 == 3 and 2 ^ 10 == 1024.0 and "10" + 5 == 15 and 7 // 2.0 == 3.0 and 1 << 62 > 0 and ~0 == -1)
assert(10 .. "" == "10" and 1.5 .. "x" == "1.5x" and -0.0 .. "" == "-0.0" and 1e100 .. "" == "1e+100" and tostring(2^63) == "9.2233720368548e+18")
--- integer keys in the hash part
local t = {}
for i = 100, 1, -1 do t[i] = i end
for i = -10, 0 do t[i] = i end
assert(#t == 100)
for i = 100, 51, -1 do t[i] = nil end
t.x = 1
assert(#t == 50)
