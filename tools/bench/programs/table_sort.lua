-- table.sort with and without comparator, numbers and strings; insert and remove.
local n = tonumber(arg and arg[1]) or 200000
local seed = 42
local function random() seed = (seed * 16807) % 2147483647 return seed end
local numbers, strings = {}, {}
for i = 1, n do numbers[i] = random() end
for i = 1, n / 4 do strings[i] = "s" .. random() end
table.sort(numbers)
table.sort(strings)
print(numbers[1], numbers[n], strings[1], strings[#strings])
for i = 1, n do numbers[i] = random() end
table.sort(numbers, function(a, b) return a > b end)
print(numbers[1], numbers[n])
local queue = {}
for i = 1, n * 5 do
  table.insert(queue, i)
  if i % 3 == 0 then table.remove(queue) end
end
for i = 1, 30 do table.insert(queue, 1, i) table.remove(queue, 2) end
print(#queue)
