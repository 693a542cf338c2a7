-- Full collections beside graphs of ephemerons. usage: scaling.lua SHAPE COUNT ROUNDS
-- Prints the seconds of one full collection with everything alive, the least of so many rounds. The first collection is not among
-- them at any size: it finds what the making has left.
local shape, count, rounds = arg[1], tonumber(arg[2]), tonumber(arg[3] or 3)
local keytable = weak and weak.keytable or function() return setmetatable({}, { __mode = "k" }) end
local first, hold

local shapes = {}
-- One table; each value is the next key, entered from the far end so that a rescan finds one link at a time.
function shapes.chain()
  local keys, t = {}, keytable()
  for i = 1, count + 1 do keys[i] = {} end
  for i = count, 1, -1 do t[keys[i]] = keys[i + 1] end
  first, hold = keys[1], t
end
-- As many tables of one entry each, each value the next key, held in a random order.
function shapes.tables()
  local keys, order, seed = {}, {}, 42
  for i = 1, count + 1 do keys[i] = {} end
  for i = 1, count do
    local t = keytable()
    t[keys[i]] = keys[i + 1]
    order[i] = t
  end
  for i = count, 2, -1 do
    seed = seed * 16807 % 2147483647
    local j = seed % i + 1
    order[i], order[j] = order[j], order[i]
  end
  first, hold = keys[1], order
end
-- One key that leads to all values, each of which is the key of an entry that leads back.
function shapes.star()
  local t, hub, list = keytable(), {}, {}
  for i = 1, count do
    local key = {}
    list[i] = key
    t[key] = hub
  end
  t[hub] = list
  first, hold = hub, t
end
-- A table whose values are ephemeron tables, keyed by the values of the table before.
function shapes.nested()
  local outer, key = keytable(), {}
  first = key
  for _ = 1, count do
    local inner, next_key = keytable(), {}
    inner[key] = next_key
    outer[key] = inner
    key = next_key
  end
  hold = outer
end

shapes[shape]()
collectgarbage()
local best = math.huge
for _ = 1, rounds do
  local start = os.clock()
  collectgarbage()
  best = math.min(best, os.clock() - start)
end
-- Everything must still be there.
local alive, k = 0, first
if shape == "chain" then
  while hold[k] do alive, k = alive + 1, hold[k] end
  assert(alive == count)
end
print(string.format("%.6f", best))
