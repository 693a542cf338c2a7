-- stderr: any
-- steps: 3
-- The weak types: finalizers, registries, queues, methods.
local check = require "check"
local weak = require "weak"
local function ignore() end
local function full() collectgarbage() end

check("finalize: runs when the object dies, with its arguments", function()
  local got
  do weak.finalize({}, function(...) got = { n = select("#", ...), ... } end, 1, nil, "x", nil) end
  full() full()
  return got.n, got[1], got[2], got[3], got[4]
end)
check("finalize: once", function() local n = 0 do weak.finalize({}, function() n = n + 1 end) end full() full() return n end)
check("finalize: type", function() local h = weak.finalize({}, ignore) return type(h), weak.type(h) end)
check("finalize: not while it lives", function() local x, n = {}, 0 weak.finalize(x, function() n = n + 1 end) full() full() return n, x ~= nil end)
check("finalize: newest first", function()
  local order, x = {}, {}
  for i = 1, 4 do weak.finalize(x, function(j) order[#order + 1] = j end, i) end
  x = nil
  full()
  return table.concat(order, " ")
end)
check("finalize: h() runs it now", function()
  local x, n = {}, 0
  local h = weak.finalize(x, function(...) n = n + 1 return ... end, 1, 2, 3)
  local a, b, c = h()
  local again = h()
  x = nil
  full()
  return a, b, c, n, again, h:alive()
end)
check("finalize: alive, peek", function()
  local x = {}
  local h = weak.finalize(x, ignore, "a", nil)
  local p = table.pack(h:peek())
  local alive = h:alive()
  local same = p[1] == x
  p, x = { n = p.n, p[2], p[3] }, nil
  h.atexit = false
  full()
  return alive, p.n, same, p[1] == ignore, p[2], h:alive(), h:peek()
end)
check("finalize: detach", function()
  local n = 0
  local x, f = {}, function() n = n + 1 end
  local h = weak.finalize(x, f, "arg")
  local y, g, arg = h:detach()
  local same = y == x and g == f
  y, x = nil
  full()
  return same, arg, n, h:alive(), h:detach()
end)
check("finalize: all is let go after running", function()
  local probe = weak.keytable()
  local h
  do
    local arg, f = {}, nil
    f = function() return arg end
    probe[arg], probe[f] = 1, 2
    h = weak.finalize({}, f, arg)
  end
  local before = #probe
  full() full()
  return before, #probe, h:alive()
end)
check("finalize: the object itself as argument", function() local x = {} weak.finalize(x, ignore, x) end)
check("finalize: the object itself as function", function() local x = function() return check end weak.finalize(x, x) end)
check("finalize: of a number", function() weak.finalize(1, ignore) end)
check("finalize: without function", function() weak.finalize({}) end)
check("finalize: an error becomes a warning", function()
  local n, x = 0, {}
  weak.finalize(x, function() n = n + 1 end)
  weak.finalize(x, error, "oops")
  x = nil
  full()
  return n
end)
check("finalize: atexit", function()
  local h = weak.finalize({}, function() end)
  local before = h.atexit
  h.atexit = false
  return before, h.atexit
end)
check("finalize: other fields", function() weak.finalize({}, ignore).other = 1 end)
check("finalize: handles are kept without being held", function()
  local n = 0
  local x = {}
  weak.finalize(x, function() n = n + 1 end)
  for _ = 1, 5 do full() end
  x = nil
  full()
  return n
end)
check("finalize: before __gc of the same object", function()
  local order = {}
  do
    local x = setmetatable({}, { __gc = function() order[#order + 1] = "gc" end })
    weak.finalize(x, function() order[#order + 1] = "finalize" end)
  end
  full()
  return table.concat(order, " ")
end)
check("finalize: may finalize anew", function()
  local n = 0
  do weak.finalize({}, function() n = n + 1 weak.finalize({}, function() n = n + 10 end) end) end
  full() full()
  return n
end)

check("registry: tells what was held", function()
  local told = {}
  local r = weak.registry(function(held, ...) told[#told + 1] = held .. select("#", ...) end)
  do r:register({}, "a") r:register({}, "b") end
  full() full()
  table.sort(told)
  return table.concat(told, " "), type(r), weak.type(r)
end)
check("registry: once per registration", function()
  local told = {}
  local r = weak.registry(function(held) told[#told + 1] = held end)
  local x = {}
  r:register(x, 1) r:register(x, 2)
  full()
  local before = #told
  x = nil
  full() full()
  return before, table.concat(told, " ")
end)
check("registry: unregister", function()
  local told = {}
  local r = weak.registry(function(held) told[#told + 1] = held end)
  local token = {}
  do
    local x, y, z = {}, {}, {}
    r:register(x, "x", token) r:register(y, "y", token) r:register(z, "z", "other")
  end
  local a, b = r:unregister(token), r:unregister(token)
  full()
  return a, b, table.concat(told, " "), r:unregister("other")
end)
check("registry: the object may be the token", function()
  local told = 0
  local r = weak.registry(function() told = told + 1 end)
  local x, y = {}, {}
  r:register(x, 1, x) r:register(y, 2, y)
  r:unregister(x)
  x, y = nil
  full()
  return told
end)
check("registry: a dead one tells nobody", function()
  local told = 0
  local x = {}
  do weak.registry(function() told = told + 1 end):register(x, 1) end
  full()
  x = nil
  full()
  return told
end)
check("registry: does not hold the object", function()
  local r = weak.registry(function() end)
  local probe
  do local x = {} probe = weak.ref(x) r:register(x, "held", x) end
  full()
  return probe()
end)
check("registry: held is the object", function() local x = {} weak.registry(print):register(x, x) end)
check("registry: of a number", function() weak.registry(print):register(1, 2) end)
check("registry: without callback", function() weak.registry() end)
check("registry: token nil", function() weak.registry(print):unregister(nil) end)

check("queue: polled", function()
  local q = weak.queue()
  local kind, short = type(q), weak.type(q)
  local keep = { {}, {}, {} }
  for i = 1, 3 do q:watch(keep[i], "tag") end
  full()
  local before = #q
  keep = nil
  full()
  local n = #q
  local a = q:poll()
  return kind, short, before, n, a, #q, q:poll(), q:poll(), q:poll(), #q
end)
check("queue: does not hold the object", function()
  local q, probe = weak.queue(), nil
  do local x = {} probe = weak.ref(x) q:watch(x, 1) end
  full()
  return probe(), q:poll()
end)
check("queue: many rounds", function()
  local q, sum = weak.queue(), 0
  for i = 1, 1000 do
    do q:watch({}, i) end
    if i % 100 == 0 then full() for tag in q.poll, q do sum = sum + tag end end
  end
  return sum, #q
end)
check("queue: the tag is the object", function() local x = {} weak.queue():watch(x, x) end)
check("queue: tag nil", function() weak.queue():watch({}, nil) end)
check("queue: of a number", function() weak.queue():watch(1, 2) end)

check("method: bound while both live", function()
  local x = { n = 5, add = function(self, m) return self.n + m end }
  local m = weak.method(x, "add")
  local f = m()
  return type(m), weak.type(m), f(1), m:get()(2)
end)
check("method: does not hold the object", function()
  local m
  do local x = { f = function() end } m = weak.method(x, "f") end
  full()
  return m()
end)
check("method: the function dies", function()
  local x, m = {}, nil
  do local up = 1 m = weak.method(x, function() return up end) end
  full()
  return m()
end)
check("method: a function that cannot die", function() local x = {} local m = weak.method(x, rawlen) full() return m()() end)
check("method: callback once, whichever dies first", function()
  local n, given = 0, nil
  local x, m = {}, nil
  do
    local up = 1
    m = weak.method(x, function() return up end, function(ref) n = n + 1 given = ref end)
  end
  full()
  local first = n
  x = nil
  full()
  return first, n, rawequal(given, m)
end)
check("method: equality", function()
  local x, f = {}, function() return check end
  local a, b, c = weak.method(x, f), weak.method(x, f), weak.method({}, f)
  local alive = a == b
  x = nil
  full()
  return alive, a == c, a == b, a == a
end)
check("method: no such method", function() weak.method({}, "nothing") end)
check("method: of a number", function() weak.method(1, print) end)
check("method: tostring", function() local x = {} return (tostring(weak.method(x, print)):gsub("0x%x+", "ADDRESS")) end)
check("method: the bound function yields", function()
  local x = { f = function(_, v) return coroutine.yield(v) end }
  local co = coroutine.wrap(function() return weak.method(x, "f")()(1) end)
  return co(), co(2)
end)
