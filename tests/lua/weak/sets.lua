-- The weak types: weak sets.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end
local a, b, c, d = { "a" }, { "b" }, { "c" }, { "d" }
local function show(s)
  local names = {}
  for x in pairs(s) do names[#names + 1] = x[1] end
  table.sort(names)
  return table.concat(names)
end

check("type", function() return type(weak.set()), weak.type(weak.set()) end)
check("membership", function() local s = weak.set() s[a] = true return s[a], s[b], s[1], #s end)
check("removal", function() local s = weak.set { a, b } s[a] = nil return s[a], s[b], #s end)
check("values but true", function() weak.set()[a] = 5 end)
check("false", function() weak.set()[a] = false end)
check("members that cannot be weak", function() weak.set()[1] = true end)
check("a string as member", function() weak.set().x = true end)
check("init", function() local s = weak.set { a, b, a } return show(s), #s, show(weak.set(s)), #weak.set {} end)
check("init with a number", function() weak.set { a, 1 } end)
check("init with something else", function() weak.set(5) end)
check("members die", function()
  local s = weak.set { a }
  for _ = 1, 1000 do s[{}] = true end
  full()
  return #s, show(s)
end)
check("a set is its own key", function() local s, t = weak.set(), weak.set() local u = { [s] = 1 } return u[s], u[t] end)
check("equality compares members", function()
  local s, t = weak.set { a, b }, weak.set { b, a }
  return s == t, s == weak.set { a }, s ~= t, weak.set() == weak.set(), rawequal(s, t), s == weak.keytable()
end)
check("equality counts what lives", function()
  local s, t = weak.set { a, {} }, weak.set { a, {} }
  full()
  return s == t
end)
check("add, discard, remove, has", function()
  local s = weak.set()
  s:add(a) s:add(a) s:add(b)
  s:discard(b) s:discard(c)
  local has = s:has(a)
  s:remove(a)
  return has, s:has(a), s:has(1), #s
end)
check("remove of what is absent", function() weak.set():remove(a) end)
check("add of a number", function() weak.set():add(1) end)
check("add of nothing", function() weak.set():add() end)
check("pop", function() local s = weak.set { a, b } local x, y = s:pop(), s:pop() return x ~= y, #s, s:pop() end)
check("clear, copy", function() local s = weak.set { a, b } local t = s:copy() s:clear() return #s, show(t) end)
check("update", function() local s = weak.set { a } s:update({ b }, weak.set { c }) s:update(s) s:update() return show(s) end)
check("intersection_update", function() local s = weak.set { a, b, c } s:intersection_update({ b, c, 1 }, weak.set { c, d }) return show(s) end)
check("difference_update", function() local s = weak.set { a, b, c } s:difference_update({ a, 1 }, weak.set { b }) return show(s) end)
check("symmetric_difference_update", function() local s = weak.set { a, b } s:symmetric_difference_update { b, c, c } return show(s) end)
check("with itself", function()
  local s = weak.set { a, b }
  local t, u = s:copy(), s:copy()
  t:difference_update(t)
  u:symmetric_difference_update(u)
  s:intersection_update(s)
  return #t, #u, show(s)
end)
check("union and others make new sets", function()
  local s, t = weak.set { a, b }, weak.set { b, c }
  return show(s:union(t)), show(s:intersection(t)), show(s:difference(t)), show(s:symmetric_difference(t)), show(s), show(t)
end)
check("with sequences", function()
  local s = weak.set { a, b }
  return show(s:union { c }), show(s:intersection { b }), show(s:difference { b }), show(s:symmetric_difference { b, c })
end)
check("operators", function()
  local s, t = weak.set { a, b }, weak.set { b, c }
  return show(s | t), show(s & t), show(s - t), show(s ~ t)
end)
check("operators need sets", function() return weak.set { a } | { b } end)
check("operators need sets on both sides", function() return { b } & weak.set { a } end)
check("comparison", function()
  local s, t = weak.set { a }, weak.set { a, b }
  return s <= t, s < t, t <= s, t < s, s <= s, s < s, s >= t, t > s
end)
check("comparison needs sets", function() return weak.set() <= { a } end)
check("issubset, issuperset, isdisjoint", function()
  local s, t = weak.set { a }, weak.set { a, b }
  return s:issubset(t), t:issubset(s), t:issuperset(s), s:issuperset { a, 1 }, s:issuperset { a }, s:isdisjoint { b }, s:isdisjoint(t), s:isdisjoint {}
end)
check("methods need sets", function() weak.set().add({}, a) end)
check("other arguments", function() weak.set():update(5) end)
check("a set of sets and refs", function()
  local s, inner, r = weak.set(), weak.set(), weak.ref(a)
  s:add(inner) s:add(r) s:add(s)
  full()
  local n = #s
  inner, r = nil
  full()
  return n, #s, s[s]
end)
check("members that lead back to the set are freed with it", function()
  local probe
  do
    local s = weak.set()
    local keep = {}
    for i = 1, 1000 do keep[i] = { s, keep } s:add(keep[i]) end
    probe = weak.ref(s)
  end
  full()
  return probe()
end)
check("destroyed while traversed", function()
  local s, keep, n = weak.set(), {}, 0
  for i = 1, 100 do keep[i] = {} s:add(keep[i]) end
  for x in pairs(s) do n = n + 1 if n == 10 then keep = nil x = nil full() end end
  return n, #s
end)
check("mutated while traversed", function()
  local s, keep, n = weak.set(), {}, 0
  for i = 1, 100 do keep[i] = {} s:add(keep[i]) end
  for x in pairs(s) do
    n = n + 1
    s:remove(x)
    if n <= 50 then local y = {} keep[#keep + 1] = y s:add(y) end
  end
  return n >= 100 and n <= 150, #s
end)
check("no such method", function() weak.set():nothing() end)
check("the dead before __gc", function()
  local s, seen, n = weak.set(), nil, nil
  do s:add(setmetatable({}, { __gc = function(o) seen = tostring(s[o]) s:add(o) n = #s end })) end
  full()
  full()
  return seen, n, #s
end)
