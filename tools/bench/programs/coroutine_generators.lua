-- Coroutines: generators, a pipeline, creation of many.
local function numbers(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local function filter(source, k) return coroutine.wrap(function() for v in source do if v % k ~= 0 then coroutine.yield(v) end end end) end
local sum = 0
for v in filter(filter(filter(numbers(600000), 2), 3), 5) do sum = sum + v end
for i = 1, 60000 do
  local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
  local _, x = coroutine.resume(co, i)
  local _, y = coroutine.resume(co, x)
  sum = sum + y
end
print(sum)
