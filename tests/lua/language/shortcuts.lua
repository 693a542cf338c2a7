-- The same operations with usual and unusual operands, one after the other at one place: what an interpreter may take short ways for.
local check = require "check"

-- pcall of Lua functions
local function results(...) return ... end
local function fails(v) error(v, 0) end
check("pcall, results wanted", function()
  local a = pcall(results, 1, 2)
  local b, c = pcall(results, 1, 2)
  local d, e, f, g = pcall(results, 1, 2)
  pcall(results, 1)
  return a, b, c, d, e, f, g, select("#", pcall(results)), select("#", pcall(results, nil, nil)), pcall(results, 5, 6)
end)
check("pcall, few arguments and many", function()
  local function two(a, b) return b, a end
  local t = { 1, 2, 3 }
  return (pcall(two)), select(2, pcall(two, 1)), select(3, pcall(two, 1)), select("#", pcall(two, table.unpack(t))), pcall(two, table.unpack(t))
end)
check("pcall, errors", function()
  local out = {}
  for i = 1, 4 do
    local ok, e = pcall(function(n) if n % 2 == 0 then fails("even " .. n) end return "odd" end, i)
    out[#out + 1] = tostring(ok) .. " " .. tostring(e)
  end
  local ok, e, more = pcall(fails, nil)
  return table.concat(out, ", "), ok, e, more, select("#", pcall(fails)), pcall(fails, { 1 })
end)
check("pcall, nested", function()
  local function deep(n) if n == 0 then fails("bottom") end local ok, e = pcall(deep, n - 1) if n % 2 == 0 then error(e, 0) end return ok, e, n end
  return pcall(deep, 5)
end)
check("pcall, a tail call inside", function() return pcall(function() return results(1, 2, 3) end) end)
check("pcall, variable arguments inside", function() return pcall(function(...) return select("#", ...), ... end, 1, nil) end)
check("pcall, upvalues are closed", function()
  local get
  local ok = pcall(function() local x = 1 get = function() x = x + 1 return x end fails("e") end)
  return ok, get(), get(), pcall(function() local y = 5 get = function() y = y + 1 return y end return get() end), get()
end)
check("pcall, to be closed", function()
  local log = {}
  local function closing(name) return setmetatable({}, { __close = function(_, e) log[#log + 1] = name .. ":" .. tostring(e) end }) end
  local a = pcall(function() local x <close> = closing("a") return 1 end)
  local b, e = pcall(function() local x <close> = closing("b") fails("oops") end)
  return a, b, e, table.concat(log, " ")
end)
check("pcall, yields inside", function()
  local co = coroutine.wrap(function(...)
    local ok, a, b = pcall(function(x) local y = coroutine.yield(x + 1) return y, x end, ...)
    local bad, e = pcall(function() coroutine.yield("again") fails("after") end)
    local all = { pcall(coroutine.yield, "direct") }
    return ok, a, b, bad, e, #all, all[2]
  end)
  return co(1), co(10), co(), co("last")
end)
check("pcall inside xpcall keeps the handler away", function()
  local calls = 0
  return xpcall(function()
    local ok, e = pcall(fails, "inner")
    fails(e .. " outer")
  end, function(m) calls = calls + 1 return m .. " handled " .. calls end)
end)
check("handler after pcall", function()
  return xpcall(function() pcall(results, 1) pcall(fails, 1) local t = nil return t.x end, function(m) return "handled: " .. m end)
end)
check("pcall in a coroutine that ends", function()
  local co = coroutine.create(function() return pcall(function() return 1, 2 end) end)
  return coroutine.resume(co)
end)
check("traceback through pcall", function()
  local text
  pcall(function() text = debug.traceback("t", 1) end)
  return (text:gsub("%s+", " "))
end)
check("pcall of what cannot be called", function() return pcall(nil) end)
check("pcall without anything", function() return pcall() end)
check("levels through pcall", function()
  return pcall(function() local names = {} for level = 1, 4 do names[level] = debug.getinfo(level, "S").what end return table.concat(names, " ") end)
end)

-- metamethods
local mt = {}
local function object(v) return setmetatable({ v = v }, mt) end
local function arithmetic(event, f) mt[event] = f local a, b = object(1), object(2) local r = a + b return r end
check("results of __add", function()
  return arithmetic("__add", function() end), arithmetic("__add", function() return 1, 2 end), arithmetic("__add", function(...) return select("#", ...) end),
    arithmetic("__add", function(a, b, c) return c end), (arithmetic("__add", function(a, b) return results(a.v, b.v) end))
end)
check("all operators", function()
  local log = {}
  for event, operate in pairs { __sub = function(a, b) return a - b end, __mul = function(a, b) return a * 3 end, __div = function(a, b) return 2 / b end,
      __mod = function(a, b) return a % b end, __pow = function(a, b) return a ^ 2 end, __idiv = function(a, b) return a // b end,
      __band = function(a, b) return a & 1 end, __bor = function(a, b) return 1.5 | b end, __bxor = function(a, b) return "x" ~ b end,
      __shl = function(a, b) return a << 1 end, __shr = function(a, b) return a >> b end, __concat = function(a, b) return a .. 1 .. 2 end,
      __unm = function(a) return -a end, __bnot = function(a) return ~a end, __len = function(a) return #a end, __call = function(a, b) return a(b) end } do
    mt[event] = function(a, b) return event:sub(3) .. type(a) .. type(b) end
    log[#log + 1] = tostring(operate(object(1), object(2)))
    mt[event] = nil
  end
  table.sort(log)
  return table.concat(log, " ")
end)
check("comparisons", function()
  local out = {}
  for _, answer in ipairs { true, false, 0, "yes" } do
    mt.__lt, mt.__le, mt.__eq = function() return answer end, function() return answer end, function() return answer end
    local a, b = object(1), object(2)
    out[#out + 1] = tostring(a < b) .. tostring(a <= b) .. tostring(a > 1) .. tostring(a == b) .. tostring(a ~= b) .. tostring(not (a < b))
    local n = 0
    while a < b do n = n + 1 if n == 3 then break end end
    repeat n = n + 1 until a >= b or n > 5
    out[#out + 1] = n
  end
  mt.__lt = function() end
  mt.__eq = function(...) return ... end
  out[#out + 1] = tostring(object(1) < object(2)) .. tostring(object(1) == object(2))
  return table.concat(out, " ")
end)
check("__index and __newindex functions", function()
  local log = {}
  local t = setmetatable({}, { __index = function(_, k) if k == "two" then return 1, 2 end if k ~= "none" then return k end end,
    __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) if k == "keep" then rawset(t, k, v) end return "ignored" end })
  t.a, t[1], t.keep, t[2.5] = 1, 2, 3, 4
  t.keep, t[1] = 5, 6
  return t.a, t[1], t.two, t.none, t[2.0], t.keep, table.concat(log, " ")
end)
check("metamethods that fail and yield", function()
  local t = setmetatable({}, { __add = function(a, b) return coroutine.yield(b) end, __lt = function() error("no order", 0) end,
    __index = function(_, k) return coroutine.yield(k) end, __eq = function() return coroutine.yield("eq") end })
  local u = setmetatable({}, getmetatable(t))
  local co = coroutine.wrap(function() local s = t + 1 local x = t.key local e = t == u return s, x, e, pcall(function() return t < u end) end)
  return co(), co("sum"), co("field"), co(1)
end)

-- numbers of different types
local numbers = { 0, 1, -1, 3, 2^53 // 1 | 0, (1 << 53) + 1, -(1 << 53), -(1 << 53) - 1, math.maxinteger, math.mininteger, 0.0, -0.0, 1.0, 1.5, -1.0, 3.0, 2^53, 2^53 + 2,
  -2^53, 2^63, -2^63, 1 / 0, -1 / 0, 0 / 0, 7.25, 1e300, 5e-324 }
check("comparisons of numbers", function()
  local bits = {}
  for _, x in ipairs(numbers) do
    local row = 0
    for _, y in ipairs(numbers) do
      row = (row * 3 + (x < y and 1 or 0) + (x <= y and 2 or 0) + (x == y and 4 or 0) + (x ~= y and 8 or 0) + (x > y and 16 or 0) + (x >= y and 32 or 0)) % 1000003
    end
    row = row * 7 + (x == 1 and 1 or 0) + (x ~= 3.0 and 2 or 0) + (x < 3 and 4 or 0) + (x >= 1 and 8 or 0) + (x == 1.0 and 16 or 0) + (x == 9007199254740993 and 32 or 0)
    bits[#bits + 1] = row
  end
  return table.concat(bits, " ")
end)
check("remainders", function()
  local out = {}
  for _, x in ipairs(numbers) do
    for _, y in ipairs { 1, 2, 3.0, 0.5, 7.25, -3, -2.0, 1 / 0, -1 / 0, 2^53, 1 << 40, 0.0 } do
      local r = x % y
      out[#out + 1] = r ~= r and "nan" or ("%.17g"):format(r) .. math.type(r):sub(1, 1)
    end
    out[#out + 1] = x ~= x and "nan" or tostring(x % 2.0) .. tostring(x % 1)
  end
  return table.concat(out, " ")
end)
check("arithmetic of both kinds", function()
  local out = {}
  for _, x in ipairs { 2, 2.5, "3", math.maxinteger } do
    for _, y in ipairs { 3, 0.5, "4" } do
      out[#out + 1] = tostring(x + y) .. "," .. tostring(x - y) .. "," .. tostring(x * y) .. "," .. tostring(x + 1) .. "," .. tostring(x - 1.5) .. "," .. tostring(2 * x)
    end
  end
  return table.concat(out, " ")
end)

-- elements
check("keys of all kinds", function()
  local t, f, u = {}, function() end, {}
  local keys = { 1, 2, 3, 100, -1, 0, 2.0, 3.5, 2^53, "s", ("long"):rep(20), true, false, t, f, u, print, math.mininteger, 1e300 }
  local out = {}
  for round = 1, 3 do
    for i, k in ipairs(keys) do
      out[#out + 1] = tostring(t[k])
      if round < 3 then t[k] = i * round end
      out[#out + 1] = t[k] == nil and "-" or t[k]
      if i % 4 == 0 then t[k] = nil end
    end
  end
  local meta = setmetatable({}, { __index = function(_, k) return type(k) end })
  for _, k in ipairs(keys) do out[#out + 1] = meta[k] end
  return table.concat(out, " ")
end)
check("bad keys", function() return pcall(function() local t, k = {}, nil t[k] = 1 end) end)
check("nan as a key", function() local t = {} return t[0 / 0], pcall(function() t[0 / 0] = 1 end) end)
check("records that grow", function()
  local out = {}
  for i = 1, 20 do
    local r = { a = i }
    r.b = i r.c = nil r.d = i r.e = i r.f = i r.a = nil r.g = i r.a = 7
    local names = {}
    for k, v in pairs(r) do names[#names + 1] = k .. v end
    table.sort(names)
    out[i] = table.concat(names)
  end
  return out[1], out[20]
end)
check("a field that is the name of an event", function()
  local meta = {}
  local t = setmetatable({}, meta)
  local before = t.x
  meta.__index = function() return "indexed" end
  local between = t.x
  meta.__len = function() return 42 end
  meta.__index = nil
  return before, between, t.x, #t
end)
check("constructors", function(...)
  local a, b, c = { ... }, { 1, ..., nil }, { n = 1, ..., results(4, 5) }
  local many = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, results(11, 12, 13) }
  return #a, #b, #c, c[3], #many, many[13], #{ results() }, #{ results(), results() }
end, 1, 2)

-- calls and returns
check("tail calls of all kinds", function()
  local function fixed(a, b, c) return c, b, a end
  local function rest(a, ...) return select("#", ...), a, ... end
  local function from_rest(f, ...) return f(...) end
  local function fewer(f) return f(1) end
  local function open(f) return f(results(1, 2, 3, 4)) end
  local function closing(f) local x = 1 local g = function() x = x + 1 return x end return f(g(), x) end
  local out = {}
  for _, f in ipairs { fixed, rest, results, math.max, function() return "none" end } do
    for _, way in ipairs { function(g) return from_rest(g, 1, 2, 3, 4, 5) end, fewer, open, closing, function(g) return from_rest(g, 9) end } do
      local r = table.pack(way(f))
      for i = 1, r.n do r[i] = tostring(r[i]) end
      out[#out + 1] = table.concat(r, ",", 1, r.n)
    end
  end
  return table.concat(out, " ")
end)
check("a long chain of tail calls", function()
  local function count(n, ...) if n == 0 then return select("#", ...), ... end return count(n - 1, n, ...) end
  local function loop(n) if n == 0 then return "done" end return loop(n - 1, n) end
  return count(20), loop(100000)
end)
check("numbers of results", function()
  local function none() end
  local function three() return 1, 2, 3 end
  local function pass(...) return ... end
  local a, b = none()
  local c, d, e, f = three()
  local g, h = (three())
  local i, j = pass(three())
  local k = { none(), three(), three() }
  local l = { pass() }
  return a, b, c, d, e, f, g, h, i, j, #k, #l, (pass(1, 2)), pass(three(), none())
end)
check("variable arguments", function()
  local function f(a, b, ...) local x, y, z = ... local t = { ... } return a, b, x, y, z, #t, select("#", ...), (...) end
  return select("#", f()), f(1), f(1, 2, 3), f(1, 2, 3, 4, 5, 6)
end)
check("many variable arguments", function()
  local t = {}
  for i = 1, 5000 do t[i] = i end
  local function sum(...) local s = 0 for i = 1, select("#", ...), 97 do s = s + (select(i, ...)) end return s, ... end
  local s, first = sum(table.unpack(t))
  return s, first, select("#", sum(table.unpack(t))), select(5000, table.unpack(t)), pcall(select, -5002, table.unpack(t))
end)
check("iterators", function()
  local out = {}
  for a, b, c in function(s, i) if i < s then return i + 1, i * 2 end end, 3, 0 do out[#out + 1] = a .. ":" .. b .. tostring(c) end
  for w in ("one two"):gmatch("%a+") do out[#out + 1] = w end
  for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do out[#out + 1] = v end
  for k in next, { 5 } do out[#out + 1] = k end
  for i, v in ipairs(setmetatable({}, { __index = function(_, i) if i < 3 then return i * i end end })) do out[#out + 1] = i .. "^" .. v end
  return table.concat(out, " ")
end)
check("loops", function()
  local out = {}
  for _, l in ipairs { { 1, 3, 1 }, { 3, 1, 1 }, { 3, 1, -1 }, { 1, 3, 2 }, { 1, 2.5, 1 }, { 1.0, 3, 1 }, { math.maxinteger - 1, math.maxinteger, 1 }, { math.mininteger, math.mininteger + 1, 1 },
      { math.mininteger, math.maxinteger, 1 << 62 }, { 1, 0, 1 }, { 1, 1, 1 }, { math.maxinteger, math.mininteger, 1 } } do
    local n = 0
    for i = l[1], l[2], l[3] do n = n + 1 out[#out + 1] = tostring(i) if n > 5 then break end end
    out[#out + 1] = "|"
  end
  return table.concat(out, " ")
end)
check("concatenation of many", function()
  local function join(a, b, c, d, e, f, g, h, i, j) return a .. b .. c .. d .. e .. f .. g .. h .. i .. j end
  local long = ("z"):rep(50)
  return join(1, 2.5, "x", -3, "", 1e100, 0, "", 7, 8), #join(long, 1, 2, 3, 4, 5, 6, 7, 8, long), 1 .. "", "" .. 2.0, "" .. "", 1 .. 2 .. 3, -0.0 .. "", long .. "" == long,
    math.mininteger .. "|" .. 1 / 0 .. 2^63
end)
check("methods of strings", function()
  local s = "text"
  local out = { s:upper(), s:len(), s:sub(2), ("%d"):format(3), #s:rep(3) }
  string.shout = function(self) return self:upper() .. "!" end
  out[#out + 1] = s:shout()
  string.shout = nil
  out[#out + 1] = tostring(select(2, pcall(function() return s:shout() end)))
  return table.unpack(out)
end)

-- elements of a table that is an upvalue
do
  local t, log = {}, {}
  local other = setmetatable({}, { __index = function(_, k) return "missing " .. tostring(k) end, __newindex = function(o, k, v) rawset(o, k, v) log[#log + 1] = tostring(k) end })
  local function get(k) return t[k] end
  local function set(k, v) t[k] = v end
  local function clear(k) t[k] = nil end
  local function truly(k) t[k] = true end
  local keys = { 1, 2, 3, 5, 100, -1, 0, 2.0, 2.5, "x", "y", ("long"):rep(20), true, false, print, get, 1e300, math.mininteger }
  check("upvalue elements, keys of every kind", function()
    local out = {}
    for round = 1, 3 do
      for i, k in ipairs(keys) do set(k, i * round) end
      for _, k in ipairs(keys) do out[#out + 1] = get(k) end
      for _, k in ipairs(keys) do if round == 1 then clear(k) elseif round == 2 then truly(k) end out[#out + 1] = tostring(get(k)) end
    end
    return table.concat(out, " "), #t
  end)
  check("upvalue elements, metamethods", function()
    t = other
    local out = { get(1), get("x"), get(get) ~= nil }
    set(1, "one") set("x", "y") truly(2) truly("z") clear(3) set(1, "two") set(4.0, "four")
    t = {}
    return out[1], out[2], out[3], other[1], other[2], other.x, other.z, other[4], table.concat(log, " ")
  end)
  check("upvalue elements, errors", function()
    local out = {}
    for _, v in ipairs { 1, true, print, "text" } do
      t = v
      for _, f in ipairs { get, set, clear, truly } do out[#out + 1] = tostring(select(2, pcall(f, 1))) end
    end
    t = nil
    out[#out + 1] = tostring(select(2, pcall(get, 1)))
    t = {}
    out[#out + 1] = tostring(select(2, pcall(set, nil, 1)))
    out[#out + 1] = tostring(select(2, pcall(set, 0 / 0, 1)))
    out[#out + 1] = tostring(select(2, pcall(function(k) return t[k]() end, "absent")))
    out[#out + 1] = tostring(select(2, pcall(function(k) return t[k].x end, "absent")))
    return table.concat(out, "\n")
  end)
  check("upvalue elements, the upvalue assigned meanwhile", function()
    local first, second = {}, {}
    t = first
    local function renew(v) t = second return v end
    t[renew(1)] = "a"
    t = first
    t[2] = renew "b"
    t = first
    local k = 3
    t[k] = renew "c"
    t = first
    t[k + 1], t[k + 2] = renew "d", "e"
    return first[1], second[1], first[2], second[2], first[3], second[3], first[4], second[4], first[5], second[5]
  end)
  check("upvalue elements, weak tables", function()
    local key, kept = {}, {}
    for _, mode in ipairs { "k", "v" } do
      t = setmetatable({}, { __mode = mode })
      t[key], t[kept] = kept, key
      t["name"] = kept
      local k = "name"
      assert(t[key] == kept and t[kept] == key and t[k] == kept)
      t[key] = nil
      assert(t[key] == nil)
    end
    return true
  end)
end

-- comparison with small numbers
check("equality with numerals", function()
  local out = {}
  for _, v in ipairs { 0, -0.0, 1, 1.0, 1.5, -1, 32767, 32768, -32768, -32768.0, -32769, "0", "1", true, math.huge, 0 / 0, 2^53, math.mininteger, {} } do
    out[#out + 1] = table.concat({ v == 0 and "a" or "", v ~= 0 and "b" or "", v == 1 and "c" or "", v ~= 1.0 and "d" or "", v == -1 and "e" or "",
      v == 32767 and "f" or "", v == 32768 and "g" or "", v == -32768 and "h" or "", v ~= -32769 and "i" or "", v == 1.5 and "j" or "", 0 == v and "k" or "", -32768.0 ~= v and "l" or "" })
  end
  return table.concat(out, " ")
end)

-- coroutines
do
  local yield, resume, wrap, create = coroutine.yield, coroutine.resume, coroutine.wrap, coroutine.create
  local function echo(...) while true do yield(...) end end
  local function pass(...) local n = select("#", ...) local t = { ... } while true do t = { yield(table.unpack(t, 1, n)) } n = #t end end
  check("resume and yield, values given and wanted", function()
    local out = {}
    local co = create(pass)
    out[#out + 1] = select("#", resume(co))
    out[#out + 1] = select("#", resume(co, 1, 2, 3))
    local a, b, c, d, e = resume(co, 1, 2, 3)
    local f = resume(co, 5)
    local g, h = resume(co)
    resume(co, 9)
    local t = { resume(co, 7, 8) }
    out[#out + 1] = #t
    return a, b, c, d, e, f, g, h, t[1], t[2], t[3], (resume(co, 1)), table.concat(out, " "), resume(co, 4, 5)
  end)
  check("wrap and yield, values given and wanted", function()
    local f = wrap(pass)
    local a, b = f(1, 2)
    local c, d, e = f(3, 4)
    local g = f()
    f(1)
    local h = { f(6, 7, 8) }
    local function tail(...) return f(...) end
    return a, b, c, d, e, g, #h, select("#", f()), tail(1, 2, 3), f(9, 10)
  end)
  check("yield, values wanted", function()
    local log = {}
    local co = wrap(function()
      local a = yield()
      local b, c = yield()
      yield()
      local t = { yield() }
      local function tail() return yield("tail") end
      local d, e, f = tail()
      log[#log + 1] = select("#", yield(), yield())
      return a, b, c, #t, d, e, f, (yield())
    end)
    co() co(1, 2) co(3) co(4, 5) co(6, 7, 8)
    local tail = co(9)
    co() co() co()
    return tail, log[1], co(1, 2), pcall(co)
  end)
  check("loops over wrapped functions", function()
    local out = {}
    for a in wrap(function() for i = 1, 3 do yield(i) end end) do out[#out + 1] = a end
    for a, b, c in wrap(function(s, v) out[#out + 1] = tostring(s) .. tostring(v) for i = 1, 3 do local x, y = yield(i, i * 2) out[#out + 1] = tostring(x) .. tostring(y) end end), "state", "control" do
      out[#out + 1] = tostring(a) .. tostring(b) .. tostring(c)
    end
    for a in wrap(function() for b in wrap(function() for i = 1, 4 do yield(i) end end) do if b % 2 == 0 then yield(b) end end end) do out[#out + 1] = a end
    for a in wrap(function() yield(1) error("in the loop", 0) end) do
      out[#out + 1] = select(2, pcall(function() for b in wrap(function() yield(a) error { "thrown" } end) do out[#out + 1] = b end end))[1]
      break
    end
    return table.concat(out, " ")
  end)
  check("errors after short switches", function()
    local co = create(function(a) local b = yield(a) error("failed with " .. b, 0) end)
    local first, second = { resume(co, 1) }, { resume(co, 2) }
    local f = wrap(function() yield() local t = nil; return t.x end)
    f()
    local g = wrap(function() yield(1) error { code = 5 } end)
    g()
    return first[1], first[2], second[1], second[2], coroutine.status(co), select(2, resume(co)), select(2, pcall(f)), select(2, pcall(f)), select(2, pcall(g)).code,
      select(2, pcall(f))
  end)
  check("status and tracebacks", function()
    local co, seen
    local function inner() seen = coroutine.status(co) yield(debug.traceback("inside")) end
    local outer = create(function() co = create(inner) local _, text = resume(co) yield(coroutine.status(co), text) return coroutine.status(co) end)
    local ok, status, text = resume(outer)
    return ok, status, (text:gsub("^.-:", "", 0)), debug.traceback(co), debug.traceback(outer), debug.traceback(outer, nil, 1), seen, select(2, resume(outer))
  end)
  check("normal coroutines, running, isyieldable", function()
    local main, outer, inner = coroutine.running()
    inner = create(function() yield(coroutine.status(outer), coroutine.running() == inner, coroutine.isyieldable()) return resume(outer) end)
    outer = create(function() resume(inner) return select(2, resume(inner)) end)
    return coroutine.status(main), resume(outer), coroutine.status(outer), coroutine.status(inner), resume(coroutine.running())
  end)
  check("across pcall, metamethods and close", function()
    local log = {}
    local meta = setmetatable({}, { __index = function(_, k) return yield(k) end, __add = function(a, b) return yield("add") end, __call = echo })
    local f = wrap(function()
      local ok, v = pcall(function() local h <close> = setmetatable({}, { __close = function() log[#log + 1] = yield("closing") end }) return yield("in pcall") end)
      log[#log + 1] = tostring(ok) .. tostring(v)
      log[#log + 1] = meta.field
      log[#log + 1] = meta + 1
      log[#log + 1] = tostring(select(2, pcall(error, yield("argument"))))
      return "end"
    end)
    local out = { f(), f(1), f(2), f(3), f(4), f(5), f(6) }
    return table.concat(out, " "), table.concat(log, " ")
  end)
  check("called by library functions and as metamethods", function()
    local f = wrap(pass)
    local ok, a, b = pcall(f, 1, 2)
    local t = setmetatable({}, { __index = wrap(function(_, k) while true do _, k = yield(k .. "!") end end), __call = f })
    local co = create(pass)
    return ok, a, b, t.x, t.y, select("#", t(1)), pcall(resume, co, 1), pcall(resume, co, 2), select(2, pcall(pcall, f, 3)),
      (("abc"):gsub(".", wrap(function(c) while true do c = yield(c:upper()) end end))), pcall(yield, 1)
  end)
  check("many values", function()
    local f, co = wrap(pass), create(pass)
    local t = {}
    for i = 1, 300 do t[i] = i end
    local n = 0
    for round = 1, 3 do n = n + select("#", f(table.unpack(t))) + select("#", resume(co, table.unpack(t))) + select(300, f(table.unpack(t))) end
    local deep = wrap(function() local function go(k) if k == 0 then return yield() end return (go(k - 1)) + 1 end while true do yield(go(100)) end end)
    deep()
    return n, deep(5), deep(), deep(7)
  end)
  check("hooks between short switches", function()
    local events = {}
    local co = create(pass)
    resume(co, 1)
    debug.sethook(function(event) local info = debug.getinfo(2, "nS") if info.what == "C" and info.name then events[#events + 1] = event .. ":" .. info.name end end, "cr")
    resume(co, 2)
    debug.sethook()
    local counted = 0
    debug.sethook(co, function() counted = counted + 1 end, "", 1)
    resume(co, 3)
    debug.sethook(co)
    return table.concat(events, " "), counted > 0, resume(co, 4)
  end)
  check("upvalues and collections between switches", function()
    local sum = 0
    local workers = {}
    for w = 1, 10 do workers[w] = wrap(function() local own = {} for i = 1, 20 do own[i] = { w * i } sum = sum + own[i][1] yield(own) end return "done" end) end
    local kept = {}
    for i = 1, 20 do for w = 1, 10 do kept[w] = workers[w]() if w == 5 then collectgarbage("step") end end end
    for w = 1, 10 do for i = 1, 20 do assert(kept[w][i][1] == w * i) end assert(workers[w]() == "done") end
    return sum
  end)
end

-- methods of userdata and of strings, at one place
do
  local function call(object, ...) return object:method(...) end
  local function try(object, ...)
    local ok, e = pcall(call, object, ...)
    return tostring(ok) .. " " .. tostring(e)
  end
  local file, other = io.tmpfile(), io.tmpfile()
  local of_files = debug.getmetatable(file)
  local of_strings = debug.getmetatable("")
  local methods = { method = function(self, n) return type(self) .. " " .. tostring(n) end }
  check("methods of userdata", function()
    local out = {}
    out[#out + 1] = try(file, 1)
    debug.setmetatable(file, { __index = methods })
    out[#out + 1] = try(file, 2)
    debug.setmetatable(file, { __index = function(_, key) return function(_, n) return "made " .. key .. n end end })
    out[#out + 1] = try(file, 3)
    debug.setmetatable(file, { __index = setmetatable({}, { __index = methods }) })
    out[#out + 1] = try(file, 4)
    debug.setmetatable(file, { __index = { method = 5 } })
    out[#out + 1] = try(file, 5)
    debug.setmetatable(file, {})
    out[#out + 1] = try(file, 6)
    debug.setmetatable(file, nil)
    out[#out + 1] = try(file, 7)
    debug.setmetatable(file, of_files)
    file.close(file)
    out[#out + 1] = try(other)
    out[#out + 1] = try({ method = methods.method }, 8)
    out[#out + 1] = try("text", 9)
    string.method = methods.method
    out[#out + 1] = try("text", 10)
    string.method = nil
    other:close()
    return table.concat(out, "\n")
  end)
  check("methods of strings without a metatable", function()
    local out = {}
    debug.setmetatable("", nil)
    out[#out + 1] = try("text", 1)
    debug.setmetatable("", { __index = methods })
    out[#out + 1] = try("text", 2)
    debug.setmetatable("", of_strings)
    out[#out + 1] = try("text", 3)
    return table.concat(out, "\n")
  end)
  check("keys added one at a time to a table of any shape", function()
    local t = {}
    for i = 1, 40 do
      t[i] = i
      t["k" .. i] = i
      t[i * 1000003] = i
      t[-i] = i
    end
    for i = 1, 40 do
      assert(t[i] == i and t["k" .. i] == i and t[i * 1000003] == i and t[-i] == i)
      t["k" .. i], t[-i] = nil, nil
    end
    for i = 41, 80 do t[i] = i end
    return #t, t[1000003 * 40], t[80]
  end)
end
