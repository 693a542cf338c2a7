-- stress: 29989:1000000
-- steps: off
-- The weak types with many objects.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end

check("callback runs during ordinary work", function()
  local told = false
  local r = weak.ref({}, function() told = true end)
  for _ = 1, 2e8 do local _ = {} if told then break end end
  return told
end)
check("200000 objects whose callbacks look at the next", function()
  local refs, objects, exposed, n = {}, {}, 0, 200000
  for i = 1, n do objects[i] = {} end
  for i = 1, n - 1 do objects[i].next = objects[i + 1] end
  for i = 1, n do refs[i] = weak.ref(objects[i], function() local r = refs[i + 1] if r and r() then exposed = exposed + 1 end end) end
  objects = nil
  full()
  local alive = 0
  for i = 1, n do if refs[i]() then alive = alive + 1 end end
  return exposed, alive
end)
check("ephemeron: a long chain, entered backwards", function()
  local t, keys = weak.keytable(), {}
  for i = 1, 100001 do keys[i] = {} end
  for i = 100000, 1, -1 do t[keys[i]] = keys[i + 1] end
  local first = keys[1]
  keys = nil
  full()
  local n = #t
  first = nil
  full()
  return n, #t
end)
check("storage is given back", function()
  local t, keep = weak.keytable(), {}
  full()
  local before = collectgarbage "count"
  for i = 1, 100000 do local k = {} keep[i] = k t[k] = i end
  keep = nil
  full()
  full()  -- a table that has just been filled keeps its room for a cycle
  return #t, collectgarbage "count" - before < 200
end)
check("70000 entries copied while they die", function()
  local t, keep = weak.valuetable(), {}
  for i = 1, 70000 do local v = { i } t[i] = v if i % 2 == 0 then keep[#keep + 1] = v end end
  collectgarbage("step", 50)
  local u = weak.copy(t)
  local ok = true
  for i = 2, 70000, 2 do ok = ok and u[i] ~= nil end
  full()
  return ok, #t, #u
end)
check("threads of control: setdefault and pop never lose a live value", function()
  local t, ok = weak.valuetable(), true
  for i = 1, 20000 do
    local v = {}
    local got = weak.setdefault(t, i % 64, v)
    ok = ok and got ~= nil
    if i % 3 == 0 then ok = ok and weak.pop(t, i % 64) ~= nil end
  end
  return ok
end)
check("pop empties a large set", function() local s, keep = weak.set(), {} for i = 1, 50000 do keep[i] = {} s:add(keep[i]) end local n = 0 while s:pop() do n = n + 1 end return n, #s end)
-- Many refs: clearing takes many steps. The callback allocates until a cycle has flipped, which keeps `__gc` waiting for its end.
local function refs_to(count)
  local refs = {}
  for i = 1, count do local x = { i } refs[i], refs[-i] = weak.ref(x), x end
  return refs
end
local function until_a_flip()
  local probe = weak.set { {} }
  for _ = 1, 5000000 do if #probe == 0 then return end local _ = { {}, {} } end
end
check("collectgarbage() comes back when the __gc of what died in it has run, whatever a callback begins", function()
  local before = collectgarbage "incremental"
  local told, gc = 0, 0
  for _, count in ipairs { 5000, 10000, 12000, 30000 } do
    local refs = refs_to(count)
    do setmetatable({}, { __gc = function() gc = gc + 1 end }) end
    local r = weak.ref({}, function() until_a_flip() told = told + 1 end)
    full()
  end
  collectgarbage(before)
  return told, gc
end)
check("what a waiting __gc holds is free when collectgarbage() comes back, whatever a callback begins", function()
  local before = collectgarbage "incremental"
  local refs, alive, gc = refs_to(20000), 0, 0
  for point = 1, 10 do
    collectgarbage "stop"
    full()
    local y = {}
    local r = weak.ref(y)
    do setmetatable({ y = y }, { __gc = function() gc = gc + 1 end }) end
    local told = weak.ref({}, function() collectgarbage "restart" until_a_flip() end)
    for _ = 1, point do collectgarbage("step", 8) end
    y = nil
    collectgarbage "restart"
    full()
    if r() ~= nil then alive = alive + 1 end
  end
  collectgarbage(before)
  return alive, gc
end)
