-- Manual 2.4: each metamethod.
local check = require "check"

local names = { add = "+", sub = "-", mul = "*", div = "/", mod = "%", pow = "^", idiv = "//", band = "&", bor = "|", bxor = "~", shl = "<<", shr = ">>", concat = "..", eq = "==", lt = "<", le = "<=" }
local sorted = {} for name in pairs(names) do sorted[#sorted + 1] = name end table.sort(sorted)
for _, name in ipairs(sorted) do
  check("__" .. name .. " left, right, both", "local op = '" .. name .. [[' local function kind(x) return type(x) == "table" and x.n or type(x) .. tostring(x) end
    local mt = { ["__" .. op] = function(a, b) return kind(a) .. " " .. op .. " " .. kind(b) end }
    local a, b = setmetatable({ n = "A" }, mt), setmetatable({ n = "B" }, mt)
    local function try(f) local ok, r = pcall(f) return ok and r or "fails" end
    return try(function() return a ]] .. names[name] .. [[ b end), try(function() return a ]] .. names[name] .. [[ 1 end), try(function() return 1 ]] .. names[name] .. [[ a end),
      try(function() return a ]] .. names[name] .. [[ "s" end), try(function() return "s" ]] .. names[name] .. [[ a end), try(function() return a ]] .. names[name] .. [[ nil end), try(function() return 2.5 ]] .. names[name] .. [[ a end)]])
end
check("__unm and __bnot", function() local mt = { __unm = function(a, b) return "unm", rawequal(a, b) end, __bnot = function(a, b) return "bnot", rawequal(a, b) end } local a = setmetatable({}, mt) return -a, ~a end)
check("__len", function() local a = setmetatable({ 1, 2 }, { __len = function(t) return "len" .. rawlen(t) end }) return #a, rawlen(a) end)
check("left operand first", function() local a = setmetatable({}, { __add = function() return "left" end }) local b = setmetatable({}, { __add = function() return "right" end }) return a + b, b + a, 1 + b end)
check("results are adjusted to one", function() local a = setmetatable({}, { __add = function() return 1, 2, 3 end, __index = function() return 4, 5 end, __len = function() end, __call = function() return 6, 7 end }) return a + a, a.x, #a, a() end)
check("metamethod may be callable", function() local c = setmetatable({}, { __call = function(self, a, b) return "called", type(a), b end }) local a = setmetatable({}, { __add = c }) return a + 5 end)
check("__index chain", function() local a = { x = 1 } local b = setmetatable({ y = 2 }, { __index = a }) local c = setmetatable({}, { __index = b }) return c.x, c.y, c.z end)
check("__index function", function() local t = setmetatable({ a = 1 }, { __index = function(t, k) return rawget(t, "a") .. tostring(k) end }) return t.a, t.b, t[1], t[true] end)
check("__index through function and table", function() local t = setmetatable({}, { __index = setmetatable({}, { __index = function(t, k) return k .. "!" end }) }) return t.x, t[1] end)
check("__index on strings", function() local s = "abc" return s.upper == string.upper, s.x end)
check("__newindex table", function() local store = {} local t = setmetatable({ a = 1 }, { __newindex = store }) t.a, t.b = 2, 3 return t.a, rawget(t, "b"), store.b end)
check("__newindex function", function() local log = {} local t = setmetatable({}, { __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) rawset(t, k, v) end }) t.x = 1 t.x = 2 t[1] = nil t[1] = nil return t.x, table.concat(log, " ") end)
check("__newindex chain", function() local a = {} local b = setmetatable({}, { __newindex = a }) local c = setmetatable({}, { __newindex = b }) c.x = 1 return rawget(c, "x"), rawget(b, "x"), a.x end)
check("__newindex and an existing nil", function() local n = 0 local t = setmetatable({ x = 1 }, { __newindex = function() n = n + 1 end }) t.x = nil t.x = 1 return n, t.x end)
check("loop in __index", function() local t = {} setmetatable(t, { __index = t }) return t.x end)
check("loop in __newindex", function() local t = {} setmetatable(t, { __newindex = t }) t.x = 1 end)
check("long __index chain", function() local t = { x = "deep" } for i = 1, 1990 do t = setmetatable({}, { __index = t }) end return t.x end)
check("too long __index chain", function() local t = { x = "deep" } for i = 1, 2010 do t = setmetatable({}, { __index = t }) end return t.x end)
check("__call with extra arguments", function() local t = setmetatable({}, { __call = function(self, ...) return select("#", ...), ... end }) return t(), t(nil), t(1, 2) end)
check("__call chain", function() local f = function(...) return select("#", ...) end for i = 1, 10 do f = setmetatable({}, { __call = f }) end return f("x") end)
check("__tostring", function() return tostring(setmetatable({}, { __tostring = function() return "mine" end })) end)
check("__tostring must give a string", function() return tostring(setmetatable({}, { __tostring = function() return {} end })) end)
check("__tostring of a number", function() return tostring(setmetatable({}, { __tostring = function() return 12 end })) end)
check("__name", function() return (tostring(setmetatable({}, { __name = "My.Type" })):gsub("0x%x+", "ADDRESS")) end)
check("__name in messages", function() return setmetatable({}, { __name = "My.Type" }) + 1 end)
check("__name in argument messages", function() return ("x"):rep(setmetatable({}, { __name = "My.Type" })) end)
check("__metatable", function() local t = setmetatable({}, { __metatable = "locked" }) return getmetatable(t), pcall(setmetatable, t, {}) end)
check("__metatable false", function() local t = setmetatable({}, { __metatable = false }) return getmetatable(t), pcall(setmetatable, t, {}) end)
check("__eq only for two tables", function() local n = 0 local mt = { __eq = function() n = n + 1 return true end } local a, b = setmetatable({}, mt), setmetatable({}, mt) return a == b, a ~= b, a == 1, 1 == a, a == "x", a == a, n end)
check("__eq from either operand", function() local a = setmetatable({}, { __eq = function() return 1 end }) local b = {} return a == b, b == a, a ~= b, rawequal(a, b) end)
check("__eq result becomes a boolean", function() local mt = { __eq = function() return nil end } return setmetatable({}, mt) == setmetatable({}, mt), not (setmetatable({}, mt) == setmetatable({}, mt)) end)
check("__lt in conditions", function() local mt = { __lt = function(a, b) return a.v < b.v end, __le = function(a, b) return a.v <= b.v end } local function n(v) return setmetatable({ v = v }, mt) end local r = "" if n(1) < n(2) then r = r .. "a" end if not (n(2) < n(1)) then r = r .. "b" end if n(1) <= n(1) then r = r .. "c" end while n(3) > n(4) do r = "?" end if n(2) >= n(3) then r = "?" end return r end)
check("__lt with mixed operands", function() local mt = { __lt = function(a, b) return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b) end } local t = setmetatable({ v = 5 }, mt) return t < 6, t < 5, 4 < t, t > 4, 6 > t, 5.5 < t end)
-- The distribution builds Lua with LUA_COMPAT_LT_LE, and programs rely on it.
check("__le is made of __lt when there is none", function() local mt = { __lt = function() return true end } local a, b = setmetatable({}, mt), setmetatable({}, mt) return a <= b end)
check("__concat order", function() local mt = { __concat = function(a, b) return (type(a) == "table" and "T" or a) .. "|" .. (type(b) == "table" and "T" or b) end } local t = setmetatable({}, mt) return t .. t, "a" .. t .. "b", 1 .. t, t .. 1.5 end)
check("__close is read from the metatable", function() local r local mt = {} do local x <close> = setmetatable({}, { __close = function() r = "closed" end }) end return r end)
check("inheritance", function()
  local Base = {} Base.__index = Base
  function Base.new(class, x) return setmetatable({ x = x }, class) end
  function Base:get() return self.x end
  local Derived = setmetatable({}, { __index = Base }) Derived.__index = Derived
  function Derived:get() return Base.get(self) * 2 end
  return Base:new(3):get(), Derived:new(4):get()
end)
check("getter through rawget and rawset", function() local t = setmetatable({}, { __index = function() return "i" end, __newindex = function() error "no" end }) rawset(t, "x", 1) return rawget(t, "x"), rawget(t, "y"), t.y end)
check("metamethods of numbers", function() debug.setmetatable(0, { __index = function(n, k) return k .. n end, __call = function(n, x) return n + x end, __len = function(n) return -n end }) local r = { (5).x, (5)(6), #7 } debug.setmetatable(0, nil) return table.unpack(r) end)
check("metamethods of functions", function() debug.setmetatable(print, { __index = { name = "f" }, __add = function(f, x) return "sum" .. x end }) local r = { print.name, print + 1, (function() end) + 2 } debug.setmetatable(print, nil) return table.unpack(r) end)
check("metamethods of nil", function() debug.setmetatable(nil, { __index = function() return "nothing" end }) local r = (nil).x debug.setmetatable(nil, nil) return r end)
check("metamethods of booleans", function() debug.setmetatable(true, { __add = function(a, b) return tostring(a) .. tostring(b) end }) local r = true + false debug.setmetatable(true, nil) return r end)
check("arithmetic on strings uses the string metatable", function() local mt = getmetatable "" local old = mt.__add mt.__add = function(a, b) return "add:" .. a .. b end local r = { "a" + "b", "1" + 2, 1 + 2 } mt.__add = old return table.unpack(r) end)
check("setmetatable wrong", function() return setmetatable(1, {}) end)
check("setmetatable wrong second", function() return setmetatable({}, 1) end)
check("setmetatable without second", function() return setmetatable({}) end)
check("getmetatable", function() return getmetatable {}, getmetatable(1), getmetatable(print), type(getmetatable "") end)
check("errors inside metamethods", function() local t = setmetatable({}, { __index = function(t, k) error("no field " .. k, 2) end }) return t.missing end)
check("metamethods that yield", function()
  local mt = {}
  for _, e in ipairs { "add", "concat", "eq", "lt", "le", "index", "len", "unm", "call", "band", "idiv" } do mt["__" .. e] = function() return coroutine.yield(e) end end
  mt.__newindex = function() coroutine.yield "newindex" end
  local a, b = setmetatable({}, mt), setmetatable({}, mt)
  local co = coroutine.wrap(function() local r = {} r[1] = a + b r[2] = a .. b r[3] = a == b r[4] = a < b r[5] = a <= b r[6] = a.x r[7] = #a r[8] = -a r[9] = a(1) r[10] = a & 1 r[11] = 1 // a a.y = 1 if a < b then r[12] = "then" else r[12] = "else" end r[13] = "x" .. "y" .. a .. "z" return table.concat({ tostring(r[1]), tostring(r[2]), tostring(r[3]), tostring(r[4]), tostring(r[5]), tostring(r[6]), tostring(r[7]), tostring(r[8]), tostring(r[9]), tostring(r[10]), tostring(r[11]), r[12], tostring(r[13]) }, ",") end)
  local log, x = {}, co() local i = 0
  while not x:find "," do log[#log + 1] = x i = i + 1 x = co(i % 2 == 0 and i or tostring(i)) end
  return table.concat(log, " "), x
end)
check("arithmetic on tables without metamethods", "local t = {} return t + 1")
check("wrong __index value", function() return setmetatable({}, { __index = 5 }).x.y end)
check("wrong __add value", function() return setmetatable({}, { __add = 5 }) + 1 end)
check("wrong __newindex value", function() setmetatable({}, { __newindex = true }).x = 1 end)
check("metamethods added later are seen", function() local mt = {} local t = setmetatable({}, mt) local a = pcall(function() return t + 1 end) mt.__add = function() return "now" end mt.__index = function() return "i" end return a, t + 1, t.x end)
check("metamethods removed later are gone", function() local mt = { __index = function() return 1 end, __add = function() return 2 end } local t = setmetatable({}, mt) local a, b = t.x, t + 1 mt.__index = nil mt.__add = nil return a, b, t.x, (pcall(function() return t + 1 end)) end)

-- metamethods given to a metatable whose lack of them has been seen before, by names that are constants and by names that are made
local function give(meta, name, method, way)
  if way == 1 then meta["__" .. name] = method
  elseif way == 2 then rawset(meta, "__" .. name, method)
  elseif way == 3 then for k, v in pairs { ["__" .. name] = method } do meta[k] = v end
  elseif name == "index" then meta.__index = method
  elseif name == "newindex" then meta.__newindex = method
  else meta.__len = method end
end
for way = 1, 4 do
  check("metamethods given late, way " .. way, function()
    local meta = {}
    local t, u = setmetatable({ 1, 2, 3 }, meta), setmetatable({ a = 1 }, meta)
    local log = {}
    local function use()
      local found = {}
      for i, v in ipairs(t) do found[#found + 1] = i .. "=" .. tostring(v) if i == 5 then break end end
      for _, k in ipairs { "a", "b", 4, 4.0, 9, 2 ^ 53, true, meta } do
        local v, w = t[k], u[k]
        found[#found + 1] = tostring(v) .. tostring(w)
      end
      found[#found + 1] = #t .. ":" .. tostring(u.b) .. tostring(t[7])
      return table.concat(found, " ")
    end
    local function change(n)
      t[#t + 1], t["k" .. n], t[n * 100], u.field, u[{}] = n, n, n, n, n
      u[n], u[-n], t[n + 0.5] = n, n, n
      t["k" .. n] = nil
      t["k" .. n] = n + 1
    end
    log[1] = use()
    change(1)
    log[2] = use() .. " " .. rawlen(t)
    give(meta, "newindex", function(t, k, v) rawset(t, k, type(v) == "number" and v * 1000 or v) end, way)
    change(2)
    log[3] = use() .. " " .. rawlen(t) .. " " .. t.k2 .. " " .. t[200] .. " " .. u[2] .. " " .. u[-2] .. " " .. t[2.5] .. " " .. u.field
    give(meta, "index", function(_, k) return "<" .. type(k) .. ">" end, way)
    log[4] = use()
    give(meta, "len", function() return 2 end, way)
    log[5] = use() .. " " .. #u
    meta.__newindex, meta.__index, meta.__len = nil, nil, nil
    change(3)
    log[6] = use()
    give(meta, "newindex", function() end, way)
    give(meta, "index", { b = "inherited", [9] = "nine" }, way)
    change(4)
    log[7] = use() .. " " .. tostring(rawget(t, "k4")) .. " " .. tostring(rawget(u, 4))
    return table.concat(log, "; ")
  end)
end
check("new keys of every kind, among others", function()
  local keys, t = {}, {}
  for i = 1, 300 do
    keys[#keys + 1] = "s" .. i keys[#keys + 1] = -i keys[#keys + 1] = i * 1000003 keys[#keys + 1] = i + 0.25 keys[#keys + 1] = {} keys[#keys + 1] = function() return i end
    keys[#keys + 1] = coroutine.create(print) keys[#keys + 1] = ("long"):rep(20) .. i
  end
  keys[#keys + 1] = true keys[#keys + 1] = false keys[#keys + 1] = print
  for round = 1, 3 do
    for i, k in ipairs(keys) do if i % 3 ~= round % 3 then t[k] = i * round end if i % 200 == 0 then collectgarbage("step") end end
    for i, k in ipairs(keys) do if i % 5 == round then t[k] = nil end end
  end
  local sum, n, missing = 0, 0, 0
  for i, k in ipairs(keys) do if t[k] == nil then missing = missing + 1 else sum = sum + t[k] end end
  for _, v in pairs(t) do n = n + 1 sum = sum - v end
  return sum, n, missing
end)
check("integers that move to the array part", function()
  local t = {}
  for i = 20, 1, -1 do t[i] = i end
  t[22] = 22 t[21] = 21 t[23] = 23
  local order = {}
  for i, v in ipairs(t) do order[#order + 1] = v end
  return #t, #order, t[23], t[24]
end)
