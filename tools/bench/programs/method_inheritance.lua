-- Classes: four levels of inheritance, overridden methods, calls of the parent's method, accessors.
local function class(parent)
  local c = {}
  c.__index = c
  c.parent = parent
  if parent then setmetatable(c, parent) end
  c.new = function(...)
    local o = setmetatable({}, c)
    o:init(...)
    return o
  end
  return c
end
local Shape = class()
function Shape:init(name) self.name = name self.moves = 0 end
function Shape:move(d) self.moves = self.moves + d return self end
function Shape:area() return 0 end
function Shape:describe() return self:kind() + self:area() end
function Shape:kind() return 1 end
local Polygon = class(Shape)
function Polygon:init(name, sides) Shape.init(self, name) self.sides = sides end
function Polygon:kind() return self.sides end
local Rectangle = class(Polygon)
function Rectangle:init(w, h) Polygon.init(self, "rectangle", 4) self.w = w self.h = h end
function Rectangle:area() return self.w * self.h end
local Square = class(Rectangle)
function Square:init(w) Rectangle.init(self, w, w) end
function Square:kind() return Rectangle.kind(self) + 10 end
local Circle = class(Shape)
function Circle:init(r) Shape.init(self, "circle") self.r = r end
function Circle:area() return self.r * self.r * 3 end
local shapes = {}
for i = 1, 90 do
  if i % 3 == 0 then shapes[i] = Rectangle.new(i, i + 1)
  elseif i % 3 == 1 then shapes[i] = Square.new(i)
  else shapes[i] = Circle.new(i) end
end
local sum = 0
for round = 1, tonumber(arg and arg[1]) or 9000 do
  for i = 1, #shapes do
    local s = shapes[i]
    sum = (sum + s:describe() + s:move(1).moves) % 1000003
  end
  if round % 4 == 0 then shapes[round % 90 + 1] = Square.new(round % 50) end
end
print(sum)
