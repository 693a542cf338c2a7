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
check("refs made and dropped without end take no memory", function()
  local x = {}
  full()
  local before = collectgarbage "count"
  for i = 1, 20000 do weak.ref(x, ignore) end
  full()
  return weak.refcount(x), collectgarbage "count" - before < 64
end) --> 0 true
check("refs to objects made and dropped without end take no memory", function()
  full()
  local before = collectgarbage "count"
  for i = 1, 20000 do weak.ref({}) end
  full()
  return collectgarbage "count" - before < 64
end) --> true
