-- expects: here
-- steps: 97
-- stress: 3
-- When objects die: at one instant, before anything of theirs runs, as soon as nothing in scope reaches them.
local check = require "check"
local weak = require "weak"
local function ignore() end
local function full() collectgarbage() end

-- --- the instant --------------------------------------------------------------------------------------------------------

-- Everything that leads weakly to a new object, in one place, and nothing else that does: functions that give the object,
-- and functions that tell whether it is there.
local function hold_weakly()
  local x = { f = ignore }
  local ref, told, proxy, method, handle = weak.ref(x), weak.ref(x, ignore), weak.proxy(x), weak.method(x, "f"), weak.finalize(x, ignore)
  local keys, values, both, set = weak.keytable { [x] = 1 }, weak.valuetable { x }, weak.kvtable { [x] = x }, weak.set { x }
  return {
    ref, told, function() return weak.unproxy(proxy) end, method, function() return (handle:peek()) end, function() return (next(keys)) end,
    function() return values[1] end, function() return (next(both)) end, function() return (next(set)) end,
  }, {
    function() return handle:alive() end, function() return #keys == 1 end, function() return #values == 1 end, function() return #both == 1 end,
    function() return #set == 1 end, function() return told:callback() ~= nil end, function() return weak.keys(keys)[1] ~= nil end,
    function() return weak.valuerefs(values)[1] ~= nil end, function() for _ in pairs(set) do return true end return false end,
    function() return ref == told end, function() return (pcall(function() return proxy.f end)) end, function() return not tostring(ref):find("(dead)", 1, true) end,
  }
end

check("every way to an object is lost at the same instant", function()
  full()
  collectgarbage "stop"
  collectgarbage("incremental", 0, 0, 7)  -- steps worth 128 bytes
  local steps = 0
  repeat steps = steps + 1 until collectgarbage("step", 0)
  local torn, alive, dead = 0, 0, 0
  for point = 0, steps + 20, steps // 80 + 1 do
    full()
    local give, tell = hold_weakly()
    for _ = 1, point do collectgarbage("step", 0) end
    local object = give[point % #give + 1]()  -- held from here on, if it is there
    local there = object ~= nil
    for _, way in ipairs(give) do if (way() ~= nil) ~= there then torn = torn + 1 end end
    for _, way in ipairs(tell) do if way() ~= there then torn = torn + 1 end end
    if there then alive = alive + 1 else dead = dead + 1 end
  end
  collectgarbage("incremental", 0, 0, 13)
  collectgarbage "restart"
  return torn, alive > 10, dead > 0
end) --> 0 true true

-- One way for each function and operator that reads a container in which y lives and x, entered last, may have died: does it meet x?
-- Each has a container of its own, since some of them change it.
local function read_by_everything(x, y)
  local ways = {}
  local function table_way(make, way)
    local t = make()
    t[weak.type(t) == "valuetable" and "y" or y] = y
    t[weak.type(t) == "valuetable" and "x" or x] = x
    ways[#ways + 1] = function() return way(t, make) end
  end
  local function set_way(way) local s = weak.set { y, x } ways[#ways + 1] = function() return way(s) end end
  for _, make in ipairs { weak.keytable, weak.valuetable, weak.kvtable } do
    for _, way in ipairs {
      function(t) return rawlen(t) == 2 end, function(t) return next(t, (next(t))) ~= nil end, function(t) return #weak.keys(t) == 2 end,
      function(t) return #weak.values(t) == 2 end, function(t) return select(2, weak.popitem(t)) ~= y end, function(t) return #weak.copy(t) == 2 end,
      function(t, new) return #weak.update(new(), t) == 2 end, function(t, new) return #(new() | t) == 2 end, function(t, new) return #(t | new()) == 2 end,
      function(t, new) return #new(t) == 2 end, function(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n == 2 end,
      function(t) local k, v = next(t) while v == y do k, v = next(t, k) end return v ~= nil end,
    } do table_way(make, way) end
  end
  for _, make in ipairs { weak.keytable, weak.kvtable } do table_way(make, function(t) return #weak.keyrefs(t) == 2 end) end
  for _, make in ipairs { weak.valuetable, weak.kvtable } do table_way(make, function(t) return #weak.valuerefs(t) == 2 end) end
  for _, way in ipairs {
    function(t) return t.x ~= nil end, function(t) return rawget(t, "x") ~= nil end, function(t) return weak.get(t, "x", y) ~= y end,
    function(t) return weak.pop(t, "x", y) ~= y end, function(t) return weak.setdefault(t, "x", y) ~= y end,
  } do table_way(weak.valuetable, way) end
  for _, way in ipairs {
    function(s) return rawlen(s) == 2 end, function(s) return s:pop() ~= y end, function(s) return #s:copy() == 2 end, function(s) return #weak.set(s) == 2 end,
    function(s) return s ~= weak.set { y } end, function(s) return not (s <= weak.set { y }) end, function(s) return weak.set { y } < s end,
    function(s) return not s:issubset { y } end, function(s) return not s:isdisjoint(s - weak.set { y }) end, function(s) return #(s | weak.set { y }) == 2 end,
    function(s) return #(s & s) == 2 end, function(s) return #(s - weak.set { y }) == 1 end, function(s) return #(s ~ weak.set { y }) == 1 end,
    function(s) return #weak.set { y }:union(s) == 2 end, function(s) return #weak.set { y }:symmetric_difference(s) == 1 end,
    function(s) return #s:difference { y } == 1 end, function(s) return #s:intersection(s) == 2 end, function(s) return next(s, y) ~= nil end,
  } do set_way(way) end
  return ways
end
check("no function and no operator meets what is dead, however far clearing has come", function()
  full()
  collectgarbage "stop"
  collectgarbage("incremental", 0, 0, 7)
  local y, torn, waiting = {}, {}, 0
  local count = #read_by_everything({}, y)
  for point = 1, count * 3 do
    full()
    local ways, probe
    do local x = {} ways, probe = read_by_everything(x, y), weak.set { x } end
    local cleared = false
    for _ = 1, 1000000 do if #probe == 0 then break end cleared = collectgarbage("step", 0) end  -- `#` holds nothing
    for _ = 1, point % 40 do cleared = cleared or collectgarbage("step", 0) end
    if not cleared then waiting = waiting + 1 end
    for i = 1, #ways do  -- another one is the first at each point
      local way = (i + point) % #ways + 1
      if ways[way]() then torn[#torn + 1] = way end
    end
  end
  collectgarbage("incremental", 0, 0, 13)
  collectgarbage "restart"
  return count, table.concat(torn, " "), waiting > count
end) --> 63 '' true
check("the same functions and operators meet what lives", function()
  local x, y, missing = {}, {}, {}
  for way, meets in ipairs(read_by_everything(x, y)) do if not meets() then missing[#missing + 1] = way end end
  return table.concat(missing, " "), x ~= y
end) --> '' true

check("nothing that runs in a cycle sees what died in it", function()
  local seen, runs = 0, 0
  local ways = {}
  local function look()
    runs = runs + 1
    for _, way in ipairs(ways) do if way() then seen = seen + 1 end end
  end
  local function add(x)
    local ref, proxy, set, keys, values = weak.ref(x), weak.proxy(x), weak.set { x }, weak.keytable { [x] = 1 }, weak.valuetable { x }
    for _, way in ipairs {
      function() return ref() end, function() return weak.unproxy(proxy) end, function() return next(set) end, function() return next(keys) end,
      function() return values[1] end,
    } do ways[#ways + 1] = way end
  end
  local keep
  do
    local a, b, c, d = setmetatable({}, { __gc = look }), {}, {}, {}
    keep = weak.ref(b, look)
    weak.finalize(c, look)
    add(a) add(b) add(c) add(d)
  end
  full()
  return runs, seen
end) --> 3 0

check("the callback comes before __gc of the same object", function()
  local order, keep = {}, nil
  do
    local x = setmetatable({}, { __gc = function() order[#order + 1] = "__gc" end })
    keep = weak.ref(x, function() order[#order + 1] = "callback" end)
    weak.finalize(x, function() order[#order + 1] = "finalizer" end)
  end
  full()
  return table.concat(order, " ")
end) --> 'finalizer callback __gc'

check("that is so in a cycle of small steps too", function()
  full()
  collectgarbage "stop"
  collectgarbage("incremental", 0, 0, 4)
  local order, keep = {}, nil
  do
    local x = setmetatable({}, { __gc = function() order[#order + 1] = "__gc" end })
    keep = weak.ref(x, function() order[#order + 1] = "callback" end)
    weak.finalize(x, function() order[#order + 1] = "finalizer" end)
  end
  for _ = 1, 1000000 do if #order == 3 then break end collectgarbage("step", 0) end
  collectgarbage("incremental", 0, 0, 13)
  collectgarbage "restart"
  return table.concat(order, " ")
end) --> 'finalizer callback __gc'

check("a loop hands out nothing that is dead, however far clearing has come", function()
  local dead, multiplier = 0, collectgarbage("setstepmul", 4)
  collectgarbage "stop"
  for point = 1, 160 do
    local refs, t = {}, weak.keytable()
    for i = 1, 40 do
      local x = {}
      refs[i], x.number = weak.ref(x), i
      t[x] = x
    end
    for _ = 1, point do collectgarbage("step", 1) end
    for x in pairs(t) do if refs[x.number]() == nil then dead = dead + 1 end end
  end
  collectgarbage "restart"
  collectgarbage("setstepmul", multiplier)
  return dead
end) --> 0

check("what died before collectgarbage() begins is dead when it returns, wherever the cycle under way stands", function()
  local alive, steps, multiplier = 0, 0, collectgarbage("setstepmul", 4)
  collectgarbage "stop"
  for point = 1, 60 do
    local x = { point }
    local ref, keys, values, set = weak.ref(x), weak.keytable { [x] = { x } }, weak.valuetable { x }, weak.set { x }
    for _ = 1, point do collectgarbage("step", 1) steps = steps + (ref() == x and keys[x][1] == x and 1 or 0) end
    x = nil
    collectgarbage()
    if ref() or #keys + #values + #set > 0 then alive = alive + 1 end
  end
  collectgarbage "restart"
  collectgarbage("setstepmul", multiplier)
  return alive, steps
end) --> 0 1830

check("what only a dead object's __gc can reach is dead to the weak types too", function()
  local inner, seen
  do
    local held = {}
    inner = weak.ref(held)
    setmetatable({ held }, { __gc = function(o) seen = { type(o[1]), inner() == nil } end })
  end
  full()
  return seen[1], seen[2]
end) --> 'table' true

check("a revived object is not found again by what forgot it", function()
  local kept
  local ways
  do
    local x = setmetatable({}, { __gc = function(o) kept = o end })
    local ref, set, keys, values, both = weak.ref(x), weak.set { x }, weak.keytable { [x] = 1 }, weak.valuetable { x }, weak.kvtable { [x] = x }
    ways = function() return ref(), #set, keys[kept], values[1], both[kept], set[kept] end
  end
  full()
  full()
  return kept ~= nil, ways()
end) --> true nil 0 nil nil nil nil

check("__mode tables keep the rule of Lua: values go before __gc, keys after", function()
  local keys, values, seen = setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "v" }), nil
  do
    local x = setmetatable({}, { __gc = function(o) seen = { keys[o], values[1] } end })
    keys[x], values[1] = "key", x
  end
  full()
  full()
  return seen[1], seen[2], next(keys)
end) --> 'key' nil nil

check("the long rule: keys go after __gc, and their values stay until then", function()
  local t, seen, before = weak.keytable(nil, { long = true }), nil, nil
  do t[setmetatable({}, { __gc = function(o) seen, before = t[o][1], #t end })] = { "value" } end
  full()
  full()
  return seen, before, #t
end) --> 'value' 1 0

check("the long rule: a revived key keeps its entry", function()
  local t, kept = weak.keytable({}, { long = true }), nil
  do t[setmetatable({}, { __gc = function(o) kept = o end })] = { "value" } end
  full()
  full()
  local before = t[kept] and t[kept][1]
  kept = nil
  full()
  return before, #t
end) --> 'value' 0

check("the long rule: what dies without __gc goes in the first cycle", function()
  local t, ref = weak.keytable(nil, { long = true }), nil
  do local k = {} ref = weak.ref(k) t[k] = { k } end
  full()
  return #t, ref(), next(t)
end) --> 0 nil nil

-- A weak table that only an object with __gc reaches: for the objects in it nothing is different.
check("a revived weak table has lost what died and keeps what lived", function()
  local kept, seen = {}, {}
  for i, make in ipairs { weak.keytable, weak.kvtable, weak.valuetable, weak.set } do
    local held, name = {}, weak.type(make())
    kept[name] = { held = held }
    do
      local t, lost = make(), {}
      if name == "set" then t[held], t[lost] = true, true
      elseif name == "valuetable" then t.held, t.lost = held, lost
      else t[held], t[lost] = held, lost end
      setmetatable({ t = t }, { __gc = function(o) seen[i] = #o.t kept[name].t = o.t end })
    end
  end
  full()
  full()
  for name, k in pairs(kept) do
    local key = next(k.t)
    if #k.t ~= 1 or key ~= (name == "valuetable" and "held" or k.held) then return name, #k.t end
    k.held = nil
  end
  full()
  for name, k in pairs(kept) do if #k.t ~= 0 then return name, #k.t end end
  return table.concat(seen, " ")
end) --> '1 1 1 1'

-- The other half of "while the table and ... live".
check("what an entry held goes with its table", function()
  local refs, key, value = {}, {}, {}
  do
    local tables = { weak.keytable(), weak.keytable(nil, { long = true }), weak.kvtable(), weak.valuetable() }
    local held = { {}, {}, {}, {} }
    tables[1][key], tables[2][key], tables[3][key], tables[4][held[4]] = held[1], held[2], value, value
    for i = 1, 4 do refs[i], refs[i + 4] = weak.ref(tables[i]), i ~= 3 and weak.ref(held[i]) or nil end
    held = nil
    full()
    for _, i in ipairs { 1, 2, 3, 4, 5, 6, 8 } do if refs[i]() == nil then return "too early", i end end
  end
  full()
  local left = 0
  for _, r in pairs(refs) do if r() ~= nil then left = left + 1 end end
  return left, type(key), type(value)
end) --> 0 'table' 'table'

-- --- callbacks and finalizers -------------------------------------------------------------------------------------------

check("collectgarbage returns with the queue empty", function()
  local told, refs = 0, {}
  for i = 1, 1000 do refs[i] = weak.ref({}, function() told = told + 1 for _ = 1, 10 do local _ = {} end end) end
  for _ = 1, 1000 do weak.finalize({}, function() told = told + 1 end) end
  collectgarbage "collect"
  return told
end) --> 2000
check("what has to be called since a callback runs is called before collectgarbage returns", function()
  local inner, outer, finalized, cycles = 0, 0, 0, 0
  local kept
  local r = weak.ref({}, function()
    outer = outer + 1
    do
      local x = {}
      kept = weak.ref(x, function() inner = inner + 1 end)
      weak.finalize(x, function() finalized = finalized + 1 end)
    end
    for _ = 1, 3 do  -- x has died in the second cycle that something dies in, if not in the first; when a third one has begun, what it had is queued
      local probe = weak.set { {} }
      for _ = 1, 2000000 do if #probe == 0 then cycles = cycles + 1 break end local _ = { {}, {}, {}, {} } end
    end
  end)
  full()
  return outer, cycles, inner, finalized
end) --> 1 3 1 1
check("in a coroutine too", function()
  return coroutine.wrap(function()
    local told = 0
    local r = weak.ref({}, function() told = told + 1 end)
    full()
    return told
  end)()
end) --> 1
check("errors do not keep the next one from running", function()
  local told, refs = {}, {}
  for i = 1, 6 do refs[i] = weak.ref({}, function() told[#told + 1] = i if i % 2 == 0 then error { i } end end) end
  full()
  return #told
end) --> 6
check("collectgarbage in a callback is refused", function()
  local result = "none"
  local r = weak.ref({}, function() result = collectgarbage() end)
  full()
  return result
end) --> nil
check("what waits for its __gc when collectgarbage begins holds nothing for longer", function()
  local refs, late = {}, 0
  for i = 1, 300 do refs[i] = weak.ref { i } refs[-i] = refs[i]() end  -- so that clearing takes more than a step
  local multiplier = collectgarbage("setstepmul", 4)
  collectgarbage "stop"
  for steps = 1, 30 do
    local y = {}
    local r = weak.ref(y)
    do local x = setmetatable({ y = y }, { __gc = ignore }) end
    for _ = 1, steps do collectgarbage("step", 1) end
    y = nil
    full()
    if r() ~= nil then late = late + 1 end
  end
  collectgarbage "restart"
  collectgarbage("setstepmul", multiplier)
  return late
end) --> 0
check("objects made and dropped in callbacks die in later cycles", function()
  local told = 0
  local held
  local function chain(n)
    if n > 0 then held = weak.ref({}, function() told = told + 1 chain(n - 1) end) end
  end
  chain(5)
  for _ = 1, 5 do full() end
  return told
end) --> 5

-- --- what keeps alive, and what does not ----------------------------------------------------------------------------------

check("a local that is in scope and not used any more keeps its object", function() local x = {} local r = weak.ref(x) full() return r() ~= nil end) --> true
check("an upvalue does", function() local r local f do local x = {} r = weak.ref(x) f = function() return x end end full() return r() ~= nil, f() ~= nil end) --> true true
check("a global does", function() kept_global = {} local r = weak.ref(kept_global) full() local alive = r() ~= nil kept_global = nil full() return alive, r() end) --> true nil
check("the registry does", function() local r = weak.ref(io.stdout) full() return r() == io.stdout end) --> true
check("an argument of a function that runs does", function() local function f(...) local r = weak.ref((...)) full() return r() ~= nil end return f({}) end) --> true
check("a local of a suspended coroutine does", function()
  local r
  local co = coroutine.wrap(function() local x = {} r = weak.ref(x) coroutine.yield() return x end)
  co()
  full()
  return r() ~= nil, r() == co()
end) --> true true

check("whatever a live object leads to does", function()
  local up, kept = {}, {}
  local function add(x) kept[#kept + 1] = weak.ref(x) return x end
  local holder = setmetatable({ field = add {}, add {}, [add {}] = 1 }, add { __index = add {} })
  do local x = add {} holder.f = function() return x end end
  do local x = add {} holder.co = coroutine.wrap(function() coroutine.yield() return x end) holder.co() end
  do local x = add {} holder.bound = ("a"):gmatch("a") debug.setupvalue(holder.bound, 1, x) debug.getregistry()[add {}] = x end
  holder.keys, holder.values = weak.keytable { [holder] = add {} }, weak.valuetable()
  holder.values[add {}] = holder
  holder.told = weak.ref(holder, (function() local x = add {} return add(function() return x end) end)())
  holder.finalizer = weak.finalize(holder, (function() local x = add {} return add(function() return x end) end)(), add {})
  holder.finalizer.atexit = false
  full()
  local alive = 0
  for _, r in ipairs(kept) do if r() ~= nil then alive = alive + 1 end end
  for k in pairs(debug.getregistry()) do if type(k) == "table" and k == kept[9]() then debug.getregistry()[k] = nil end end
  holder = nil
  full()
  full()
  for _, r in ipairs(kept) do if r() ~= nil then return "left", _ end end
  return #kept, alive
end) --> 16 16

-- A value leads to its own key by each kind of object that can lead anywhere.
check("by whatever way a value leads to its key, that keeps neither", function()
  local witness, up = {}, {}  -- these live
  local ways = {
    function(k) return { k } end, function(k) return { [k] = 1 } end, function(k) return setmetatable({}, { __index = k }) end,
    function(k) return function() return k end end,
    function(k) local co = coroutine.create(function() local x = k coroutine.yield() return x end) coroutine.resume(co) return co end,
    function(k) local co = coroutine.wrap(function(...) coroutine.yield() return ... end) co(k) return co end,
    function(k) local f = ("a"):gmatch("a") debug.setupvalue(f, 1, k) return f end,
    function(k) local file = io.tmpfile() debug.setuservalue(file, k, 1) return { file, k } end,
    function(k) return weak.ref(witness, function() return k end) end,
    function(k) return weak.proxy(witness, function() return k end) end,
    function(k) return weak.method(k, function() return up end) end,
    function(k) return weak.method(k, rawlen)() end,
    function(k) return weak.keytable { [witness] = k } end, function(k) return weak.valuetable { [k] = witness } end,
    function(k) return setmetatable({ [witness] = k }, { __mode = "k" }) end, function(k) return setmetatable({ [k] = witness }, { __mode = "v" }) end,
    function(k) return weak.registry(function() return k end) end,
    function(k) local q = weak.queue() q:watch({}, k) return q end,
    function(k) return { weak.kvtable { [k] = k }, weak.set { k }, k } end,
  }
  local tables, keys, values = {}, {}, {}
  for i, way in ipairs(ways) do
    local k = {}
    local v = way(k)
    tables[i], keys[i], values[i] = weak.keytable { [k] = v }, k, weak.ref(v)
  end
  full()
  local alive, dead = 0, 0
  for i, t in ipairs(tables) do if #t == 1 and rawequal(t[keys[i]], values[i]()) then alive = alive + 1 end end
  keys = nil
  full()
  full()  -- the file is closed
  for i, t in ipairs(tables) do if #t == 0 and values[i]() == nil then dead = dead + 1 end end
  return #ways, alive, dead, witness ~= up
end) --> 19 19 19 true

check("a local of a block that is over does not", function() local r do local x = {} r = weak.ref(x) end full() return r() end) --> nil
check("a variable of a loop that is over", function() local r for i = 1, 3 do local x = { i } r = weak.ref(x) end full() return r() end) --> nil
check("variables and state of a generic loop that is over", function()
  local r, s
  for _, x in ipairs { {}, {} } do r = weak.ref(x) end
  local function stop(state) s = weak.ref(state) end
  for _ in stop, {} do end
  full()
  return r(), s()
end) --> nil nil
check("a loop left by break, goto or return", function()
  local r, s, u
  for _, x in pairs { {}, {} } do r = weak.ref(x) break end
  for _, x in pairs { {} } do s = weak.ref(x) goto out end
  ::out::
  local function f() for _, x in pairs { {} } do u = weak.ref(x) return 1 end end
  f()
  full()
  return r(), s(), u()
end) --> nil nil nil
check("arguments and locals of a call that is over", function()
  local r, s
  local function f(x) local y = {} r, s = weak.ref(x), weak.ref(y) end
  f({})
  full()
  return r(), s()
end) --> nil nil
check("extra arguments of a call that is over", function()
  local r
  local function f(...) r = weak.ref((select(2, ...))) end
  f({}, {}, {})
  full()
  return r()
end) --> nil
check("the object of a method call", function() local r ({ m = function(self) r = weak.ref(self) end }):m() full() return r() end) --> nil
check("results that were dropped", function() local r local function f() local x = {} r = weak.ref(x) return x, x, x end f() full() return r() end) --> nil
check("temporaries of an expression", function()
  local r
  local function f(x) r = weak.ref(x) return 1 end
  local n = #{ f({}), f({}) } + f({}) * f({})
  full()
  return n, r()
end) --> 3 nil
check("what deep calls left on the stack", function()
  local refs = {}
  local function deep(n) local a, b = {}, { n } refs[#refs + 1], refs[#refs + 2] = weak.ref(a), weak.ref(b) if n > 0 then deep(n - 1) end return a end
  deep(150)
  full()
  local alive = 0
  for _, r in ipairs(refs) do if r() then alive = alive + 1 end end
  return #refs, alive
end) --> 302 0
check("the arguments of a C function that is over", function()
  local r
  do local x = {} r = weak.ref(x) pcall(string.format, "%p %s", x, {}) table.pack(x, x, x) select("#", x, x) end
  full()
  return r()
end) --> nil
check("a value taken out of its table", function() local t, r = { {} }, nil r = weak.ref(t[1]) t[1] = nil full() return r() end) --> nil
check("a local assigned nil", function() local x = {} local r = weak.ref(x) x = nil full() return r() end) --> nil
check("what an error unwound", function()
  local r, s
  pcall(function() local x = {} r = weak.ref(x) error "over" end)
  pcall(function() local x = {} s = weak.ref(x) error(x) end)
  full()
  return r(), s()
end) --> nil nil
check("the stack of a finished coroutine", function()
  local r
  local co = coroutine.create(function() local x = {} r = weak.ref(x) coroutine.yield(x) return x end)
  coroutine.resume(co) coroutine.resume(co)
  full()
  return coroutine.status(co), r()
end) --> 'dead' nil
check("what a suspended coroutine has done with", function()
  local r, s
  local co = coroutine.wrap(function(x) s = weak.ref(x) x = nil do local y = {} r = weak.ref(y) end coroutine.yield() end)
  co({})
  full()
  return r(), s()
end) --> nil nil
check("what was passed through yield", function()
  local r
  local co = coroutine.wrap(function() local function f() return {} end coroutine.yield(f()) coroutine.yield() end)
  do r = weak.ref(co()) end
  co()
  full()
  return r()
end) --> nil
check("the locals of a coroutine that was closed", function()
  local r
  local co = coroutine.create(function() local x = {} r = weak.ref(x) coroutine.yield() return x end)
  coroutine.resume(co)
  coroutine.close(co)
  full()
  return r()
end) --> nil
check("an unreachable coroutine and all it holds", function()
  local r
  do
    local co
    co = coroutine.wrap(function() local x = { co } r = weak.ref(x) coroutine.yield() return x end)
    co()
  end
  full()
  return r()
end) --> nil
check("a variable that was to be closed", function()
  local r
  do local x <close> = setmetatable({}, { __close = function() end }) r = weak.ref(x) end
  full()
  return r()
end) --> nil
check("an upvalue of a closure that is gone", function() local r do local x = {} local f = function() return x end r = weak.ref(x) f() end full() return r() end) --> nil
check("what a tail call has replaced", function()
  local r, s, t
  local function look() full() return r() end
  local function f(x, ...) local y = {} r, s, t = weak.ref(x), weak.ref(y), weak.ref((...)) return look() end
  local dead_in_there = f({}, {}) == nil
  return dead_in_there, r(), s(), t()
end) --> true nil nil nil
check("dead registers of whoever resumed the coroutine that collects", function()
  local r, s
  local co = coroutine.wrap(function() do local y = {} s = weak.ref(y) end coroutine.wrap(full)() coroutine.yield(r(), s()) end)
  do local x = { {} } r = weak.ref(x) end
  return co()
end) --> nil nil
check("what a function was given and drops, while whoever called it waits", function()
  local r, seen
  local function drops(x) r = weak.ref(x) x = nil full() return r() end
  local function looks(...) local x = ... r = weak.ref(x) end
  local function self_drops(x) r = weak.ref(x) x = nil full() seen = r() return "" end
  local function new(event) return setmetatable({}, { [event] = self_drops }) end
  local alive = {}
  for name, f in pairs {
    call = function() return (drops({})) end, ["tail call"] = function() return drops({}) end,
    ["named parameter before variable ones"] = function() return ((function(x, ...) r = weak.ref(x) x = nil full() return r() end)({}, 1, 2)) end,
    ["argument without parameter"] = function() local function make() local x = {} looks(x) return x end return ((function(a) full() return r() end)(1, make())) end,
    method = function() return (({ m = drops }):m()) end, pcall = function() return select(2, pcall(drops, {})) end,
    xpcall = function() return select(2, xpcall(drops, print, {})) end, wrap = function() return (coroutine.wrap(drops)({})) end,
    resume = function() return select(2, coroutine.resume(coroutine.create(drops), {})) end,
    ["captured parameter"] = function() return ((function(x) local f = function() return x end looks(x) x = nil full() return r() end)({})) end,
    __call = function() local _ = new "__call" () return seen end, __index = function() local _ = new "__index".x return seen end,
    __newindex = function() new "__newindex".x = 1 return seen end, __add = function() local _ = new "__add" + 1 return seen end,
    __concat = function() local _ = new "__concat" .. "x" return seen end, __len = function() local _ = #new "__len" return seen end,
    __eq = function() local _ = new "__eq" == setmetatable({}, { __eq = self_drops }) return seen end,
    ["condition of if"] = function() local function make() local x = {} looks(x) return x end if make() then full() return r() end end,
    ["condition of while"] = function() local function make() local x = {} looks(x) return x end while make() do full() return r() end end,
    ["left of and"] = function() local function make() local x = {} looks(x) return x end local _ = make() and full() return r() end,
    ["local of the turn before, for"] = function() for i = 1, 2 do if i == 2 then full() return r() end local x = {} looks(x) end end,
    ["local of the turn before, while"] = function() local i = 0 while true do i = i + 1 if i == 2 then full() return r() end local x = {} looks(x) end end,
    ["local behind a jump back"] = function() local i = 0 ::top:: i = i + 1 if i == 2 then full() return r() end do local x = {} looks(x) goto top end end,
    ["local before a jump on"] = function() for i = 1, 1 do do local x = {} looks(x) if i then goto continue end end ::continue:: full() return r() end end,
  } do
    r, seen = nil, "not run"
    local left = f()
    if left ~= nil or r == nil then alive[#alive + 1] = name end
  end
  table.sort(alive)
  return table.concat(alive, ", ")
end) --> ''
check("operands and results of metamethods", function()
  local refs = {}
  local function note(...) for i = 1, select("#", ...) do local v = select(i, ...) if type(v) == "table" then refs[#refs + 1] = weak.ref(v) end end return ... end
  local meta = { __index = note, __newindex = note, __add = note, __concat = note, __len = note, __eq = note, __lt = note, __call = note, __close = note, __unm = note }
  local function new() return setmetatable({}, meta) end
  local n = 0
  do
    local a, b = new(), new()
    local _ = a[{}], a + b, a .. b, #a, -a, a(b, {})
    a[{}] = {}
    if a == b and a < b then n = n + 1 end
    do local c <close> = new() end
  end
  full()
  local alive = 0
  for _, r in ipairs(refs) do if r() ~= nil then alive = alive + 1 end end
  return n, #refs > 20, alive
end) --> 1 true 0
check("what functions called by C functions were given", function()
  local refs = {}
  local function note(x) refs[#refs + 1] = weak.ref(x) return x end
  table.sort({ {}, {}, {}, {}, {}, {} }, function(a, b) note(a) return #note(b) > 0 end);
  ("abc"):gsub(".", function() note {} end)
  xpcall(error, function(e) return note { note(e) } end, {})
  load(function() note {} return nil end)
  for _ in string.gmatch("abc", "b") do note {} end
  select(-1, note {}, note {})
  full()
  local alive = 0
  for _, r in ipairs(refs) do if r() ~= nil then alive = alive + 1 end end
  return #refs > 10, alive
end) --> true 0
check("cycles", function()
  local r
  do local a, b = {}, {} a.b, b.a = b, a a.self = setmetatable(a, { __index = b, back = a }) r = weak.ref(a) end
  full()
  return r()
end) --> nil
