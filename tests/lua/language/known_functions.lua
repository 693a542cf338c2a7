-- stress: 4001
-- Library functions that an interpreter may do without calling them: every way to call them gives what a call gives, messages
-- included. One chunk per function and number of arguments, so that one call site meets all kinds of values.

local function describe(value, names)
  local kind = type(value)
  if kind == "string" then return ("%q"):format(value) end
  if kind == "number" and value ~= value then return "nan" end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  return names[value] or kind
end

local function show(names, ok, ...)
  local shown = { ok and "ok" or "error" }
  for i = 1, select("#", ...) do shown[#shown + 1] = describe((select(i, ...)), names) end
  return table.concat(shown, " ")
end

local ways = {
  { "one", "local r = %s return r" },
  { "two", "local r, s = %s return r, s" },
  { "five", "local r, s, t, u, v = %s return r, s, t, u, v" },
  { "none", "%s return 'done'" },
  { "all", "return 0, %s" },
  { "tail", "return %s" },
  { "passed on", "return select('#', %s)" },
  { "in a table", "local t = { %s } return #t, t[1], t[2]" },
  { "parenthesised", "return (%s)" },
  { "variable arguments", "return (function(...) return VARARG end)(...)" },
}

-- Fresh values for every call: functions may change them.
local function values()
  local names = {}
  local function name(value, text) names[value] = text return value end
  local plain = name({ 10, 20, 30, x = 1 }, "plain")
  local meta = name({ __index = function(_, k) return k end }, "meta")
  local object = name(setmetatable({ 1, nil, 3 }, meta), "object")
  local guarded = name(setmetatable({ "g" }, { __metatable = "mine", __len = function() return 2 end, __tostring = function() return "shown" end,
    __pairs = function(t) return "a", "b", t end, __newindex = function(t, k, v) rawset(t, k, v and "via" or nil) end }), "guarded")
  local list = {
    nil, true, false, 0, 1, 2, -1, -3, 4, 7, 300, math.maxinteger, math.mininteger, 0.0, -0.0, 1.5, -1.5, 2.0, 1e15, 2 ^ 53, 2 ^ 63, -2 ^ 63, 1e300,
    1 / 0, -1 / 0, 0 / 0, "", "#", "#x", "a", "hello", "10", " 0x1F ", "1e1", "5x", "10\0", ("long "):rep(20), plain, object, guarded,
    name({}, "empty"), meta, name({ 1, nil, 3, nil }, "holes"), name(print, "print"), name(function() end, "function"), "x", "hell\0o",
  }
  return list, 46, names
end

local functions = {
  "assert", "getmetatable", "ipairs", "next", "pairs", "rawget", "rawset", "select", "setmetatable", "tonumber", "tostring", "type",
  "math.abs", "math.ceil", "math.floor", "math.max", "math.min", "math.sqrt", "string.byte", "string.char", "string.len", "string.sub",
  "table.insert", "table.remove", "table.unpack",
}

-- A sum of all lines, and the lines of a few calls, keep the output short; NAME=function shows all lines of one.
local wanted = os.getenv("KNOWN_FUNCTION")
local parameters = { "", "a", "a, b", "a, b, c", "a, b, c, d" }
local function mix(sum, text)
  for i = 1, #text do sum = (sum * 31 + text:byte(i)) % 1000000007 end
  return sum
end

for _, name in ipairs(functions) do
  for count = 0, 3 do
    local sum, calls, errors = 7, 0, 0
    for _, way in ipairs(ways) do
      local call = name .. "(" .. parameters[count + 1] .. ")"
      local text = way[2]:find("VARARG", 1, true) and way[2]:gsub("VARARG", function() return name .. "(...)" end) or way[2]:format(call)
      local chunk = assert(load("local a, b, c = ... " .. text, "=code"))
      local function try(i, j, k)
        local list, _, names = values()
        local arguments = { list[i], list[j], list[k], n = count }
        local line = show(names, pcall(chunk, table.unpack(arguments, 1, count)))
        if line:find("0x", 1, true) then line = line:gsub("0x%x+", "ADDRESS") end
        if not line:find("^ok") then errors = errors + 1 end
        calls = calls + 1
        sum = mix(sum, line)
        if wanted == name then print(way[1], count, i, j, k, line) end
        if list[i] == list[38] and i then  -- what became of the plain table
          sum = mix(sum, show(names, true, #list[38], list[38][1], list[38][3], list[38].x))
        end
      end
      local _, size = values()
      if count == 0 then try()
      elseif count == 1 then for i = 1, size do try(i) end
      elseif count == 2 then
        for i = 1, size do for j = i % 9 + 1, size, 9 do try(i, j) end end
      else
        for _, i in ipairs { 5, 29, 31, 37, 38, 39, 41 } do
          for j = i % 7 + 1, size, 7 do for k = 1 + j % 8, size, 8 do try(i, j, k) end end
        end
      end
    end
    print(name, count, calls, errors, sum)
  end
end

-- Call sites that meet several functions.
local mixed = { math.floor, tostring, type, math.abs, print == nil and 0 or tonumber, function(x) return x end, math.floor }
for _ = 1, 2 do
  local out = {}
  for _, f in ipairs(mixed) do out[#out + 1] = tostring(f("12")) out[#out + 1] = tostring(f(3.7)) end
  print(table.concat(out, " "))
end

-- Replaced functions.
do
  local floor = math.floor
  local function round(x) return math.floor(x) end
  print(round(1.5), round(2.5))
  math.floor = function(x) return "mine " .. x end
  print(round(1.5))
  math.floor = floor
  print(round(1.5))
end

-- Names in messages.
local function message(f, ...) return (select(2, pcall(f, ...))) end
print(message(function() local x = math.floor("a") return x end))
print(message(function() return math.floor({}) end))
print(message(function() local s = ("x"):byte({}) return s end))
print(message(function(s) return s:sub() end, "x"))
print(message(function(s) for i = 1, 3 do local c = s:sub(i, i < 3 and i or {}) end end, "xyz"))
print(message(function() local f = select f(0) end))
print(message(function() table.insert(nil, 1) end))
print(message(function() table.insert({}, 1, 2, 3) end))
print(message(function() table.insert({}, 5, 2) end))
print(message(function() setmetatable({}, 1) end))
print(message(function() setmetatable(setmetatable({}, { __metatable = 1 }), {}) end))
print(message(function() assert(false) end), message(function() assert(nil, "why") end), message(function() assert() end))
print(message(function() next({}, "no") end), message(function() local t = {} rawset(t, nil, 1) end), message(function() rawset({}, 0 / 0, 1) end))
print(message(function() string.char(256) end), message(function() string.char(-1) end), message(function() math.max() end))
print(message(function() local x = tostring() end), message(function() type() end), message(function() return type() end))

-- Hooks see the calls.
for _, way in ipairs { "local r = f(a) return r", "return f(a)", "for i = 1, 2 do local r = f(a) end" } do
  local calls = {}
  local body = load("local f, a = ... " .. way, "=code")
  for _, f in ipairs { math.floor, tostring, type } do
    body(f, 1.5)
    debug.sethook(function(event)
      local about = debug.getinfo(2, "nS")
      if about.what == "C" and about.name ~= "sethook" then calls[#calls + 1] = event .. " " .. tostring(about.name) end
    end, "cr")
    body(f, 2.5)
    debug.sethook()
  end
  print(table.concat(calls, ", "))
end

-- The results survive what follows at once.
do
  local kept = {}
  for i = 1, 400 do
    local s = tostring(i) .. string.char(65 + i % 26)
    local c = s:sub(#s, #s)
    table.insert(kept, c .. s:sub(1, 2) .. s:sub(-2))
    if i % 50 == 0 then collectgarbage() end
  end
  local joined = table.concat(kept)
  print(#joined, joined:sub(1, 40), joined:sub(-20))
  local parts = {}
  while #kept > 390 do parts[#parts + 1] = table.remove(kept) end
  print(table.concat(parts, " "), #kept)
end

-- Weak modes and finalizers through setmetatable.
do
  local log = {}
  local class = { __name = "class" }
  local function new(i) return setmetatable({ i = i }, class) end
  new(1)
  class.__gc = function(o) log[#log + 1] = o.i end
  for i = 2, 4 do new(i) end
  collectgarbage()
  collectgarbage()
  table.sort(log)
  print(table.concat(log, " "))
  local weak = {}
  for i = 1, 3 do weak[i] = setmetatable({}, { __mode = "v" }) weak[i][1] = {} weak[i][2] = weak end
  collectgarbage()
  for i = 1, 3 do print(weak[i][1], weak[i][2] == weak) end
end
