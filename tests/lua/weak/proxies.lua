-- weak.md section 6: proxies.
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
