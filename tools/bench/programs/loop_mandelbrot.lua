-- Floating point: the Mandelbrot set, numeric integration, a logistic map, Newton's method.
local size = tonumber(arg and arg[1]) or 320
local inside = 0
for py = 0, size - 1 do
  local ci = 2 * py / size - 1
  for px = 0, size - 1 do
    local cr = 2 * px / size - 1.5
    local zr, zi, i = 0.0, 0.0, 0
    while i < 50 do
      local r2, i2 = zr * zr, zi * zi
      if r2 + i2 > 4 then break end
      zi = 2 * zr * zi + ci
      zr = r2 - i2 + cr
      i = i + 1
    end
    if i == 50 then inside = inside + 1 end
  end
end
local sum, h = 0.0, 1e-5
for x = 0, 1, h do sum = sum + 4 / (1 + x * x) * h end
local x = 0.3
for _ = 1, 3000000 do x = 3.7 * x * (1 - x) end
local roots = 0.0
for i = 1, 120000 do
  local guess = i
  for _ = 1, 12 do guess = (guess + i / guess) / 2 end
  roots = roots + guess
end
print(inside, string.format("%.3f %.6f %.6f", sum, x > 0 and 1 or 0, roots))
