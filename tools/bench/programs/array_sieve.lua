-- Sieve of Eratosthenes over an array of booleans.
local limit = tonumber(arg and arg[1]) or 300000
local count = 0
for _ = 1, 18 do
  local composite = {}
  for i = 1, limit do composite[i] = false end
  count = 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      for j = i + i, limit, i do composite[j] = true end
    end
  end
end
print(count)
