-- Tail calls: a state machine of functions, continuation passing, many results and few wanted.
local n = tonumber(arg and arg[1]) or 400000
local input = {}
for i = 1, n do input[i] = i * i % 7 end
local states, tally = {}, { 0, 0, 0 }
function states.start(i)
  local c = input[i]
  if c == nil then return i end
  if c < 3 then return states.low(i + 1, c) end
  return states.high(i + 1, c, 1)
end
function states.low(i, sum)
  tally[1] = tally[1] + sum
  local c = input[i]
  if c == 0 then return states.start(i + 1) end
  if c == nil then return i end
  if c > 3 then return states.high(i + 1, c, 2) end
  return states.low(i + 1, c)
end
function states.high(i, sum, times)
  tally[2] = tally[2] + sum * times
  if times > 2 then
    tally[3] = tally[3] + 1
    return states.start(i)
  end
  local c = input[i]
  if c == nil then return i end
  return states.high(i + 1, c, times + 1)
end
local stop = 0
for _ = 1, 3 do stop = stop + states.start(1) end
local function three(a, b) return a, b, a + b end
local function pass(a, b) return three(b, a) end
local function first(a) return a end
local sum = 0
for i = 1, n do
  local a, b, c, d = pass(i, 1)
  sum = sum + a + b + c + (d or 1) + first(pass(i, 2)) + (pass(3, i))
end
local function factorial(k, continue)
  if k == 0 then return continue(1) end
  return factorial(k - 1, function(r) return continue(r * k % 1000003) end)
end
for i = 1, n / 400 do sum = sum + factorial(i % 60, function(r) return r end) end
print(stop, tally[1], tally[2], tally[3], string.format("%d", sum))
