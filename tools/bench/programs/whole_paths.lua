-- Graphs: shortest paths with a heap, breadth first search on a grid, union and find, strongly connected components.
local seed = 99
local function random(n) seed = seed * 16807 % 2147483647 return seed % n + 1 end
local size = 60
local cost = {}
for y = 1, size do
  cost[y] = {}
  for x = 1, size do cost[y][x] = random(9) end
end
local Heap = {}
Heap.__index = Heap
function Heap:push(key, x, y)
  local i = self.n + 1
  self.n = i
  local item = { key = key, x = x, y = y }
  while i > 1 do
    local up = math.floor(i / 2)
    if self[up].key <= key then break end
    self[i] = self[up]
    i = up
  end
  self[i] = item
end
function Heap:pop()
  local top, item = self[1], self[self.n]
  self[self.n] = nil
  self.n = self.n - 1
  local n, i = self.n, 1
  if n > 0 then
    while true do
      local c = i * 2
      if c > n then break end
      if c < n and self[c + 1].key < self[c].key then c = c + 1 end
      if item.key <= self[c].key then break end
      self[i] = self[c]
      i = c
    end
    self[i] = item
  end
  return top
end
local moves = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } }
local function shortest(sx, sy)
  local distance, heap = {}, setmetatable({ n = 0 }, Heap)
  for y = 1, size do distance[y] = {} end
  distance[sy][sx] = 0
  heap:push(0, sx, sy)
  while heap.n > 0 do
    local item = heap:pop()
    local x, y = item.x, item.y
    if item.key == distance[y][x] then
      for _, m in ipairs(moves) do
        local nx, ny = x + m[1], y + m[2]
        local row = cost[ny]
        local c = row and row[nx]
        if c then
          local d = item.key + c
          local known = distance[ny][nx]
          if not known or d < known then
            distance[ny][nx] = d
            heap:push(d, nx, ny)
          end
        end
      end
    end
  end
  return distance
end
local function components(n, edges)
  local out = {}
  for i = 1, n do out[i] = {} end
  for _ = 1, edges do
    local a = random(n)
    table.insert(out[a], random(n))
  end
  local index, low, on, stack, count, found = {}, {}, {}, {}, 0, 0
  local function visit(v)
    count = count + 1
    index[v], low[v], on[v] = count, count, true
    stack[#stack + 1] = v
    for _, w in ipairs(out[v]) do
      if not index[w] then
        visit(w)
        low[v] = math.min(low[v], low[w])
      elseif on[w] then
        low[v] = math.min(low[v], index[w])
      end
    end
    if low[v] == index[v] then
      found = found + 1
      repeat
        local w = table.remove(stack)
        on[w] = false
      until w == v
    end
  end
  for v = 1, n do if not index[v] then visit(v) end end
  return found
end
local function groups(n)
  local parent, left = {}, n
  for i = 1, n do parent[i] = i end
  local function find(i)
    while parent[i] ~= i do
      parent[i] = parent[parent[i]]
      i = parent[i]
    end
    return i
  end
  for _ = 1, n do
    local a, b = find(random(n)), find(random(n))
    if a ~= b then
      parent[a] = b
      left = left - 1
    end
  end
  return left
end
local total = 0
for round = 1, tonumber(arg and arg[1]) or 12 do
  local d = shortest(round, round)
  total = total + d[size][size] + d[1][size] + components(3000, 4500) + groups(20000)
end
print(total)
