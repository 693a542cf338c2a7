-- stress: 997
-- Manual 6.1: collectgarbage.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
collectgarbage("incremental")
each("options", { "collectgarbage('foo')", "collectgarbage({})", "collectgarbage(1)", "collectgarbage()", "collectgarbage(nil)", "collectgarbage('collect')",
  "math.type(collectgarbage('count'))", "collectgarbage('count') > 0", "collectgarbage('isrunning')", "collectgarbage('stop')", "collectgarbage('isrunning')",
  "collectgarbage('restart')", "collectgarbage('isrunning')", "collectgarbage('step', 'x')", "collectgarbage('step', 1.5)", "type(collectgarbage('step'))", "collectgarbage('step', 1000000)",
  "collectgarbage('generational')", "collectgarbage('incremental')", "collectgarbage('incremental')", "collectgarbage('generational', 20, 100)", "collectgarbage('incremental', 100, 200, 10)",
  "collectgarbage('setpause', 150)", "collectgarbage('setpause', 200)", "collectgarbage('setstepmul', 200)", "collectgarbage('setstepmul', 100)", "collectgarbage('incremental', 'x')",
  "collectgarbage('incremental', 200, 100, 13)", "collectgarbage('stop', {})", "collectgarbage('restart')", "select('#', collectgarbage('count'))" })
check("inside a finalizer", function()
  local got
  setmetatable({}, { __gc = function()
    got = {}
    for i, option in ipairs { "collect", "count", "step", "isrunning", "incremental", "generational", "stop", "restart", "setpause", "setstepmul" } do
      got[i] = tostring(collectgarbage(option))
    end
  end })
  collectgarbage()
  return table.concat(got, " ")
end)
check("a collection frees", function()
  local before = collectgarbage "count"
  local t = {}
  for i = 1, 20000 do t[i] = { i } end
  local full = collectgarbage "count"
  t = nil
  collectgarbage()
  local after = collectgarbage "count"
  return full > before + 500, after < full - 500
end)
check("steps finish a cycle", function()
  for _ = 1, 100000 do if collectgarbage("step", 10) then return true end end
  return false
end)
