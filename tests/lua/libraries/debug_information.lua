-- Manual 6.10: debug.getinfo.
-- stress: 7
local check = require "check"
local each_line = require "each_line"

local function shown(info)
  if type(info) ~= "table" then return tostring(info) end
  local t = {}
  for k, v in pairs(info) do
    if type(v) == "table" then
      local lines = {}
      for line in pairs(v) do lines[#lines + 1] = line end
      table.sort(lines)
      v = "{" .. table.concat(lines, ",") .. "}"
    elseif type(v) == "function" then v = "function" end
    t[#t + 1] = k .. "=" .. tostring(v)
  end
  table.sort(t)
  return table.concat(t, " ")
end

each_line("arguments", [[
  debug.getinfo()
  debug.getinfo("x")
  debug.getinfo({})
  debug.getinfo(nil)
  debug.getinfo(1.5)
  debug.getinfo(1, ">")
  debug.getinfo(print, ">S")
  debug.getinfo(1, "?")
  debug.getinfo(1, "SX")
  debug.getinfo(print, "X")
  debug.getinfo(1, {})
  debug.getinfo(100), debug.getinfo(-1), debug.getinfo(1 << 30), debug.getinfo(100, "S")
  debug.getinfo(100, "X")
  next(debug.getinfo(1, ""))
  debug.getinfo("1", "l").currentline
  debug.getinfo(coroutine.create(print), 0), debug.getinfo(coroutine.create(print), 1)
  debug.getinfo(coroutine.create(print))
  debug.getinfo(coroutine.create(print), print).what
  debug.getinfo(coroutine.create(print), 0, "X")
  debug.getinfo(coroutine.create(print), print, "X")
]])
check("a C function", function() return shown(debug.getinfo(print)) end)
check("a C function, its lines", function() return shown(debug.getinfo(print, "L")), shown(debug.getinfo(print, "f")), shown(debug.getinfo(print, "fL")) end)
local upvalue = 1
local function sample(a, b, ...)
  local c = a

  if c then return upvalue end
  return b
end
for _, options in ipairs { "S", "l", "u", "n", "r", "t", "L", "f", "Lf", "SlnrutLf" } do
  check("a Lua function, " .. options, function() return shown(debug.getinfo(sample, options)) end)
end
check("a function without parameters", function() return shown(debug.getinfo(function() end, "uS")) end)
check("a main chunk", function() return shown(debug.getinfo(load("local x = 1\nreturn x", "=chunk"), "uSL")) end)
check("names of chunks", function()
  local t = {}
  for _, name in ipairs { "=name", "@file.lua", "code\nmore", "return 1", "", "=" .. ("n"):rep(80), "@" .. ("f"):rep(80), ("c"):rep(80), "=a\nb", "@", "=" } do
    local info = debug.getinfo(load("return 1", name), "S")
    t[#t + 1] = info.short_src .. " <- " .. #info.source
  end
  return table.concat(t, "|")
end)
check("the running function", function() return shown(debug.getinfo(1, "Slut")) end)
check("getinfo itself", function() return shown(debug.getinfo(0, "nSltur")) end)
check("the current line", function()
  local a = debug.getinfo(1, "l").currentline
  local b = debug.getinfo(1, "l").currentline
  return b - a
end)
check("names of calls", function()
  local t = {}
  local function name() local info = debug.getinfo(2, "n") t[#t + 1] = tostring(info.name) .. ":" .. info.namewhat return 1 end
  local object = { field = name, method = name, [1] = name }
  name()
  object.field()
  object:method()
  object[1]()
  _G.globalname = name
  globalname()
  ;(function() return (name()) end)()
  for _ in function(_, i) if not i then name() return 1 end end do end
  local m = setmetatable({}, { __add = name, __index = name, __eq = name, __lt = name, __concat = name, __len = name, __unm = name, __call = name, __newindex = name, __close = name })
  local _ = m + 1, m.x, m == setmetatable({}, getmetatable(m)), m < m, m .. "x", #m, -m, m()
  m.y = 1
  do local c <close> = m end
  globalname = nil
  return table.concat(t, " ")
end)
check("names of the callee", function()
  local t = {}
  local function name() local info = debug.getinfo(1, "n") t[#t + 1] = tostring(info.name) .. ":" .. info.namewhat return 1 end
  local object = { field = name, method = name }
  name()
  object.field()
  object:method()
  _G.globalname = name
  globalname()
  for _ in function(_, i) if not i then name() return 1 end end do end
  pcall(name)
  string.gsub("a", "a", name)
  local m = setmetatable({}, { __add = name, __index = name, __lt = name, __len = name, __close = name })
  local _ = m + 1, m.x, m < m, #m
  do local c <close> = m end
  globalname = nil
  return table.concat(t, " ")
end)
check("a tail call", function()
  local function f() local info = debug.getinfo(1, "nt") return tostring(info.istailcall) .. tostring(info.name) .. info.namewhat end
  local function g() return f() end
  return (g()), (f())
end)
check("levels", function()
  local t = {}
  local function f()
    for level = 0, 4 do t[#t + 1] = debug.getinfo(level, "S").what end
  end
  f()
  return table.concat(t, " ")
end)
check("a suspended coroutine", function()
  local co = coroutine.create(function(a) local b = 2
    coroutine.yield()
  end)
  coroutine.resume(co, 1)
  return shown(debug.getinfo(co, 0, "Slnut")), shown(debug.getinfo(co, 1, "lu")), debug.getinfo(co, 2)
end)
check("a finished coroutine", function()
  local co = coroutine.create(function() end)
  coroutine.resume(co)
  return debug.getinfo(co, 0), debug.getinfo(co, 1)
end)
check("the function", function()
  local f = function() return debug.getinfo(1, "f").func end
  return f() == f, debug.getinfo(f, "f").func == f, debug.getinfo(print, "f").func == print
end)
