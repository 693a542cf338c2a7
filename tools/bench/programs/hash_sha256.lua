-- needs: 5.4
-- SHA-256 with 64-bit integers; the constants are computed, not listed.
local primes, candidate = {}, 2
while #primes < 64 do
  local prime = true
  for _, p in ipairs(primes) do
    if candidate % p == 0 then prime = false break end
  end
  if prime then primes[#primes + 1] = candidate end
  candidate = candidate + 1
end
-- The first 32 bits of the fractional part of a root, found by bisection with whole numbers.
local function root_bits(p, power)
  local low, high = 0, 1 << 36
  while high - low > 1 do
    local middle = (low + high) // 2
    local x = middle / 2.0 ^ 32
    local below
    if power == 2 then below = x * x <= p else below = x * x * x <= p end
    if below then low = middle else high = middle end
  end
  return low & 0xFFFFFFFF
end
local K, start = {}, {}
for i = 1, 64 do K[i] = root_bits(primes[i], 3) end
for i = 1, 8 do start[i] = root_bits(primes[i], 2) end

local function rotate(x, n) return (x >> n | x << 32 - n) & 0xFFFFFFFF end

local function digest(message)
  local bytes = #message
  local padded = message .. "\128" .. ("\0"):rep((55 - bytes) % 64) .. string.pack(">I8", bytes * 8)
  local h1, h2, h3, h4, h5, h6, h7, h8 = table.unpack(start)
  local w = {}
  for at = 1, #padded, 64 do
    for i = 1, 16 do w[i] = string.unpack(">I4", padded, at + i * 4 - 4) end
    for i = 17, 64 do
      local x, y = w[i - 15], w[i - 2]
      local s0 = rotate(x, 7) ~ rotate(x, 18) ~ x >> 3
      local s1 = rotate(y, 17) ~ rotate(y, 19) ~ y >> 10
      w[i] = w[i - 16] + s0 + w[i - 7] + s1 & 0xFFFFFFFF
    end
    local a, b, c, d, e, f, g, h = h1, h2, h3, h4, h5, h6, h7, h8
    for i = 1, 64 do
      local s1 = rotate(e, 6) ~ rotate(e, 11) ~ rotate(e, 25)
      local t1 = h + s1 + (e & f ~ ~e & g) + K[i] + w[i]
      local s0 = rotate(a, 2) ~ rotate(a, 13) ~ rotate(a, 22)
      local t2 = s0 + (a & b ~ a & c ~ b & c)
      h, g, f, e, d, c, b, a = g, f, e, d + t1 & 0xFFFFFFFF, c, b, a, t1 + t2 & 0xFFFFFFFF
    end
    h1, h2, h3, h4 = h1 + a & 0xFFFFFFFF, h2 + b & 0xFFFFFFFF, h3 + c & 0xFFFFFFFF, h4 + d & 0xFFFFFFFF
    h5, h6, h7, h8 = h5 + e & 0xFFFFFFFF, h6 + f & 0xFFFFFFFF, h7 + g & 0xFFFFFFFF, h8 + h & 0xFFFFFFFF
  end
  return string.format("%08x%08x%08x%08x%08x%08x%08x%08x", h1, h2, h3, h4, h5, h6, h7, h8)
end
assert(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
local text = ("The quick brown fox jumps over the lazy dog. "):rep(40)
local chain = digest(text)
for _ = 1, tonumber(arg and arg[1]) or 200 do chain = digest(chain .. text) end
print(chain)
