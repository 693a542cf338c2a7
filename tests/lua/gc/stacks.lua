-- expects: here
-- stress: off
-- Stacks that have been deep become small again, those of coroutines that nobody resumes included. In bytes counted.
local gc = require "gc"
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
local function kilobytes() return collectgarbage("count") end
local function coroutines(body)
  local list = {}
  for i = 1, 50 do list[i] = coroutine.create(body) end
  collectgarbage()
  return list, kilobytes()
end
local function resume_all(list) for _, co in ipairs(list) do assert(coroutine.resume(co)) end end
local function deep_then_shallow() while true do deep(3000) coroutine.yield() end end

-- 3000 calls take 3000 frames and 6000 slots at least, 80 and 16 bytes each: 50 coroutines some 16 megabytes
collectgarbage("stop")
local list, before = coroutines(deep_then_shallow)
resume_all(list)
print(kilobytes() - before > 14000)        --> true
collectgarbage()
print(kilobytes() - before < 200)          --> true
resume_all(list)
print(kilobytes() - before > 14000)        --> true
collectgarbage()
print(kilobytes() - before < 200)          --> true
for _, co in ipairs(list) do assert(coroutine.status(co) == "suspended") end

-- the same in cycles that nobody asks for: while the script goes on, at its safepoints
for _, mode in ipairs { "incremental", "generational" } do
  collectgarbage(mode)
  list = nil
  list, before = coroutines(deep_then_shallow)
  resume_all(list)
  local large = kilobytes() - before
  collectgarbage("restart")
  local cycles = gc.stats().cycles
  local rounds = 0
  repeat
    for i = 1, 10000 do local garbage = { i } end
    rounds = rounds + 1
  until kilobytes() - before < 2500 or rounds == 400
  print(mode, large > 14000, rounds < 400)
  collectgarbage("stop")
  resume_all(list)
end
--> incremental	true	true
--> generational	true	true
collectgarbage("incremental")

-- what such a stack holds stays: variables, an open upvalue, values on their way, a deep stack that is still in use
local log = {}
local function body(n)
  local shared, get, set = n
  get, set = function() return shared end, function(v) shared = v end
  deep(3000)
  local got = coroutine.yield(get, set, n)
  log[#log + 1] = got
  return shared, get()
end
list = coroutines(body)
local function inside(n) if n == 0 then return coroutine.yield(n) end return 1 + inside(n - 1) end
local within = coroutine.create(function() deep(20000) return inside(2000) end)
coroutine.resume(within)
for i, co in ipairs(list) do
  local ok, get, set, n = coroutine.resume(co, i)
  collectgarbage()
  assert(ok and get() == i and n == i)
  set(-i)
  assert(get() == -i)
end
for i, co in ipairs(list) do
  local ok, shared, again = coroutine.resume(co, "got " .. i)
  assert(ok and shared == -i and again == -i and log[i] == "got " .. i)
end
print(coroutine.resume(within, 5))         --> true	2005

-- one that waits for a coroutine it has resumed keeps its stack, and gets it back small when it runs
local outer = coroutine.wrap(function()
  local x = "kept"
  deep(3000)
  local inner = coroutine.wrap(function() collectgarbage() deep(3000) collectgarbage() return x end)
  return inner() .. x
end)
print(outer())                             --> keptkept

-- ended and failed coroutines that are still held
local ended, failed = coroutine.create(function() deep(30000) end), coroutine.create(function() deep(30000) error("x", 0) end)
before = kilobytes()
coroutine.resume(ended)
coroutine.resume(failed)
collectgarbage()
print(kilobytes() - before < 20, coroutine.status(ended), (debug.traceback(failed):gsub("\n.*", "")))  --> true	dead	stack traceback:
