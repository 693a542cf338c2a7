-- SPDX-License-Identifier: MIT
-- Tables of variable arguments.
local unpack = table.unpack or unpack
local function pack(...) return {...} end
local function reverse(...)
  local arguments, reversed = {...}, {}
  for i = #arguments, 1, -1 do reversed[#reversed + 1] = arguments[i] end
  return unpack(reversed)
end
local total = 0
for i = 1, 600000 do
  local t = pack(reverse(i, 2, 3, 4, i))
  total = total + t[1] + t[5] + select("#", unpack(t))
end
print(total)
