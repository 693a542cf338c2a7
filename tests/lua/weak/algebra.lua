-- expects: here
-- stress: 997
-- steps: 1999
-- Sets beside a plain computation: every pair of subsets of four objects, every method with a set and with a sequence, every operator.
local check = require "check"
local weak = require "weak"

local objects = { {}, function() return check end, coroutine.create(print), weak.keytable() }
local all = (1 << #objects) - 1

-- A subset is a number, one bit for each of the objects.
local function sequence(bits, often)
  local list = {}
  for _ = 1, often or 1 do for i, x in ipairs(objects) do if bits >> (i - 1) & 1 == 1 then list[#list + 1] = x end end end
  return list
end
local function set(bits) return weak.set(sequence(bits)) end
local function bits_of(s)
  local bits = 0
  for i, x in ipairs(objects) do if s[x] then bits = bits | 1 << (i - 1) end end
  local count = 0
  for x, value in pairs(s) do if value ~= true or not s:has(x) then return "torn" end count = count + 1 end
  return count == #s and count == #sequence(bits) and bits or "torn"
end
-- What is wrong when f is asked of every pair: f(a, b) gives a text, or nil when all is well.
local function every_pair(f)
  for a = 0, all do for b = 0, all do local wrong = f(a, b) if wrong then return a .. " " .. b .. ": " .. wrong end end end
  return "fine"
end

local operations = {
  union = function(a, b) return a | b end, intersection = function(a, b) return a & b end, difference = function(a, b) return a & ~b end,
  symmetric_difference = function(a, b) return a ~ b end,
}
check("methods that make new sets", every_pair, function(a, b)
  for name, wanted in pairs(operations) do
    local s, t = set(a), set(b)
    for _, other in ipairs { t, sequence(b), sequence(b, 2) } do
      local made = s[name](s, other)
      if rawequal(made, s) or weak.type(made) ~= "set" then return name .. " gives no new set" end
      if bits_of(made) ~= wanted(a, b) then return name .. " gives " .. bits_of(made) end
    end
    if bits_of(s) ~= a or bits_of(t) ~= b then return name .. " changes its operands" end
  end
end) --> 'fine'
check("methods that change their set", every_pair, function(a, b)
  for name, wanted in pairs(operations) do
    local method = name == "union" and "update" or name .. "_update"
    for _, other in ipairs { set(b), sequence(b), sequence(b, 2) } do
      local s = set(a)
      if not rawequal(s[method](s, other), s) then return method .. " does not give its set" end
      if bits_of(s) ~= wanted(a, b) then return method .. " gives " .. bits_of(s) end
    end
  end
end) --> 'fine'
check("two equal sets are two keys and two members", function()
  local s, t = set(3), set(3)
  local keys, names, both = weak.keytable { [s] = "s", [t] = "t" }, { [s] = "s", [t] = "t" }, weak.set { s, t, s }
  s:clear()
  return s == t, keys[s], keys[t], names[s], names[t], #keys, #both, both[s], both[set(3)]
end) --> false 's' 't' 's' 't' 2 2 true nil
check("operators take sets only, on both sides; a set equals nothing else", function()
  local s, taken = set(3), 0
  for _, symbol in ipairs { "|", "&", "-", "~", "<=", "<", ">=", ">" } do
    for _, other in ipairs { sequence(3), weak.keytable(), 5, "text", false } do
      local f = load("local a, b = ... return a " .. symbol .. " b")
      if pcall(f, s, other) then taken = taken + 1 end
      if pcall(f, other, s) then taken = taken + 1 end
    end
  end
  return taken, s == sequence(3), sequence(3) == s, s == weak.keytable(), s == 3, bits_of(s)
end) --> 0 false false false false 3
check("members are true or nil: every other value raises, in every form, and changes nothing", function()
  local s, taken, x = set(1), 0, objects[2]
  for _, value in ipairs { false, 1, "text", {}, x, s, print } do
    for _, member in ipairs { objects[1], x } do
      if pcall(function() s[member] = value end) then taken = taken + 1 end
      if pcall(rawset, s, member, value) then taken = taken + 1 end
    end
  end
  local before = bits_of(s)
  s[x], s[objects[1]] = true, nil
  rawset(s, objects[3], true)
  return taken, before, bits_of(s), s[x], s[objects[1]], rawget(s, objects[3])
end) --> 0 1 6 true nil true
check("methods that compare", every_pair, function(a, b)
  local s = set(a)
  for _, other in ipairs { set(b), sequence(b), sequence(b, 2) } do
    if s:issubset(other) ~= (a & b == a) then return "issubset" end
    if s:issuperset(other) ~= (a & b == b) then return "issuperset" end
    if s:isdisjoint(other) ~= (a & b == 0) then return "isdisjoint" end
  end
end) --> 'fine'
check("operators", every_pair, function(a, b)
  local s, t = set(a), set(b)
  if bits_of(s | t) ~= a | b or bits_of(s & t) ~= a & b or bits_of(s - t) ~= a & ~b or bits_of(s ~ t) ~= a ~ b then return "a new set" end
  if (s <= t) ~= (a & b == a) or (s >= t) ~= (a & b == b) then return "subset" end
  if (s < t) ~= (a & b == a and a ~= b) or (s > t) ~= (a & b == b and a ~= b) then return "proper subset" end
  if (s == t) ~= (a == b) or (s ~= t) ~= (a ~= b) then return "equality" end
  if bits_of(s) ~= a or bits_of(t) ~= b then return "operands changed" end
end) --> 'fine'
check("a set with itself", function()
  for a = 0, all do
    local s = set(a)
    local u, i, d, x = set(a), set(a), set(a), set(a)
    u:update(u) i:intersection_update(i) d:difference_update(d) x:symmetric_difference_update(x)
    assert(bits_of(u) == a and bits_of(i) == a and bits_of(d) == 0 and bits_of(x) == 0)
    assert(bits_of(s | s) == a and bits_of(s & s) == a and bits_of(s - s) == 0 and bits_of(s ~ s) == 0 and bits_of(s) == a)
    assert(s == s and s <= s and not (s < s) and s:issubset(s) and s:issuperset(s) and s:isdisjoint(s) == (a == 0))
  end
  return "fine"
end) --> 'fine'
check("several arguments, one after the other", every_pair, function(a, b)
  local c = a * 7 + b * 3 & all
  for name, wanted in pairs(operations) do
    local method = name == "union" and "update" or name .. "_update"
    local s = set(a)
    local made = s[name](s, set(b), sequence(c))
    if bits_of(made) ~= wanted(wanted(a, b), c) or bits_of(s) ~= a then return name end
    s[method](s, sequence(b), set(c))
    if bits_of(s) ~= wanted(wanted(a, b), c) then return method end
  end
end) --> 'fine'
check("made from a set it is another one", every_pair, function(a, b)
  local s = set(a)
  local t, u = weak.set(s), s:copy()
  t:update(sequence(b))
  u:clear()
  if bits_of(s) ~= a or bits_of(t) ~= a | b or #u ~= 0 then return "they are one" end
end) --> 'fine'
check("add, discard, remove, pop, one by one", function()
  for a = 0, all do
    local s = set(a)
    for i, x in ipairs(objects) do
      local bit = 1 << (i - 1)
      assert(rawequal(s:add(x), s) and bits_of(s) == a | bit and rawequal(s:add(x), s) and bits_of(s) == a | bit)
      assert(rawequal(s:remove(x), s) and bits_of(s) == a & ~bit and rawequal(s:discard(x), s) and not pcall(s.remove, s, x))
      if a & bit ~= 0 then s[x] = true end
      assert(bits_of(s) == a)
    end
    local popped, order = 0, {}
    for x in s.pop, s do popped = popped + 1 order[#order + 1] = x end
    assert(popped == #sequence(a) and #s == 0 and s:pop() == nil)
  end
  return "fine"
end) --> 'fine'
