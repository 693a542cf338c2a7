-- stress: 499
-- Manual 6.1: collectgarbage: what every option returns, what it keeps of its arguments, and what it refuses.
local check = require "check"
local function each(prefix, ...)
  for _, text in ipairs { ... } do check(prefix .. ": " .. text, "return collectgarbage(" .. text .. ")") end
end
collectgarbage("incremental", 200, 100, 13)
each("running", "'stop'", "'isrunning'", "'stop'", "'isrunning'", "'collect'", "'isrunning'", "'restart'", "'isrunning'", "'restart'", "", "nil", "'collect', 1, {}")
each("modes", "'incremental'", "'generational'", "'generational'", "'generational', 30, 150", "'generational', 0, 0", "'generational', nil, nil",
  "'generational', -1, -1", "'generational', 1 << 40, 1 << 40", "'incremental'", "'incremental'", "'incremental', 0, 0, 0", "'incremental', nil, nil, nil",
  "'generational', 20, 100", "'collect'", "'incremental', 200, 100, 13")
each("parameters", "'setpause', 100", "'setpause', 200", "'setpause', 1001", "'setpause', 5", "'setpause', 1024", "'setpause', -1", "'setpause', -5", "'setpause', 1 << 31",
  "'setpause'", "'setpause', 200", "'setstepmul', 200", "'setstepmul', 1023", "'setstepmul', -4", "'setstepmul', 3", "'setstepmul'", "'setstepmul', 100",
  "'incremental', 150, 300, 10", "'setpause', 200", "'setstepmul', 100", "'incremental', -1, -5, -1", "'setpause', 200", "'setstepmul', 100",
  "'incremental', 0, 0, 200", "'setpause', 200", "'setstepmul', 100", "'incremental', 200, 100, 13", "'setpause', 100.0", "'setpause', '200'")
check("count is a float, of kilobytes", function()
  collectgarbage()
  local before = collectgarbage("count", {})
  local kept = string.rep("x", 1 << 20)
  local grown = collectgarbage "count" - before
  return math.type(before), grown >= 1024, #kept
end)
each("refused", "'no'", "''", "'COLLECT'", "'collect '", "1", "1.5", "true", "{}", "print", "'step', 'x'", "'step', 1.5", "'step', {}", "'setpause', 'x'", "'setpause', 1.5",
  "'setstepmul', {}", "'incremental', 'x'", "'incremental', 1, 'x'", "'incremental', 1, 1, 'x'", "'incremental', 1.5", "'generational', 'x'", "'generational', 1, {}",
  "'generational', nil, 2.5")
check("the mode and the parameters are what they were after errors", function()
  return collectgarbage("incremental"), collectgarbage("setpause", 200), collectgarbage("setstepmul", 100)
end)
for _, mode in ipairs { "incremental", "generational" } do
  collectgarbage(mode)
  check(mode .. ": one result", function()
    local counts = {}
    for _, option in ipairs { "collect", "stop", "restart", "count", "step", "isrunning", "setpause", "setstepmul", mode } do
      counts[#counts + 1] = select("#", collectgarbage(option))
    end
    collectgarbage("setpause", 200)
    collectgarbage("setstepmul", 100)
    return table.concat(counts)
  end)
  check(mode .. ": a stopped collector takes steps, and stays stopped", function()
    local weak = setmetatable({}, { __mode = "v" })
    collectgarbage("stop")
    weak[1] = {}
    local steps = 0
    while weak[1] and steps < 10000 do
      collectgarbage("step")
      steps = steps + 1
    end
    local stopped = not collectgarbage("isrunning")
    collectgarbage("restart")
    return weak[1], stopped, collectgarbage("isrunning")
  end)
  check(mode .. ": steps of any size", function()
    local kinds = {}
    for _, size in ipairs { 0, 1, 100, 1 << 20, -1 } do kinds[#kinds + 1] = type(collectgarbage("step", size)) end
    return table.concat(kinds, " ")
  end)
  check(mode .. ": inside a finalizer", function()
    local got
    setmetatable({}, { __gc = function()
      got = {}
      for i, option in ipairs { "collect", "count", "step", "isrunning", "incremental", "generational", "stop", "restart", "setpause", "setstepmul" } do
        got[i] = tostring(collectgarbage(option, 50))
      end
    end })
    collectgarbage()
    return table.concat(got, " ")
  end)
  check(mode .. ": what it was", function() return collectgarbage("incremental") end)
end
check("generational: a basic step is a collection of what is young", function()
  collectgarbage("generational")
  collectgarbage()
  local weak = setmetatable({}, { __mode = "v" })
  local holder = {}
  collectgarbage("step", 0)
  weak.dropped, holder.kept = {}, {}
  weak.kept = holder.kept
  collectgarbage("step", 0)
  local dropped, kept = weak.dropped, weak.kept
  collectgarbage("incremental")
  return dropped, kept == holder.kept
end)
check("from mode to mode in the middle of a cycle", function()
  local weak = setmetatable({}, { __mode = "k" })
  local kept = {}
  for i = 1, 2000 do
    local object = { i }
    weak[object] = { object }
    if i % 7 == 0 then kept[#kept + 1] = object end
    if i % 5 == 0 then collectgarbage("step", i % 3) end
    if i % 50 == 0 then collectgarbage(i % 100 == 0 and "incremental" or "generational") end
  end
  collectgarbage()
  local count = 0
  for object, value in pairs(weak) do
    assert(value[1] == object)
    count = count + 1
  end
  return count, #kept
end)
collectgarbage("incremental")
