-- Manual 6.10: the debug library: metatables, user values, tracebacks, odds and ends.
-- stress: 7
local check = require "check"
local each_line = require "each_line"

each_line("metatables", [[
  debug.getmetatable("").__index == string
  debug.getmetatable(1), debug.getmetatable(nil), debug.getmetatable({}), debug.getmetatable(print)
  debug.getmetatable(setmetatable({}, {__metatable = "hidden"})).__metatable
  debug.getmetatable()
  debug.setmetatable(10, nil)
  debug.setmetatable(10, 5)
  debug.setmetatable(10)
  debug.setmetatable()
  debug.setmetatable({}, "x")
  type(debug.setmetatable({}, {}))
  debug.setmetatable(nil, nil)
]])
check("a metatable for numbers", function()
  debug.setmetatable(1, { __index = function(n, k) return k .. n end, __call = function(n, x) return n * x end })
  local n = 5
  local a, b = n.field, n(3)
  debug.setmetatable(1, nil)
  return a, b, pcall(function() return n.field end)
end)
check("a metatable for nil", function()
  debug.setmetatable(nil, { __index = function() return "none" end })
  local x
  local result = x.y
  debug.setmetatable(nil, nil)
  return result
end)
check("a metatable for functions", function()
  debug.setmetatable(print, { __concat = function(a, b) return "joined" end })
  local result = print .. print
  debug.setmetatable(print, nil)
  return result
end)
check("a protected metatable replaced", function()
  local t = setmetatable({}, { __metatable = false })
  debug.setmetatable(t, { __index = { x = 1 } })
  return t.x, pcall(setmetatable, t, {})
end)
each_line("user values", [[
  debug.getuservalue(1), debug.getuservalue({}, 1), debug.getuservalue(nil)
  debug.getuservalue(io.stdout), debug.getuservalue(io.stdout, 1), debug.getuservalue(io.stdout, 0), debug.getuservalue(io.stdout, -1)
  select("#", debug.getuservalue(io.stdout)), select("#", debug.getuservalue(1))
  debug.setuservalue(io.stdout, 2), debug.setuservalue(io.stdout, 2, 1)
  debug.setuservalue(1, 2)
  debug.setuservalue({}, 2)
  debug.setuservalue(io.stdout)
  debug.setuservalue()
  debug.getuservalue()
  debug.getuservalue(io.stdout, "x")
  debug.setuservalue(io.stdout, 1, {})
]])
each_line("registry and limits", [[
  type(debug.getregistry()), debug.getregistry()[2] == _G, type(debug.getregistry()[1]), debug.getregistry()._LOADED == package.loaded
  debug.setcstacklimit(100), debug.setcstacklimit(0)
  debug.setcstacklimit()
  debug.setcstacklimit("x")
]])
each_line("tracebacks", [[
  debug.traceback({}) ~= nil, debug.traceback(true), debug.traceback(print) == print
  debug.traceback("x", 100)
  debug.traceback("x", -1) == nil
  debug.traceback("x", "y")
  debug.traceback("x", {})
  debug.traceback(coroutine.create(function() end))
  debug.traceback(coroutine.create(function() end), "m")
  debug.traceback(coroutine.create(function() end), nil)
  debug.traceback(coroutine.create(function() end), 12)
  debug.traceback(coroutine.create(function() end), {}) ~= nil
  debug.traceback(12, 50)
]])
check("a traceback", function() return debug.traceback("message") end)
check("a traceback from level 0", function() return debug.traceback("message", 0) end)
check("a traceback from level 2", function() return debug.traceback("message", 2) end)
check("a traceback without message", function() return debug.traceback() end)
check("functions of several kinds", function()
  local t = { method = function(self, f) return (f()) end }
  local function outer() local result = t:method(function() return (debug.traceback("here")) end) return result end
  return (outer())
end)
check("tail calls", function()
  local function last() return (debug.traceback("tail")) end
  local function first() return last() end
  return (first())
end)
check("a deep traceback", function()
  local function down(n) if n == 0 then return (debug.traceback("deep")) end local s = down(n - 1) return s end
  return (down(40))
end)
check("a suspended coroutine", function()
  local function inner() coroutine.yield(1) end
  local co = coroutine.create(function() local x = 1 inner() return x end)
  coroutine.resume(co)
  return debug.traceback(co), debug.traceback(co, "m", 1), debug.traceback(co, nil, 2), debug.traceback(co, "m", 9)
end)
check("a coroutine that failed", function()
  local co = coroutine.create(function() local function fail() error("E") end fail() end)
  local ok, message = coroutine.resume(co)
  return ok, message, debug.traceback(co)
end)
check("as message handler", function() return xpcall(function() local x = nil; return x.y end, debug.traceback) end)
check("as message handler of a table", function() return select("#", xpcall(error, debug.traceback, {})) end)
check("in a metamethod", function()
  local t = setmetatable({}, { __index = function(_, k) return debug.traceback(k) end })
  return (t.key)
end)
check("names in the library", function()
  local names = {}
  for name in pairs(debug) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, " ")
end)
