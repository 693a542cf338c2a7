-- Mandelbrot set by float arithmetic in nested numeric loops.
local size = tonumber(arg and arg[1]) or 500
local inside = 0
for y = 0, size - 1 do
  local ci = 2.0 * y / size - 1.0
  for x = 0, size - 1 do
    local cr = 2.0 * x / size - 1.5
    local zr, zi, escaped = 0.0, 0.0, false
    for _ = 1, 50 do
      local r2, i2 = zr * zr, zi * zi
      if r2 + i2 > 4.0 then escaped = true break end
      zi = 2.0 * zr * zi + ci
      zr = r2 - i2 + cr
    end
    if not escaped then inside = inside + 1 end
  end
end
print(inside)
