-- SPDX-License-Identifier: MIT
-- Stalls of a script that allocates steadily beside something large. Runs on Lua 5.1 to 5.4.
-- usage: pauses.lua SCENARIO MODE LOOKS
-- A look at the clock comes after every 64 small allocations. There are so many, and as many more as it takes until what was old and has
-- been dropped a quarter through the loop is gone: twelve times as many, or 20 seconds, at most. os.clock is processor time, so other programs do not show;
-- its resolution is printed. Prints one "name value" a line; "gap MICROSECONDS COUNT" is the histogram.
local scenario, mode, looks = arg[1], arg[2], tonumber(arg[3] or 100000)
if mode ~= "default" then collectgarbage(mode) end
local clock, floor = os.clock, math.floor

-- Counts collections: an object that nobody holds, replaced when its finalizer runs. And an old one that is dropped in the loop: the
-- collection after the one that its finalizer follows has left nothing of what died with it.
local collections, elder, last_collection = 0, nil, math.huge
local function attach(finalizer)
  if newproxy then
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = finalizer
    return proxy
  end
  return setmetatable({}, {__gc = finalizer})
end
local function watch()
  collections = collections + 1
  attach(watch)
end

local random_state = 1
local function random(limit)
  random_state = random_state * 16807 % 2147483647
  return random_state % limit + 1
end

-- Each scenario builds what is live and returns: what to do at each look (it makes 64 allocations with those of the loop),
-- what to do a quarter through the loop, and what to say at the end about that which died.
local scenarios = {}

local function allocate(count)
  local last
  for i = 1, count do last = {i} end
  return last
end

function scenarios.objects()
  local objects = {}
  for i = 1, 1000000 do objects[i] = {i} end
  return function()
    for i = 1, 8 do objects[random(1000000)][1] = {i} end
    allocate(56)
  end
end

local function count_entries(t)
  collectgarbage("stop")
  local count = 0
  for _ in pairs(t) do count = count + 1 end
  return "entries left " .. count
end

local function weak_keys(t)
  local keys = {}
  for i = 1, 1000000 do
    keys[i] = {i}
    t[keys[i]] = {i}
  end
  return function()
    for i = 1, 8 do t[keys[random(1000000)]] = {i} end
    allocate(56)
  end, nil, function() return count_entries(t) end
end
function scenarios.mode_keys() return weak_keys(setmetatable({}, {__mode = "k"})) end
function scenarios.weak_keytable() return weak_keys(weak.keytable()) end

local function weak_values(t)
  local kept, dropped = {}, {}
  for i = 1, 1000000 do
    local value = {i}
    t[i + 0.5] = value
    if i % 2 == 0 then kept[#kept + 1] = value else dropped[#dropped + 1] = value end
  end
  local seen = 0
  return function()
    for _ = 1, 8 do
      if t[random(1000000) + 0.5] then seen = seen + 1 end
    end
    allocate(64)
  end, function() dropped = nil end, function() return count_entries(t) .. " of those kept " .. #kept end
end
function scenarios.mode_values() return weak_values(setmetatable({}, {__mode = "v"})) end
function scenarios.weak_valuetable() return weak_values(weak.valuetable()) end

function scenarios.tables()
  local array, hash, shared = {}, {}, {}
  for i = 1, 1000 do shared[i] = {i} end
  for i = 1, 5000000 do array[i] = shared[i % 1000 + 1] end
  for i = 1, 2000000 do hash[i + 0.5] = shared[i % 1000 + 1] end
  return function()
    for i = 1, 8 do
      array[random(5000000)] = {i}
      hash[random(2000000) + 0.5] = {i}
    end
    allocate(48)
  end
end

function scenarios.finalizers()
  local objects, finalized = {}, 0
  local function finalize() finalized = finalized + 1 end
  local metatable = {__gc = finalize}
  for i = 1, 100000 do objects[i] = newproxy and attach(finalize) or setmetatable({}, metatable) end
  return function() allocate(64) end, function() objects = nil end, function() return "finalized " .. finalized end
end

function scenarios.coroutines()
  local coroutines = {}
  local function body(n)
    local count, inner = 0, {}
    local function step() count = count + n end
    while true do
      step()
      coroutine.yield(inner)
    end
  end
  for i = 1, 10000 do
    coroutines[i] = coroutine.create(body)
    coroutine.resume(coroutines[i], i)
  end
  return function()
    coroutine.resume(coroutines[random(10000)])
    allocate(64)
  end
end

function scenarios.strings()
  local strings = {}
  for i = 1, 2000000 do strings[i] = "string number " .. i end
  local next_number = 3000000
  return function()
    for _ = 1, 16 do
      next_number = next_number + 1
      strings[random(2000000)] = "string number " .. next_number
    end
    allocate(48)
  end
end

-- Gaps up to `exact` microseconds are counted one by one; longer ones are kept as they are.
local exact = 10000
local counts, long, long_count = {}, {}, 0
for i = 0, exact do counts[i] = 0 end
for i = 1, 10000 do long[i] = 0 end

local function record(gap)
  if gap <= exact then
    counts[gap] = counts[gap] + 1
  elseif long_count < 10000 then
    long_count = long_count + 1
    long[long_count] = gap
  end
end

local function run(act, count, halfway)
  local at = floor(count / 4)
  local start = clock()
  local before, i = start, 0
  while i < count or halfway and collections < last_collection and i < 12 * count and before - start < 20 do
    i = i + 1
    act()
    local now = clock()
    record(floor((now - before) * 1e6 + 0.5))
    before = clock()
    if i == at and halfway then
      halfway()
      before = clock()
    end
  end
  return i
end

local function resolution()
  local least = 1
  for _ = 1, 1000 do
    local from, now = clock()
    repeat now = clock() until now > from
    if now - from < least then least = now - from end
  end
  return floor(least * 1e6 + 0.5)
end

print("resolution", resolution())
elder = attach(function() last_collection = collections + 2 end)
local act, halfway, tell = scenarios[scenario]()

-- The loop that does not allocate.
local idle = {0}
collectgarbage("stop")
run(function() for i = 1, 64 do idle[1] = i end end, 20000)
local longest_idle = 0
for i = 0, exact do
  if counts[i] > 0 then longest_idle = i end
  counts[i] = 0
end
for i = 1, long_count do
  if long[i] > longest_idle then longest_idle = long[i] end
end
long_count = 0
print("idle", longest_idle)
collectgarbage("restart")

attach(watch)
local start = clock()
local done = run(act, looks, function()
  elder = nil
  if halfway then halfway() end
end)
print("seconds", clock() - start)
print("looks", done)
print("old garbage", collections >= last_collection and "gone" or "still there")
print("collections", collections)
print("kilobytes", floor(collectgarbage("count")))
if tell then print("told", tell()) end
for i = 0, exact do
  if counts[i] > 0 then print("gap", i, counts[i]) end
end
table.sort(long)
for i = 1, 10000 do
  if long[i] > 0 and i > 10000 - long_count then print("gap", long[i], 1) end
end
