-- Recursion: Ackermann, Takeuchi, mutual recursion, Hanoi, permutations, deep non-tail recursion.
local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end
local function tak(x, y, z)
  if y >= x then return z end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end
local odd
local function even(n) if n == 0 then return true else return odd(n - 1) end end
function odd(n) if n == 0 then return false else return even(n - 1) end end
local function hanoi(n, a, b, c)
  if n == 0 then return 0 end
  return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
end
local count = 0
local function permute(t, n)
  if n <= 1 then
    count = count + t[1]
    return
  end
  for i = 1, n do
    t[i], t[n] = t[n], t[i]
    permute(t, n - 1)
    t[i], t[n] = t[n], t[i]
  end
end
local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
local rounds = tonumber(arg and arg[1]) or 8
local total = 0
for _ = 1, rounds do
  total = total + ackermann(2, 300) + ackermann(3, 6) + tak(15, 10, 4) + hanoi(15, 1, 2, 3) + depth(15000)
  permute({ 1, 2, 3, 4, 5, 6, 7, 8 }, 8)
  if even(400000) then total = total + 1 end
end
print(total, count)
