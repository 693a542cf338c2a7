-- expects: here
-- steps: 3
-- Which values can be held weakly, what everything that would hold another one says, and the names of the types.
local check = require "check"
local weak = require "weak"
local function ignore() end

local outer = {}
local function closure() return outer end
local light = debug.upvalueid(closure, 1)
local immortal = { n = 10, nil, false, true, 7, 1.5, "text", ("long"):rep(100), light, print, string.rep }
local names = { "nil", "boolean", "boolean", "number", "number", "string", "string", "light userdata", "function", "function" }

-- What the operation says of each value that never dies, its type's name replaced by "?": one text when all are treated alike.
local function refused(operation, first)
  local texts, seen = {}, {}
  for i = first or 1, immortal.n do
    local ok, text = pcall(operation, immortal[i])
    text = ok and "no error for " .. names[i] or text:gsub("^[^:]+:%d+: ", ""):gsub("hold a " .. names[i] .. " weakly", "hold a ? weakly")
    if not seen[text] then seen[text] = true texts[#texts + 1] = text end
  end
  return table.concat(texts, " | ")
end
local function refused_values(operation) return refused(operation, 2) end  -- nil removes

check("weak.ref", refused, function(v) local _ = weak.ref(v) end) --> 'bad argument #1 to 'ref' (cannot hold a ? weakly)'
check("weak.proxy", refused, function(v) local _ = weak.proxy(v) end) --> 'bad argument #1 to 'proxy' (cannot hold a ? weakly)'
check("weak.method", refused, function(v) local _ = weak.method(v, ignore) end) --> 'bad argument #1 to 'method' (cannot hold a ? weakly)'
check("weak.finalize", refused, function(v) local _ = weak.finalize(v, ignore) end) --> 'bad argument #1 to 'finalize' (cannot hold a ? weakly)'
check("registry:register", refused, function(v) weak.registry(ignore):register(v, 0) end) --> 'bad argument #1 to 'register' (cannot hold a ? weakly)'
check("queue:watch", refused, function(v) weak.queue():watch(v, 0) end) --> 'bad argument #1 to 'watch' (cannot hold a ? weakly)'
check("a key of a key table", refused, function(v) weak.keytable()[v] = {} end) --> 'cannot hold a ? weakly'
check("a key of a kv table", refused, function(v) weak.kvtable()[v] = {} end) --> 'cannot hold a ? weakly'
check("a key that is removed", refused, function(v) weak.keytable()[v] = nil end) --> 'cannot hold a ? weakly'
check("a value of a value table", refused_values, function(v) weak.valuetable()[1] = v end) --> 'cannot hold a ? weakly'
check("a value of a kv table", refused_values, function(v) weak.kvtable()[{}] = v end) --> 'cannot hold a ? weakly'
check("rawset of a key", refused, function(v) rawset(weak.keytable(), v, 1) end) --> 'bad argument #2 to 'rawset' (cannot hold a ? weakly)'
check("rawset of a value", refused_values, function(v) rawset(weak.valuetable(), 1, v) end) --> 'bad argument #3 to 'rawset' (cannot hold a ? weakly)'
check("weak.setdefault of a key", refused, function(v) local _ = weak.setdefault(weak.keytable(), v, 1) end) --> 'bad argument #2 to 'setdefault' (cannot hold a ? weakly)'
check("weak.setdefault of a value", refused, function(v) local _ = weak.setdefault(weak.valuetable(), 1, v) end) --> 'bad argument #3 to 'setdefault' (cannot hold a ? weakly)'
check("weak.keytable(init)", refused_values, function(v) local _ = weak.keytable { [v] = 1 } end) --> 'bad argument #1 to 'keytable' (cannot hold a ? weakly)'
check("weak.valuetable(init)", refused_values, function(v) local _ = weak.valuetable { v } end) --> 'bad argument #1 to 'valuetable' (cannot hold a ? weakly)'
check("weak.kvtable(init), key", refused_values, function(v) local _ = weak.kvtable { [v] = {} } end) --> 'bad argument #1 to 'kvtable' (cannot hold a ? weakly)'
check("weak.kvtable(init), value", refused_values, function(v) local _ = weak.kvtable { [{}] = v } end) --> 'bad argument #1 to 'kvtable' (cannot hold a ? weakly)'
check("weak.update, key", refused_values, function(v) weak.update(weak.keytable(), { [v] = 1 }) end) --> 'bad argument #2 to 'update' (cannot hold a ? weakly)'
check("weak.update, value", refused_values, function(v) weak.update(weak.valuetable(), { v }) end) --> 'bad argument #2 to 'update' (cannot hold a ? weakly)'
check("union of tables", refused_values, function(v) local _ = weak.keytable() | { [v] = 1 } end) --> 'bad argument #2 to 'bor' (cannot hold a ? weakly)'
check("a member of a set", refused, function(v) weak.set()[v] = true end) --> 'cannot hold a ? weakly'
check("set:add", refused, function(v) weak.set():add(v) end) --> 'bad argument #1 to 'add' (cannot hold a ? weakly)'
check("set:discard", refused, function(v) weak.set():discard(v) end) --> 'bad argument #1 to 'discard' (cannot hold a ? weakly)'
check("set:remove", refused, function(v) weak.set():remove(v) end) --> 'bad argument #1 to 'remove' (cannot hold a ? weakly)'
check("weak.set(members)", refused_values, function(v) local _ = weak.set { {}, v } end) --> 'bad argument #1 to 'set' (cannot hold a ? weakly)'
check("set:update", refused_values, function(v) weak.set():update({}, { v }) end) --> 'bad argument #2 to 'update' (cannot hold a ? weakly)'
check("set:union", refused_values, function(v) weak.set():union { v } end) --> 'bad argument #1 to 'union' (cannot hold a ? weakly)'
check("set:symmetric_difference", refused_values, function(v) weak.set():symmetric_difference { v } end) --> 'bad argument #1 to 'symmetric_difference' (cannot hold a ? weakly)'

check("what cannot be held can be asked for", function()
  local found = 0
  for i = 1, immortal.n do
    local v = immortal[i]
    local _, __, s = weak.keytable(), weak.kvtable(), weak.set()
    if _[v] ~= nil or __[v] ~= nil or s:has(v) or weak.get(_, v) ~= nil or rawget(_, v) ~= nil or weak.pop(_, v) ~= nil then found = found + 1 end
    if weak.refcount(v) ~= 0 or #weak.refs(v) ~= 0 then found = found + 1 end
  end
  return found
end) --> 0

check("weak.referable tells beforehand", function()
  local can = 0
  for i = 1, immortal.n do can = can + (weak.referable(immortal[i]) and 1 or 0) end
  return can, weak.referable({}), weak.referable(closure), weak.referable(weak.set())
end) --> 0 true true true
check("weak.referable needs an argument", weak.referable) --> error: 'bad argument #1 to 'weak.referable' (value expected)'

-- One of each type that can die.
local function mortals()
  local x, y = {}, { f = function() end }
  return {
    x, function() return x end, coroutine.wrap(print), ("a"):gmatch("a"), io.tmpfile(), coroutine.create(print),
    weak.ref(y), weak.ref(x, ignore), weak.keytable(), weak.valuetable(), weak.kvtable(), weak.set(), weak.proxy(x), weak.finalize(x, ignore),
    weak.method(y, "f"), weak.registry(ignore), weak.queue(),
  }
end
-- One of everything that holds the object weakly, as a function that tells whether it still leads to it.
local function ways_to(v)
  local ref, told, proxy, method = weak.ref(v), weak.ref(v, ignore), weak.proxy(v), weak.method(v, print)
  local handle, queue = weak.finalize(v, ignore), weak.queue()
  local keys, values, both, set = weak.keytable { [v] = 1 }, weak.valuetable { v }, weak.kvtable { [v] = v }, weak.set { v }
  handle.atexit = false
  queue:watch(v, "dead")
  return {
    function() return ref() ~= nil end, function() return told:get() ~= nil end, function() return weak.unproxy(proxy) ~= nil end,
    function() return method() ~= nil end, function() return handle:alive() end, function() return #keys == 1 end,
    function() return values[1] ~= nil end, function() return next(both) ~= nil end, function() return #set == 1 end,
    function() return #queue == 0 end,
  }
end
check("each type that can die is held by everything until it does", function()
  local all, ways = mortals(), {}
  for i = 1, #all do ways[i] = ways_to(all[i]) end
  collectgarbage()
  local alive, dead = 0, 0
  for i = 1, #all do for _, way in ipairs(ways[i]) do if way() then alive = alive + 1 end end end
  local count = #all
  all = nil
  collectgarbage()
  collectgarbage()  -- a file that its __gc closed
  for i = 1, count do for _, way in ipairs(ways[i]) do if not way() then dead = dead + 1 end end end
  return count, alive, dead
end) --> 17 170 170

check("type and weak.type", function()
  local list, found = mortals(), {}
  for i = 7, #list do found[#found + 1] = type(list[i]) .. " " .. weak.type(list[i]) end
  return table.concat(found, ", ")
end) --> 'weakref ref, weakref ref, weakkeytable keytable, weakvaluetable valuetable, weakkvtable kvtable, weakset set, weakproxy proxy, weakfinalizer finalizer, weakmethod method, weakregistry registry, weakqueue queue'
check("weak.type of other values", function()
  return weak.type(nil), weak.type(1), weak.type("ref"), weak.type({}), weak.type(print), weak.type(io.stdout), weak.type(setmetatable({}, { __mode = "k" })),
    weak.type(setmetatable({}, { __name = "weakref" }))
end) --> nil nil nil nil nil nil nil nil
check("weak.type needs an argument", weak.type) --> error: 'bad argument #1 to 'weak.type' (value expected)'
check("math.type of a weak value", function() return math.type(weak.ref({})) end) --> nil
check("io.type of a weak value", function() return io.type(weak.ref({})) end) --> nil
check("the functions of the library", function()
  local list = {}
  for name, f in pairs(weak) do list[#list + 1] = name assert(type(f) == "function") end
  table.sort(list)
  return table.concat(list, " ")
end) --> 'clear copy finalize get keyrefs keys keytable kvtable method pop popitem proxy queue ref refcount referable refs registry set setdefault type unproxy update valuerefs values valuetable'
check("metatables are not to be had", function()
  local open = 0
  for i, v in ipairs(mortals()) do if i > 6 and getmetatable(v) ~= false then open = open + 1 end end
  return open
end) --> 0
check("metatables are not to be set", function() setmetatable(weak.ref({}), {}) end) --> error: 'weak/types.lua:135: bad argument #1 to 'setmetatable' (table expected, got weakref)'
check("tostring of all types is a name and an address", function()
  local wrong = 0
  for i, v in ipairs(mortals()) do
    if i > 8 and i ~= 13 and i ~= 15 and not tostring(v):find("^" .. type(v) .. ": 0x%x+$") then wrong = wrong + 1 end
  end
  return wrong
end) --> 0
check("errors call them by their names", function() return weak.keytable() .. "" end) --> error: 'weak/types.lua:143: attempt to concatenate a weakkeytable value'

check("the cursor of pairs, as debug.getupvalue shows it, knows no operation", function()
  local _, cursor = debug.getupvalue(pairs(weak.keytable()), 1)
  return type(cursor), weak.type(cursor), pcall(function() return cursor.x end), pcall(next, cursor), (pcall(cursor)) == false
end) --> 'weakcursor' 'cursor' false false true
