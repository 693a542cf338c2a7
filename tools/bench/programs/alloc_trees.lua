-- Binary trees: allocation and release of small tables.
local function bottom_up(depth)
  if depth == 0 then return {} end
  depth = depth - 1
  return { bottom_up(depth), bottom_up(depth) }
end
local function check(tree)
  if tree[1] then return 1 + check(tree[1]) + check(tree[2]) end
  return 1
end
local n = tonumber(arg and arg[1]) or 14
local long_lived = bottom_up(n)
for depth = 4, n, 2 do
  local iterations = 2 ^ (n - depth + 4)
  local total = 0
  for _ = 1, iterations do total = total + check(bottom_up(depth)) end
  print(string.format("%d\t trees of depth %d\t check: %d", iterations, depth, total))
end
print(check(long_lived))
