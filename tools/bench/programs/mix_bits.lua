-- needs: 5.4
-- 64-bit mixing: xorshift, a multiplicative hash, population count, Gray codes, bit reversal.
local n = tonumber(arg and arg[1]) or 600000
local state = 0x9E3779B97F4A7C15
local function xorshift()
  state = state ~ state << 13
  state = state ~ state >> 7
  state = state ~ state << 17
  return state
end
local function mix(z)
  z = (z ~ z >> 30) * 0xBF58476D1CE4E5B9
  z = (z ~ z >> 27) * 0x94D049BB133111EB
  return z ~ z >> 31
end
local function count(x)
  x = x - (x >> 1 & 0x5555555555555555)
  x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333)
  x = x + (x >> 4) & 0x0F0F0F0F0F0F0F0F
  return x * 0x0101010101010101 >> 56
end
local sum, bits = 0, 0
for i = 1, n do
  local x = xorshift()
  sum = sum ~ mix(x + i)
  bits = bits + count(x)
end
local function reverse(x, width)
  local result = 0
  for _ = 1, width do
    result = result << 1 | x & 1
    x = x >> 1
  end
  return result
end
local folded = 0
for i = 0, n // 8 do folded = folded + reverse(i ~ i >> 1, 20) // 3 end
print(sum, bits, folded)
