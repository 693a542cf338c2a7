-- Manual 3.4.1 and 3.4.3: integer arithmetic wraps around; division and modulo round towards minus infinity.
local check = require "check"
local min, max = math.mininteger, math.maxinteger

check("addition wraps", function() return max + 1 == min, min - 1 == max, max + max, min + min end)
check("multiplication wraps", function() return max * 2, min * -1, max * max, min * min, 3037000500 * 3037000500 end)
check("negation wraps", function() return -min, -max, -0 end)
check("floor division", function() return 7 // 2, -7 // 2, 7 // -2, -7 // -2, 0 // 5, 1 // max, -1 // max, min // max, max // min end)
check("floor division by minus one", function() return min // -1, max // -1, 5 // -1 end)
check("modulo", function() return 7 % 3, -7 % 3, 7 % -3, -7 % -3, 6 % 3, -6 % 3, 0 % 3, min % max, max % min end)
check("modulo by minus one", function() return min % -1, max % -1, 5 % -1 end)
check("constants fold the same", "return math.mininteger // -1, -9223372036854775807 - 1 == math.mininteger, (1 << 63) // -1, 1 << 63 % -1")
check("division is of floats", function() return 7 / 2, 6 / 2, 1 / 3, max / 1, min / -1, 0 / 5 end)
check("power is of floats", function() return 2 ^ 2, 2 ^ 0.5, (-2) ^ 2, -2 ^ 2, 2 ^ -1, 0 ^ 0, 10 ^ 2, 2 ^ 63, (-8) ^ (1 / 3) ~= (-8) ^ (1 / 3) end)
check("floor division by zero", "return 1 // 0")
check("modulo by zero", "return 1 % 0")
check("floor division by zero in registers", function() local a, b = 1, 0 return a // b end)
check("modulo by zero in registers", function() local a, b = 1, 0 return a % b end)
check("zero divided by zero", function() local a, b = 0, 0 return a // b end)
check("minus zero integer is zero", function() return 1 / -0, 1 / (0 * -1) end)
check("constant operands on either side", function() local x = 10 return x + 3, 3 + x, x - 3, 3 - x, x * 3, 3 * x, x // 3, 33 // x, x % 3, 33 % x, x / 4, 5 / x, x ^ 2, 2 ^ x end)
check("large constants", function() local x = 1 return x + 1000000, x - 1000000, x + 9223372036854775807, x * 4611686018427387904, x - 9223372036854775807 end)
check("small negative constants", function() local x = 5 return x + -1, x - -1, x + -128, x - -128, x - 127, x - 128, x + 127, x + 128 end)
check("chains of operations", function() local a, b, c = 3, 5, 7 return a + b * c - a // b % c, (a + b) * (c - a), -a + -b, - - -c, a - -b end)
check("many random operations keep one sum", function()
  local x, sum = 12345, 0
  for i = 1, 10000 do
    x = x * 6364136223846793005 + 1442695040888963407
    sum = sum ~ (x // (i | 1)) + x % (i * 2 + 1) - (x >> (i & 63))
  end
  return x, sum
end)
check("division identities", function()
  local samples, bad = { min, min + 1, -10, -3, -2, -1, 1, 2, 3, 10, max - 1, max }, 0
  for _, a in ipairs(samples) do
    for _, b in ipairs(samples) do
      if a // b * b + a % b ~= a then bad = bad + 1 end
      local r = a % b
      if r ~= 0 and (r < 0) ~= (b < 0) then bad = bad + 1 end
    end
  end
  return bad
end)
