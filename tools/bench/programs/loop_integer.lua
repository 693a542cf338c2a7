-- Integer loops: collatz lengths, greatest common divisors, digit sums, nested counting with breaks.
local n = tonumber(arg and arg[1]) or 60000
local longest, at = 0, 0
for start = 1, n do
  local value, steps = start, 0
  while value ~= 1 do
    if value % 2 == 0 then value = value / 2 else value = value * 3 + 1 end
    steps = steps + 1
  end
  if steps > longest then longest, at = steps, start end
end
local function gcd(a, b)
  while b ~= 0 do a, b = b, a % b end
  return a
end
local coprime = 0
for a = 1, 700 do
  for b = a, 700 do
    if gcd(a, b) == 1 then coprime = coprime + 1 end
  end
end
local digits = 0
for i = 1, n * 4 do
  local rest = i
  repeat
    local digit = rest % 10
    digits = digits + digit
    rest = (rest - digit) / 10
  until rest == 0
end
local triples = 0
for a = 1, 150 do
  for b = a, 150 do
    for c = b, 220 do
      local d = a * a + b * b - c * c
      if d == 0 then triples = triples + 1 end
      if d < 0 then break end
    end
  end
end
print(longest, at, coprime, string.format("%d", digits), triples)
