-- SPDX-License-Identifier: MIT
-- Single operations on weak types and their plain counterparts. usage: cost.lua NAME COUNT
-- Prints the seconds that COUNT operations took, loop included.
local name, count = arg[1], tonumber(arg[2])
local weak = weak or false
local keytable = weak and weak.keytable or function() return setmetatable({}, { __mode = "k" }) end
local valuetable = weak and weak.valuetable or function() return setmetatable({}, { __mode = "v" }) end
local set = weak and weak.set or keytable
local function plain() return {} end

local tests = {}
function tests.empty_loop() for _ = 1, count do end end
function tests.empty_call()
  local f = function() end
  for _ = 1, count do f() end
end
-- Elsewhere the idiom is a table with one weak slot.
function tests.ref_read()
  local target = {}
  if weak then
    local r = weak.ref(target)
    for _ = 1, count do local _ = r() end
  else
    local r = setmetatable({ target }, { __mode = "v" })
    for _ = 1, count do local _ = r[1] end
  end
  return target
end
-- The object is read and a field of it used; and the same where it is held.
function tests.ref_use()
  local target, sum = { value = 1 }, 0
  if weak then
    local r = weak.ref(target)
    for _ = 1, count do sum = sum + r().value end
  else
    local r = setmetatable({ target }, { __mode = "v" })
    for _ = 1, count do sum = sum + r[1].value end
  end
  return target, sum
end
function tests.held_use()
  local target, sum = { value = 1 }, 0
  for _ = 1, count do sum = sum + target.value end
  return target, sum
end

-- Tables of a thousand entries, made anew each time; `keys` are objects.
local function keyed(new, body)
  local keys = {}
  for i = 1, 1000 do keys[i] = {} end
  local t = new()
  for i = 1, 1000 do t[keys[i]] = true end
  for _ = 1, count / 1000 do body(keys, t, new) end
end
local function insert(keys, _, new)
  local t = new()
  for i = 1, 1000 do t[keys[i]] = true end
end
local function lookup(keys, t) for i = 1, 1000 do local _ = t[keys[i]] end end
local function update(keys, t) for i = 1, 1000 do t[keys[i]] = true end end
local function delete(keys, t, new) -- and insert, see insert
  t = new()
  for i = 1, 1000 do t[keys[i]] = true end
  for i = 1, 1000 do t[keys[i]] = nil end
end
local function traverse(_, t) for _ in pairs(t) do end end
local function length(_, t) for _ = 1, 1000 do local _ = #t end end
local operations =
  { insert = insert, lookup = lookup, update = update, delete = delete, traverse = traverse, length = length }
for operation, body in pairs(operations) do
  tests["plain_" .. operation] = function() keyed(plain, body) end
  tests["key_" .. operation] = function() keyed(keytable, body) end
  tests["set_" .. operation] = function() keyed(set, body) end
end
-- Values by name: cache.name
function tests.plain_field()
  local t = { name = {} }
  for _ = 1, count do local _ = t.name end
end
function tests.value_field()
  local value = {}
  local t = valuetable()
  t.name = value
  for _ = 1, count do local _ = t.name end
  return value
end
function tests.churn()
  local t = valuetable()
  for i = 1, count do t[i % 65536] = { i } end
end

local start = os.clock()
tests[name]()
print(string.format("%.6f", os.clock() - start))
