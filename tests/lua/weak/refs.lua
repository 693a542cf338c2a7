-- The weak types: refs, callbacks, refs and refcount.
local check = require "check"
local weak = require "weak"
local function ignore() end
local function full() collectgarbage() end

check("global and require", function() return weak == _G.weak, package.loaded.weak == weak end)
check("type names", function() local r = weak.ref({}) return type(r), weak.type(r), weak.type(1), weak.type({}) end)
check("get while held", function() local x = {} local r = weak.ref(x) full() return r() == x, r:get() == x, rawequal(r(), x) end)
check("nil once dead", function() local r = weak.ref({}) full() return r(), r:get(), select("#", r()) end)
check("every collectable type", function()
  local up = 0
  local co = coroutine.create(print)
  local file = io.tmpfile()
  local kept = { {}, function() return up end, co, file, weak.ref(co), weak.set(), weak.keytable(), coroutine.wrap(print) }
  local refs = {}
  for i, v in ipairs(kept) do refs[i] = weak.ref(v) end
  full()
  local same = 0
  for i, r in ipairs(refs) do if rawequal(r(), kept[i]) then same = same + 1 end end
  kept, co, file = nil
  full()
  local gone = 0
  for _, r in ipairs(refs) do if r() == nil then gone = gone + 1 end end
  return same, gone
end)
check("referable", function()
  return weak.referable({}), weak.referable(function() return check end), weak.referable(weak.ref({})), weak.referable(1),
    weak.referable("x"), weak.referable(nil), weak.referable(true), weak.referable(print), weak.referable(io.stdout)
end)
for _, v in ipairs { 1, 1.5, "text", true, print } do
  check("not referable: " .. type(v), weak.ref, v)
end
check("no argument", function() weak.ref() end)
check("nil", function() weak.ref(nil) end)
check("callback that cannot be called", function() weak.ref({}, 5) end)
check("callback that is a callable table", function()
  local told
  local r = weak.ref({}, setmetatable({}, { __call = function(_, ref) told = ref end }))
  full()
  return told == r
end)

check("shared without callback", function()
  local x = {}
  local r = weak.ref(x)
  return rawequal(r, weak.ref(x)), rawequal(r, weak.ref(x, nil)), rawequal(r, weak.ref(x, ignore))
end)
check("shared after the first one died", function()
  local x = {}
  weak.ref(x)
  full()
  return rawequal(weak.ref(x), weak.ref(x)), weak.refcount(x)
end)
check("equal by referent while alive", function()
  local x, y = {}, {}
  local a, b, c = weak.ref(x), weak.ref(x, ignore), weak.ref(y)
  return a == b, a == c, a ~= b, rawequal(a, b)
end)
check("equal by identity once dead", function()
  local a, b, c
  do local x = {} a, b, c = weak.ref(x), weak.ref(x, function() end), weak.ref(x) end
  full()
  return a == b, a == a, a == c
end)
check("dead and alive differ", function()
  local x = {}
  local a, b = weak.ref(x), weak.ref({})
  full()
  return a == b
end)
check("never calls metamethods of the referent", function()
  local function no() error "called" end
  local x = setmetatable({}, { __index = no, __eq = no, __tostring = no, __call = no, __len = no, __name = "Trap" })
  local y = setmetatable({}, getmetatable(x))
  local r, s = weak.ref(x), weak.ref(y)
  return r == s, (tostring(r):gsub("0x%x+", "ADDRESS"))
end)
check("tostring", function()
  local x = {}
  local r = weak.ref(x)
  local alive = tostring(r):gsub("0x%x+", "ADDRESS")
  local right = tostring(r):find(tostring(x):sub(8), 1, true) ~= nil
  local f = tostring(weak.ref(coroutine.create(print))):gsub("0x%x+", "ADDRESS")
  x = nil
  full()
  return alive, right, f, (tostring(r):gsub("0x%x+", "ADDRESS"))
end)
check("a ref is a key by identity", function()
  local x = {}
  local r, s = weak.ref(x), weak.ref(x, ignore)
  local t = { [r] = 1 }
  x = nil
  full()
  return t[r], t[s]
end)
check("order is an error", function() return weak.ref({}) < weak.ref({}) end)
check("arithmetic is an error", function() return weak.ref({}) + 1 end)
check("unknown method", function() return weak.ref({}).nothing end)
check("fields cannot be set", function() weak.ref({}).x = 1 end)
check("get of something else", function() return weak.ref({}).get({}) end)

check("callback once with the dead ref", function()
  local told = {}
  local r = weak.ref({}, function(ref, ...) told[#told + 1] = { ref, ref(), select("#", ...) } end)
  full() full()
  return #told, told[1][1] == r, told[1][2], told[1][3]
end)
check("callback: newest first", function()
  local order, refs, x = {}, {}, {}
  for i = 1, 5 do refs[i] = weak.ref(x, function() order[#order + 1] = i end) end
  x = nil
  full()
  return table.concat(order, " ")
end)
check("all refs are dead before the first callback", function()
  local x, seen, refs = { {} }, {}, {} x[1][1] = x  -- two objects that die together
  for i = 1, 3 do refs[i] = weak.ref(x, function() for j = 1, 3 do seen[#seen + 1] = tostring(refs[j]()) end end) end
  local plain = weak.ref(x)
  refs[4] = weak.ref(x[1], function() seen[#seen + 1] = tostring(plain()) end)
  x = nil
  full()
  return table.concat(seen, " ")
end)
check("a dead ref does not call back", function()
  local count, x = 0, {}
  weak.ref(x, function() count = count + 1 end)
  x = nil
  full()
  return count
end)
check("a ref in the dead cycle does not call back", function()
  local count = 0
  do
    local x = {}
    x.r = weak.ref(x, function() count = count + 1 return x end)
  end
  full() full()
  return count
end)
check("callback()", function()
  local f, x = function() end, {}
  local r = weak.ref(x, f)
  local before, none = r:callback() == f, weak.ref(x):callback()
  x = nil
  full()
  return before, none, r:callback()
end)
check("the callback is held by the ref", function()
  local x, n = {}, 0
  local r = weak.ref(x, function() n = n + 1 end)
  full() full()
  x = nil
  full()
  return n
end)
check("the callback is let go", function()
  local probe
  local r
  do
    local f = function() return probe end
    probe = weak.ref(f)
    r = weak.ref({}, f)
  end
  full() full()
  return probe(), r()
end)
check("errors become warnings and the next one still runs", function()
  local n, x = 0, {}
  local a = weak.ref(x, function() n = n + 1 end)
  local b = weak.ref(x, function() error "oops" end)
  local c = weak.ref(x, function() n = n + 1 end)
  x = nil
  full()
  return n
end)
check("collect inside a callback", function()
  local n = 0
  local r = weak.ref({}, function() n = n + 1 collectgarbage() local s = weak.ref({}) collectgarbage() n = n + (s() and 10 or 0) end)
  full()
  return n
end)
check("callback during an error in flight", function()
  local r = weak.ref({}, function() error "other" end)
  return pcall(function() collectgarbage() error "mine" end)
end)
check("yield in a callback is an error of its own", function()
  local n = 0
  local r = weak.ref({}, function() n = n + 1 coroutine.yield() n = n + 1 end)
  return coroutine.wrap(function() full() return n end)()
end)
check("callback may make refs to a new object", function()
  local made
  local x = {}
  local r = weak.ref({}, function() made = weak.ref(x) end)
  full()
  return made() == x
end)

check("refs and refcount", function()
  local x = {}
  local before = weak.refcount(x)
  local a, b, c = weak.ref(x), weak.ref(x, ignore), weak.ref(x, ignore)
  local list = weak.refs(x)
  local seen = {}
  for _, r in ipairs(list) do seen[r] = true end
  return before, weak.refcount(x), #list, seen[a], seen[b], seen[c]
end)
check("refcount falls when refs die", function()
  local x = {}
  for _ = 1, 5 do weak.ref(x, ignore) end
  full()
  return weak.refcount(x), #weak.refs(x)
end)
check("refcount of what cannot be referenced", function() return weak.refcount(1), weak.refcount("x"), weak.refcount(nil), #weak.refs(true) end)
check("refs need an argument", function() weak.refs() end)

check("dead before __gc", function()
  local r, seen = nil, "?"
  do
    local x = setmetatable({}, { __gc = function(o) seen = tostring(r()) .. " " .. weak.refcount(o) end })
    r = weak.ref(x)
  end
  full()
  return seen
end)
check("a resurrected object is dead to older refs, not to new ones", function()
  local old, new, kept
  do
    local x = setmetatable({}, { __gc = function(o) kept = o new = weak.ref(o) end })
    old = weak.ref(x)
  end
  full()
  local a, b, same = old(), new() == kept, rawequal(old, new)
  full()
  return a, b, same, old(), new() == kept
end)
check("a ref made in __gc to what is not kept", function()
  local r
  do local _ = setmetatable({}, { __gc = function(o) r = weak.ref(o) end }) end
  full() full()
  return r()
end)

-- However a ref is called, and whatever the collector is doing, it gives the same.
check("called from everywhere", function()
  local x = {}
  local r = weak.ref(x)
  local holder, global = { r = r, inner = { r = r } }, r
  local function upvalue() local y = r() return y == x end
  local function all() return r() end
  local function tail() return r() end
  local function given(ref) local y = ref() return y == x end
  local function count(...) return select("#", ...) end
  local y = r()
  local calls = 0
  for _ = 1, 3 do
    local z = r() if z == x then calls = calls + 1 end
    if r() == x then calls = calls + 1 end
    if holder.r() == x and holder.inner.r() == x and global() == x then calls = calls + 1 end
  end
  r()
  local a, b = r()
  local c, d = (r()), 1
  return y == x, calls, upvalue(), all() == x, tail() == x, given(r), count(r()), a == x, b, c == x, d, ({ r() })[1] == x, r(1, 2) == x
end)
check("get from everywhere", function()
  local x = {}
  local r = weak.ref(x)
  local function all(ref) return ref:get() end
  local a, b = r:get()
  local get = r.get
  local results = 0
  for i = 1, 4 do
    local y = r:get() if y == x then results = results + 1 end
    if i == 3 then r:get() end
  end
  return a == x, b, results, all(r) == x, get(r) == x, select("#", r:get()), pcall(get, x), pcall(get)
end)
check("dead from everywhere", function()
  local r = weak.ref({})
  full()
  local holder = { r = r }
  local function upvalue() local y = r() return y end
  local function all() return r() end
  local y = r()
  local a, b = r()
  return y, upvalue(), all(), a, b, holder.r(), r:get(), select("#", r()), select("#", r:get()), type(r())
end)
check("called at every point of a cycle", function()
  local x, dying = {}, {}
  local r, d = weak.ref(x), weak.ref(dying)
  local holder = { r = r, d = d }
  dying = nil
  collectgarbage("stop")
  local steps, alive, gone = 0, 0, false
  repeat
    local done = collectgarbage("step", 1)
    local y, z = r(), d()
    local function upvalue() local u = r() return u end
    if y == x and upvalue() == x and holder.r() == x and r:get() == x then alive = alive + 1 end
    -- what has been read is held: gone is gone, and the same for all
    local same = d()
    if z ~= same or holder.d() ~= z or d:get() ~= z then return "they differ", steps end
    z, same = nil
    steps = steps + 1
  until done
  collectgarbage("restart")
  full()
  return alive == steps, r() == x, d()
end)
