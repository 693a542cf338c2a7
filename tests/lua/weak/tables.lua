-- steps: 41
-- The weak types: weak tables.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end
local kinds = { "keytable", "valuetable", "kvtable" }
local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end

check("types", function()
  local names = {}
  for _, kind in ipairs(kinds) do local t = weak[kind]() names[#names + 1] = type(t) .. " " .. weak.type(t) end
  return table.unpack(names)
end)
for _, kind in ipairs(kinds) do
  check(kind .. ": get, set, remove, count", function()
    local t, k, v = weak[kind](), {}, {}
    local before = t[k]
    t[k] = v
    local a, n = t[k] == v, #t
    t[k] = k
    local b = t[k] == k
    t[k] = nil
    return before, a, n, b, t[k], #t
  end)
  check(kind .. ": raw functions", function()
    local t, k, v = weak[kind](), {}, {}
    rawset(t, k, v)
    return rawget(t, k) == v, rawlen(t), rawequal(t, t), rawequal(t, weak[kind]()), next(t) == k, select(2, next(t)) == v, next(t, k)
  end)
  check(kind .. ": pairs", function()
    local t, keep, sum = weak[kind](), {}, 0
    for i = 1, 100 do local k = { i } keep[i] = k t[k] = k end
    for k, v in pairs(t) do assert(rawequal(k, v)) sum = sum + k[1] end
    return sum, count(t)
  end)
  check(kind .. ": pairs survives deaths, removals, replacements and additions", function()
    local t, keep, seen, extra = weak[kind](), {}, {}, {}
    for i = 1, 300 do local k = { i } keep[i] = k t[k] = k end
    local steps = 0
    for k, v in pairs(t) do
      steps = steps + 1
      assert(not seen[k[1]], "seen twice")
      seen[k[1]] = true
      keep[(k[1] * 7) % 300 + 1] = nil
      if steps % 10 == 0 then t[k] = nil collectgarbage() elseif steps % 3 == 0 then t[k] = k end
      if steps < 200 then local e = { 1000 + steps } extra[#extra + 1] = e t[e] = e end
    end
    local missed = 0
    for i = 1, 300 do if keep[i] and not seen[i] then missed = missed + 1 end end
    return missed
  end)
  check(kind .. ": next survives removal of the current key", function()
    local t, keep, n = weak[kind](), {}, 0
    for i = 1, 100 do local k = { i } keep[i] = k t[k] = k end
    for k, v in next, t do n = n + 1 t[k] = nil if n % 10 == 0 then full() end end
    return n, #t
  end)
  check(kind .. ": clear while traversing", function()
    local t, keep, n = weak[kind](), {}, 0
    for i = 1, 50 do local k = { i } keep[i] = k t[k] = k end
    for k in pairs(t) do n = n + 1 if n == 10 then weak.clear(t) full() end end
    return n, #t, next(t)
  end)
  check(kind .. ": collections at every step", function()
    local t, keep = weak[kind](), {}
    for i = 1, 500 do
      local k = { i }
      t[k] = k
      if i % 4 == 0 then keep[#keep + 1] = k end
      collectgarbage "step"
    end
    full()
    return #t, count(t)
  end)
end

check("an entry of a key table lives with its key", function()
  local t, k = weak.keytable(), {}
  t[k] = { "value" }
  full()
  local alive, n = t[k][1], #t
  k = nil
  full()
  return alive, n, #t, next(t)
end)
check("an entry of a value table lives with its value", function()
  local t, v = weak.valuetable(), {}
  t.name, t[1], t[{}] = v, v, v
  full()
  local n = #t
  v = nil
  full()
  return n, #t, t.name, t[1]
end)
check("a value table holds its keys", function()
  local t, v = weak.valuetable(), {}
  local r
  do local k = {} r = weak.ref(k) t[k] = v end
  full()
  return r() ~= nil, t[r()] == v
end)
check("an entry of a kv table lives with both", function()
  local t, a, b = weak.kvtable(), {}, {}
  t[a], t[b] = b, a
  full()
  local n = #t
  a = nil
  full()
  return n, #t, next(t)
end)
check("values of a key table may be anything", function()
  local t, k, l = weak.keytable(), {}, {}
  t[k], t[l] = "text", false
  full()
  return t[k], t[l], #t
end)
check("keys of a value table may be anything", function()
  local t, v = weak.valuetable(), {}
  t[1], t[2.0], t[1.5], t["x"], t[true], t[print] = v, v, v, v, v, v
  full()
  return t[1.0] == v, t[2] == v, t[1.5] == v, t.x == v, t[true] == v, t[false], t[print] == v, #t
end)
check("long string keys", function()
  local t, v = weak.valuetable(), {}
  t[("x"):rep(100)] = v
  full()
  return t[("x"):rep(50) .. ("x"):rep(50)] == v, t[("x"):rep(99)], #t
end)
check("nil and NaN keys", function()
  local t = weak.valuetable()
  return t[nil], t[0/0], pcall(function() t[nil] = {} end), pcall(function() t[0/0] = {} end)
end)
check("nil key, raised", function() weak.valuetable()[nil] = {} end)
check("NaN key, raised", function() weak.valuetable()[0/0] = {} end)
check("reading what cannot be a key", function() local t = weak.keytable() return t[1], t.x, t[nil], t[true] end)
check("writing a number as key", function() weak.keytable()[1] = {} end)
check("writing a string as key", function() weak.keytable().x = {} end)
check("removing a number as key", function() weak.keytable()[1] = nil end)
check("writing nil as key", function() weak.keytable()[nil] = {} end)
check("a light function as key", function() weak.keytable()[print] = {} end)
check("writing a number as value", function() weak.valuetable()[1] = 5 end)
check("writing a boolean as value", function() weak.kvtable()[{}] = true end)
check("rawset of what cannot be held", function() rawset(weak.keytable(), 1, 2) end)

check("ephemeron: a value that reaches its key", function()
  local t = weak.keytable()
  do local k = {} t[k] = { k } end
  full()
  return #t
end)
check("ephemeron: a value that is its key", function()
  local t = weak.keytable()
  do local k = {} t[k] = k end
  full()
  return #t
end)
check("ephemeron: through many tables", function()
  local tables, first, k = {}, {}, nil
  k = first
  for i = 1, 100 do
    tables[i] = weak.keytable()
    local v = {}
    tables[i][k] = v
    k = v
  end
  tables[101] = weak.keytable()
  tables[101][k] = first
  k = nil
  full()
  local alive = 0
  for _, t in ipairs(tables) do alive = alive + #t end
  first = nil
  full()
  local left = 0
  for _, t in ipairs(tables) do left = left + #t end
  return alive, left
end)
check("ephemeron: mixed with __mode tables", function()
  local a, b, k = weak.keytable(), setmetatable({}, { __mode = "k" }), {}
  do local v = {} a[k] = v b[v] = { k } end
  full()
  local n, m = #a, next(b) ~= nil
  k = nil
  full()
  return n, m, #a, next(b)
end)
check("ephemeron: a table inside its own value", function()
  local r
  do local t, k = weak.keytable(), {} r = weak.ref(t) t[k] = { t, k } end
  full()
  return r()
end)
check("keys that are weak values themselves", function()
  local t, x = weak.keytable(), {}
  local r, s, u = weak.ref(x), weak.set(), weak.keytable()
  t[r], t[s], t[u], t[t] = 1, 2, 3, 4
  full()
  local a = { t[r], t[s], t[u], t[t], #t }
  r, s, u = nil
  full()
  return a[1], a[2], a[3], a[4], a[5], #t
end)
check("keys of every type", function()
  local t = weak.keytable()
  do
    local up
    local keys = { coroutine.create(print), function() return up end, io.tmpfile(), coroutine.wrap(print) }
    for i, k in ipairs(keys) do t[k] = i end
    full()
    if #t ~= 4 then return #t end
  end
  full()
  return #t
end)

check("dead before __gc, short", function()
  local t, seen = weak.keytable(), {}
  do
    local k = setmetatable({}, { __gc = function(o) seen[1], seen[2] = t[o], #t t[o] = "again" seen[3] = t[o] seen.o = o end })
    t[k] = "first"
  end
  full()
  local again = t[seen.o]
  full()
  return seen[1], seen[2], seen[3], again, t[seen.o]
end)
check("dead after __gc, long", function()
  local t, seen, n = weak.keytable(nil, { long = true }), {}, nil
  do
    local k = setmetatable({}, { __gc = function(o)
      seen[1], n = t[o] and t[o][1], #t end })
    t[k] = { "value" }
  end
  full()
  full()
  return seen[1], n, #t
end)
check("a replaced value does not take its replacement along", function()
  local t, new = weak.valuetable(), {}
  t.x = {}
  t.x = new
  full()
  return t.x == new, #t
end)
check("the length counts what lives, during a cycle too", function()
  local t, keep, ok = weak.keytable(), {}, true
  for i = 1, 1000 do local k = {} t[k] = i if i % 2 == 0 then keep[#keep + 1] = k end end
  local last = #t
  for _ = 1, 100 do
    local n = #t
    ok = ok and n <= last and n >= 500 and count(t) <= n and count(t) >= 500
    last = n
    collectgarbage("step", 1)
  end
  full()
  return ok, #t
end)

check("init: a table", function()
  local k, v = {}, {}
  local a, b, c = weak.keytable { [k] = 1 }, weak.valuetable { v, x = v }, weak.kvtable { [k] = v }
  return a[k], b[1] == v, b.x == v, #b, c[k] == v
end)
check("init: a weak table", function()
  local k = {}
  local a = weak.keytable { [k] = k }
  return weak.keytable(a)[k] == k, weak.kvtable(a)[k] == k, weak.valuetable(a)[k] == k
end)
check("init: what cannot be held", function() weak.keytable { 1 } end)
check("init: values that cannot be held", function() weak.valuetable { 1 } end)
check("init: not a table", function() weak.keytable(5) end)
check("options: not a table", function() weak.keytable(nil, 5) end)

check("weak.get", function()
  local t, k = weak.keytable(), {}
  t[k] = false
  return weak.get(t, k), weak.get(t, k, 1), weak.get(t, {}), weak.get(t, {}, "default"), weak.get(t, 1, "default")
end)
check("weak.pop", function()
  local t, k = weak.keytable(), {}
  t[k] = "v"
  return weak.pop(t, k), #t, weak.pop(t, k), weak.pop(t, k, "default")
end)
check("weak.setdefault", function()
  local t, k = weak.keytable(), {}
  return weak.setdefault(t, k, "a"), weak.setdefault(t, k, "b"), t[k], #t
end)
check("weak.setdefault of what cannot be held", function() weak.setdefault(weak.keytable(), 1, 2) end)
check("weak.popitem", function()
  local t, keep = weak.keytable(), {}
  for i = 1, 3 do keep[i] = {} t[keep[i]] = i end
  local k, v = weak.popitem(t)
  local n = 0
  while weak.popitem(t) do n = n + 1 end
  return k == keep[3], v, n, #t, weak.popitem(t)
end)
check("weak.popitem after deaths", function()
  local t, keep = weak.valuetable(), { {}, {} }
  t.a, t.b, t.c, t.d = keep[1], {}, keep[2], {}
  full()
  local a = weak.popitem(t)
  local b = weak.popitem(t)
  return a, b, weak.popitem(t)
end)
check("weak.update", function()
  local a, b, c = {}, {}, {}
  local t = weak.keytable { [a] = 1, [b] = 2 }
  weak.update(t, { [b] = 3, [c] = 4 })
  weak.update(t, t)
  weak.update(t, weak.keytable { [a] = 5 })
  return t[a], t[b], t[c], #t
end)
check("weak.copy", function()
  local k = {}
  local t = weak.keytable { [k] = 1 }
  local u = weak.copy(t)
  u[k] = 2
  return t[k], u[k], type(u), type(weak.copy(weak.valuetable())), type(weak.copy(weak.kvtable()))
end)
check("weak.copy keeps long", function()
  local t = weak.copy(weak.keytable(nil, { long = true }))
  local seen
  do local k = setmetatable({}, { __gc = function(o) seen = t[o] end }) t[k] = "there" end
  full()
  return seen
end)
check("weak.clear", function()
  local t, k = weak.keytable(), {}
  t[k] = 1
  weak.clear(t)
  t[k] = t[k] == nil and 2
  return #t, t[k]
end)
check("weak.keys, weak.values", function()
  local t, keep = weak.keytable(), {}
  for i = 1, 5 do keep[i] = { i } t[keep[i]] = i * 10 end
  local keys, values = weak.keys(t), weak.values(t)
  keep = nil
  full()
  return #keys, keys[1][1], keys[5][1], table.concat(values, " "), type(keys)
end)
check("weak.keyrefs, weak.valuerefs", function()
  local k, v = {}, {}
  local t, u = weak.keytable { [k] = v }, weak.valuetable { v }
  local a, b, c = weak.keyrefs(t), weak.valuerefs(u), weak.valuerefs(weak.kvtable { [k] = v })
  local same = rawequal(a[1], weak.ref(k)) and rawequal(b[1], weak.ref(v)) and rawequal(c[1], weak.ref(v))
  k, v = nil
  full()
  return same, a[1](), b[1]()
end)
check("weak.keyrefs of a value table", function() weak.keyrefs(weak.valuetable()) end)
check("weak.valuerefs of a key table", function() weak.valuerefs(weak.keytable()) end)
check("union", function()
  local a, b, c = {}, {}, {}
  local x, y = weak.keytable { [a] = 1, [b] = 2 }, weak.keytable { [b] = 3, [c] = 4 }
  local z = x | y
  local p, q = x | { [c] = 9 }, { [c] = 9 } | y
  return type(z), z[a], z[b], z[c], #x, #y, #p, p[c], type(q), q[b], q[c]
end)
check("functions need a weak table", function() weak.get({}, 1) end)
check("weak.update needs a table", function() weak.update(weak.keytable(), 5) end)
check("tostring", function() return (tostring(weak.keytable()):gsub("0x%x+", "ADDRESS")) end)
check("calling is an error", function() weak.keytable()() end)
check("equality is identity", function() local t = weak.keytable() return t == t, t == weak.keytable() end)
