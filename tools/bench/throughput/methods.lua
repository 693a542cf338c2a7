-- SPDX-License-Identifier: MIT
-- Small objects with methods.
local Point = {}
Point.__index = Point
local function new(x, y) return setmetatable({x = x, y = y}, Point) end
function Point:add(other) return new(self.x + other.x, self.y + other.y) end
function Point:scale(factor) return new(self.x * factor, self.y * factor) end
function Point:length() return self.x * self.x + self.y * self.y end

local sum = new(0, 0)
local step = new(1, 2)
for _ = 1, 3000000 do
  sum = sum:add(step):scale(0.5)
end
print(string.format("%.6f", sum:length()))
