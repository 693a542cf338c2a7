-- Two-dimensional arrays: Gauss elimination, the game of life on tables, prefix sums, Floyd's all pairs.
local n = tonumber(arg and arg[1]) or 120
local function matrix(rows, columns, f)
  local m = {}
  for i = 1, rows do
    local row = {}
    for j = 1, columns do row[j] = f(i, j) end
    m[i] = row
  end
  return m
end
local function solve(a, b)
  local size = #a
  for k = 1, size do
    local pivot = k
    for i = k + 1, size do
      if math.abs(a[i][k]) > math.abs(a[pivot][k]) then pivot = i end
    end
    a[k], a[pivot], b[k], b[pivot] = a[pivot], a[k], b[pivot], b[k]
    local row = a[k]
    for i = k + 1, size do
      local other = a[i]
      local factor = other[k] / row[k]
      for j = k, size do other[j] = other[j] - factor * row[j] end
      b[i] = b[i] - factor * b[k]
    end
  end
  local x = {}
  for i = size, 1, -1 do
    local sum = b[i]
    for j = i + 1, size do sum = sum - a[i][j] * x[j] end
    x[i] = sum / a[i][i]
  end
  return x
end
local error_sum = 0
for round = 1, 6 do
  local a = matrix(n, n, function(i, j) return i == j and n + round or (i * j) % 7 - 3 end)
  local b = {}
  for i = 1, n do
    b[i] = 0
    for j = 1, n do b[i] = b[i] + a[i][j] * j end
  end
  local x = solve(a, b)
  for i = 1, n do error_sum = error_sum + math.abs(x[i] - i) end
end
local world = matrix(n, n, function(i, j) return (i * i + j * 3) % 5 == 0 and 1 or 0 end)
for _ = 1, 25 do
  local following = {}
  for y = 1, n do
    local above, row, below = world[y > 1 and y - 1 or n], world[y], world[y < n and y + 1 or 1]
    local new = {}
    for x = 1, n do
      local l, r = x > 1 and x - 1 or n, x < n and x + 1 or 1
      local neighbours = above[l] + above[x] + above[r] + row[l] + row[r] + below[l] + below[x] + below[r]
      new[x] = (neighbours == 3 or neighbours == 2 and row[x] == 1) and 1 or 0
    end
    following[y] = new
  end
  world = following
end
local alive = 0
for y = 1, n do for x = 1, n do alive = alive + world[y][x] end end
local distance = matrix(n, n, function(i, j) return i == j and 0 or (i * 17 + j * 31) % 101 + 1 end)
for k = 1, n do
  local through = distance[k]
  for i = 1, n do
    local row = distance[i]
    local first = row[k]
    for j = 1, n do
      local d = first + through[j]
      if d < row[j] then row[j] = d end
    end
  end
end
local total = 0
for i = 1, n do for j = 1, n do total = total + distance[i][j] end end
print(error_sum < 1e-6, alive, total)
