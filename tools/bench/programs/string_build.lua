-- Building strings: concatenation, table.concat, format, number to string.
local n = tonumber(arg and arg[1]) or 300000
local parts = {}
for i = 1, n do parts[#parts + 1] = "item" .. i .. "=" .. (i * 7 % 100) .. ";" end
local text = table.concat(parts)
local total = #text
for i = 1, n do
  local s = string.format("%05d:%s:%5.2f", i, "name", i / 3)
  total = total + #s
end
local s = ""
for i = 1, 8000 do s = s .. "x" end
print(total, #s)
