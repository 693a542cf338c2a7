-- stress: 199
-- Manual 3.4.9 and 2.1: constructors, keys, the length.
local check = require "check"

check("constructor forms", function() local t = { 1, x = 2, [3] = "three", 4; "y", ["z"] = 5, [1.5] = 6 } return t[1], t.x, t[3], t[2], t.z, t[1.5] end)
check("positional wins or loses by order", function() local t = { [1] = "a", "b" } local u = { "b", [1] = "a" } return t[1], u[1] end)
check("trailing separators", function() return #{ 1, 2, }, #{ 1; 2; }, #{}, #{ nil }, #{ nil, 2 } end)
check("large constructors", function() local items = {} for i = 1, 1000 do items[i] = tostring(i) end local t = load("return {" .. table.concat(items, ",") .. "}")() return #t, t[1], t[50], t[51], t[1000] end)
check("very large constructors", function() local items = {} for i = 1, 70000 do items[i] = "'" .. i .. "'" end local t = load("return {" .. table.concat(items, ",") .. "}")() return #t, t[1], t[65536], t[70000] end)
check("many named fields", function() local items = {} for i = 1, 500 do items[i] = "k" .. i .. "=" .. i end local t = load("return {" .. table.concat(items, ",") .. "}")() local n = 0 for k, v in pairs(t) do n = n + v end return n end)
check("nested constructors", function() local t = { { 1, { 2 } }, a = { b = { c = "d" } } } return t[1][2][1], t.a.b.c end)
check("constructor with varargs", function(...) local t = { "a", ... } return #t, t[2], t[3] end, 1, 2)
check("constructor evaluation order", function() local log = {} local function v(x) log[#log + 1] = x return x end local t = { v(1), [v(2)] = v(3), k = v(4), v(5) } return table.concat(log, " ") end)
check("nil fields", function() local t = { a = nil, [1] = nil } return next(t), #t end)
check("nil key in a constructor", "return {[nil] = 1}")
check("nan key in a constructor", "return {[0/0] = 1}")
check("nil key", function() local t = {} t[nil] = 1 end)
check("nan key", function() local t = {} t[0 / 0] = 1 end)
check("reading nil and nan keys", function() local t = {} return t[nil], t[0 / 0] end)
check("rawset with nil and nan", function() return pcall(rawset, {}, nil, 1), pcall(rawset, {}, 0 / 0, 1) end)
check("keys of every type", function() local f, t, c = function() end, {}, coroutine.create(print) local m = { [f] = 1, [t] = 2, [c] = 3, [true] = 4, [false] = 5, [1] = 6, [1.5] = 7, s = 8, [io.stdout] = 9 } return m[f], m[t], m[c], m[true], m[false], m[1], m[1.5], m.s, m[io.stdout] end)
check("long string keys", function() local k = ("k"):rep(100) local t = { [k] = 1 } t[("k"):rep(99) .. "k"] = 2 return t[k], t[("k"):rep(50) .. ("k"):rep(50)] end)
check("strings with zeros as keys", function() local t = { ["a\0b"] = 1, ["a"] = 2, ["a\0c"] = 3 } return t["a\0b"], t.a, t["a\0c"] end)
check("integer and float keys", function() local t = { [1] = "a", [1.0] = "b", [2 ^ 53] = "c" } t[-0.0] = "z" return t[1], t[1 << 53], t[0], #t end)
check("negative and huge keys", function() local t = { [-1] = 1, [0] = 2, [math.mininteger] = 3, [math.maxinteger] = 4, [1 << 40] = 5 } return t[-1], t[0], t[math.mininteger], t[math.maxinteger], t[1 << 40], #t end)
check("length grows and shrinks", function() local t = {} for i = 1, 100 do t[i] = i end local a = #t for i = 100, 51, -1 do t[i] = nil end local b = #t for i = 50, 1, -1 do t[i] = nil end return a, b, #t, next(t) end)
check("length of a sequence in the hash", function() local t = { n = 1 } t[3] = 3 t[2] = 2 t[1] = 1 t[4] = 4 return #t end)
check("length after filling backwards", function() local t = {} for i = 64, 1, -1 do t[i] = i end return #t, t[1], t[64] end)
check("length is a border", function() local t = { 1, 2, nil, 4, nil, nil, 7 } local n = #t return n == 0 or t[n] ~= nil, t[n + 1] == nil end)
check("length of strings", function() return #"", #"abc", #"a\0b", #"\u{7FFFFFFF}" end)
check("length of what has none", "local n = 5 return #n")
check("length of nil", "return #undefined")
check("length of a field", "local t = {} return #t.x")
check("rawlen", function() return rawlen { 1, 2 }, rawlen "abc", pcall(rawlen, 5) end)
check("next", function() local t = { 1, 2 } return next(t), next(t, 1), next(t, 2), next({}) end)
check("next with a wrong key", function() return next({}, "nope") end)
check("next after the last", function() return next({ 1 }, 1) end)
check("traversal visits all", function() local t, n, s = {}, 0, 0 for i = 1, 300 do t[i] = i t[i + 0.5] = i t["s" .. i] = i t[-i] = i end for _, v in pairs(t) do n = n + 1 s = s + v end return n, s end)
check("growing and deleting again and again", function() local t = {} for round = 1, 20 do for i = 1, 100 do t["k" .. i .. round] = i end for i = 1, 100 do t["k" .. i .. round] = nil end end return next(t) end)
check("a table in itself", function() local t = {} t[t] = t t.t = t return t[t] == t, t.t.t.t == t end)
check("index of nil", "local t t.x = 1")
check("index of a nil field", "local t = {} t.a.b = 1")
check("index of a nil global", "return undefined.x")
check("index of a nil upvalue", "local u; (function() return u.x end)()")
check("index of a number", "local n = 1 return n.x.y")
check("index of a boolean", "return (true).x")
check("index of a function", "return print.x")
check("index with a key variable", "local t, k = nil, 'key' return t[k]")
check("index with an integer key", "local t return t[1]")
check("index of a call result", "return (function() end)().x")
check("index with a nil key", "local t return t[nil]")
check("store in a string", "('x').y = 1")
check("store in a number", "local n = 1 n.x = 1")
check("store with a nil key in a field", "local t = {x = {}} t.x[nil] = 1")
check("index of a string", function() return ("x").len, ("x").nope, ("x")[1], #("x").rep("ab", 3) end)
check("unpack", function() return table.unpack({ 1, 2, 3 }, 2), table.unpack({ 1, 2 }, 0, 3) end)
check("table.pack", function() local t = table.pack(nil, 2, nil) return t.n, t[1], t[2], t[3] end)
check("big tables", function() local t = {} for i = 1, 200000 do t[i] = i end local s = 0 for i = 1, #t, 1000 do s = s + t[i] end return #t, s end)
check("sparse tables", function() local t = {} for i = 0, 62 do t[1 << i] = i end local s = 0 for k, v in pairs(t) do s = s + v end return s, t[1 << 62], t[1 << 31] end)

-- constructors of names, which begin as copies
local function record(x, y, z) return { x = x, y = y, z = z } end
local function fields(t) local names = {} for k, v in pairs(t) do names[#names + 1] = tostring(k) .. "=" .. tostring(v) end table.sort(names) return table.concat(names, " ") end
check("records, whole and with gaps", function() return fields(record(1, 2, 3)), fields(record(1, nil, 3)), fields(record(nil, nil, 3)), next(record()), fields(record(1, 2, 3)) end)
check("records share nothing", function() local a, b = record(1, 2, 3), record(4, 5, 6) a.x = nil b.w = 7 a.v = 8 return fields(a), fields(b), fields(record(9)) end)
check("absent fields are given later", function() local t = record(1) t.z = 3 t.y = 2 t.w = 4 t.x = nil return fields(t), #t end)
check("the same name twice", function() local t = { a = 1, b = 2, a = 3, b = nil } return fields(t), t.a, t.b end)
check("absent fields are inherited", function() local t = setmetatable(record(1), { __index = function(_, k) return k .. "?" end }) return t.x, t.y, t.z end)
check("absent fields are new", function() local log = {} local t = setmetatable(record(1), { __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end }) t.x, t.y = 2, 3 t.y = 4 return table.concat(log, " "), fields(t) end)
check("metamethods that are absent at first", function()
  local meta = { __index = nil, __newindex = nil, __len = nil, __call = nil, __eq = nil }
  local a, b = setmetatable({}, meta), setmetatable({}, meta)
  local before = { a.x, #a, a == b, (pcall(a)) }
  a.y = 1
  meta.__index = function(_, k) return k end
  meta.__len = function() return 7 end
  meta.__eq = function() return true end
  meta.__call = function() return "called" end
  meta.__newindex = function(t, k) rawset(t, k, "new") end
  a.z = 1
  return before[1], before[2], before[3], before[4], a.x, #a, a == b, a(), a.y, a.z
end)
check("values that collect", function()
  local sum = 0
  for i = 1, 20 do
    local t = { a = i, b = (collectgarbage() and nil), c = { d = collectgarbage("step"), e = i }, d = string.rep("x", i) .. i, e = record(i, collectgarbage() and i, i) }
    sum = sum + t.a + t.c.e + #t.d + t.e.y + (t.b == nil and 1 or 0)
  end
  return sum
end)
check("values that raise", function() return pcall(function() return { a = 1, b = error("no b", 0), c = 3 } end) end)
check("records in coroutines", function() local co = coroutine.wrap(function() return fields { a = coroutine.yield(1), b = coroutine.yield(2), c = 3 } end) return co(), co("x"), co("y") end)
check("traversal while fields are cleared", function() local t, n = record(1, 2, 3), 0 for k in pairs(t) do t[k] = nil n = n + 1 end return n, next(t) end)
check("many kinds of records", function() local total = 0 for n = 1, 12 do local items = {} for i = 1, n do items[i] = "f" .. i .. "=" .. i end local f = load("return {" .. table.concat(items, ",") .. "}") for _ = 1, 2 do for _, v in pairs(f()) do total = total + v end end end return total end)
check("dumped records", function() local f = load(string.dump(function(a) return { x = a, y = { x = 1, z = a }, ["the end"] = 2 } end, true)) local t = f(5) return t.x, t.y.x, t.y.z, t["the end"] end)
check("short arrays", function() local function array(n) local items = {} for i = 1, n do items[i] = i end return load("local a = ... return {" .. table.concat(items, ",") .. "}") end local out = {} for n = 1, 18 do local t = array(n)() t[#t + 1] = "end" out[#out + 1] = #t .. tostring(t[n]) .. tostring(t[n + 2]) end return table.concat(out, " ") end)
check("short arrays with holes", function() local t = { nil, nil, 3 } local u = { 1, nil } return t[3], next(t), u[1], u[2], next(u, 1) end)

check("length after pushing and popping", function()
  local t, out = {}, {}
  for _, step in ipairs { 3, -2, 1, 4, -6, 2, -1, -1, 6, -5 } do
    for _ = 1, math.abs(step) do if step > 0 then t[#t + 1] = step else t[#t] = nil end out[#out + 1] = #t end
  end
  return table.concat(out, " "), #t, next(t)
end)
check("length after several changes", function()
  local t = { 1, 2, 3, 4, 5, 6, 7, 8 }
  local function a_border() local n = #t return (n == 0 or t[n] ~= nil) and t[n + 1] == nil end
  local ok = a_border()
  for _, cleared in ipairs { 8, 7, 5, 6, 1, 2, 3, 4 } do t[cleared] = nil ok = ok and a_border() end
  for _, set in ipairs { 1, 2, 3, 8, 4, 5, 6, 7, 9, 10, 11, 17 } do t[set] = set ok = ok and a_border() end
  t.x = 1
  return ok, a_border(), #{ n = 1 }, #{ nil, nil, n = 2 }
end)
check("length with the end in the hash part", function() local t = { 1, 2, x = 1 } t[4] = 4 t[3] = 3 local a = #t t[4] = nil return a, #t end)
check("constructors that end in a call", function()
  local function values(n) local t = {} for i = 1, n do t[i] = i * 10 end return table.unpack(t, 1, n) end
  local out = {}
  for n = 0, 20 do
    for _, t in ipairs { { values(n) }, { "a", values(n) }, { x = 1, values(n) }, { values(3), values(n) }, { (values(n)) }, { values(n), nil } } do
      local sum = 0
      for _, v in pairs(t) do sum = sum + (tonumber(v) or 0) end
      t[#t + 1] = "end"
      out[#out + 1] = #t .. ":" .. sum .. tostring(t[#t - 1])
    end
  end
  return table.concat(out, " ")
end)
check("a constructor that ends in a call whose results fill the stack", function()
  local t = { 1, table.unpack({}, 1, 5000) }
  local u = { table.unpack({}, 1, 0) }
  u[1] = "first"
  return #t, next(t), next(t, 1), #u, u[1], select("#", table.unpack({ 1, table.unpack({ 2, 3 }) }))
end)
