-- expects: here
-- steps: 3
-- Refs and callbacks in the corners: among garbage, in cycles, made while something dies.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end
local function ignore() end

check("wrong arguments leave no ref behind", function()
  local x = {}
  local ok = { pcall(weak.ref, x, 5), pcall(weak.ref, x, "f"), pcall(weak.ref, x, {}), pcall(weak.proxy, x, 5), pcall(weak.finalize, x, 5), pcall(weak.method, x, 5) }
  return ok[1], ok[2], weak.refcount(x), #weak.refs(x)
end) --> false false 0 0
check("more arguments are ignored", function() local x = {} return rawequal(weak.ref(x, nil, 5), weak.ref(x)) end) --> true
check("a nil callback is none", function() local x = {} return rawequal(weak.ref(x, nil), weak.ref(x)), weak.ref(x, nil):callback() end) --> true nil
check("refs without callback stay one, whatever is made between", function()
  local x = {}
  local a = weak.ref(x)
  local b, p, h = weak.ref(x, ignore), weak.proxy(x), weak.finalize(x, ignore)
  full()
  local c = weak.ref(x)
  h.atexit = false
  return rawequal(a, c), rawequal(a, b), rawequal(weak.ref(x, ignore), b), weak.refcount(x)
end) --> true false false 3
check("in its callback a ref is dead to all who ask", function()
  local seen
  local r
  do
    local x = {}
    local f = function(ref) seen = { n = select("#", ref:callback()), ref:callback(), ref(), ref:get(), ref == r, tostring(ref):match "%b()", weak.type(ref) } end
    r = weak.ref(x, f)
  end
  full()
  return seen.n, seen[1], seen[2], seen[3], seen[4], seen[5], seen[6]
end) --> 1 nil nil nil true '(dead)' 'ref'
check("tostring: the addresses of the ref and of its object, and the name of the object's type", function()
  local y, wrong, names = {}, 0, {}
  for _, x in ipairs {
    {}, function() return y end, coroutine.create(print), io.stdout, weak.ref(y), weak.keytable(), weak.valuetable(), weak.kvtable(), weak.set(), weak.proxy(y),
    weak.queue(), weak.method(y, rawlen), setmetatable({}, { __name = "other", __tostring = error, __index = error }),
  } do
    local r = weak.ref(x)
    if tostring(r) ~= ("weakref: %p -> %s: %p"):format(r, type(x), x) then wrong = wrong + 1 end
    names[#names + 1] = type(x)
  end
  return wrong, #names, type(y)
end) --> 0 13 'table'
check("equality: as value and as condition, with refs and with anything else", function()
  local x, y = setmetatable({}, { __eq = function() return true end }), setmetatable({}, { __eq = function() return true end })
  local a, b, c = weak.ref(x), weak.ref(x, ignore), weak.ref(y)
  local function upvalues() if a == b and not (a ~= b) and not (a == c) then return a ~= c end return "wrong" end
  local equal = 0
  for _, other in ipairs { x, y, 1, 1.5, "text", true, false, print, ignore, weak.set(), weak.proxy(x), weak.method(x, ignore) } do
    if a == other or other == a or not (a ~= other) then equal = equal + 1 end
  end
  if a == nil or a == 1 or a == "text" or a == true or nil == a then equal = equal + 100 end
  while a ~= b do equal = equal + 1000 break end
  return upvalues(), equal, x == y
end) --> true 0 true
check("callable tables are callbacks of all that calls back", function()
  local log, keep = {}, {}
  local function callable(name) return setmetatable({}, { __call = function(_, v) log[#log + 1] = name .. " " .. tostring(weak.type(v) or v) end }) end
  local registry = weak.registry(callable "registry")
  do
    keep[1] = weak.ref({}, callable "ref")
    keep[2] = weak.proxy({}, callable "proxy")
    keep[3] = weak.method({}, print, callable "method")
    weak.finalize({}, callable "finalizer", 5)
    registry:register({}, "held")
  end
  full()
  table.sort(log)
  return table.concat(log, ", ")
end) --> 'finalizer 5, method method, proxy proxy, ref ref, registry held'
check("refs and refcount tell of the refs that live, at every point of a cycle", function()
  full()
  collectgarbage "stop"
  collectgarbage("incremental", 0, 0, 7)
  local wrong, without, x = 0, 0, {}
  for point = 1, 60 do
    full()
    local kept, lost = weak.ref(x, ignore), weak.set()
    do
      local list = {}
      for i = 1, 5 do list[i] = weak.ref(x, ignore) lost:add(list[i]) end
    end
    for _ = 1, point do collectgarbage("step", 0) end
    if point % 2 == 0 then
      for _ = 1, 1000000 do if #lost == 0 then break end collectgarbage("step", 0) end
      for _ = 1, point // 2 do collectgarbage("step", 0) end
    end
    local living, count = #lost, weak.refcount(x)
    if count ~= living + 1 then wrong = wrong + 1 end
    local list, found = weak.refs(x), false
    if #list ~= #lost + 1 then wrong = wrong + 1 end
    for _, r in ipairs(list) do
      if r() ~= x or not (lost[r] or rawequal(r, kept)) then wrong = wrong + 1 end
      found = found or rawequal(r, kept)
    end
    if not found then wrong = wrong + 1 end
    if living == 0 then without = without + 1 end
  end
  collectgarbage("incremental", 0, 0, 13)
  collectgarbage "restart"
  return wrong, without >= 30
end) --> 0 true
check("refs: newest first, the shared one before them", function()
  local x = {}
  local a, b, shared, c = weak.ref(x, ignore), weak.ref(x, ignore), weak.ref(x), weak.ref(x, ignore)
  local list = weak.refs(x)
  return #list, rawequal(list[1], shared), rawequal(list[2], c), rawequal(list[3], b), rawequal(list[4], a)
end) --> 4 true true true true
check("refs and refcount: proxies and finalizers are none", function()
  local x = {}
  local p, h = weak.proxy(x), weak.finalize(x, ignore)
  h.atexit = false
  return weak.refcount(x), #weak.refs(x)
end) --> 0 0
check("refs: the list holds the refs, not the object", function()
  local list
  do local x = {} local r = weak.ref(x, ignore) list = weak.refs(x) end
  full()
  return #list, list[1]()
end) --> 1 nil
check("the callback is one refs have: the same function for many", function()
  local told, keep = 0, {}
  local function f() told = told + 1 end
  for i = 1, 10 do keep[i] = weak.ref({}, f) end
  full()
  return told
end) --> 10
check("two refs with callbacks to one object: two calls, distinct callbacks", function()
  local log = {}
  local x = {}
  local a, b = weak.ref(x, function() log[#log + 1] = "a" end), weak.ref(x, function() log[#log + 1] = "b" end)
  x = nil
  full() full()
  return table.concat(log, " ")
end) --> 'b a'
check("an explicit call of the callback does not count", function()
  local told, x = 0, {}
  local r = weak.ref(x, function() told = told + 1 end)
  r:callback()(r)
  x = nil
  full()
  return told
end) --> 2
check("callback is a method only, and cannot be set", function() local r = weak.ref({}, ignore) return pcall(function() r.callback = ignore end) end) --> false 'weak/callbacks.lua:148: attempt to index a weakref value (upvalue 'r')'

check("a callback that fails while an error unwinds: both are reported, the first is caught", function()
  local told = 0
  local function fails() told = told + 1 error("of the callback", 0) end
  local caught = table.pack(pcall(function()
    local r
    local _ <close> = setmetatable({}, { __close = function(_, e) do r = weak.ref({}, fails) end full() told = told + (e == "mine" and 10 or 0) end })
    error("mine", 0)
  end))
  return told, caught.n, caught[1], caught[2]
end) --> 11 2 false 'mine'
check("classes and metatables are objects like others", function()
  local class, meta, m
  do
    local c = {}
    c.__index = c
    class, meta, m = weak.ref(c), weak.ref(getmetatable(setmetatable({}, { __len = ignore }))), nil
    local instance = setmetatable({}, c)
    c = nil
    full()
    m = class() == getmetatable(instance)
  end
  full()
  return m, class(), meta()
end) --> true nil nil
check("garbage: object, ref and callback in one cycle", function()
  local told, probe = 0, nil
  do
    local x = {}
    x.ref = weak.ref(x, function() told = told + 1 return x end)
    probe = weak.ref(x)
  end
  full() full()
  return told, probe()
end) --> 0 nil
check("garbage: the callback reaches the object, the ref is held outside", function()
  local told, r = 0, nil
  do
    local x = {}
    r = weak.ref(x, function() told = told + 1 return x end)
  end
  full() full()
  return told, r() ~= nil
end) --> 0 true
check("garbage: the object reaches its ref, which is held outside too", function()
  local told, r = 0, nil
  do
    local x = {}
    x.ref = weak.ref(x, function() told = told + 1 end)
    r = x.ref
  end
  full() full()
  return told, r()
end) --> 1 nil
-- No cycle may be under way when they are made: it could have reached a, and a.watch with it, before b was there.
check("garbage: two objects that watch each other", function()
  local told = 0
  collectgarbage "stop"
  full()
  do
    local a, b = {}, {}
    a.watch = weak.ref(b, function() told = told + 1 end)
    b.watch = weak.ref(a, function() told = told + 1 end)
  end
  full() full()
  collectgarbage "restart"
  return told
end) --> 0
check("garbage: one of two that watch each other lives", function()
  local told, a = 0, {}
  do
    local b = {}
    a.watch = weak.ref(b, function() told = told + 1 end)
    b.watch = weak.ref(a, function() told = told + 10 end)
  end
  full() full()
  return told, a.watch()
end) --> 1 nil
check("garbage with __gc: its ref calls nobody, though it is revived", function()
  local told, seen = 0, nil
  do
    local x = setmetatable({}, { __gc = function(o) seen = o.ref() == nil end })
    x.ref = weak.ref(x, function() told = told + 1 end)
  end
  full() full()
  return told, seen
end) --> 0 true
check("garbage with __gc: an outer ref calls once, though the object is revived and dies again", function()
  local told, kept = 0, nil
  local r
  do r = weak.ref(setmetatable({}, { __gc = function(o) kept = o end }), function() told = told + 1 end) end
  full() full()
  local a = told
  kept = nil
  full() full()
  return a, told, r()
end) --> 1 1 nil
check("weak refs to callbacks: the outer one calls, the inner one is dead", function()
  local log = {}
  local outer
  do
    local x = {}
    local function inner() log[#log + 1] = "inner" return x end
    x.ref = weak.ref(x, inner)
    outer = weak.ref(inner, function() log[#log + 1] = "outer" end)
  end
  full() full()
  return table.concat(log, " "), outer()
end) --> 'outer' nil
check("a ref made by __gc to its own object", function()
  local a, b
  do local x = setmetatable({}, { __gc = function(o) a = weak.ref(o) b = weak.ref(o, ignore) end }) end
  full()
  local alive = { a() ~= nil, b() ~= nil }
  full() full()
  return a(), b(), rawequal(a, b)
end) --> nil nil false
check("a callback made by __gc for its own object is told when it is gone", function()
  local told, r = 0, nil
  do local x = setmetatable({}, { __gc = function(o) r = weak.ref(o, function() told = told + 1 end) end }) end
  full() full()
  return told, r()
end) --> 1 nil
check("a ref made by __gc to its object, which is kept", function()
  local kept, r, q
  do
    local b = setmetatable({}, { __gc = function(o) kept = o r = weak.ref(o) end })
    q = weak.ref(b, ignore)
  end
  full()
  local a = rawequal(r(), kept)
  full()
  return a, rawequal(r(), kept), q()
end) --> true true nil
check("a shared ref that was dropped comes back as another one", function()
  local x = {}
  local mark = weak.keytable()
  mark[weak.ref(x)] = "first"
  full()
  local again = weak.ref(x)
  return #mark, mark[again], weak.refcount(x)
end) --> 0 nil 1
check("a ref as a key: found after the death of its object", function()
  local r = weak.ref({})
  local t, u = { [r] = 1 }, weak.keytable { [r] = 2 }
  full()
  return t[r], u[r], r()
end) --> 1 2 nil
check("a chain of 150 objects whose callbacks look at the next", function()
  local refs, told, seen = {}, 0, 0
  do
    local next_one
    for i = 1, 150 do
      local x = { next_one }
      refs[i] = weak.ref(x, function() told = told + 1 for j = i, 150 do if refs[j] and refs[j]() then seen = seen + 1 end end end)
      next_one = x
    end
  end
  full()
  return told, seen
end) --> 150 0
check("after the callback nothing of it is held", function()
  local probe, r = weak.set(), nil
  do
    local held = {}
    local function f() return held end
    probe:add(held) probe:add(f)
    r = weak.ref({}, f)
  end
  full()
  full()
  return #probe, r()
end) --> 0 nil
check("a callback that was never called is let go with its ref", function()
  local probe, x = weak.set(), {}
  do
    local function f() return probe, x end
    probe:add(f)
    weak.ref(x, f)
  end
  full()
  return #probe
end) --> 0

-- What a callback does to a table is seen as a whole by a function that reads the table and allocates meanwhile: all of it or nothing.
check("no callback runs inside a function of the libraries", function()
  local list, keys, values, set, told, torn, kept = {}, weak.keytable(), weak.valuetable(), weak.set(), 0, {}, nil
  local letters = {}
  for i = 0, 9 do letters[i] = tostring(i):rep(200) end
  local function rewrite()
    told = told + 1
    local held = {}
    weak.clear(keys) weak.clear(values) set:clear()
    for i = 1, 30 do
      local x = { told }
      held[i], list[i], keys[x], values[i] = x, letters[told % 10], x, x
      set:add(x)
    end
    kept[#kept + 1] = held  -- what a copy was made of lives to the end of the turn
  end
  kept = {}
  rewrite()
  local function same(name, objects)
    if #objects ~= 30 then torn[name] = true end
    for _, x in ipairs(objects) do if x[1] ~= objects[1][1] then torn[name] = true end end
  end
  local function members(s) local found = {} for x in pairs(s) do found[#found + 1] = x end return found end
  for _ = 1, 25 do
    kept = { kept[#kept] }
    kept.ref = weak.ref({}, rewrite)
    weak.finalize({}, rewrite)
    local text = table.concat(list)
    if #text ~= 6000 or text ~= text:sub(1, 1):rep(6000) then torn.concat = true end
    local unpacked = { table.unpack(list, 1, 30) }
    local moved = table.move(list, 1, 30, 1, {})
    for i = 2, 30 do if unpacked[i] ~= unpacked[1] then torn.unpack = true end if moved[i] ~= moved[1] then torn.move = true end end
    local joined = ("%s%s%s"):format(table.unpack(list, 1, 3))
    if joined ~= joined:sub(1, 1):rep(600) then torn.format = true end
    same("keys", weak.keys(keys)) same("values", weak.values(keys)) same("values of a value table", weak.values(values))
    same("copy", weak.values(weak.copy(values))) same("init", weak.keys(weak.kvtable(keys))) same("update", weak.keys(weak.update(weak.kvtable(), keys)))
    same("union", weak.keys(keys | {})) same("copy of a set", members(set:copy())) same("a union of sets", members(set | weak.set()))
    same("a difference of sets", members(set - weak.set()))
    local refs = weak.keyrefs(keys)
    local generation = told
    for i, r in ipairs(refs) do refs[i] = r() or { generation } end
    if generation == told then same("refs", refs) end
  end
  full()
  local names = {}
  for name in pairs(torn) do names[#names + 1] = name end
  return table.concat(names, ", "), told > 25
end) --> '' true

check("finalizers: a dead one has nothing to give", function()
  local h
  do h = weak.finalize({}, ignore, 1, 2) end
  full()
  return h:alive(), h(), h:peek(), h:detach()
end) --> false nil nil nil
check("finalizers: with nil among and behind the arguments", function()
  local n, a, b, c
  do weak.finalize({}, function(...) n = select("#", ...) a, b, c = ... end, nil, 2, nil) end
  full()
  return n, a, b, c
end) --> 3 nil 2 nil
check("finalizers: may be called with the state of another coroutine", function()
  local x, got = {}, nil
  local h = coroutine.wrap(function() local h = weak.finalize(x, function(v) got = v return v end, "v") return h end)()
  return h(), got
end) --> 'v' 'v'
check("finalizers: an argument that leads to the object keeps it", function()
  local ran = false
  local h
  do local x = {} h = weak.finalize(x, function() ran = true end, { x }) end
  full()
  local alive = h:alive()
  h:detach()
  full()
  return alive, ran
end) --> true false
check("finalizers: h() may yield and raise", function()
  local x = {}
  local co = coroutine.wrap(function() return weak.finalize(x, function(v) return coroutine.yield(v) end, 5)() end)
  local a, b = co(), co "back"
  local h = weak.finalize(x, error, "mine", 0)
  return a, b, (select(2, pcall(h))), h:alive()
end) --> 5 'back' 'mine' false
check("finalizers: one that was detached does not run when its object dies", function()
  local ran, f, x, v, n = 0, nil, nil, nil, nil
  local h, probe
  do
    local y = {}
    probe = weak.ref(y)
    h = weak.finalize(y, function() ran = ran + 1 end, "v", nil)
    local given = table.pack(h:detach())
    n, x, f, v = given.n, given[1] == y, type(given[2]), given[3]
  end
  full()
  return n, x, f, v, h:alive(), probe(), ran
end) --> 4 true 'function' 'v' false nil 0
check("finalizers: the object as any of the arguments raises at once, and nothing is registered", function()
  local ran, probe, refused = 0, nil, 0
  do
    local x = {}
    local function f() ran = ran + 1 end
    probe = weak.ref(x)
    for _, arguments in ipairs { { f, x }, { f, 1, x }, { f, nil, 2, x, nil, n = 5 }, { x }, { x, 1 } } do
      if not pcall(weak.finalize, x, table.unpack(arguments, 1, arguments.n)) then refused = refused + 1 end
    end
  end
  full()
  return refused, probe(), ran
end) --> 5 nil 0
check("finalizers: without atexit they run when the object dies all the same", function()
  local ran = 0
  do weak.finalize({}, function() ran = ran + 1 end).atexit = false end
  full() full()
  return ran
end) --> 1
check("finalizers: held are the function and the arguments, not the object", function()
  local probe, got = weak.set(), nil
  local x = {}
  do
    local argument = { 7 }
    local function f(a) got = a[1] end
    probe:add(f) probe:add(argument)
    weak.finalize(x, f, argument)
  end
  full()
  local held = #probe
  x = nil
  full()
  return held, got
end) --> 2 7
check("finalizers: h() gives all results", function()
  local x = {}
  local function count(...) return select("#", ...) end
  return count(weak.finalize(x, function(...) return ... end, nil, 2, nil)()), count(weak.finalize(x, ignore)()), (weak.finalize(x, function() return false end)())
end) --> 3 0 false
check("finalizers, registries, queues, proxies, methods: once, though the object is revived and dies again", function()
  local log, kept, proxy, method, registry, queue = {}, nil, nil, nil, nil, weak.queue()
  local function note(name) return function() log[#log + 1] = name end end
  registry = weak.registry(note "registry")
  do
    local x = setmetatable({}, { __gc = function(o) log[#log + 1] = "__gc" kept = o end })
    weak.finalize(x, note "finalizer")
    registry:register(x, 1)
    queue:watch(x, "tag")
    proxy, method = weak.proxy(x, note "proxy"), weak.method(x, print, note "method")
  end
  full()
  local last, object, waiting = log[#log], type(kept), #queue
  kept = nil
  full() full()
  table.sort(log)
  return table.concat(log, " "), last, object, waiting, #queue, weak.unproxy(proxy), method()
end) --> '__gc finalizer method proxy registry' '__gc' 'table' 1 1 nil nil
check("finalizers: a callable table", function()
  local got
  do weak.finalize({}, setmetatable({}, { __call = function(_, v) got = v end }), "v") end
  full()
  return got
end) --> 'v'
check("finalizers: two of one object are two", function()
  local x = {}
  local a, b = weak.finalize(x, ignore), weak.finalize(x, ignore)
  a.atexit, b.atexit = false, false
  local same = rawequal(a, b) or a == b
  a:detach()
  return same, a:alive(), b:alive()
end) --> false false true
check("finalizers: the handle, the function and the arguments are let go after running", function()
  local probe = weak.set()
  do
    local function f() return probe end
    local argument = {}
    local h = weak.finalize({}, f, argument)
    probe:add(f) probe:add(argument) probe:add(h)
  end
  full()
  full()
  return #probe
end) --> 0

check("registry: the token is not held", function()
  local r, probe = weak.registry(ignore), nil
  local x = {}
  do local token = {} probe = weak.ref(token) r:register(x, 1, token) end
  full()
  return probe()
end) --> nil
check("registry: the held value is held until it is told, and not after", function()
  local probe, got
  local r = weak.registry(function(held) got = held[1] end)
  local x = {}
  do local held = { "held" } probe = weak.ref(held) r:register(x, held) end
  full()
  local before = probe() ~= nil
  x = nil
  full()
  local told = got
  full()
  return before, told, probe()
end) --> true 'held' nil
check("registry: one token for many, unregistered at once", function()
  local n = 0
  local r = weak.registry(function() n = n + 1 end)
  do for i = 1, 10 do r:register({}, i, i % 2 == 0 and "even" or "odd") end r:unregister("even") end
  full()
  return n <= 10 and n >= 5
end) --> true
check("registry: a token that cannot be a key registers nothing", function()
  local n = 0
  local r = weak.registry(function() n = n + 1 end)
  local ok, message = pcall(function() r:register({}, 1, 0 / 0) end)
  full()
  return ok, n, (message:gsub("^.-: ", "")), r:unregister(0 / 0)
end) --> false 0 'bad argument #3 to 'register' (a token cannot be NaN)' false
check("registry: a token that was used up may be used again", function()
  local n = 0
  local r = weak.registry(function() n = n + 1 end)
  do r:register({}, 1, "token") end
  full()
  local gone = r:unregister "token"
  local x, y = {}, {}
  r:register(x, 1, "token") r:register(y, 1, "token")
  x = nil
  full()
  local found = r:unregister "token"
  y = nil
  full()
  return n, gone, found
end) --> 2 false true
check("registry: nil may be held", function()
  local n, got = 0, "?"
  local r = weak.registry(function(held) n = n + 1 got = held end)
  do r:register({}, nil) end
  full()
  return n, got
end) --> 1 nil
check("registry: the callback may register anew", function()
  local n, r = 0, nil
  r = weak.registry(function(held) n = n + 1 if held > 1 then r:register({}, held - 1) end end)
  r:register({}, 3)
  for _ = 1, 3 do full() end
  return n
end) --> 3
check("queue: in the order of the deaths, polled by a loop", function()
  local q, sum, count = weak.queue(), 0, 0
  for i = 1, 100 do q:watch({}, i) end
  full()
  for tag in q.poll, q do sum = sum + tag count = count + 1 end
  return sum, count, #q, q:poll()
end) --> 5050 100 0 nil
check("queue: false is a tag", function() local q = weak.queue() q:watch({}, false) full() return #q, q:poll(), #q end) --> 1 false 0
check("queue: tags are held until they are polled, and not after", function()
  local q, probe = weak.queue(), nil
  do local tag = {} probe = weak.ref(tag) q:watch({}, tag) end
  full() full()
  local held = probe() ~= nil
  local same = q:poll() == probe()
  full()
  return held, same, probe()
end) --> true true nil
check("queue: a dead one is forgotten by what it watched", function()
  local x, probe = {}, nil
  do local q = weak.queue() q:watch(x, {}) probe = weak.ref(q) end
  full()
  local gone = probe() == nil
  x = nil
  full()
  return gone
end) --> true

check("method: the pair holds neither the object nor itself", function()
  local probe, m = weak.set(), nil
  do
    local x = {}
    x.f = function() return x end
    m = weak.method(x, "f")
    probe:add(x) probe:add(x.f)
    x.method = m
  end
  full()
  return #probe, m(), tostring(m):gsub("0x%x+", "ADDRESS")
end) --> 0 nil 'weakmethod: ADDRESS (dead)' 1
check("method: what m() gives holds both", function()
  local m, f
  do local x = { n = 3 } m = weak.method(x, function(self, k) return self.n + k end) f = m() end
  full()
  local a, alive = f(4), m() ~= nil
  f = nil
  full()
  return a, alive, m()
end) --> 7 true nil
check("method: dead once the object is, however long the function lives; its callback is called once", function()
  local n, given, m = 0, nil, nil
  local function f() return check end
  do m = weak.method({ f = f }, "f", function(...) n = n + select("#", ...) given = ... end) end
  full()
  local first, dead = n, m() == nil and m:get() == nil
  f = nil
  full()
  return first, dead, n, rawequal(given, m)
end) --> 1 true 1 true
check("method: as a key it is itself, dead or alive", function()
  local m, n
  local t = {}
  do
    local x = { f = function() return t end }
    m, n = weak.method(x, "f"), weak.method(x, "f")
    t[m] = 1
    t[2] = m == n
  end
  full()
  return t[m], t[n], t[2], m()
end) --> 1 nil true nil
check("method: results and errors pass", function()
  local x = { f = function(self, ...) return select("#", ...), ... end, e = function() error("mine", 0) end }
  local m = weak.method(x, "f")
  return m()(nil, 2, nil), pcall(weak.method(x, "e")())
end) --> 3 false 'mine'
check("method: looked up when it is made", function()
  local x = { f = function() return check and 1 end }
  local m = weak.method(x, "f")
  local old = x.f
  x.f = function() return 2 end
  return m()()
end) --> 1
check("method: through __index", function()
  local class = { f = function(self) return self.n end }
  local x = setmetatable({ n = 9 }, { __index = class })
  return weak.method(x, "f")()()
end) --> 9
check("method: no callback, no call, when it is dead itself", function()
  local n = 0
  do local x = { f = function() return n end } weak.method(x, "f", function() n = n + 1 end) end
  full() full()
  return n
end) --> 0
