-- expects: here
-- stress: 997
-- steps: off
-- Refs and objects by the ten thousands.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end
local function ignore() end

check("a hundred thousand objects in one list die without deep recursion", function()
  local last
  do
    local list
    for i = 1, 100000 do list = { list } if i == 1 then last = weak.ref(list) end end
    assert(last())
  end
  full()
  return last()
end) --> nil
-- Does what a round leaves behind stay within bounds, round after round? What is kept ready for the next one has a size that
-- depends on when collections come (the room of twenty thousand records is 256 KB); a leak of the rounds would be several times that.
local function stays_small(round)
  round() full()
  local before = collectgarbage "count"
  for _ = 1, 4 do round() full() end
  return collectgarbage "count" - before < 320
end
check("refs made and dropped without end take no memory", function()
  local x = {}
  local small = stays_small(function() for i = 1, 20000 do weak.ref(x, ignore) end end)
  return weak.refcount(x), small
end) --> 0 true
check("refs to objects made and dropped without end take no memory", stays_small, function()
  for i = 1, 20000 do weak.ref({}) end
end) --> true
check("registry: tokens that cannot die go with the last object under them", function()
  local n = 0
  local r = weak.registry(function() n = n + 1 end)
  local function register(from) for i = from, from + 4999 do r:register({}, 0, i) end end
  local function round(i) register(5000 * i + 1) full() full() end
  round(1) round(2)
  local before = collectgarbage "count"
  round(3) round(4)
  return n, collectgarbage "count" - before < 320
end) --> 20000 true
check("queue: polled tags take no memory", function()
  local q, n = weak.queue(), 0
  return stays_small(function() for i = 1, 5000 do q:watch({}, i) end full() for _ in q.poll, q do n = n + 1 end end), n
end) --> true 25000
check("sets, key tables and value tables made and dropped take no memory", stays_small, function()
  for i = 1, 3000 do local x = {} local a, b, c = weak.set { x }, weak.keytable { [x] = x }, weak.valuetable { x } end
end) --> true
