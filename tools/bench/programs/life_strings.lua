-- Conway's life on a torus, with rows printed to strings.
local w, h, steps = 64, 64, tonumber(arg and arg[1]) or 300
local grid = {}
for y = 1, h do grid[y] = {} for x = 1, w do grid[y][x] = (x * y + x * 3 + y) % 5 == 0 and 1 or 0 end end
local function step(g)
  local new = {}
  for y = 1, h do
    local above, row, below, out = g[(y - 2) % h + 1], g[y], g[y % h + 1], {}
    for x = 1, w do
      local l, r = (x - 2) % w + 1, x % w + 1
      local sum = above[l] + above[x] + above[r] + row[l] + row[r] + below[l] + below[x] + below[r]
      out[x] = (sum == 3 or (sum == 2 and row[x] == 1)) and 1 or 0
    end
    new[y] = out
  end
  return new
end
local checksum = 0
for _ = 1, steps do
  grid = step(grid)
  local lines = {}
  for y = 1, h do
    local line = {}
    for x = 1, w do line[x] = grid[y][x] == 1 and "#" or "." end
    lines[y] = table.concat(line)
  end
  checksum = checksum + select(2, table.concat(lines, "\n"):gsub("#", ""))
end
print(checksum)
