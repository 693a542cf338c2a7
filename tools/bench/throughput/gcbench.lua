-- SPDX-License-Identifier: MIT
-- Trees from the leaves up and from the root down, a live tree and a live array of numbers.
local function populate(depth, node)
  if depth <= 0 then return end
  node.left, node.right = {}, {}
  populate(depth - 1, node.left)
  populate(depth - 1, node.right)
end
local function make(depth)
  if depth <= 0 then return {} end
  return {left = make(depth - 1), right = make(depth - 1)}
end
local function size(node) return node.left and 1 + size(node.left) + size(node.right) or 1 end

local long_lived = {}
populate(15, long_lived)
local numbers = {}
for i = 1, 500000 do numbers[i] = 1 / i end
local total = 0
for depth = 4, 14, 4 do
  for _ = 1, 2 ^ (17 - depth) do
    local node = {}
    populate(depth, node)
    total = total + size(node) + size(make(depth))
  end
end
print(total, size(long_lived), #numbers)
