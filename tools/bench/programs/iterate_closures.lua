-- Generic for over iterators written in Lua: ranges, maps, filters, zips, stateless iterators with control values.
local function range(n)
  local i = 0
  return function()
    i = i + 1
    if i <= n then return i end
  end
end
local function map(source, f)
  return function()
    local v = source()
    if v ~= nil then return f(v) end
  end
end
local function filter(source, wanted)
  return function()
    while true do
      local v = source()
      if v == nil or wanted(v) then return v end
    end
  end
end
local function zip(a, b)
  return function()
    local x, y = a(), b()
    if x ~= nil and y ~= nil then return x, y end
  end
end
local function step(limit, i)
  if i < limit then return i + 1, i * 2 end
end
local function links(list, node) if node == nil then return list end return node.next end
local n = tonumber(arg and arg[1]) or 150000
local sum = 0
for _ = 1, 2 do
  for v in filter(map(range(n), function(x) return x * 3 end), function(x) return x % 2 == 0 end) do sum = sum + v % 5 end
  for a, b in zip(range(n), map(range(n), function(x) return x % 7 end)) do sum = sum + a % 3 * b end
  for i, d in step, n * 3, 0 do sum = sum + (d - i) % 11 end
  local list
  for i = 1, n do list = { value = i, next = list } end
  for node in links, list do sum = sum + node.value % 13 end
end
local sparse = {}
for i = 1, n, 7 do sparse[i] = i end
for _ = 1, 6 do
  for k, v in next, sparse do sum = sum + (k + v) % 3 end
  for k in pairs(sparse) do sum = sum + k % 2 end
end
print(string.format("%d", sum))
