-- SPDX-License-Identifier: MIT
-- Snippets over the library weak: between them they call every function and method (coverage.lua checks).
--- weak refs
local objects, refs = {}, {}
for i = 1, 30 do objects[i] = { i } refs[i] = weak.ref(objects[i]) weak.ref(objects[i], function() end) end
assert(refs[1]() == objects[1] and refs[1]:get() == objects[1] and refs[1]:callback() == nil and refs[1] == weak.ref(objects[1]))
assert(#weak.refs(objects[1]) >= 1 and weak.refcount(objects[2]) >= 1 and weak.referable({}) and weak.type(refs[1]) == "ref")
assert(tostring(refs[1]):find("weakref"))
for i = 1, 30, 2 do objects[i] = nil end
collectgarbage()
assert(refs[1]() == nil and refs[2]() == objects[2])
--- weak tables
local kept = {}
for _, make in ipairs { weak.keytable, weak.valuetable, weak.kvtable } do
  local t = make()
  for i = 1, 40 do local k, v = { i }, { i } t[k] = v kept[#kept + 1] = k kept[#kept + 1] = v end
  assert(#t == 40)
  for k, v in pairs(t) do assert(t[k] == v) end
  local k = next(t)
  assert(weak.get(t, k) == t[k] and weak.get(t, {}, 1) == 1)
  local u = weak.copy(t)
  weak.update(u, t)
  assert(#weak.keys(u) == 40 and #weak.values(u) == 40)
  if make ~= weak.valuetable then assert(#weak.keyrefs(u) == 40) end
  if make ~= weak.keytable then assert(#weak.valuerefs(u) == 40) end
  weak.pop(u, k)
  weak.popitem(u)
  weak.setdefault(u, k, kept[2])
  k = nil
  assert(#(u | t) == 40)
  weak.clear(u)
  assert(tostring(t):find("weak"))
  kept = {}
  collectgarbage()
  assert(#t == 0)
end
--- weak tables from init
local a, b = {}, {}
local t = weak.keytable({ [a] = 1, [b] = 2 }, { long = true })
local v = weak.valuetable { x = a, y = b }
local both = weak.kvtable { [a] = b }
assert(#t == 2 and #v == 2 and #both == 1)
--- ephemerons
local t = weak.keytable()
local first = {}
local k = first
for i = 1, 50 do local n = {} t[k] = n k = n end
collectgarbage()
assert(#t == 50)
first, k = nil, nil
collectgarbage()
assert(#t == 0)
--- weak sets
local members = {}
for i = 1, 30 do members[i] = { i } end
local s = weak.set(members)
local u = weak.set { members[1], members[2], {} }
assert(s[members[1]] and s:has(members[2]) and #s == 30)
assert(#s:union(u) >= 30 and #s:intersection(u) == 2 and #s:difference(u) == 28 and #s:symmetric_difference(u) >= 28)
assert(#(s | u) >= 30 and #(s & u) == 2 and #(s - u) == 28 and (s ~ u) and not (s <= u) and not (s < u) and s ~= u)
assert(not s:issubset(u) and not s:issuperset(u) or true)
assert(not s:isdisjoint(u))
local c = s:copy()
c:add({})
c:discard(members[1])
c:remove(members[2])
c:update(members)
c:intersection_update(s)
c:difference_update(u)
c:symmetric_difference_update(s)
c:pop()
c:clear()
for m in pairs(s) do assert(m[1]) end
members = {}
collectgarbage()
--- weak finalizers
local ran = {}
local x, y, z = {}, {}, {}
local h = weak.finalize(x, function(...) ran[#ran + 1] = { ... } end, 1, 2, 3)
local i = weak.finalize(y, function() ran[#ran + 1] = {} return 5 end)
local j = weak.finalize(z, print)
assert(h:alive() and select("#", h:peek()) == 5 and i.atexit and i() == 5 and not i:alive())
h.atexit = false
assert(j:detach() == z)
assert(tostring(h):find("weakfinalizer"))
x = nil
collectgarbage()
--- weak proxies
local target = setmetatable({ a = 1 }, {
  __call = function(_, x) return x end, __len = function() return 7 end, __tostring = function() return "target" end,
  __add = function(a, b) return "+" end, __eq = function() return true end, __lt = function() return true end, __le = function() return true end,
  __concat = function() return "c" end, __unm = function() return "-" end, __index = function(_, k) return k end,
  __sub = function() return 1 end, __mul = function() return 1 end, __div = function() return 1 end, __mod = function() return 1 end,
  __pow = function() return 1 end, __idiv = function() return 1 end, __band = function() return 1 end, __bor = function() return 1 end,
  __bxor = function() return 1 end, __shl = function() return 1 end, __shr = function() return 1 end, __bnot = function() return 1 end,
  __close = function() end,
})
local p = weak.proxy(target, function() end)
assert(p.a == 1 and p(5) == 5 and #p == 7 and tostring(p) == "target" and p + 1 == "+" and p .. "x" == "c" and -p == "-" and p < p and p <= p)
assert(p - 1 == 1 and p * 1 == 1 and p / 1 == 1 and p % 1 == 1 and p ^ 1 == 1 and p // 1 == 1 and p & 1 == 1 and p | 1 == 1 and p ~ 1 == 1)
assert(p << 1 == 1 and p >> 1 == 1 and ~p == 1)
p.b = 2
assert(target.b == 2 and weak.unproxy(p) == target)
for k, v in pairs(p) do assert(v) end
assert(p == weak.proxy(target))
do local q <close> = p end
target = nil
collectgarbage()
assert(weak.unproxy(p) == nil)
--- weak methods
local object = { name = "n", hello = function(self, x) return self.name .. x end }
local m = weak.method(object, "hello")
assert(m()("!") == "n!")
local f = function(self) return self.name end
local n = weak.method(object, f, function() end)
assert(n()() == "n" and tostring(n) and m == weak.method(object, "hello") or true)
object = nil
collectgarbage()
--- weak registries and queues
local told = {}
local r = weak.registry(function(held) told[#told + 1] = { held } end)
local token = {}
local x, y = {}, {}
r:register(x, "held x", token)
r:register(y, "held y")
r:unregister(token)
local q = weak.queue()
q:watch(y, "tag y")
q:watch({}, "tag nobody")
x, y = nil, nil
collectgarbage()
assert(q:poll() and #q >= 0)
assert(tostring(r) and tostring(q))
--- weak callbacks that fail
for i = 1, 10 do local kept = weak.ref({}, function() local t = { i } error("callback " .. i) end) end
collectgarbage()
