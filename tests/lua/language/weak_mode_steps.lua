-- Weak tables while the collector works between two instructions: what is dead is gone from all of them at one instant, and what
-- they show meanwhile is what they will hold when they have been cleared.
local check = require "check"
local has_gc, gc = pcall(require, "gc")

local state = 1
local function random(limit)
  state = state * 16807 % 2147483647
  return state % limit + 1
end

-- A step of the collector at every allocation, where the engine can do that; else now and then one.
local function with_steps(bytes, f, ...)
  if has_gc then gc.stress(1, bytes) end
  local result = table.pack(pcall(f, ...))
  if has_gc then gc.stress(0) end
  if not result[1] then error(result[2], 0) end
  return table.unpack(result, 2, result.n)
end
local function breathe()
  if not has_gc and random(50) == 1 then collectgarbage("step", 1) end
  return {}
end

local function weak(mode) return setmetatable({}, { __mode = mode }) end

-- The same objects by number (hash part), by position (array part), and as keys; each is held by `kept` until it is dropped.
local function world(count)
  local w = { by_name = weak "v", by_place = weak "v", keys = weak "k", both = weak "kv", kept = {}, count = count }
  function w.make(i)
    local object = { i }
    w.kept[i] = object
    w.by_name[i + 0.5], w.by_place[i], w.keys[object], w.both[object] = object, object, { object }, object
  end
  for i = 1, count do w.make(i) end
  return w
end

-- Nothing is allocated between the looks.
local function looks_equal(w, i)
  local place, name = w.by_place[i], w.by_name[i + 0.5]
  if place ~= name then return false end
  if rawget(w.by_place, i) ~= place or rawget(w.by_name, i + 0.5) ~= name then return false end
  if place == nil then return w.kept[i] == nil end
  local held = w.keys[place]
  return place[1] == i and held ~= nil and held[1] == place and w.both[place] == place and rawget(w.keys, place) == held
end

local function traversals_equal(w)
  local names, places, keys, both = 0, 0, 0, 0
  for k, v in next, w.by_name do
    if v[1] + 0.5 ~= k then return false end
    names = names + 1
  end
  for k, v in pairs(w.by_place) do
    if v[1] ~= k or w.by_name[k + 0.5] ~= v then return false end
    places = places + 1
  end
  local k, v = next(w.keys)
  while k do
    if v[1] ~= k then return false end
    keys = keys + 1
    k, v = next(w.keys, k)
  end
  for object, same in pairs(w.both) do
    if object ~= same then return false end
    both = both + 1
  end
  return names == places and places == keys and keys == both
end

local function border_is_right(w)
  local n = #w.by_place
  return (n == 0 or rawget(w.by_place, n) ~= nil) and w.by_place[n + 1] == nil
end

for _, size in ipairs { 16, 100, 700 } do
  check("reads, stores and traversals agree, step " .. size, with_steps, size, function()
    local w = world(60)
    local wrong, drops = 0, 0
    for round = 1, 700 do
      local i = random(w.count)
      local act = random(8)
      if act <= 3 then
        w.kept[i] = nil
        drops = drops + 1
      elseif act == 4 and w.by_place[i] == nil then
        w.make(i)
      elseif act == 5 and w.count < 150 then
        w.count = w.count + 1
        w.make(w.count)
      elseif act == 6 and w.by_place[i] then
        local object = w.by_place[i]
        w.keys[object] = { object }
        w.kept[i] = object
      end
      breathe()
      if not looks_equal(w, random(w.count)) or not border_is_right(w) then wrong = wrong + 1 end
      if round % 7 == 0 and not traversals_equal(w) then wrong = wrong + 1 end
    end
    return wrong, drops > 200
  end)
end

check("what a finalizer brings back is in no weak value, and still a weak key", with_steps, 64, function()
  local values, keys, found = weak "v", weak "k", {}
  local saved = {}
  local metatable = { __gc = function(object)
    found[#found + 1] = values[object.n] == nil and keys[object] == object.n
    values[object.n] = object  -- a new entry, of an object that lives again
    saved[object.n] = object
  end }
  for i = 1, 40 do
    local object = setmetatable({ n = i }, metatable)
    values[i], keys[object] = object, i
  end
  local wrong = 0
  for _ = 1, 3000 do
    breathe()
    for i = 1, 40 do
      if saved[i] and (values[i] ~= saved[i] or keys[saved[i]] ~= i) then wrong = wrong + 1 end
    end
  end
  collectgarbage()
  collectgarbage()
  local right = 0
  for i = 1, #found do right = right + (found[i] and 1 or 0) end
  for i = 1, 40 do
    if saved[i] ~= values[i] or keys[saved[i]] ~= i then wrong = wrong + 1 end
  end
  return #found, right, wrong
end)

check("what a finalizer stores again is there, though new keys make its entry move while the table is cleared", with_steps, 400, function()
  local lost, stored = 0, 0
  for round = 1, 9 do
    local t, names, kept, filler, held = weak "v", {}, {}, {}, {}
    local extra = 0
    local metatable = { __gc = function(object)
      kept[object.i], t[names[object.i]] = object, object
      stored = stored + 1
      for _ = 1, round % 3 do
        extra = extra + 1
        if extra < 100 then t[names[-extra]] = held end
      end
    end }
    for i = 1, 150 do names[i] = i * 7 + 0.5 + round end
    for i = 1, 100 do names[-i] = i * 13 + 0.25 + round end
    for i = 1, 60 do filler[i] = weak "v" filler[i][1] = {} end  -- cleared before or behind t
    for i = 1, 150 do t[names[i]] = setmetatable({ i = i }, metatable) end
    for _ = 1, 20000 do breathe() if stored == round * 150 then break end end
    for i = 1, 150 do if kept[i] and t[names[i]] ~= kept[i] then lost = lost + 1 end end
    collectgarbage()
    collectgarbage()
    for i = 1, 150 do if t[names[i]] ~= kept[i] then lost = lost + 1 end end
  end
  return lost, stored
end)

check("a metatable that goes or changes in between", with_steps, 50, function()
  local wrong = 0
  for round = 1, 60 do
    local t, kept = weak "v", {}
    for i = 1, 20 do
      t[i + 0.5] = { i }
      if i % 2 == 0 then kept[i] = t[i + 0.5] end
    end
    for _ = 1, round * 3 do breathe() end
    if round % 3 == 0 then
      setmetatable(t, nil)
    elseif round % 3 == 1 then
      setmetatable(t, { __mode = "k" })
    else
      setmetatable(t, { __mode = "kv" })
    end
    local before = 0
    for _ in pairs(t) do before = before + 1 end
    for i = 2, 20, 2 do
      if t[i + 0.5] ~= kept[i] then wrong = wrong + 1 end
    end
    if round % 3 ~= 2 then  -- what is there now is held
      for _ = 1, 200 do breathe() end
      for _ in pairs(t) do before = before - 1 end
      if before ~= 0 then wrong = wrong + 1 end
    end
  end
  return wrong
end)

check("weak tables as metatables and as __index", with_steps, 40, function()
  local wrong = 0
  local parent = weak "v"
  parent.name, parent.answer = "parent", 42
  getmetatable(parent).__index = { answer = "shadowed", other = "far" }
  local metatable = weak "v"
  metatable.__index, metatable.__len, metatable.__metatable = parent, function() return 7 end, "locked"
  local length, index = metatable.__len, parent  -- held
  local object = setmetatable({}, metatable)
  for i = 1, 600 do
    parent[i % 10], metatable[i % 10] = {}, {}
    if object.answer ~= 42 or object.name ~= "parent" or object.other ~= "far" then wrong = wrong + 1 end
    if #object ~= 7 or getmetatable(object) ~= "locked" then wrong = wrong + 1 end
  end
  return wrong, length ~= nil and index ~= nil
end)

check("table functions", with_steps, 40, function()
  local wrong = 0
  for _ = 1, 40 do
    local t, kept = weak "v", {}
    for i = 1, 30 do
      kept[i] = { i }
      t[i] = kept[i]
    end
    for i = 30, 16, -1 do kept[i] = nil end
    for _ = 1, random(120) do breathe() end
    local first = { table.unpack(t, 1, 15) }
    for i = 1, 15 do
      if first[i] ~= kept[i] then wrong = wrong + 1 end
    end
    kept[16] = { 16 }
    for i = 16, #t do t[i] = nil end
    table.insert(t, kept[16])
    if t[16] ~= kept[16] or #t ~= 16 then wrong = wrong + 1 end
    table.sort(t, function(a, b) return a[1] > b[1] end)
    if t[1] ~= kept[16] or t[16] ~= kept[1] then wrong = wrong + 1 end
    if table.remove(t) ~= kept[1] or #t ~= 15 then wrong = wrong + 1 end
    local copy = table.move(t, 1, #t, 1, {})
    if #copy ~= 15 then wrong = wrong + 1 end
  end
  return wrong
end)

check("new keys make others move while the table is cleared", with_steps, 100, function()
  local wrong = 0
  for round = 1, 40 do
    local t, kept = weak "v", {}
    for i = 1, 860 + round * 4 do t[i + random(1000) / 1024] = { i } end
    for i = 1, 60 + round do
      local key = random(100000) + 0.25
      local value = { key }
      t[key], kept[key] = value, value
      if i % 10 == 0 and has_gc then gc.verify() end
    end
    for key, value in pairs(kept) do
      if t[key] ~= value then wrong = wrong + 1 end
    end
    for key, value in pairs(t) do
      if kept[key] ~= value and key ~= value[1] and math.floor(key) ~= value[1] then wrong = wrong + 1 end
    end
    collectgarbage()
    for key, value in pairs(t) do
      if kept[key] ~= value then wrong = wrong + 1 end
    end
  end
  return wrong
end)
