-- Compiling a large generated source.
local lines = {}
for i = 1, tonumber(arg and arg[1]) or 4000 do
  lines[#lines + 1] = "local function f" .. i % 150 .. "(a, b, ...)"
  lines[#lines + 1] = "  local t = { x = a, y = b * " .. i .. ", [" .. i .. "] = 'text" .. i .. "', ... }"
  lines[#lines + 1] = "  for i, v in ipairs(t) do if v ~= nil and i < 10 then t.x = (t.x or 0) + #tostring(v) else break end end"
  lines[#lines + 1] = "  while t.y > 1000 do t.y = t.y - 37.5 end"
  lines[#lines + 1] = "  return function(z) return t.x + t.y + z .. 'end', a and b or nil end"
  lines[#lines + 1] = "end"
  if i % 150 == 149 then lines[#lines + 1] = "do end" end
  if i % 150 == 0 then lines[#lines + 1] = "end do" end
end
local source = "do " .. table.concat(lines, "\n") .. " end"
local total = 0
for _ = 1, 6 do
  local f = assert((loadstring or load)(source))
  total = total + #source
  assert(f)
end
print(total)
