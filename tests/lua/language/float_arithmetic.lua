-- Manual 3.4.1: floats follow IEEE 754; floor division and modulo are defined for them too.
local check = require "check"
local inf, nan = math.huge, 0 / 0

check("mixed operands give floats", function() return 1 + 1.0, 2 - 1.0, 3 * 1.0, 3.0 // 2, 3 % 2.0, 1e15 + 1, 10 // 3.0 end)
check("floor division of floats", function() return 7.5 // 2, -7.5 // 2, 7.5 // -2, -7.5 // -2, 1e308 // 1e-308, 5.0 // 0, -5.0 // 0, 0.0 // 5, -0.0 // 5 end)
check("floor division and infinity", function() return inf // 1, 1 // inf, -1 // inf, -inf // 2, tostring(inf // inf):gsub("-", "") end)
check("modulo of floats", function() return 7.5 % 2, -7.5 % 2, 7.5 % -2, -7.5 % -2, 5.0 % 3, -5.0 % 3, 5.25 % 0.5, 0.0 % 1, 1e308 % 3 end)
check("modulo and infinity", function() return 5 % inf, -5 % inf, 5 % -inf, -5 % -inf, 0.0 % inf end)
check("modulo that is no number", function() local function plain(x) return x ~= x end return plain(inf % 2), plain(5.0 % 0), plain(nan % 1), plain(1 % nan), plain(5 % 0.0) end)
check("modulo keeps the sign of zero", function() return 1 / (-0.0 % 5), 1 / (-6.0 % 3), 1 / (6.0 % -3), 1 / (0.0 % -5) end)
check("division by zero", function() return 1 / 0, -1 / 0, 1 / 0.0, 1 / -0.0, (0 / 0) ~= (0 / 0) end)
check("minus zero", function() return -0.0, 0.0, 0.0 == -0.0, 1 / -0.0, 0.0 + -0.0, -0.0 + -0.0, -(0.0), 0.0 * -1 end)
check("minus zero constants stay apart", function() local a, b = 0.0, -0.0 return 1 / a, 1 / b, 1 / 0.0, 1 / -0.0 end)
check("infinity", function() return inf + 1, inf - 1e308, -inf, inf * -1, inf > 1e308, 1e308 * 10, -1e308 * 10, (inf - inf) ~= (inf - inf) end)
check("power", function() return 2.0 ^ 3, 2 ^ 0.5, 0.0 ^ 0, inf ^ 0, 0 ^ -1, (-1) ^ inf, 2 ^ 1024, 2 ^ -1074, 2 ^ -1075, (-27) ^ 3, 2 ^ 3 ^ 2, nan ^ 0, 1 ^ nan end)
check("no number is equal to nothing", function() return nan == nan, nan ~= nan, nan < nan, nan <= nan, nan > 1, nan < 1, not (nan == 1), rawequal(nan, nan) end)
check("precision", function() return 0.1 + 0.2, 0.1 + 0.2 == 0.3, 1e16 + 1, 2 ^ 53 + 1, 2 ^ 53 == 2 ^ 53 + 1, 1 / 3 * 3 == 1, 100 * 1.1 end)
check("how floats are shown", function() return 1e15, 1e14, 123456.789, 1e-5, 0.0001, 1e100, -1e15, 3.14159265358979, 2 ^ 63, 1e15 + 0.5, 12345678901234.5, 1 / 3, 1e300 * 1e10, -1e300 * 1e10 end)
check("how integral floats are shown", function() return 1.0, -1.0, 1e2, 2.0 ^ 31, 1e15, 1e16, 1e17, 123456789012.0 end)
check("float constants", function() local x = 2 return x + 0.5, 0.5 + x, x - 0.5, x * 0.5, x / 0.5, x // 0.5, x % 0.75, x ^ 0.5, 0.5 - x, 0.5 / x, 7.5 // x, 7.5 % x, 0.5 ^ x end)
check("negation", function() local x, y = 1.5, inf return -x, -y, - -x, -(x - 2) end)
check("sum of many", function() local s = 0.0 for i = 1, 1000 do s = s + 1 / i end return s end)
check("fractional floor modulo identity", function()
  local samples, bad = { -7.5, -2.0, -0.5, 0.5, 1.25, 3.0, 1e10 }, 0
  for _, a in ipairs(samples) do for _, b in ipairs(samples) do
    if math.abs(a // b * b + a % b - a) > 1e-9 * math.abs(a) then bad = bad + 1 end
  end end
  return bad
end)
