-- expects: here
-- A metamethod, a `__close` handler, a hook and a message handler run above all registers of the function they interrupt. A full collection
-- in one of them keeps what that function may still use, and the variables in scope, and nothing else.
local probe, alive
local function make() local t = {} probe = weak.ref(t) return t end
local function look() collectgarbage() alive = probe() ~= nil end
local mt = {}
for _, event in ipairs { "add", "index", "newindex", "eq", "lt", "le", "len", "unm", "close", "idiv", "band" } do
  mt["__" .. event] = function(a, b, c) a, b, c = nil look() return true end
end
function mt.__concat(a, b) a, b = nil look() return "joined" end
local o, other = setmetatable({}, mt), setmetatable({}, mt)
local function fill() local a, b, c, d, e, f, g, h, i, j, k, l = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, make() end
local function test(name, f, ...) alive = "not looked" f(...) return name, alive end

-- what a block left in registers, with each kind of instruction that may call a metamethod
local function block(f) return load("local make, o, other = ... do local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, make() end " .. f) end
for _, code in ipairs { "local z = o + 1", "local z = 1 + o", "local z = o // o", "local z = o & 1", "local z = -o", "local z = #o", "local z = o.x",
  "local z = o[1]", "local z = o[other]", "o.x = 1", "o[1] = other", "o[other] = 1", "if o == other then end", "if o < other then end",
  "if o < 1 then end", "if 1 <= o then end", "if not (o <= other) then end", "local z = o:x()", "local z = o .. 1", "local z = 'a' .. 'b' .. o",
  "x = o.y", "local z <close> = o", "do local z <close> = o end", "for i = 1, 1 do local z <close> = o end", "for k in next, {}, nil, o do end" } do
  local whole = block(code)
  local name, kept = test(code, pcall, whole, make, o, other)
  local _, stripped = test(code, pcall, load(string.dump(whole, true)), make, o, other)
  print(name, kept, stripped)
end
--> local z = o + 1	false	false
--> local z = 1 + o	false	false
--> local z = o // o	false	false
--> local z = o & 1	false	false
--> local z = -o	false	false
--> local z = #o	false	false
--> local z = o.x	false	false
--> local z = o[1]	false	false
--> local z = o[other]	false	false
--> o.x = 1	false	false
--> o[1] = other	false	false
--> o[other] = 1	false	false
--> if o == other then end	false	false
--> if o < other then end	false	false
--> if o < 1 then end	false	false
--> if 1 <= o then end	false	false
--> if not (o <= other) then end	false	false
--> local z = o:x()	false	false
--> local z = o .. 1	false	false
--> local z = 'a' .. 'b' .. o	false	false
--> x = o.y	false	false
--> local z <close> = o	false	false
--> do local z <close> = o end	false	false
--> for i = 1, 1 do local z <close> = o end	false	false
--> for k in next, {}, nil, o do end	false	false

-- operands that the metamethod has been given, and has let go
print(test("value", function() o.x = make() end))                             --> value	false
print(test("key", function() o[make()] = 1 end))                              --> key	false
print(test("key read", function() return (o[make()]) end))                    --> key read	false
print(test("left", function() local z = make() + o end))                      --> left	false
print(test("right", function() local z = o + make() end))                     --> right	false
print(test("last of three", function() local z = 1 .. (o .. make()) end))     --> last of three	false
print(test("result's place", function() local z = #make() + 1 local y = -o end))  --> result's place	false

-- registers that were never the function's own, loops that are over, functions that have ended
print(test("before the first use", function() fill() local function f() local a local z = o + 1 end f() end))  --> before the first use	false
print(test("numeric loop", function() for i = 1, 3 do local x = make() end local z = -o end))         --> numeric loop	false
print(test("generic loop", function() for _, v in ipairs { make() } do end local z = -o end))         --> generic loop	false
print(test("in a loop", function() for i = 1, 2 do do local a, b, c = 1, 2, make() end local z = -o end end))  --> in a loop	false
print(test("callee", function() local function f() local x = make() end f() local z = -o end))        --> callee	false
print(test("coroutine", function()
  coroutine.wrap(function() do local a, b, c = 1, 2, make() end local z = o + 1 end)()
end))                                                                                                  --> coroutine	false
print(test("resumer", function()
  do local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, make() end
  local p = setmetatable({}, { __index = function() coroutine.wrap(look)() end })
  local z = p.x
end))                                                                                                  --> resumer	false
print(test("suspended in a metamethod", function()
  local p = setmetatable({}, { __index = function() coroutine.yield() end })
  local co = coroutine.create(function() do local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, make() end local z = p.x end)
  coroutine.resume(co)
  look()
  assert(coroutine.status(co) == "suspended")
end))                                                                                                  --> suspended in a metamethod	false
print(test("dead coroutine", function()
  local co = coroutine.create(function() do local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, make() end error("x", 0) end)
  coroutine.resume(co)
  look()
  assert(debug.traceback(co):find("function"))
end))                                                                                                  --> dead coroutine	false
print(test("native metamethod", function()
  do local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, make() end
  local p = setmetatable({}, { __unm = function() end, __len = collectgarbage, __index = function() return look() end })
  local z = p.x
end))                                                                                                  --> native metamethod	false

-- errors: the functions that an error has left have ended when variables of theirs are closed
print(test("closed by an error", function() pcall(function() local x = make() local z <close> = o error "x" end) end))  --> closed by an error	false
print(test("closed by an error below", function()
  pcall(function() local x = make() local function f() local z <close> = o error "x" end f() end)
end))                                                                                                  --> closed by an error below	false
print(test("of the host", function()
  table.sort({ 1, 2 }, function() pcall(function() local x = make() local z <close> = o error "x" end) end)
end))                                                                                                  --> of the host	false
print(test("two handlers", function()
  local log = {}
  local function closing(name) return setmetatable({}, { __close = function(_, e) log[#log + 1] = name .. e look() error(name, 0) end }) end
  local _, e = pcall(function() local a <close> = closing "a" local x = make() local b <close> = closing "b" local c <close> = closing "c" error("e", 0) end)
  assert(e == "a" and table.concat(log, " ") == "ce bc ab")
end))                                                                                                  --> two handlers	false
print(test("closed coroutine", function()
  local co = coroutine.create(function() local x = make() local z <close> = o coroutine.yield() end)
  coroutine.resume(co)
  assert(coroutine.close(co))
end))                                                                                                  --> closed coroutine	false
print(test("message handler", function()
  xpcall(function() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end local z = nil + 1 end, look)
end))                                                                                                  --> message handler	false
print(test("hook", function()
  local n = 0
  do local a, b, c, d, e, f, g, h, i, j, k, l, m = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, make() end
  debug.sethook(function() n = n + 1 if n == 2 then look() end end, "l")
  local z = 1
  z = 2
  debug.sethook()
end))                                                                                                  --> hook	false

-- what is kept: variables in scope, read again or not, also in stripped code; values that wait for the rest of an expression
local function f() local x = make() local z = o + 1 end
print(test("in scope", f))                                                                             --> in scope	true
print(test("in scope, stripped", function() load("local make, o = ... local x = make() local z = o + 1")(make, o) end))  --> in scope, stripped	true
print(test("variable to be", function() local x, y = make(), o + 1 end))                               --> variable to be	true
print(test("argument", function() assert(rawequal(make(), o + 1) == false) end))                       --> argument	true
print(test("constructor", function() local t = { make(), o + 1, make } assert(type(t[1]) == "table" and t[2] == true) end))  --> constructor	true
print(test("first operand", function() pcall(function() local z = make() .. (o .. 1) end) end))         --> first operand	true
print(test("concat", function()
  local left = setmetatable({}, { __concat = function(a, b) assert(a.name == "left" and b == "joined") return 1 end })
  local function get() left.name = "left" probe = weak.ref(left) local l = left left = nil return l end
  local z = get() .. o .. 1
end))                                                                                                  --> concat	true
print(test("returned while closing", function()
  local function g() local z <close> = o return 1, make(), 3 end
  local a, b, c = g()
  assert(a == 1 and type(b) == "table" and c == 3)
end))                                                                                                  --> returned while closing	true
print(test("many returned while closing", function()
  local function g(...) local z <close> = o return ... end
  local n = select("#", g(make(), table.unpack({}, 1, 300)))
  assert(n == 301)
end))                                                                                                  --> many returned while closing	true
print(test("shared with a closure", function()
  local get
  do local x = make() get = function() return x end end
  local z = o + 1
  assert(type(get()) == "table")
end))                                                                                                  --> shared with a closure	true
print(test("loop state", function() for i, v in ipairs { 1, 2, 3 } do local z = o + 1 if i == 1 then make() end end end))  --> loop state	false
print(test("iterator's state", function()
  local seen = 0
  for i, v in function(s, i) if i < 3 then return i + 1, s[1] end end, { make() }, 0 do local z = o + 1 seen = seen + (v == probe() and 1 or 0) end
  assert(seen == 3)
end))                                                                                                  --> iterator's state	true
print(test("method", function()
  local p = setmetatable({}, { __index = function(t, k) t = nil look() return function(self, x) return self.name, x end end })
  p.name = "p"
  probe = weak.ref(p)
  local function get() local q = p p = nil return q end
  local name, x = get():anything(2)
  assert(name == "p" and x == 2)
end))                                                                                                  --> method	true
print(test("shown by the debugger", function()
  local x = make()
  local p = setmetatable({}, { __index = function() look() return select(2, debug.getlocal(2, 1)) end })
  assert(p.y == probe())
end))                                                                                                  --> shown by the debugger	true

-- a finalizer comes between two instructions: the next one has its operands yet to read
local gc = require "gc"
local looks = 0
local function arm() setmetatable({}, { __gc = function(object) looks = looks + 1 gc.why(object) arm() end }) end
arm()
local function id(...) return ... end
for i = 1, 300 do
  local t = { id({ i }), ({ i })[1] + id(i) * 2, ({ { i } })[1], #{ { i } } .. "x" .. i }
  assert(t[1][1] == i and t[2] == 3 * i and t[3][1] == i and t[4] == "1x" .. i)
  if i % 20 == 0 then collectgarbage() end
end
print(looks > 10)                                                                                      --> true
-- dead coroutines, some of which have been swept
local p = setmetatable({}, { __index = function() coroutine.yield() end })
for i = 1, 40 do
  for j = 1, 20 do coroutine.resume(coroutine.create(load("local p = ... do local a = {} end local z = p.x"))) end
  for j = 1, 10 do coroutine.resume(coroutine.create(load("local p = ... do local a = {} end local z = p.x")), p) end
  collectgarbage("step", 1 + i)
  gc.why(p)
end
