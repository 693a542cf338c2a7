-- Metamethods: arithmetic on small objects, __index functions, __eq, __lt, __len, __call.
local V = {}
V.__index = V
local function new(x, y) return setmetatable({ x = x, y = y }, V) end
V.__add = function(a, b) return new(a.x + b.x, a.y + b.y) end
V.__mul = function(a, k) return new(a.x * k, a.y * k) end
V.__eq = function(a, b) return a.x == b.x and a.y == b.y end
V.__lt = function(a, b) return a.x < b.x end
V.__len = function(a) return a.x end
V.__call = function(self, d) return self.x + d end
local lazy = setmetatable({}, { __index = function(_, k) return k * 2 end, __newindex = function(t, k, v) rawset(t, k, v) end })
local sum, acc, one = 0, new(0, 0), new(1, 1)
for i = 1, tonumber(arg and arg[1]) or 1000000 do
  acc = acc + one * 2
  if acc == one then sum = sum + 1 end
  if one < acc then sum = sum + 1 end
  sum = sum + one(i) % 3 + lazy[i] % 5
end
print(sum, acc.x, acc.y)
