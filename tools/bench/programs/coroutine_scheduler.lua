-- Coroutines: a round-robin scheduler with channels, a filter chain, permutations from a recursive generator, wrap.
local n = tonumber(arg and arg[1]) or 250000
local yield, create, resume, status = coroutine.yield, coroutine.create, coroutine.resume, coroutine.status
local ready, channel, received = {}, {}, 0
local function spawn(f) ready[#ready + 1] = create(f) end
for p = 1, 4 do
  spawn(function()
    for i = 1, n / 4 do
      while #channel >= 8 do yield() end
      channel[#channel + 1] = p * i
      if i % 3 == 0 then yield() end
    end
  end)
end
spawn(function()
  local left = n - n % 4
  while left > 0 do
    while #channel == 0 do yield() end
    received = (received + channel[#channel]) % 1000003
    channel[#channel] = nil
    left = left - 1
  end
end)
while #ready > 0 do
  for i = #ready, 1, -1 do
    assert(resume(ready[i]))
    if status(ready[i]) == "dead" then table.remove(ready, i) end
  end
end
local function numbers(limit) return coroutine.wrap(function() for i = 2, limit do yield(i) end end) end
local function filter(p, source)
  return coroutine.wrap(function()
    for v in source do
      if v % p ~= 0 then yield(v) end
    end
  end)
end
local source, last, primes = numbers(1500), 0, 0
while true do
  local p = source()
  if not p then break end
  last, primes = p, primes + 1
  if p < 40 then source = filter(p, source) end
end
local function permutations(t, k)
  if k == 0 then return yield(t) end
  for i = 1, k do
    t[i], t[k] = t[k], t[i]
    permutations(t, k - 1)
    t[i], t[k] = t[k], t[i]
  end
end
local sum = 0
for p in coroutine.wrap(function() permutations({ 1, 2, 3, 4, 5, 6, 7, 8 }, 8) end) do sum = sum + p[1] * p[8] end
local short = 0
for i = 1, n do
  local co = coroutine.wrap(function(a) local b = yield(a + 1) return b * 2 end)
  short = short + co(i) + co(3)
end
print(received, last, primes, sum, string.format("%d", short))
