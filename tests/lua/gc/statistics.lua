-- expects: here
-- stress: off
-- gc.stats adds up: against what collectgarbage counts, against what a script has made, against a model of weak entries.
local gc = require "gc"
local stop, restart = function() collectgarbage("stop") end, function() collectgarbage("restart") end

-- one walk of the heap, one count of its bytes
local function adds_up()
  local counted = collectgarbage("count") * 1024
  local s = gc.stats()
  local objects, bytes = 0, 0
  for _, kind in pairs(s.kinds) do
    objects, bytes = objects + kind.count, bytes + kind.bytes
  end
  return objects == s.objects and s.bytes == counted and bytes <= s.bytes and bytes > s.bytes * 0.8 and s.bytes <= s.reserved
end
gc.settle()
stop()
print(adds_up())                           --> true

-- so many of each kind, and after their death as many as before
local function counts()
  local list = {}
  for name, kind in pairs(gc.stats().kinds) do list[name] = kind.count end
  return list
end
local makers = {
  ["table"] = function() return {} end,
  ["thread"] = function() return coroutine.create(print) end,
  ["Lua function"] = function() return load "return 1" end,
  ["upvalue"] = function() local x return function() return x end end,
  ["long string"] = function(i) return string.rep("x", 100) .. i end,
  ["short string"] = function(i) return "short " .. i end,
  ["native function"] = function() return coroutine.wrap(print) end,
  ["weakref"] = function() return weak.ref({}) end,
  ["weakvaluetable"] = function() return weak.valuetable() end,
  ["weakset"] = function() return weak.set() end,
}
for _, name in ipairs { "table", "thread", "Lua function", "upvalue", "long string", "short string", "native function", "weakref", "weakvaluetable", "weakset" } do
  local make, held = makers[name], {}
  for i = 1, 50 do held[i] = false end
  make(0)
  restart() gc.settle() stop()
  local before = counts()[name] or 0
  for i = 1, 50 do held[i] = make(i) end
  local with = counts()[name]
  held = nil
  restart() gc.settle() stop()
  print(name, with - before >= 50, (counts()[name] or 0) - before <= (name == "table" and 0 or 1))
end
--> table	true	true
--> thread	true	true
--> Lua function	true	true
--> upvalue	true	true
--> long string	true	true
--> short string	true	true
--> native function	true	true
--> weakref	true	true
--> weakvaluetable	true	true
--> weakset	true	true
print(adds_up())                           --> true
restart()

-- weak entries against a model: objects die at random, entries go by hand, others are replaced
local seed = 12345
local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 return seed // 65536 % n + 1 end
gc.settle()
local base = gc.stats().weak
local alive, by_key, by_value, by_both, members = {}, weak.keytable(), weak.valuetable(), weak.kvtable(), weak.set()
local refs, model = {}, {}  -- model: entry -> the numbers of the objects it needs
for i = 1, 400 do alive[i] = {} end
local function entry(name, ...) model[name] = { ... } end
for step = 1, 1500 do
  local a, b = random(400), random(400)
  local x, y = alive[a], alive[b]
  if x and y then
    local what = random(8)
    if what == 1 then by_key[x] = step entry("key " .. a, a)
    elseif what == 2 then by_value[b] = x entry("value " .. b, a)
    elseif what == 3 then by_both[x] = y entry("both " .. a, a, b)
    elseif what == 4 then members:add(x) entry("member " .. a, a)
    elseif what == 5 then refs[a] = weak.ref(x) entry("ref " .. a, a)
    elseif what == 6 then by_key[x] = nil model["key " .. a] = nil
    elseif what == 7 then by_value[b] = nil model["value " .. b] = nil
    else members:discard(x) model["member " .. a] = nil end
  end
end
local function modelled()
  local live, dead = 0, 0
  for _, needs in pairs(model) do
    local lives = true
    for _, n in ipairs(needs) do lives = lives and alive[n] end
    if lives then live = live + 1 else dead = dead + 1 end
  end
  return live, dead
end
local function weak_entries() local s = gc.stats().weak return s.live - base.live, s.dead, s.cleared - base.cleared end
gc.settle()
local live, dead, cleared = weak_entries()
print(live == modelled(), dead, cleared)   --> true	0	0
for i = 1, 400 do if random(3) == 1 then alive[i] = false end end
local expected_live, expected_dead = modelled()
print(expected_live > 100 and expected_dead > 100)  --> true
gc.settle()
live, dead, cleared = weak_entries()
print(live == expected_live, dead, cleared == expected_dead)  --> true	0	true
alive, by_key, by_value, by_both, members, refs = nil, nil, nil, nil, nil, nil
gc.settle()
live, dead = weak_entries()
print(live, dead)                          --> 0	0

-- settling: finalizers and callbacks that make others; a heap that is settled takes one collection
local log = {}
local function finalizer(n) if n > 0 then setmetatable({}, { __gc = function() log[#log + 1] = "gc" .. n finalizer(n - 1) end }) end end
local watched = {}
local function callback(n)
  if n == 0 then return end
  local object = {}
  watched[n] = weak.ref(object, function() log[#log + 1] = "ref" .. n callback(n - 1) end)
end
finalizer(4) callback(3)
weak.finalize({}, function() log[#log + 1] = "finalize" finalizer(1) end)
local rounds, settled = gc.settle()
table.sort(log)
print(table.concat(log, " "), rounds > 4, settled)  --> finalize gc1 gc1 gc2 gc3 gc4 ref1 ref2 ref3	true	true
gc.settle()
local again = gc.settle()
print(again)                               --> 1

-- times only grow; a full collection is a pause and passes through all phases
local function times()
  local s = gc.stats()
  return { s.pauses.count, s.pauses.longest, s.pauses.total, s.phases.marking, s.phases.flip, s.phases.clearing, s.phases.sweeping, s.cycles }
end
local before, ordered, pauses, moved = times(), true, true, true
for i = 1, 20 do
  local garbage = {}
  for j = 1, 100 * i do garbage[j] = { j } end
  garbage = nil
  collectgarbage()
  local after = times()
  for n = 1, #after do ordered = ordered and after[n] >= before[n] end
  pauses = pauses and after[1] > before[1] and after[3] - before[3] <= after[2] * (after[1] - before[1]) * 1.000001 and after[2] <= after[3]
  moved = moved and after[4] > before[4] and after[7] > before[7] and after[8] > before[8]
  before = after
end
print(ordered, pauses, moved)              --> true	true	true
