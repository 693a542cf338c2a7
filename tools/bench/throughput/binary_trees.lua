-- SPDX-License-Identifier: MIT
-- Trees built and dropped beside one that lives.
local function build(depth)
  if depth == 0 then return {} end
  return {build(depth - 1), build(depth - 1)}
end
local function check(tree) return tree[1] and 1 + check(tree[1]) + check(tree[2]) or 1 end

local long_lived = build(15)
local total = 0
for depth = 4, 14, 2 do
  for _ = 1, 2 ^ (14 - depth + 4) do total = total + check(build(depth)) end
end
print(total, check(long_lived))
