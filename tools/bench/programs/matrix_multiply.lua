-- Product of square matrices, arrays of arrays.
local n = tonumber(arg and arg[1]) or 180
local function matrix(f) local m = {} for i = 1, n do local r = {} for j = 1, n do r[j] = f(i, j) end m[i] = r end return m end
local a, b = matrix(function(i, j) return (i - j) * (i + j) end), matrix(function(i, j) return i + j / n end)
local c
for _ = 1, 3 do
  local bt = matrix(function(i, j) return b[j][i] end)
  c = {}
  for i = 1, n do
    local row, ai = {}, a[i]
    for j = 1, n do
      local s, bj = 0, bt[j]
      for k = 1, n do s = s + ai[k] * bj[k] end
      row[j] = s
    end
    c[i] = row
  end
end
print(string.format("%.6f", c[n / 2][n / 2]))
