-- stress: 31
-- Tables with __mode in the corners: finalizers, what is revived, long strings, modes that change, generations.
local check = require "check"
local function full() collectgarbage() collectgarbage() end
local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
local function weak(mode, t) return setmetatable(t or {}, { __mode = mode }) end
check("finalized keys: there in their finalizer, gone behind it, kept when it revives them", function()
  local t, n, kept = weak "k", {}, nil
  do t[setmetatable({}, { __gc = function(o) n[1] = t[o] end })] = "first" t[setmetatable({}, { __gc = function(o) n[2] = t[o] kept = o end })] = "second" end
  full()
  local a, b = count(t), t[kept]
  full()
  local c = t[kept]
  kept = nil
  full()
  return n[1], n[2], a, b, c, count(t)
end)
check("long strings as keys and values are accounted for, and let go when their entries go", function()
  full()
  local t, before = weak "kv", collectgarbage "count"
  t[("$"):rep(2 ^ 22)] = 25
  t[25] = ("%"):rep(2 ^ 22)
  t[{}] = ("&"):rep(2 ^ 22)
  full()
  local held = collectgarbage "count" - before
  t[("$"):rep(2 ^ 22)], t[25] = nil, nil
  full()
  return held > 8190 and held < 8300, collectgarbage "count" - before < 100, next(t)
end)
check("a weak metatable loses its own __gc", function() local ran = false do local u = setmetatable({}, setmetatable({ __gc = true }, { __mode = "v" })) getmetatable(u).__gc = function() ran = true end end full() return ran end)
check("strong to weak and back, in the middle of a cycle", function()
  local wrong = 0
  for point = 2, 40 do
    local keys, values, mt = {}, {}, { __mode = "k" }
    for i = 1, 20 do keys[{}] = i values[i] = {} end
    for i = 1, point do if i == point // 2 then setmetatable(keys, mt) setmetatable(values, { __mode = "v" }) end collectgarbage("step", 1) end
    setmetatable(keys, nil)
    local n = count(keys)
    for i = 1, 5 do collectgarbage("step", 1) end
    if count(keys) ~= n then wrong = wrong + 1 end
    full()
    if count(keys) ~= n or count(values) ~= 0 then wrong = wrong + 1 end
    mt.__mode = nil
    setmetatable(keys, mt)
    full()
    if count(keys) ~= n then wrong = wrong + 1 end
    mt.__mode = "k"
    full()
    if count(keys) ~= 0 then wrong = wrong + 1 end
  end
  return wrong
end)
check("tables and their metatables die together, with modes that are garbage too", function()
  local watch = weak "k"
  for i = 1, 200 do
    local mt = { __mode = ("k"):rep(i % 3) .. ("v"):rep(i % 2) .. tostring(i) }
    local t = setmetatable({ [{}] = {}, {} }, mt)
    mt.t, t.mt, watch[t], watch[mt] = t, mt, 1, 2
    if i % 20 == 0 then collectgarbage "step" end
  end
  full()
  return count(watch)
end)
check("a revived weak table has lost what is dead and keeps what is not", function()
  local kept = {}
  local held = {}
  do
    local t = { weak "k", weak "v", weak "kv" }
    t[1][held], t[1][{}] = 1, 2
    t[2][1], t[2][2] = held, {}
    t[3][held], t[3][{}], t[3][1] = held, held, {}
    setmetatable(t, { __gc = function(o) for i = 1, 3 do kept[i] = o[i] end end })
  end
  collectgarbage()
  local a = { count(kept[1]), count(kept[2]), count(kept[3]) }
  full()
  return a[1], a[2], a[3], kept[1][held], kept[2][1] == held, kept[3][held] == held
end)
check("an object whose finalizer waits while it ages", function()
  local before = collectgarbage "generational"
  local ran, t = 0, weak "k"
  for age = 0, 6 do
    local x = setmetatable({}, { __gc = function(o) if t[o] == age then ran = ran + 1 end end })
    t[x] = age
    for _ = 1, age do collectgarbage("step", 0) end
  end
  full()
  collectgarbage(before)
  full()
  return ran, count(t)
end)
check("old weak tables, young entries", function()
  local before = collectgarbage "generational"
  local keys, values, both = weak "k", weak "v", weak "kv"
  local held = {}
  full()
  for i = 1, 50 do
    keys[{}], values[i], both[{}] = {}, {}, {}
    if i % 10 == 0 then local k = {} held[#held + 1] = k keys[k], values["held" .. i], both[k] = k, k, k end
    collectgarbage("step", 0)
  end
  local alive = 0
  for i = 1, 5 do if keys[held[i]] == held[i] and values["held" .. i * 10] == held[i] and both[held[i]] == held[i] then alive = alive + 1 end end
  full()
  local a, b, c = count(keys), count(values), count(both)
  collectgarbage(before)
  return alive, a, b, c
end)
check("userdata with a user value, closures with open upvalues and coroutines as keys of ephemerons", function()
  local t = weak "k"
  do
    local up
    local open = function() return up end
    up = open
    local co co = coroutine.create(function() local own = co coroutine.yield() return own end)
    coroutine.resume(co)
    local file = io.tmpfile()
    t[open], t[co], t[file] = { up, open }, { co }, { file }
    collectgarbage()
    if count(t) ~= 3 then return "too early" end
  end
  full()
  return count(t)
end)
