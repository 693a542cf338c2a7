-- Closures and upvalues: creation, shared variables, calls through upvalues.
local function counter(step)
  local n = 0
  return function() n = n + step return n end, function() n = 0 end
end
local rounds = tonumber(arg and arg[1]) or 400000
local sum = 0
for i = 1, rounds do
  local tick, reset = counter(i % 3 + 1)
  for _ = 1, 8 do sum = sum + tick() end
  reset()
  sum = sum + tick()
end
local function compose(f, g) return function(x) return f(g(x)) end end
local f = function(x) return x + 1 end
for _ = 1, 10 do f = compose(f, function(x) return x * 2 % 1000003 end) end
for i = 1, rounds / 4 do sum = sum + f(i) end
print(sum)
