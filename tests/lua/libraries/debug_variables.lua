-- Manual 6.10: local variables and upvalues.
-- stress: 7
local check = require "check"
local each_line = require "each_line"

each_line("getlocal, arguments", [[
  debug.getlocal()
  debug.getlocal(1)
  debug.getlocal("x", 1)
  debug.getlocal(100, 1)
  debug.getlocal(-1, 1)
  debug.getlocal(1, "x")
  debug.getlocal(1, 1), debug.getlocal(1, 0), debug.getlocal(1, 100), debug.getlocal(1, -1)
  debug.getlocal(print, 1), debug.getlocal(print, -1), debug.getlocal(print, 0)
  debug.getlocal(function(a, b) local c end, 1), debug.getlocal(function(a, b) local c end, 2), debug.getlocal(function(a, b) local c end, 3), debug.getlocal(function(a, ...) end, -1)
  select("#", debug.getlocal(function(a) end, 1))
  debug.getlocal({}, 1)
  debug.getlocal(coroutine.create(print), 1, 1)
  debug.getlocal(coroutine.create(print), 0, 1)
  debug.getlocal(coroutine.create(print), 1)
]])
each_line("setlocal, arguments", [[
  debug.setlocal()
  debug.setlocal(1)
  debug.setlocal(1, 1)
  debug.setlocal(100, 1, 2)
  debug.setlocal(1, 100, 2), debug.setlocal(1, 0, 2), debug.setlocal(1, -1, 2)
  debug.setlocal("x", 1, 2)
  debug.setlocal(print, 1, 2)
  debug.setlocal(coroutine.create(print), 0, 1, 2)
]])
local function locals(level)
  local t = {}
  for i = 1, 50 do
    local name, value = debug.getlocal(level + 1, i)
    if not name then break end
    if name:sub(1, 1) ~= "(" then t[#t + 1] = name .. "=" .. tostring(value) end
  end
  return table.concat(t, " ")
end
check("locals of a function", function()
  local function f(a, b) local c = a + b; local d <const> = 5; local e <close> = nil; do local inner = 1 end; return (locals(1)) end
  return f(1, 2)
end)
check("locals within blocks", function()
  local t = {}
  local x = 1
  do local x = 2; local y = 3; t[1] = locals(1):gsub("table: %S+", "table") end
  for i = 10, 10 do t[2] = locals(1):gsub("table: %S+", "table") end
  for k, v in next, { "value" } do t[3] = locals(1):gsub("table: %S+", "table") end
  return table.unpack(t)
end)
check("control variables", function()
  local names = {}
  for i = 1, 1 do for n = 1, 6 do names[#names + 1] = tostring((debug.getlocal(1, n))) end end
  for k, v in next, { 1 } do for n = 1, 8 do names[#names + 1] = tostring((debug.getlocal(1, n))) end end
  return table.concat(names, ",")
end)
check("varargs", function()
  local function f(...) return debug.getlocal(1, -1) end
  local function g(a, ...)
    local name, value = debug.getlocal(1, -2)
    local none = debug.getlocal(1, -3)
    local set = debug.setlocal(1, -1, "new")
    return name, value, none, set, ...
  end
  return f(7), g(1, 2, 3)
end)
check("varargs of a function without", function() local function f(a) return debug.getlocal(1, -1) end return f(1, 2, 3) end)
check("setting a local", function()
  local a, b = 1, 2
  local name = debug.setlocal(1, 1, "one")
  return name, a, b, debug.setlocal(1, 2, nil), b
end)
check("setting a local of the caller", function()
  local x = "old"
  local function f() return (debug.setlocal(2, 1, "new")) end
  return f(), x
end)
check("a captured local", function()
  local x = 1
  local function get() return x end
  debug.setlocal(1, 1, 2)
  return get(), x
end)
check("locals of a coroutine", function()
  local co = coroutine.create(function(a, ...) local b = 2; local got = coroutine.yield(); return a, b, got, ... end)
  coroutine.resume(co, 1, 5, 6)
  local a, av = debug.getlocal(co, 1, 1)
  local b, bv = debug.getlocal(co, 1, 2)
  local v, vv = debug.getlocal(co, 1, -2)
  local set, none = debug.setlocal(co, 1, 2, 77), debug.setlocal(co, 1, 30, 1)
  return a, av, b, bv, v, vv, set, none, debug.getlocal(co, 1, -3), coroutine.resume(co, "got")
end)
check("arguments of a C function", function() return debug.getlocal(0, 1), debug.getlocal(0, 2) end)
each_line("getupvalue", [[
  debug.getupvalue()
  debug.getupvalue(print)
  debug.getupvalue(1, 1)
  debug.getupvalue({}, 1)
  debug.getupvalue(print, "x")
  select("#", debug.getupvalue(print, 1)), select("#", debug.getupvalue(function() end, 1))
  (function() local x = 1 return debug.getupvalue(function() return x end, 1) end)()
  (function() local x, y = 1, 2 local f = function() return y, x end return debug.getupvalue(f, 1), debug.getupvalue(f, 2) end)()
  (function() local f = function() return print end return (debug.getupvalue(f, 1)) end)()
  select("#", debug.getupvalue(function() return print end, 0)), select("#", debug.getupvalue(function() return print end, 2)), select("#", debug.getupvalue(function() return print end, -1))
  debug.getupvalue(string.gmatch("subject", "pattern"), 1)
  (debug.getupvalue(load("x = 1"), 1))
  debug.getupvalue(load(string.dump(function() return print end, true)), 1) ~= nil
]])
each_line("setupvalue", [[
  debug.setupvalue()
  debug.setupvalue(print, 1)
  debug.setupvalue(1, 1, 2)
  debug.setupvalue(print, "x", 1)
  select("#", debug.setupvalue(print, 1, 2))
  (function() local x = 1 local f = function() return x end return debug.setupvalue(f, 1, 7), x, f(), debug.setupvalue(f, 2, 7) end)()
  (function() local f = load("return x") debug.setupvalue(f, 1, {x = "own"}) return f() end)()
]])
each_line("upvalueid and upvaluejoin", [[
  debug.upvalueid(print, 1), debug.upvalueid(function() end, 1)
  debug.upvalueid(1, 1)
  debug.upvalueid(print)
  debug.upvalueid()
  (function() local x; local f, g = function() return x end, function() return x end return type(debug.upvalueid(f, 1)), debug.upvalueid(f, 1) == debug.upvalueid(g, 1), debug.upvalueid(f, 2) end)()
  (function() local x, y; local f, g = function() return x end, function() return y end return debug.upvalueid(f, 1) == debug.upvalueid(g, 1) end)()
  type(debug.upvalueid(string.gmatch("a", "b"), 1)), debug.upvalueid(string.gmatch("a", "b"), 4)
  debug.upvaluejoin()
  debug.upvaluejoin(print, 1, print, 1)
  (function() local x; return debug.upvaluejoin(function() return x end, 1, print, 1) end)()
  (function() local x; return debug.upvaluejoin(function() return x end, 2, print, 1) end)()
  (function() local x; return debug.upvaluejoin(function() return x end, 1, 1, 1) end)()
  (function() local x; return debug.upvaluejoin(function() return x end, 1, string.gmatch("a", "b"), 1) end)()
  (function() local x; return debug.upvaluejoin(string.gmatch("a", "b"), 1, function() return x end, 1) end)()
  (function() local x, y = 1, 2; local f, g = function() return x end, function() return y end; debug.upvaluejoin(f, 1, g, 1); y = 3 return f(), x, select("#", debug.upvaluejoin(f, 1, f, 1)) end)()
]])
