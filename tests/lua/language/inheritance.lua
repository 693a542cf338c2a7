-- Inherited fields and methods, searched through chains of tables again and again; between the searches something changes that makes
-- the next one end elsewhere.
local check = require "check"

-- A chain of `levels` classes, an object of the last, and readers of the same fields at the same instructions each time.
local function chain(levels)
  local classes = {}
  for i = 1, levels do
    local class = { number = i }
    class.__index = class
    classes[i] = setmetatable(class, classes[i - 1])
  end
  return classes, setmetatable({ own = true }, classes[levels])
end
local function call(object) return object:method() end
local function get(object) return object.field end
local upvalue
local function get_of_upvalue() return upvalue.field end
local function missing(object) return object.nowhere end

-- Reads three times before, changes, reads three times after.
local function around(name, object, change)
  check(name, function()
    local seen = {}
    upvalue = object
    local function look()
      for _ = 1, 3 do
        local ok, result = pcall(call, object)
        seen[#seen + 1] = tostring(result)
        ok, result = pcall(get, object)
        seen[#seen + 1] = tostring(result)
        ok, result = pcall(get_of_upvalue)
        seen[#seen + 1] = tostring(result)
        ok, result = pcall(missing, object)
        seen[#seen + 1] = tostring(result)
      end
    end
    look()
    change()
    look()
    return table.concat(seen, " ")
  end)
end

local function filled(levels)
  local classes, object = chain(levels)
  classes[1].method = function(self) return "m" .. tostring(self.own) end
  classes[1].field = "f"
  return classes, object
end

for levels = 1, 5 do
  local function case(name, change)
    local classes, object = filled(levels)
    around(name .. " " .. levels, object, function() change(classes, object) end)
  end
  for at = 1, levels do
    case("new key at " .. at, function(classes) classes[at].method = function() return "new" end classes[at].nowhere = at end)
    case("computed key at " .. at, function(classes)
      for _, key in ipairs { "field", "nowhere" } do classes[at][key] = at end
    end)
    case("rawset at " .. at, function(classes)
      rawset(classes[at], "field", at)
      rawset(classes[at], "method", function() return "raw" end)
    end)
    case("many keys at " .. at, function(classes)
      for i = 1, 100 do classes[at]["k" .. i] = i end
      classes[1].field = "moved"
    end)
    case("removed at " .. at, function(classes)
      classes[at].number = nil
      for i = 1, 40 do classes[at]["k" .. i] = i classes[at]["k" .. i] = nil end
      classes[1].field = nil
      classes[1].method = nil
    end)
    case("nil, and again, at " .. at, function(classes, object)
      classes[at].field = 1
      classes[at].field = nil
      get(object)
      classes[at].field = 2
    end)
    case("metatable at " .. at, function(classes) setmetatable(classes[at], { __index = { field = "other", nowhere = "there" } }) end)
    case("metatable by debug at " .. at, function(classes) debug.setmetatable(classes[at], { __index = { field = "d", nowhere = 0 } }) end)
    case("no metatable at " .. at, function(classes) setmetatable(classes[at], nil) end)
    case("__index at " .. at, function(classes) classes[at].__index = { field = "new parent", nowhere = 1 } end)
    case("__index a function at " .. at, function(classes) classes[at].__index = function(_, k) return k end end)
    case("__index a number at " .. at, function(classes) classes[at].__index = 1 end)
    case("__index gone at " .. at, function(classes) classes[at].__index = nil end)
    case("__index by rawset at " .. at, function(classes) rawset(classes[at], "__index", { field = "raw parent" }) end)
    case("__index computed at " .. at, function(classes) local k = "__" .. "index" classes[at][k] = { field = "by key" } end)
    case("__index constant at " .. at, function(classes) local parent <const> = "x" classes[at]["__index"] = { field = parent } end)
    case("__index as a global at " .. at, function(classes) local _ENV = classes[at] __index = { field = "global" } end)
    case("__index of an upvalue at " .. at, function(classes)
      local class = classes[at];
      (function() class.__index = { field = "upvalue" } end)()
    end)
    case("__index a method at " .. at, function(classes) local c = classes[at] function c.__index(_, k) return "computed " .. k end end)
    case("__index among several at " .. at, function(classes) local c = classes[at] c.number, c.__index = 1, { field = "several" } end)
  end
  case("value replaced", function(classes) classes[1].field = "g" classes[1].method = function() return "replaced" end end)
  case("own field", function(_, object) object.field = "own" object.method = function() return "mine" end end)
  case("own field and back", function(_, object) object.field = "own" object.field = nil rawset(object, "method", nil) end)
  case("another class", function(_, object) setmetatable(object, { __index = { field = "fresh" } }) end)
  case("collected", function() collectgarbage() collectgarbage() end)
  case("collected in steps", function() for _ = 1, 30 do collectgarbage("step", 1) end end)
end

-- Classes come and go at the same addresses.
check("short-lived classes", function()
  local sum = 0
  for i = 1, 300 do
    local base = { value = i, add = function(self, n) return self.value + n end }
    base.__index = base
    local class = setmetatable({}, base)
    class.__index = class
    class.own = i
    local object = setmetatable({}, class)
    for _ = 1, 3 do sum = sum + object:add(1) + object.own end
    if i % 50 == 0 then collectgarbage() end
  end
  return sum
end)

-- More pairs of class and name than a cache holds, met in turns.
check("many classes", function()
  local objects, sum = {}, 0
  for c = 1, 40 do
    local base = {}
    for m = 1, 10 do base["m" .. m] = function() return c * m end end
    base.__index = base
    local class = setmetatable({ x = c }, base)
    class.__index = class
    objects[c] = setmetatable({}, class)
  end
  for _ = 1, 3 do
    for c = 1, 40 do
      local o = objects[c]
      sum = sum + o:m1() + o:m2() + o:m3() + o:m4() + o:m5() + o:m6() + o:m7() + o:m8() + o:m9() + o:m10() + o.x
    end
  end
  return sum
end)

-- A class that holds weakly loses what only it held.
check("weak classes", function()
  local class = setmetatable({}, { __mode = "v" })
  class.__index = class
  class.kept = { 1 }
  local kept = class.kept
  local meta = { __index = class, name = "meta" }
  local object = setmetatable({}, meta)
  class.lost = {}
  local function lost() return object.lost end
  for _ = 1, 3 do lost() end
  collectgarbage()
  collectgarbage()
  return lost(), object.kept == kept
end)
check("weak objects", function()
  local class = { __mode = "k", method = function() return "inherited" end, field = "inherited" }
  class.__index = class
  local object = setmetatable({}, class)
  local out = {}
  for round = 1, 4 do
    object[{}] = round
    out[#out + 1] = object:method() .. object.field
    for _ = 1, 20 do
      collectgarbage("step", 1)
      out[#out + 1] = (object:method() == "inherited" and object.field == "inherited") and "" or "wrong"
    end
    object.field = round % 2 == 0 and "own" or nil
    collectgarbage()
    out[#out + 1] = object.field
    object.field = nil
  end
  return table.concat(out)
end)

-- Strings and their metatable; userdata.
check("strings", function()
  local function upper(s) return s:upper() end
  local function added(s) return s:added() end
  local before = upper("a") .. tostring(pcall(added, "a"))
  string.added = function(s) return s .. "!" end
  local between = added("b")
  string.added = nil
  local old = getmetatable("").__index
  getmetatable("").__index = { upper = function() return "other" end }
  local after = upper("c")
  getmetatable("").__index = old
  local metatable = getmetatable("")
  debug.setmetatable("", nil)
  local ok, message = pcall(upper, "d")
  debug.setmetatable("", metatable)
  return before, between, after, ok, message, upper("e")
end)
check("userdata", function()
  local file = io.tmpfile()
  local function write(f) return f:write("x") == f end
  local metatable = getmetatable(file)
  local old = metatable.__index
  local seen = { write(file), write(file) }
  metatable.__index = { write = function() return file end }
  seen[3] = write(file)
  metatable.__index = old
  seen[4] = file:seek("cur")
  file:close()
  return table.unpack(seen)
end)

-- Messages and lines are those of the search without a cache.
local object = setmetatable({}, { __index = setmetatable({}, { __index = { present = 1 } }) })
check("no method", function() object:absent() end)
check("a method that cannot be called", function() object:present() end)
check("a field that cannot be indexed", function() return object.absent.x end)
check("nil indexed", function() local x x:method() end)
check("a loop", function()
  local a, b = {}, {}
  a.__index, b.__index = b, a
  setmetatable(a, a) setmetatable(b, b)
  return b.nothing
end)
check("a store of __index into no table", function() local x = 1 x.__index = 2 end)
check("a store of __index into nil", function() undefined.__index = 2 end)

-- Absent, nil and inherited at one instruction, with and without hash parts; fields set to nil and back.
check("nil fields", function()
  local function next_of(t) return t.link end
  local function set(t, v) t.link = v end
  local out, with = {}, setmetatable({}, { __index = { link = "inherited" } })
  for _, t in ipairs { {}, { link = 1 }, with, { 1, 2 }, setmetatable({}, {}) } do
    for _, v in ipairs { 1, false, "x" } do
      set(t, v)
      out[#out + 1] = tostring(next_of(t))
      set(t, nil)
      out[#out + 1] = tostring(next_of(t))
      set(t, nil)
      set(t, v)
      set(t, v)
      out[#out + 1] = tostring(next_of(t))
      set(t, nil)
    end
  end
  return table.concat(out, " ")
end)
check("nil fields and __newindex", function()
  local log = {}
  local t = setmetatable({ a = 1 }, { __newindex = function(t, k, v) log[#log + 1] = k .. tostring(v) rawset(t, k, v) end })
  local up = t
  local function set(v) t.a = v end
  local function set_upvalue(v) up.a = v up.a = nil end
  for i = 1, 3 do
    set(i) set(nil) set(nil) set(i)
    set_upvalue(i)
  end
  return table.concat(log, " ")
end)
