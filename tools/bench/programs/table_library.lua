-- insert, remove, concat, unpack, a stack, a queue, a deque with both ends moving.
local insert, remove, concat = table.insert, table.remove, table.concat
local unpack = table.unpack or unpack
local n = tonumber(arg and arg[1]) or 400000
local stack, sum = {}, 0
for i = 1, n do
  insert(stack, i)
  if i % 3 == 0 then sum = sum + remove(stack) end
end
while #stack > 0 do sum = sum + remove(stack) % 7 end
local first, last, deque = 0, -1, {}
for i = 1, n do
  if i % 2 == 0 then first = first - 1 deque[first] = i else last = last + 1 deque[last] = i end
  if i % 5 == 0 then
    sum = sum + deque[first]
    deque[first] = nil
    first = first + 1
  end
end
local window = {}
for i = 1, n / 20 do
  insert(window, 1, i)
  if #window > 16 then sum = sum + remove(window) end
  if i % 9 == 0 then sum = sum + remove(window, 3) insert(window, 5, i) end
end
local length = 0
for i = 1, n / 16 do
  local t = { i, i + 1, "x", i + 2, "y" }
  length = length + #concat(t, ",")
  local a, b, _, d = unpack(t)
  sum = sum + a + b + d + select("#", unpack(t, 2, 4))
  t[#t + 1] = a
  t[#t + 1] = b
  length = length + #t
end
print(string.format("%d", sum), length, last - first)
