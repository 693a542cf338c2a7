-- stress: 97
-- The library gc: gc/controls.md.
local check = require "check"
check("no global", function() return rawget(_G, "gc") end)
local gc = require "gc"
check("require gives one table", function() return gc == require "gc", package.loaded.gc == gc end)
check("functions", function()
  local names = {}
  for name in pairs(gc) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, " ")
end)
check("stats", function()
  local s = gc.stats()
  local fields = {}
  for name, value in pairs(s) do fields[#fields + 1] = name .. ":" .. (math.type(value) or type(value)) end
  table.sort(fields)
  return table.concat(fields, " ")
end)
check("parts of stats", function()
  local s = gc.stats()
  local lines = {}
  for _, part in ipairs { "pauses", "phases", "weak" } do
    local fields = {}
    for name, value in pairs(s[part]) do fields[#fields + 1] = name .. ":" .. math.type(value) end
    table.sort(fields)
    lines[#lines + 1] = part .. " " .. table.concat(fields, " ")
  end
  return table.concat(lines, "; ")
end)
check("kinds count objects", function()
  gc.settle()
  local before = gc.stats().kinds.table
  local held = {}
  for i = 1, 1000 do held[i] = {} end
  collectgarbage()
  local after = gc.stats().kinds.table
  return after.count - before.count >= 1001, after.bytes - before.bytes >= 1000 * 40
end)
check("weak entries", function()
  gc.settle()
  local before = gc.stats().weak
  local held, refs, entries = {}, {}, weak.keytable()
  for i = 1, 100 do
    held[i] = {}
    refs[i] = weak.ref(held[i])
    entries[held[i]] = i
  end
  local full = gc.stats().weak
  held = nil
  collectgarbage()
  local after = gc.stats().weak
  return full.live - before.live, after.live - before.live, after.dead, after.cleared - full.cleared
end)
check("settle", function()
  local left = 5
  local function chain()
    setmetatable({}, { __gc = function() left = left - 1 if left > 0 then chain() end end })
  end
  chain()
  local rounds, settled = gc.settle()
  return left, rounds > 2, settled
end)
check("settle gives up", function()
  local stop = false
  local function forever() setmetatable({}, { __gc = function() if not stop then forever() end end }) end
  forever()
  local rounds, settled = gc.settle(7)
  stop = true
  return rounds, settled
end)
check("settle inside a finalizer", function()
  local message
  setmetatable({}, { __gc = function() message = select(2, pcall(gc.settle)) end })
  collectgarbage()
  return message
end)
check("verify", gc.verify)
check("stress", function()
  local before = gc.stress(50)
  local now = gc.stress(0)
  gc.stress(before)
  return now
end)
check("stress in steps", function()
  local before = gc.stress(50, 1000)
  for i = 1, 200 do local t = { i } end
  gc.stress(before)
end)
for _, arguments in ipairs { { -1 }, { 1 << 40 }, { "x" }, {}, { 1, -1 }, { 1.5 } } do
  check("stress of " .. tostring(arguments[1]) .. " " .. tostring(arguments[2]), gc.stress, table.unpack(arguments))
end
check("deterministic", function()
  local before = gc.deterministic()
  local ref = weak.ref({})
  collectgarbage("step")
  local dead = ref() == nil
  return before, dead, gc.deterministic(false), gc.deterministic(false)
end)
check("deterministic deaths depend on allocations alone", function()
  local function run()
    gc.deterministic(true)
    local log, kept, ref = {}, {}, weak.ref({})
    for i = 1, 8000 do
      kept[i % 500] = { i }
      if not ref() then
        log[#log + 1] = i
        ref = weak.ref({})
      end
    end
    gc.deterministic(false)
    return table.concat(log, " ")
  end
  local period = gc.stress(0)
  collectgarbage()
  run()
  collectgarbage()
  local first = run()
  collectgarbage()
  local second = run()
  gc.stress(period)
  return first == second, #first > 5
end)
