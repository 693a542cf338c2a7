-- The weak types: proxies.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end
local function trace(name) return function(...) return name, select("#", ...) end end

check("type", function() local p = weak.proxy({}) return type(p), weak.type(p) end)
check("index and newindex", function()
  local x = { a = 1 }
  local p = weak.proxy(x)
  p.b = 2
  p[1] = 3
  p.a = nil
  return p.a, x.b, #p, p[1], p.none
end)
check("methods", function() local x = { n = 1, f = function(self, m) return self.n + m end } return weak.proxy(x):f(2) end)
check("call", function() local p = weak.proxy(function(...) return select("#", ...), ... end) return p(1, nil, 3) end)
local log = setmetatable({}, {
  __add = function(a, b) return "add" end, __concat = function() return "concat" end, __unm = function() return "unm" end,
  __band = function() return "band" end, __shl = function() return "shl" end, __bnot = function() return "bnot" end,
  __idiv = function() return "idiv" end, __len = function() return 42 end, __lt = function() return true end,
  __le = function() return false end, __tostring = function() return "log" end, __pairs = function() return function(_, k) if not k then return 1, 2 end end end,
  __close = function() end,
})
check("operators", function()
  local p = weak.proxy(log)
  return p + 1, 1 + p, p .. "x", "x" .. p, -p, p & 1, 1 << p, ~p, 5 // p, #p, p < 1, 1 <= p
end)
check("two proxies", function() local p, q = weak.proxy(log), weak.proxy(log) return p + q, p < q, p == q, rawequal(p, q) end)
check("equality", function() local x, y = {}, {} local p = weak.proxy(x) return p == weak.proxy(x), p == weak.proxy(y), p == p, p == x end)
check("tostring", function() return tostring(weak.proxy(log)) end)
check("pairs", function()
  local n = 0
  for k, v in pairs(weak.proxy { 1, 2, 3 }) do n = n + v end
  local p = weak.proxy(log)
  for k, v in pairs(p) do n = n + 100 * v end
  return n
end)
check("pairs of a proxy of a weak table", function() local k = {} local t = weak.keytable { [k] = 7 } local p = weak.proxy(t) local n = 0 for _, v in pairs(p) do n = n + v end return n, #p, p[k] end)
check("ipairs", function() local n, x = 0, { 1, 2, 3 } for _, v in ipairs(weak.proxy(x)) do n = n + v end return n end)
check("closed", function() local p <close> = weak.proxy(log) return "done" end)
check("a string, a number: no", weak.proxy, "x")
check("errors pass", function() return weak.proxy(function() error("mine", 0) end)() end)
check("yields pass", function()
  local f = function(v) return coroutine.yield(v) end
  local co = coroutine.wrap(function() return weak.proxy(f)(1) end)
  return co(), co(2)
end)
check("what cannot be done is the object's error", function() local x = {} return weak.proxy(x) + 1 end)
check("unproxy", function() local x = {} local p = weak.proxy(x) local same = weak.unproxy(p) == x x = nil full() return same, weak.unproxy(p) end)
check("unproxy of something else", function() weak.unproxy({}) end)
check("does not hold", function() local p = weak.proxy({}) full() return weak.unproxy(p) end)
check("as key it is itself", function() local x = {} local t = { [weak.proxy(x)] = 1 } return t[x], t[weak.proxy(x)] end)
check("callback", function() local n = 0 local p = weak.proxy({}, function() n = n + 1 end) full() return n end)
check("not among the refs", function() local x = {} local p = weak.proxy(x) return weak.refcount(x) end)
local dead = weak.proxy({})
full()
check("dead: index", function() return dead.x end)
check("dead: newindex", function() dead.x = 1 end)
check("dead: call", function() dead() end)
check("dead: length", function() return #dead end)
check("dead: arithmetic", function() return 1 + dead end)
check("dead: concatenation", function() return "x" .. dead end)
check("dead: comparison", function() return dead < 1 end)
check("dead: tostring", function() return tostring(dead) end)
check("dead: pairs", function() return pairs(dead) end)
check("dead: equality", function() return dead == dead, dead == weak.proxy({}), dead == 1 end)

-- Every operation may yield in the object's metamethod.
local function yields(name) return function(_, k) return coroutine.yield(name, type(k) == "string" and k or nil) end end
local lazy_events = {}
for _, name in ipairs { "index", "newindex", "call", "add", "concat", "unm", "len", "band", "bnot", "lt", "le", "eq", "close", "idiv", "shl" } do
  lazy_events["__" .. name] = yields(name)
end
local lazy, other = setmetatable({}, lazy_events), setmetatable({}, lazy_events)
local child = setmetatable({}, { __index = setmetatable({ here = 1 }, lazy_events), __newindex = lazy })
local p, q, c = weak.proxy(lazy), weak.proxy(other), weak.proxy(child)
local function through(operation)
  local co = coroutine.create(operation)
  local _, name, key = coroutine.resume(co)
  collectgarbage()
  return name, key, select(2, coroutine.resume(co, "back"))
end
check("yields through __index", through, function() return p.field end)
check("yields through __index of a table in __index", through, function() return c.field end)
check("no yield where the field is there", function() return c.here, rawget(child, "here") end)
check("yields through __newindex", through, function() p.field = 1 return rawget(lazy, "field"), "stored" end)
check("yields through __newindex of a table in __newindex", through, function() c.field = 1 return "stored" end)
check("yields through __call", through, function() return p "x" end)
check("yields through __add, left", through, function() return p + 1 end)
check("yields through __add, right", through, function() return 1 + p end)
check("yields through __add, both", through, function() return p + q end)
check("yields through __idiv, __shl", through, function() return 2 // p end)
check("yields through __concat", through, function() return p .. 1 end)
check("yields through __concat of several", through, function() return 1 .. (2 .. p) end)
check("yields through __unm", through, function() return -p end)
check("yields through __bnot", through, function() return ~p end)
check("yields through __len", through, function() return #p end)
check("yields through __lt", through, function() return p < q, "then" end)
check("yields through __lt in a condition", through, function() if 1 < p then return "less" end return "not less" end)
check("yields through __le", through, function() return p <= 1, "then" end)
check("yields through __eq", through, function() return p == q, "then" end)
check("yields through __eq, negated", through, function() return p ~= q, "then" end)
check("yields through __close", through, function() do local _ <close> = p end return "closed" end)
check("a metamethod that drops the last reference", function()
  local x, w = nil, nil
  x = setmetatable({ v = 7 }, { __len = function(o) x = nil full() return o.v + (weak.unproxy(w) == o and 0 or 100) end })
  w = weak.proxy(x)
  local n = #w
  full()
  return n, weak.unproxy(w)
end)
check("a proxy of a proxy", function()
  local x = { a = 1 }
  local inner = weak.proxy(x)
  local outer = weak.proxy(inner)
  outer.b = 2
  return outer.a, x.b, rawequal(weak.unproxy(outer), inner), outer == inner, #outer
end)
check("a proxy of a proxy that died", function() local x = {} local outer = weak.proxy(weak.proxy(x)) full() return weak.unproxy(outer), (pcall(function() return outer.x end)) end)
check("a proxy is true, dead or alive", function() return not p, not dead end)
check("the table library works through __index, __newindex, __len", function()
  local x = { 3, 1, 2 }
  local w = weak.proxy(x)
  table.insert(w, 4)
  table.sort(w)
  local removed = table.remove(w, 1)
  return table.concat(w, " "), removed, table.unpack(w)
end)
check("raw functions take no proxy: rawget", function() rawget(p, 1) end)
check("raw functions take no proxy: next", function() next(p) end)
check("iterating over what is no table", function() local f = function() return p end for _ in pairs(weak.proxy(f)) do end end)
check("a loop in __index", function() local x = {} x.__index = x return weak.proxy(setmetatable(x, x)).none end)
check("userdata: a proxy equals proxies only, as that of a table does", function() local w = weak.proxy(io.stdout) return w == io.stdout, io.stdout == w, w == weak.proxy(io.stdout) end)
check("a proxy of a weak table", function()
  local k = {}
  local t = weak.keytable { [k] = 1 }
  local w = weak.proxy(t)
  w[k] = 2
  local n = #w
  w[k] = nil
  return n, #w, w[k], pcall(function() w[1] = 1 end)
end)
check("a proxy of a ref", function() local x = {} local r = weak.ref(x) local w = weak.proxy(r) return w() == x, w.get(r) == x end)
check("a proxy of a function", function() local f = function(...) return select("#", ...) end local w = weak.proxy(f) return w(), w(nil), pcall(w, 1, 2) end)
check("with a callback: not shared, and told once", function()
  local x, n, given = {}, 0, nil
  local w = weak.proxy(x, function(dead_one) n = n + 1 given = dead_one end)
  local v = weak.proxy(x)
  x = nil
  full() full()
  return n, rawequal(given, w), rawequal(v, w)
end)
check("callback that cannot be called", function() weak.proxy({}, 5) end)
check("dead: method call", function() dead:method() end)
check("dead: unary", function() return -dead end)
check("dead: close", function() local _ <close> = dead end)
check("dead: unproxy", function() return weak.unproxy(dead), weak.type(dead) end)
