-- pcall that succeeds, pcall that catches an error, error with a table.
local n = tonumber(arg and arg[1]) or 800000
local function work(i) if i % 4 == 0 then error("bad") end return i end
local good, bad = 0, 0
for i = 1, n do
  local ok, v = pcall(work, i)
  if ok then good = good + v else bad = bad + 1 end
end
local thrown = {}
for i = 1, n / 4 do
  local ok, e = pcall(error, thrown)
  if e == thrown then bad = bad + 1 end
end
print(good, bad)
