-- pairs, ipairs, next and a generic for with a closure.
local list, map = {}, {}
for i = 1, 20000 do list[i] = i map["k" .. i] = i end
local sum = 0
for _ = 1, 60 do
  for _, v in ipairs(list) do sum = sum + v end
  for _, v in pairs(map) do sum = sum + v end
  for k, v in pairs(list) do sum = sum + k - v end
  local k, v = next(map)
  while k do sum = sum + v k, v = next(map, k) end
  local function each(t) local i = 0 return function() i = i + 1 return t[i] end end
  for v in each(list) do sum = sum + v end
end
print(sum)
