-- build/mayfly --mem-limit=256M tests/soak/soak.lua [MINUTES [SEED]]: a mixed load for so long. Weak types of every sort, coroutines
-- that are dropped half way, errors, strings, tables that grow and shrink, finalizers, requests for more memory than there is,
-- both modes of the collector in turns. The heap is verified every few seconds. Fails when the verifier complains, when
-- something dead can be seen, or when the resident size is larger by a tenth, on average, in the second half than in the first (of the time
-- after the first tenth, in which the world is made).
local gc = require "gc"
local minutes, seed = tonumber(arg[1] or 20), tonumber(arg[2] or 1)
math.randomseed(seed)
local random = math.random

local function resident()  -- in KB
  for line in io.lines "/proc/self/status" do
    local size = line:match "^VmRSS:%s*(%d+)"
    if size then return tonumber(size) end
  end
end

-- A world of nodes: all are dropped sooner or later. Only through weak edges do they lead to each other, so that what lives stays
-- the same in size; cycles lead from each to what is its own.
local world, size = {}, 20000
local notes, faces, both, watchers = weak.keytable(), weak.valuetable(), weak.kvtable(), weak.set()
local lua_keys, lua_values = setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "v" })
local told, finalized, collected, failures, errors, resumed = 0, 0, 0, 0, 0, 0
local suspended = {}

local function node(i)
  return setmetatable({ number = i, text = ("n"):rep(random(40)) .. i }, { __gc = random(50) == 1 and function() collected = collected + 1 end or nil })
end

local acts = {
  function(i) world[random(size)] = node(i) end,
  function() world[random(size)] = nil end,
  function(i) local n = world[random(size)] if n then n.next = { back = n } n["field" .. random(5)] = i end end,
  function() local n = world[random(size)] if n then notes[n] = { about = n, other = weak.ref(world[random(size)] or n) } end end,
  function(i) local n = world[random(size)] if n then faces[n.number] = n lua_values[i % 5000] = n end end,
  function() local n, m = world[random(size)], world[random(size)] if n and m then both[n] = m lua_keys[n] = { n, {} } end end,
  function() local n = world[random(size)] if n then watchers:add(n) end end,
  function() local n = world[random(size)] if n then n.ref = weak.ref(world[random(size)] or n, function() told = told + 1 end) end end,
  function() local n = world[random(size)] if n then weak.finalize(n, function() finalized = finalized + 1 end) end end,
  function() local n = world[random(size)] if n and n.ref then local m = n.ref() assert(m == nil or m.number) end end,
  function(i)
    local co = suspended[i % 500] or coroutine.create(function(n)
      local kept = { n }
      while true do
        local m = coroutine.yield(kept[#kept])
        kept[#kept % 10 + 1] = m
        if random(200) == 1 then error { kept } end
      end
    end)
    suspended[i % 500] = coroutine.resume(co, world[random(size)] or {}) and random(50) ~= 1 and co or nil
    resumed = resumed + 1
  end,
  function(i)
    local ok, what = pcall(function() local t <close> = setmetatable({}, { __close = function() errors = errors + 1 end }) error("number " .. i) end)
    assert(not ok and what:find("number " .. i, 1, true))
  end,
  function() local t = {} for k = 1, random(300) do t[k] = k t["k" .. k] = {} end for k = 1, #t, 2 do t[k] = nil end world[random(size)] = { number = -1, next = t } end,
  function(i) local s = {} for k = 1, random(60) do s[k] = i + k end assert(#table.concat(s, ",") > 0) end,
  function() local count = 0 for k, v in pairs(notes) do count = count + 1 assert(k.number and v.about == k and (v.other() or k).number) if count > 50 then break end end end,
  function() local count = 0 for n in pairs(watchers) do count = count + 1 assert(n.number) if count > 50 then break end end end,
}

local function too_much()
  local ok, message = pcall(function() local t = {} for k = 1, 1e9 do t[k] = ("x"):rep(1 << 20) .. k end end)
  assert(not ok and message == "not enough memory", message)
  failures = failures + 1
end

local function switch_mode()
  if random(2) == 1 then collectgarbage("incremental", random(120, 300), random(50, 400))
  else collectgarbage("generational", random(5, 50), random(50, 150)) end
end

local began, shown, checked = os.time(), 0, 0
local sums, counts, peak = { 0, 0 }, { 0, 0 }, 0
local i = 0
while os.time() - began < minutes * 60 do
  for _ = 1, 20000 do
    i = i + 1
    acts[random(#acts)](i)
  end
  if random(20) == 1 then switch_mode() end
  if random(400) == 1 then collectgarbage() end
  if random(2000) == 1 then too_much() end
  local now = os.time() - began
  if now >= checked + 5 then
    checked = now
    assert(gc.verify())
    local rss = resident()
    local half = now < minutes * 33 and 1 or 2
    if now > minutes * 6 then sums[half], counts[half], peak = sums[half] + rss, counts[half] + 1, math.max(peak, rss) end
  end
  if now >= shown + 60 then
    shown = now
    print(("%4d s %11d acts, resident %6d KB, in use %6.0f KB, notes %d, told %d, finalized %d, __gc %d, errors %d, out of memory %d"):format(
      now, i, resident(), collectgarbage "count", #notes, told, finalized, collected, errors, failures))
  end
end
if failures == 0 then too_much() end
world, suspended = {}, {}
gc.settle()
assert(#notes == 0 and #faces == 0 and #both == 0 and #watchers == 0 and next(lua_keys) == nil and next(lua_values) == nil)
local first, second = sums[1] / counts[1], sums[2] / counts[2]
print(("seed %d: %d acts; resident %.0f KB in the first half, %.0f KB in the second, %d KB at most; %d coroutines resumed"):format(
  seed, i, first, second, peak, resumed))
if second > first * 1.1 then error "the resident size grows" end
