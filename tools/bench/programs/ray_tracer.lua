-- A small ray tracer: vectors as tables, methods, closures.
local sqrt, floor = math.sqrt, math.floor
local Vector = {}
Vector.__index = Vector
local function vec(x, y, z) return setmetatable({ x = x, y = y, z = z }, Vector) end
function Vector:dot(o) return self.x * o.x + self.y * o.y + self.z * o.z end
function Vector:minus(o) return vec(self.x - o.x, self.y - o.y, self.z - o.z) end
function Vector:plus(o) return vec(self.x + o.x, self.y + o.y, self.z + o.z) end
function Vector:times(k) return vec(self.x * k, self.y * k, self.z * k) end
function Vector:unit() return self:times(1 / sqrt(self:dot(self))) end
local spheres = {}
for i = 1, 6 do spheres[i] = { centre = vec(i - 3.5, (i % 3) - 1, 6 + i % 2), radius = 0.8, shade = 0.3 + i / 10 } end
local light = vec(5, 8, -5):unit()
local function hit(origin, direction)
  local nearest, best
  for i = 1, #spheres do
    local s = spheres[i]
    local oc = origin:minus(s.centre)
    local b = oc:dot(direction)
    local c = oc:dot(oc) - s.radius * s.radius
    local d = b * b - c
    if d > 0 then
      local t = -b - sqrt(d)
      if t > 1e-4 and (not nearest or t < nearest) then nearest, best = t, s end
    end
  end
  return nearest, best
end
local function trace(origin, direction, depth)
  local t, s = hit(origin, direction)
  if not t then return 0.1 + 0.2 * direction.y end
  local p = origin:plus(direction:times(t))
  local normal = p:minus(s.centre):unit()
  local diffuse = normal:dot(light)
  if diffuse < 0 or hit(p, light) then diffuse = 0 end
  local colour = s.shade * (0.2 + 0.8 * diffuse)
  if depth < 2 then
    local r = direction:minus(normal:times(2 * normal:dot(direction)))
    colour = colour + 0.3 * trace(p, r, depth + 1)
  end
  return colour
end
local size, total = tonumber(arg and arg[1]) or 160, 0
local eye = vec(0, 0, -1)
for y = 1, size do
  for x = 1, size do
    local d = vec((x / size - 0.5) * 2, (0.5 - y / size) * 2, 2):unit()
    total = total + floor(trace(eye, d, 0) * 255)
  end
end
print(total)
