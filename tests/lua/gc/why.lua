-- expects: here
-- gc.why: how objects are held (gc/controls.md). Registers that still hold what a statement has used would be ways, too: what a
-- check makes, it makes in functions of its own.
local gc = require "gc"
local function way(make) return gc.why(make()) end

cache = { logo = { size = {} }, ["two words"] = {}, ["a\n\"b\""] = {}, [1.5] = {}, [7] = {}, [true] = {}, [""] = {} }
print(gc.why(cache))                          --> _G.cache
print(gc.why(cache.logo.size))                --> _G.cache.logo.size
print(gc.why(cache["two words"]))             --> _G.cache["two words"]
print(gc.why(cache["a\n\"b\""]))              --> _G.cache["a\010\"b\""]
print(gc.why(cache[1.5]), gc.why(cache[7]), gc.why(cache[true]), gc.why(cache[""]))
--> _G.cache[1.5]	_G.cache[7]	_G.cache[true]	_G.cache[""]
cache[("x"):rep(50)] = {}
print(gc.why(cache[("x"):rep(50)]))           --> _G.cache["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."]
setmetatable(cache, { __index = { inherited = {} } })
print(gc.why(getmetatable(cache)))            --> _G.cache -> metatable
print(gc.why(cache.inherited))                --> _G.cache -> metatable.__index.inherited

do
  local hidden = {}
  function reader() return hidden end
end
print(gc.why(reader()))                       --> _G.reader -> upvalue hidden
stripped = load(string.dump(function() return reader end, true))
debug.setupvalue(stripped, 1, { _G, { "own" } })
print(way(function() return select(2, debug.getupvalue(stripped, 1))[2] end))  --> _G.stripped -> upvalue 1[2]
print(gc.why(require))                        --> _G.require
wrapped = coroutine.wrap(print)
matcher = ("a b"):gmatch("%a")

print(gc.why({}))                             --> nil
print(way(function() return {} end))          --> nil
local function held_here()
  local here = {}
  return (gc.why(here):gsub(" %(.*", ""))      -- the place in the source is left out
end
print((held_here()))                          --> main thread -> local here
local function among_arguments(...) return (gc.why((...)):gsub(" %(.*", "")) end
print((among_arguments({})))                  --> main thread -> vararg

notes = weak.keytable()
subjects = { {} }
notes[subjects[1]] = { about = subjects[1] }
print(gc.why(notes[subjects[1]]))             --> _G.notes[(table)]
print(gc.why(subjects[1]))                    --> _G.subjects[1]
names = weak.valuetable()
names[{ 1 }] = cache
do
  local key = { 2 }
  names[key] = subjects
  key = nil
  for k in pairs(names) do if type(k) == "table" and k[1] == 2 then print(gc.why(k)) end end  --> _G.names -> key
end
lua_weak = setmetatable({}, { __mode = "k" })
lua_weak[subjects[1]] = { { "value" } }
print(gc.why(lua_weak[subjects[1]][1]))       --> _G.lua_weak[(table)][1]
counted = { [{}] = 1 }
print(gc.why((next(counted))))                --> _G.counted -> key

thread = coroutine.create(function(...)
  local inside = { "inside" }
  coroutine.yield(inside, (...))
  return inside, ...
end)
local _, a, b = coroutine.resume(thread, { "argument" })
a, b = weak.ref(a), weak.ref(b)
print((gc.why(a()):gsub(" %(.*", "")))         --> _G.thread -> local inside
print((gc.why(b()):gsub(" %(.*", "")))         --> _G.thread -> vararg
print(gc.why(thread))                         --> _G.thread
print(gc.why(coroutine.running()))            --> main thread
print(coroutine.wrap(function() return gc.why(coroutine.running()) end)())  --> running coroutine
print(coroutine.wrap(function() local own = {} return (gc.why(own):gsub(" %(.*", "")) end)())
--> running coroutine -> local own

print(gc.why(getmetatable("")))               --> metatable of every string
print(gc.why(io.stdout):match("^registry"))   --> registry
u = io.tmpfile()
debug.setuservalue(u, { "no user values" }, 1)
print(gc.why(u))                              --> _G.u
u:close()

local finalizer = weak.finalize(subjects[1], function() end)
print(gc.why(finalizer))                      --> waiting finalizer or callback
do
  local told = setmetatable({}, { __call = function() end })
  listener = weak.ref(subjects[1], told)
  seen = weak.ref(told)
end
print(gc.why(seen()))                         --> _G.listener -> callback
print(way(function() return debug.getmetatable(listener) end))  --> metatable of a weak type

list = nil
for _ = 1, 1000 do list = { next = list } end
local function last() local l = list while l.next do l = l.next end return l end
print(way(last):gsub("%.next", ".n"))
--> _G.list.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n ... (962 more) ... .n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n.n	37

print(pcall(gc.why, "x"))                     --> false	bad argument #1 to 'gc.why' (object expected, got string)
print(pcall(gc.why))                          --> false	bad argument #1 to 'gc.why' (object expected, got no value)
print(select("#", gc.why({}, 2)))             --> 1
