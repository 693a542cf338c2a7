-- Variable arguments: select, pack into tables, unpack, forwarding.
local unpack = table.unpack or unpack
local function sum(...) local s = 0 for i = 1, select("#", ...) do s = s + (select(i, ...)) end return s end
local function pack(...) return { n = select("#", ...), ... } end
local function forward(f, ...) return f(...) end
local total = 0
for i = 1, tonumber(arg and arg[1]) or 300000 do
  total = total + sum(i, 2, 3, 4)
  local t = pack(i, i + 1, i + 2)
  total = total + t.n + forward(sum, unpack(t, 1, t.n))
  local a, b = forward(function(...) return ... end, i, 2)
  total = total + a + b
end
print(total)
