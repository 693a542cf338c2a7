-- Manual 6.7: math.random and math.randomseed give the numbers that Lua gives.
-- stress: 101
local check = require "check"
local each_line = require "each_line"

local ranges = { { 0 }, {}, { 1 }, { 2 }, { 3 }, { 10 }, { 100 }, { 1000000007 }, { 1 << 40 }, { math.maxinteger }, { -3, 3 }, { 0, 1 }, { 7, 7 }, { -10, -5 }, { 0, 255 }, { 1, 6 }, { 0, math.maxinteger }, { math.mininteger, 0 },
  { math.mininteger, math.maxinteger }, { math.mininteger, -1 }, { math.maxinteger - 3, math.maxinteger }, { math.mininteger, math.mininteger + 2 }, { -1, math.maxinteger }, { 1.0, "9" } }
for _, seed in ipairs { { 0 }, { 1 }, { 42 }, { -1 }, { 42, 7 }, { 0, 0 }, { math.mininteger, math.maxinteger }, { 123456789012345 }, { 2^40 }, { "77" }, { 5, nil } } do
  local name = table.concat({ tostring(seed[1]), tostring(seed[2]) }, ",")
  check("seed " .. name, math.randomseed, table.unpack(seed, 1, 2))
  math.randomseed(seed[1], seed[2])
  for _, range in ipairs(ranges) do
    check("after seed " .. name .. ": random(" .. table.concat(range, ",") .. ")", function()
      local t = {}
      for i = 1, 6 do t[i] = tostring(math.random(table.unpack(range))) end
      return table.concat(t, " ")
    end)
  end
end
check("many", function()
  math.randomseed(2024)
  local sum, fraction, high = 0, 0, 0
  for i = 1, 10000 do
    local x, n = math.random(), math.random(1000)
    if x < 0 or x >= 1 or n < 1 or n > 1000 then return "out of range", x, n end
    sum, fraction, high = sum + n, fraction + x, high ~ math.random(0)
  end
  return sum, string.format("%.10f", fraction), high
end)
check("the same seed again", function()
  math.randomseed(99)
  local a, b = math.random(0), math.random()
  math.randomseed(99)
  return a == math.random(0), b == math.random()
end)
check("a seed of nobody's choice", function()
  local a, b = math.randomseed()
  local x = math.random(0)
  math.randomseed(a, b)
  return math.type(a), math.type(b), x == math.random(0)
end)
each_line("errors", [[
  math.random(2, 1)
  math.random(-5)
  math.random(1, 0)
  math.random(math.maxinteger, math.mininteger)
  math.random(1, 2, 3)
  math.random(1.5)
  math.random(1, 1.5)
  math.random("x")
  math.random({})
  math.random(nil)
  math.random(1, nil)
  math.random(0, "x")
  math.random(2^63)
  math.randomseed(1.5)
  math.randomseed("x")
  math.randomseed({})
  math.randomseed(nil)
  math.randomseed(1, 1.5)
  math.randomseed(1, {})
  math.randomseed(2^64)
  math.randomseed(1, 2, 3)
]])
