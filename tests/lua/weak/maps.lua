-- expects: here
-- steps: 997
-- stress: 31
-- One list of checks over every kind of weak table (and sets where they can be asked the same): protocol, counts, traversal.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end
local function long(init) return weak.keytable(init, { long = true }) end
local tables = { weak.keytable, long, weak.valuetable, weak.kvtable }
local all = { weak.keytable, long, weak.valuetable, weak.kvtable, weak.set }

-- What the body gives with each of the makers: one text when all give the same.
local function with(makers, body)
  local texts, seen = {}, {}
  for _, make in ipairs(makers) do
    local results = table.pack(pcall(body, make))
    for i = 1, results.n do results[i] = tostring(results[i]) end
    local text = table.concat(results, " ", 2)
    if not seen[text] then seen[text] = true texts[#texts + 1] = text end
  end
  return table.concat(texts, " | ")
end
local function each(body) return with(tables, body) end
local function every(body) return with(all, body) end
-- An entry for x in any of them that lives no longer than x: a value table holds its keys.
local function key_of(t, x) return weak.type(t) == "valuetable" and string.format("%p", x) or x end
local function enter(t, x) t[key_of(t, x)] = weak.type(t) == "set" and true or x end
local function has(t, x) return t[key_of(t, x)] ~= nil end
-- An entry whose key is x itself.
local function put(t, x) t[x] = weak.type(t) == "set" and true or x end
local function entries(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end

check("reads", each, function(make) local k, v = {}, {} local t = make { [k] = v } return t[k] == v, t[v], t[{}], #t end) --> 'true nil nil 1'
check("writes, replaces, removes", each, function(make)
  local k, v, w = {}, {}, {}
  local t = make()
  t[k] = v
  t[k] = w
  t[w] = k
  local n = #t
  t[k] = nil
  t[v] = nil
  return n, t[k], t[w] == k, #t
end) --> '2 nil true 1'
check("made from nothing, nil, an empty table", each, function(make) return #make(), #make(nil), #make {} end) --> '0 0 0'
check("made from a weak table of each kind", each, function(make)
  local k, v, n = {}, {}, 0
  for _, other in ipairs(tables) do local t = make(other { [k] = v }) if #t == 1 and t[k] == v then n = n + 1 end end
  return n
end) --> '4'
check("made from another one it is a copy", each, function(make)
  local k, v, wrong = {}, {}, 0
  for _, from in ipairs { function(init) return init end, table.unpack(tables) } do
    local init = from { [k] = v }
    local t = make(init)
    t[v], init[k] = k, nil
    if #t ~= 2 or t[k] ~= v or init[v] ~= nil or next(init) ~= nil then wrong = wrong + 1 end
  end
  return wrong
end) --> '0'
check("made with entries it follows the rule it is made with", function()
  local seen = {}
  for i, make in ipairs { long, weak.keytable } do
    local t
    do
      local k = setmetatable({}, { __gc = function(o) seen[i] = t[o] or "none" end })
      t = make { [k] = "there" }
    end
    full()
  end
  return seen[1], seen[2]
end) --> 'there' 'none'
check("made from what is no table", each, function(make) return (select(2, pcall(make, weak.ref({}))):gsub("^.-: ", ""):gsub("'.*'", "?")) end) --> 'bad argument #1 to ? (table or weak table expected, got weakref)'
check("every form of reading and writing", each, function(make)
  local t, k, v = make(), {}, {}
  local holder = { t = t }
  local function upvalue_read(key) return t[key] end
  local function upvalue_write(key, value) t[key] = value end
  t[k] = v
  local n = 0
  local function count(given) if rawequal(given, v) then n = n + 1 end end
  count(t[k]) count(upvalue_read(k)) count(holder.t[k]) count((function(...) return (...)[k] end)(t)) count(({ t[k] })[1])
  local a, b = t[k], t[k]
  count(a) count(b)
  if t[k] then count(t[k]) end
  upvalue_write(k, k)
  local replaced = t[k] == k
  holder.t[k], holder.t[v] = v, k
  count(t[k])
  upvalue_write(k, nil)
  return n, replaced, t[k], t[v] == k, #t
end) --> '9 true nil true 1'
check("constants as values of a key table", function()
  local t, k = weak.keytable(), {}
  local seen = {}
  t[k] = 5 seen[1] = t[k]
  t[k] = "text" seen[2] = t[k]
  t[k] = true seen[3] = t[k]
  t[k] = false seen[4] = t[k]
  local n = #t
  t[k] = nil
  return seen[1], seen[2], seen[3], seen[4], n, t[k], #t
end) --> 5 'text' true false 1 nil 0
check("names, numbers and globals as keys of a value table", function()
  local t, v = weak.valuetable(), {}
  local function f(self, x) return rawequal(self, t) and x end
  t.name, t[1], t[300], t[-1], t[2.5], t.f = v, v, v, v, v, f
  local i = 300
  local found = 0
  for _, given in ipairs { t.name, t[1], t[i], t[-1], t[2.5], t["na" .. "me"], t[2 / 2], (function() return t.name end)() } do
    if rawequal(given, v) then found = found + 1 end
  end
  local method = t:f(7)
  do
    local _ENV <const> = t
    found = found + (name == v and 1 or 0)
    written = v
  end
  local in_order = 0
  t[2] = f
  for n, given in ipairs(t) do in_order = in_order * 10 + n end
  return found, method, t.written == v, in_order, select("#", table.unpack(t, 1, 2)), t.other
end) --> 9 7 true 12 2 nil
check("metamethods of the table it is made from are not asked", each, function(make)
  local k, v = {}, {}
  local t = make(setmetatable({ [k] = v }, { __pairs = error, __index = error, __len = error, __gc = nil }))
  return t[k] == v, #t
end) --> 'true 1'
check("is true, also when empty", every, function(make) return not make() end) --> 'false'
check("is equal to itself only, or by members", every, function(make) local t = make() return t == t, t == 1, t == {}, rawequal(t, make()) end) --> 'true false false false'
check("keys, values, pairs, next", each, function(make)
  local k, v = {}, {}
  local t = make { [k] = v }
  local a, b = next(t)
  local c, d
  for x, y in pairs(t) do c, d = x, y end
  return #weak.keys(t), weak.keys(t)[1] == k, #weak.values(t), weak.values(t)[1] == v, a == k, b == v, c == k, d == v, next(t, k)
end) --> '1 true 1 true true true true true nil'
check("get", each, function(make) local k, v = {}, {} local t = make { [k] = v } return weak.get(t, k) == v, weak.get(t, v), weak.get(t, v, 7), weak.get(t, k, 7) == v end) --> 'true nil 7 true'
check("pop", each, function(make) local k, v = {}, {} local t = make { [k] = v } return weak.pop(t, k) == v, weak.pop(t, k), weak.pop(t, k, 7), #t end) --> 'true nil 7 0'
check("popitem", each, function(make)
  local k, v, l = {}, {}, {}
  local t = make { [k] = v }
  t[l] = k
  local a, b = weak.popitem(t)
  local c, d = weak.popitem(t)
  return a == l, b == k, c == k, d == v, #t, weak.popitem(t)
end) --> 'true true true true 0 nil'
check("setdefault", each, function(make)
  local k, v, w = {}, {}, {}
  local t = make()
  return weak.setdefault(t, k, v) == v, weak.setdefault(t, k, w) == v, t[k] == v, #t
end) --> 'true true true 1'
check("a value of false is there", function()
  local k, t = {}, weak.keytable()
  t[k] = false
  return weak.get(t, k, 1), weak.setdefault(t, k, 1), t[k], #t, weak.pop(t, k, 1), #t, weak.pop(t, k, 1)
end) --> false false false 1 false 0 1
-- How many entries t has while only the list that `give` makes of it holds what it was filled with, the sum of what that is, and how
-- many when the list is gone.
local function held_by_list(t, fill, give)
  local list, sum = {}, 0
  for i = 1, 5 do list[i] = { i } fill(t, list[i]) end
  list = give(t)
  full()
  local n = #t
  for _, x in ipairs(list) do sum = sum + x[1] end
  list = nil
  full()
  return n, sum, #t
end
check("values hold what is in them", each, function(make) return held_by_list(make(), enter, weak.values) end) --> '5 15 0'
check("keys hold what is in them", with, { weak.keytable, long, weak.kvtable }, function(make)
  return held_by_list(make(), function(t, x) t[x] = x end, weak.keys)
end) --> '5 15 0'
check("setdefault and pop hold what they give", each, function(make)
  local k, t = {}, make()
  local v = weak.setdefault(t, k, { 5 })
  full()
  local n = v[1] + t[k][1]
  v = nil
  local w = weak.pop(t, k) or { 5 }
  full()
  return n, w[1]
end) --> '10 5'
check("update, from a table and from each kind", each, function(make)
  local a, b, c = {}, {}, {}
  local t, n = make { [a] = b }, 0
  for _, other in ipairs { function(x) return x end, table.unpack(tables) } do
    local same = weak.update(t, other { [a] = c, [b] = a })
    if rawequal(same, t) and t[a] == c and t[b] == a and #t == 2 then n = n + 1 end
    t[a], t[b] = b, nil
  end
  weak.update(t, t)
  return n, #t
end) --> '5 1'
check("copy: of the same kind, and independent", each, function(make)
  local k, v = {}, {}
  local t = make { [k] = v }
  local u = weak.copy(t)
  u[k] = nil
  t[v] = k
  return weak.type(t) == weak.type(u), #t, #u
end) --> 'true 2 0'
check("clear, then used again", every, function(make)
  local x, y, t = {}, {}, make()
  enter(t, x) enter(t, y)
  if weak.type(t) == "set" then t:clear() else weak.clear(t) end
  local n = #t
  enter(t, x)
  return n, #t, has(t, y), has(t, x)
end) --> '0 1 false true'
check("union: right wins, the kind is that of the left, both stay as they were", each, function(make)
  local a, b, c = {}, {}, {}
  local t, u = make { [a] = b, [b] = a }, make { [b] = c, [c] = a }
  local z, with_table, from_table = t | u, t | { [b] = c }, { [b] = c } | u
  return weak.type(z) == weak.type(t), z[a] == b, z[b] == c, z[c] == a, #z, t[b] == a, #t, #u, weak.type(with_table) == weak.type(t), with_table[b] == c,
    type(from_table), from_table[c] == a
end) --> 'true true true true 3 true 2 2 true true table true'
check("union: the rule is that of the left", function()
  local seen = {}
  for i, union in ipairs { function(t) return t | {} end, function(t) return t | weak.keytable() end, function(t) return weak.keytable() | t end } do
    local t
    do
      local k = setmetatable({}, { __gc = function(o) seen[i] = t[o] or "none" end })
      t = union(long { [k] = "there" })
    end
    full()
  end
  return seen[1], seen[2], seen[3]
end) --> 'there' 'there' 'none'
check("union with something else", each, function(make) return (select(2, pcall(function() return make() | 5 end)):gsub("^.-: ", "")) end) --> 'bad argument #2 to 'bor' (table or weak table expected, got number)'
check("rawget, rawset, rawlen, rawequal", every, function(make)
  local t, x = make(), {}
  rawset(t, x, weak.type(t) == "set" and true or x)
  local there, n = rawget(t, x) ~= nil, rawlen(t)
  rawset(t, x, nil)
  return there, n, rawlen(t), rawget(t, x), rawequal(t, t)
end) --> 'true 1 0 nil true'
check("keys are compared by raw equality", every, function(make)
  local same = { __eq = function() return true end, __index = error, __hash = error }
  local a, b, t = setmetatable({}, same), setmetatable({}, same), make()
  put(t, a)
  return a == b, t[a] ~= nil, t[b], #t
end) --> 'true true nil 1'
check("members that raise errors when looked at are not looked at", every, function(make)
  local no = function() error "looked at" end
  local x = setmetatable({}, { __eq = no, __tostring = no, __index = no, __len = no, __name = "no", __pairs = no, __lt = no })
  local t = make()
  enter(t, x)
  full()
  return (tostring(t):gsub("^weak%w+: 0x%x+$", "fine")), #t
end) --> 'fine 1'
check("the name and the address of a table with 1000 entries is all that tostring gives", every, function(make)
  local t, keep = make(), {}
  for i = 1, 1000 do keep[i] = {} enter(t, keep[i]) end
  return #tostring(t) < 40
end) --> 'true'
check("odd keys are plain keys", function()
  local t, v, n = weak.valuetable(), {}, 0
  for _, k in ipairs { "self", "dict", "init", "long", "__index", "__mode", "get", "n", 0, -1, 2 ^ 53, math.huge, "", true, false } do
    t[k] = v
    if rawequal(t[k], v) then n = n + 1 end
  end
  return n, #t, t.get == v
end) --> 15 15 true
check("float keys that are integers are integers", function()
  local t, v = weak.valuetable(), {}
  t[3.0], t[-0.0] = v, v
  local types = {}
  for k in pairs(t) do types[#types + 1] = math.type(k) end
  return t[3] == v, t[0] == v, table.concat(types, " ")
end) --> true true 'integer integer'

check("one death lowers the count by one, all deaths empty it", every, function(make)
  local t, keep = make(), {}
  for i = 1, 10 do keep[i] = {} enter(t, keep[i]) end
  full()
  local a = #t
  keep[5] = nil
  full()
  local b = #t
  keep = nil
  full()
  return a, b, #t, entries(t), next(t)
end) --> '10 9 0 0 nil'
check("members in cycles: none is counted when they are dead, at most one while a loop is at it", every, function(make)
  local t, most, list = make(), 0, {}
  for i = 1, 20 do local x = {} x[1], x[2] = x, t list[i] = x enter(t, x) end
  for _ in pairs(t) do list = nil full() most = math.max(most, #t) end
  full()
  return most, #t
end) --> '1 0'
check("counts never rise while members die, at every pace of the collector", every, function(make)
  local wrong = 0
  collectgarbage("incremental", 0, 0, 6)
  for pace = 1, 99 do
    local t = make()
    for _ = 1, 20 do local x = {} x[1] = x enter(t, x) end
    local before = 20
    for _ = 1, 4 do
      for _ = 1, pace do collectgarbage("step", 0) end
      local count = #t
      if count > before or count < 0 then wrong = wrong + 1 end
      before = count
    end
    full()
    if #t ~= 0 then wrong = wrong + 1 end
  end
  collectgarbage("incremental", 0, 0, 13)
  return wrong
end) --> '0'

check("the loop holds the key and the value it is at", each, function(make)
  local t, visits, held, list = make(), 0, 0, {}
  for i = 1, 20 do local k, v = { i }, { i } t[k] = v list[i] = { k, v } end
  for k in pairs(t) do
    list = nil
    visits = visits + 1
    local i = k[1]
    k = nil
    full()
    local key, value = next(t)
    if key and key[1] == i and value[1] == i then held = held + 1 end
  end
  full()
  return visits, held, #t
end) --> '1 1 0'
check("a loop that was left holds nothing", every, function(make)
  local t = make()
  for i = 1, 5 do enter(t, { i }) end
  for _ in pairs(t) do break end
  full()
  return #t
end) --> '0'
check("an iterator that is kept holds the entry it is at, and nothing at the end", every, function(make)
  local t, keep = make(), {}
  local f, s, k = pairs(t)
  for i = 1, 3 do keep[i] = {} enter(t, keep[i]) end
  k = f(s, k)
  keep, k = nil, nil
  full()
  local held = #t
  k = f(s, k)
  full()
  return held, k, #t
end) --> '1 nil 0'
check("a table is held by a loop over it", every, function(make)
  local x, n = {}, 0
  local r
  local function begin() local t = make() enter(t, x) r = weak.ref(t) return pairs(t) end
  for _ in begin() do full() if r() then n = n + 1 end end
  full()
  return n > 0, r()
end) --> 'true nil'
check("two loops over one table at once", every, function(make)
  local t, keep, n = make(), {}, 0
  for i = 1, 30 do keep[i] = {} put(t, keep[i]) end
  for a in pairs(t) do for b in pairs(t) do n = n + 1 if n == 100 then full() end end end
  return n
end) --> '900'
check("each that lives throughout is visited once, whatever dies, is removed, replaced or added meanwhile", every, function(make)
  local t, keep, removed, seen, again, dead, steps = make(), {}, {}, {}, 0, 0, 0
  for i = 1, 300 do keep[i] = { i } enter(t, keep[i]) end
  for k, v in pairs(t) do
    local x = weak.type(t) == "valuetable" and v or k
    local i = x[1]
    x, steps = nil, steps + 1
    if seen[i] then again = again + 1 end
    seen[i] = true
    keep[(i * 7) % 300 + 1] = nil  -- dies, visited or not
    if steps % 5 == 0 then local other = (i * 11) % 300 + 1 if keep[other] then t[key_of(t, keep[other])] = nil removed[other] = true end end
    if steps % 3 == 0 then t[k] = nil removed[i] = true end
    if steps % 3 == 1 then t[k] = v end
    if steps < 100 then for j = 1, 5 do local new = { 1000 * steps + j } keep[new[1]] = new enter(t, new) end end
    if steps % 10 == 0 then full() else collectgarbage("step", 0) end
  end
  local missed = 0
  for i = 1, 300 do
    if not keep[i] then dead = dead + 1 elseif not seen[i] and not removed[i] then missed = missed + 1 end
  end
  return again, missed, dead > 100, steps > 50
end) --> '0 0 true true'
check("all entries replaced while it is traversed", each, function(make)
  local t, keep, n, new = make(), {}, 0, {}
  for i = 1, 50 do keep[i] = {} t[keep[i]] = keep[i] end
  for k in pairs(t) do n = n + 1 new[n] = {} t[k] = new[n] if n % 10 == 0 then full() end end
  return n, #t
end) --> '50 50'
check("rehashed while it is traversed", every, function(make)
  local t, keep, seen, twice = make(), {}, {}, 0
  for i = 1, 20 do keep[i] = { i } put(t, keep[i]) end
  for x in pairs(t) do
    if seen[x] then twice = twice + 1 end
    seen[x] = true
    if #keep < 600 then for _ = 1, 30 do local y = { #keep + 1 } keep[#keep + 1] = y put(t, y) end end
  end
  local missed = 0
  for i = 1, 20 do if not seen[keep[i]] then missed = missed + 1 end end
  return twice, missed
end) --> '0 0'
check("updated from a table and from another weak one while it is traversed", every, function(make)
  local t, other, keep, seen, twice = make(), make(), {}, {}, 0
  for i = 1, 20 do keep[i] = { i } put(t, keep[i]) end
  for i = 21, 400 do keep[i] = { i } put(other, keep[i]) end
  local n = 0
  for x in pairs(t) do
    if seen[x] then twice = twice + 1 end
    seen[x] = true
    n = n + 1
    if weak.type(t) == "set" then t:update(n % 2 == 0 and other or { keep[n], keep[(n - 1) % 20 + 381] })
    else weak.update(t, n % 2 == 0 and other or { [keep[n]] = keep[n], [keep[(n - 1) % 20 + 381]] = keep[n] }) end
    if n == 10 then full() end
    if n > 500 then break end
  end
  local missed = 0
  for i = 1, 20 do if not seen[keep[i]] then missed = missed + 1 end end
  return twice, missed, #t
end) --> '0 0 400'
check("next: the key before may be removed, or have lost its value, but must be known", every, function(make)
  local t, keep = make(), {}
  for i = 1, 10 do keep[i] = {} put(t, keep[i]) end
  local n, k = 0, next(t)
  while k do n = n + 1 t[k] = nil full() k = next(t, k) end
  return n, #t, pcall(next, t, {})
end) --> '10 0 false invalid key to 'next''
check("next of an entry whose value died meanwhile", function()
  local t, keep = weak.valuetable(), {}
  for i = 1, 10 do keep[i] = {} t[i] = keep[i] end
  local n = 0
  for k in next, t do n = n + 1 keep[k] = nil full() end
  return n, #t
end) --> 10 0

check("references of keys and values do not keep them", each, function(make)
  local t, k, v = make(), {}, {}
  t[k] = v
  local refs = {}
  for _, f in ipairs { "keyrefs", "valuerefs" } do local ok, list = pcall(weak[f], t) if ok then refs[#refs + 1] = list[1] end end
  local alive = 0
  for _, r in ipairs(refs) do if r() == k or r() == v then alive = alive + 1 end end
  k, v = nil, nil
  full()
  local dead = 0
  for _, r in ipairs(refs) do if r() == nil then dead = dead + 1 end end
  return alive == #refs, dead == #refs, #refs > 0
end) --> 'true true true'
check("a table that is its own member", every, function(make)
  local r
  do local t = make() put(t, t) r = weak.ref(t) full() assert(#t == 1) end
  full()
  return r()
end) --> 'nil'
check("entries whose parts lead to each other and to the table", each, function(make)
  local r, t = nil, make()
  do
    local k, v = {}, {}
    k.v, v.k, v.t = v, k, t
    t[k] = v
    r = weak.ref(k)
  end
  full()
  return weak.type(t), #t, r() == nil
end) --> 'keytable 0 true | valuetable 1 false | kvtable 0 true'
check("a value table's key that does not lead to the value goes with it", function()
  local t, r = weak.valuetable(), nil
  do local k = {} r = weak.ref(k) t[k] = {} end
  full() full()
  return #t, r()
end) --> 0 nil
check("strings and numbers are held as values of a key table and keys of a value table", function()
  local k, v = {}, {}
  local t, u = weak.keytable { [k] = ("s"):rep(50) }, weak.valuetable { [("s"):rep(50)] = v, [1.5] = v }
  full()
  return #t[k], u[("s"):rep(50)] == v, u[1.5] == v
end) --> 50 true true
check("storage is given back after a mass death, and when all is removed", every, function(make)
  local t = make()
  full() full()
  local before = collectgarbage "count"
  local function grown() full() full() return collectgarbage "count" - before > 10 end  -- a table that was just filled keeps its room for a cycle
  local keep = {}
  for i = 1, 2000 do keep[i] = {} enter(t, keep[i]) end
  local full_one = collectgarbage "count" - before > 64
  keep = nil
  local after_death = grown()
  keep = {}
  for i = 1, 2000 do keep[i] = {} enter(t, keep[i]) end
  for i = 1, 2000 do t[key_of(t, keep[i])] = nil end
  keep = nil
  local after_removal = grown()
  return full_one, after_death, after_removal, #t
end) --> 'true false false 0'
check("many replacements leave one entry", each, function(make)
  local t, k, v = make(), {}, nil
  for i = 1, 1000 do v = { i } t[k] = v if i % 100 == 0 then collectgarbage "step" end end
  full()
  return #t, t[k][1]
end) --> '1 1000'
check("what is entered while the dead are being cleared stays", every, function(make)
  local wrong = 0
  collectgarbage("incremental", 0, 0, 7)
  for round = 1, 20 do
    local t, keep = make(), {}
    for i = 1, 300 do local x = { i } enter(t, x) if i % 3 == 0 then keep[#keep + 1] = x end end
    repeat
      local done = collectgarbage("step", 0)
      if #keep < 400 then local x = { round } keep[#keep + 1] = x enter(t, x) end
    until done
    for _, x in ipairs(keep) do if not has(t, x) then wrong = wrong + 1 end end
    full()
    if #t ~= #keep then wrong = wrong + 1 end
  end
  collectgarbage("incremental", 0, 0, 13)
  return wrong
end) --> '0'

check("keys of every kind of object, while the table is rehashed", every, function(make)
  local t, keep = make(), {}
  for i = 1, 40 do
    local up = { i }
    local function open() return up end
    local co = coroutine.create(function() local inner = function() return up end coroutine.yield(inner) end)
    coroutine.resume(co)
    for _, x in ipairs { open, co, io.tmpfile(), weak.ref(up), weak.set(), coroutine.wrap(open) } do
      enter(t, x)
      if i % 4 == 0 then keep[#keep + 1] = x end
    end
    if i % 8 == 0 then full() end
  end
  full() full()
  local kept = #t == #keep
  for _, x in ipairs(keep) do kept = kept and has(t, x) end
  keep = nil
  full() full()
  return kept, #t
end) --> 'true 0'
check("functions want a weak table", function()
  local wrong = 0
  for _, name in ipairs { "get", "pop", "setdefault", "popitem", "update", "copy", "clear", "keys", "values" } do
    for _, v in ipairs { 1, {}, weak.set(), weak.ref(check), setmetatable({}, { __mode = "k" }) } do
      local ok, message = pcall(weak[name], v, 1, 1)
      if ok or not message:find("weak table expected, got " .. type(v), 1, true) then wrong = wrong + 1 end
    end
  end
  return wrong
end) --> 0
check("functions want their arguments", function()
  local t = weak.keytable()
  return select(2, pcall(weak.get, t)), select(2, pcall(weak.pop, t)), select(2, pcall(weak.setdefault, t, t)), select(2, pcall(weak.update, t))
end) --> 'bad argument #2 to 'weak.get' (value expected)' 'bad argument #2 to 'weak.pop' (value expected)' 'bad argument #3 to 'weak.setdefault' (value expected)' 'bad argument #2 to 'weak.update' (table or weak table expected, got no value)'
