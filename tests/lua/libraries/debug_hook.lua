-- Manual 6.10: hooks.
-- stress: 31
local check = require "check"
local each_line = require "each_line"

each_line("arguments", [[
  debug.gethook(), select("#", debug.gethook())
  select("#", debug.sethook())
  debug.sethook(1)
  debug.sethook(print)
  debug.sethook({}, "c")
  debug.sethook(1, "c")
  debug.sethook(print, {})
  debug.sethook(print, "l", "x")
  debug.sethook(print, "l", 1.5)
  debug.sethook(print, ""), debug.gethook()
  debug.sethook(nil, "l"), debug.gethook()
  (function() debug.sethook(print, "", 1000000) local f, m, c = debug.gethook() debug.sethook() return f == print, m, c end)()
  (function() debug.sethook(function() end, "lrc") local f, m, c = debug.gethook() debug.sethook() return type(f), m, c end)()
  (function() debug.sethook(function() end, "xyr", -5) local f, m, c = debug.gethook() debug.sethook() return type(f), m, c end)()
  (function() debug.sethook(function() end, "l", 0) local f, m, c = debug.gethook() debug.sethook() return type(f), m, c end)()
  (function() local co = coroutine.create(print) debug.sethook(co, print, "c", 3) return debug.gethook() == nil, debug.gethook(co) == print, select(2, debug.gethook(co)) end)()
  (function() local co = coroutine.create(print) debug.sethook(co, print, "c") debug.sethook(co) return debug.gethook(co) end)()
]])
check("lines", function()
  local t, first = {}, debug.getinfo(1, "l").currentline
  debug.sethook(function(event, line) t[#t + 1] = event .. (line - first) end, "l")
  local a = 1
  for i = 1, 2 do
    a = a + i
  end
  if a then
    a = 2
  else
    a = 3
  end
  debug.sethook()
  return table.concat(t, " ")
end)
check("lines of a loop in one line", function()
  local count = 0
  debug.sethook(function() count = count + 1 end, "l")
  for i = 1, 5 do local x = i end
  debug.sethook()
  return count
end)
check("calls and returns", function()
  local t = {}
  local function f() return 1 end
  local function g() return f() end
  local function h() local x = f() return x end
  debug.sethook(function(event, line) t[#t + 1] = event .. "/" .. debug.getinfo(2, "S").what .. "/" .. tostring(line) end, "cr")
  f() g() h() math.abs(1)
  debug.sethook()
  return table.concat(t, " ")
end)
check("names in a call hook", function()
  local t = {}
  local function callee() end
  debug.sethook(function(event) local info = debug.getinfo(2, "n") t[#t + 1] = tostring(info.name) .. ":" .. info.namewhat end, "c")
  callee()
  math.abs(1)
  debug.sethook()
  return table.concat(t, " ")
end)
check("transferred values", function()
  local t = {}
  local function f(a, b) return a, b, 3 end
  debug.sethook(function(event)
    local info = debug.getinfo(2, "rf")
    if info.func ~= f then return end
    local values = {}
    for i = info.ftransfer, info.ftransfer + info.ntransfer - 1 do values[#values + 1] = tostring(select(2, debug.getlocal(2, i))) end
    t[#t + 1] = event .. ":" .. table.concat(values, ",")
  end, "cr")
  f(10, 20)
  debug.sethook()
  return table.concat(t, " ")
end)
check("count", function()
  local events = {}
  debug.sethook(function(event, line) events[event .. tostring(line)] = true end, "", 10)
  for i = 1, 1000 do end
  debug.sethook()
  return next(events)
end)
check("an endless loop ended by a hook", function()
  return pcall(function()
    debug.sethook(function() debug.sethook() error("enough", 0) end, "", 1000)
    while true do end
  end)
end)
check("an error in a line hook", function()
  local ok, message = pcall(function()
    debug.sethook(function() debug.sethook() error("E", 0) end, "l")
    local x = 1
  end)
  return ok, message
end)
check("no hooks within a hook", function()
  local count = 0
  local function f() end
  debug.sethook(function() count = count + 1 f() f() end, "c")
  f()
  debug.sethook()
  return count
end)
check("a hook changes a local", function()
  local x = 1
  debug.sethook(function() debug.setlocal(2, 1, 99) debug.sethook() end, "l")
  local y = x
  y = x
  return y
end)
check("a hook of a coroutine", function()
  local t = {}
  local co = coroutine.create(function()
    local a = 1
    coroutine.yield(a)
    a = 2
  end)
  local first = debug.getinfo(1, "l").currentline
  debug.sethook(co, function(event, line) t[#t + 1] = event .. (line - first) end, "l")
  coroutine.resume(co)
  t[#t + 1] = "yielded"
  coroutine.resume(co)
  return table.concat(t, " ")
end)
check("a hook is inherited by new coroutines", function()
  local count = 0
  local function hook() count = count + 1 end
  debug.sethook(hook, "c")
  local co = coroutine.create(function() return (debug.gethook()) end)
  debug.sethook()
  local _, inherited = coroutine.resume(co)
  return count > 0, inherited
end)
check("a yield in a hook", function()
  local co = coroutine.create(function() debug.sethook(function() debug.sethook() coroutine.yield() end, "l") local x = 1 end)
  return coroutine.resume(co)
end)
check("tail calls", function()
  local t = {}
  local function f() end
  local function g() return f() end
  debug.sethook(function(event) t[#t + 1] = event end, "c")
  g()
  debug.sethook()
  return table.concat(t, ",")
end)
check("transfers of several functions", function()
  local t = {}
  for _, f in ipairs { function(a, b) return a, b, 3 end, function(a, b) return 1 end, function() end, function(...) return ... end } do
    debug.sethook(function(event)
      local info = debug.getinfo(2, "rf")
      t[#t + 1] = event .. (info.func == f and "*" or "") .. info.ftransfer .. "," .. info.ntransfer
    end, "cr")
    f(10, 20)
    debug.sethook()
  end
  return table.concat(t, " ")
end)
