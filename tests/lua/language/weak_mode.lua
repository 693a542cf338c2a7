-- Manual 2.5.4: tables with __mode.
local check = require "check"
local function full() collectgarbage() collectgarbage() end
local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
local function weak(mode, t) return setmetatable(t or {}, { __mode = mode }) end

check("weak values", function() local t, keep = weak "v", {} t[1], t[2], t.x, t.y = {}, keep, {}, keep full() return t[1], t[2] == keep, t.x, t.y == keep end)
check("weak keys", function() local t, keep = weak "k", {} t[{}], t[keep] = 1, 2 full() return count(t), t[keep] end)
check("both", function() local t, a, b = weak "kv", {}, {} t[a], t[b], t[{}] = b, {}, a full() return count(t), t[a] == b end)
check("mode with other letters", function() local t = weak "xkvz" t[1] = {} full() return count(t) end)
check("strings are values", function() local t = weak "kv" t["key" .. 1] = "value" .. 1 t[1] = "x" .. 2 full() return t.key1, t[1] end)
check("numbers, booleans and light functions are values", function() local t = weak "kv" t[1.5], t[true], t[print], t.f = 1, false, print, print full() return count(t) end)
check("ephemeron", function() local t = weak "k" do local k = {} t[k] = { k } end full() return count(t) end)
check("ephemeron chain", function() local t, first = weak "k", {} do local k = first for i = 1, 100 do local n = {} t[k] = n k = n end end full() local a = count(t) first = nil full() return a, count(t) end)
check("ephemerons across tables", function() local a, b = weak "k", weak "k" local k = {} do local v = {} a[k] = v b[v] = { k } end full() local x, y = count(a), count(b) k = nil full() return x, y, count(a), count(b) end)
check("weak values keep their keys", function() local t, v = weak "v", {} t[{ "key" }] = v full() local n = count(t) v = nil full() return n, count(t) end)
check("strong tables keep both", function() local t = {} t[{}] = {} full() return count(t) end)
check("resurrected values are gone before the finalizer", function() local t, seen = weak "v", "?" do local o = setmetatable({}, { __gc = function() seen = t.o end }) t.o = o end full() return seen, t.o end)
check("resurrected keys are still there in the finalizer", function() local t, seen = weak "k", "?" do local o = setmetatable({}, { __gc = function(o) seen = t[o] end }) t[o] = "value" end full() return seen, count(t) end)
check("mode set later", function() local t = { {}, {} } setmetatable(t, { __mode = "v" }) full() return count(t) end)
check("mode changed", function() local mt = { __mode = "k" } local t = setmetatable({ {}, {} }, mt) full() local a = count(t) mt.__mode = "v" full() return a, count(t) end)
check("mode of a number is none", function() local t = setmetatable({ {} }, { __mode = 5 }) full() return count(t) end)
check("cache", function() local made, cache = 0, weak "v" local function get(k) local v = cache[k] if not v then made = made + 1 v = { k } cache[k] = v end return v end local a = get "a" get "b" full() get "a" get "b" return made, a[1] end)
check("functions as weak values", function() local t = weak "v" do local x = 1 t[1] = function() return x end end t[2] = print full() return t[1], t[2] == print end)
check("coroutines as weak keys", function() local t = weak "k" t[coroutine.create(print)] = 1 full() return count(t) end)
check("userdata as weak keys", function() local t = weak "k" t[io.tmpfile()] = 1 t[io.stdout] = 2 full() return count(t) end)
check("length and holes", function() local t = weak "v" for i = 1, 10 do t[i] = {} end full() return #t, next(t) end)
check("large tables shrink to nothing", function() local t = weak "v" for i = 1, 10000 do t[i] = {} end full() return next(t) end)
check("insertion while clearing", function() local t, keep = weak "k", {} for i = 1, 5000 do local k = {} t[k] = i if i % 10 == 0 then keep[#keep + 1] = k end end full() return count(t) end)
check("traversal with collections", function() local t, keep = weak "k", {} for i = 1, 200 do keep[i] = {} t[keep[i]] = i t[{}] = -i end local n = 0 for k, v in pairs(t) do if v > 0 then n = n + 1 end collectgarbage "step" end return n end)
check("a table that is its own weak value", function() local t = weak "v" t[1] = t full() return t[1] == t end)
check("a metatable shared by weak tables", function() local mt, ts = { __mode = "k" }, {} for i = 1, 20 do ts[i] = setmetatable({ [{}] = i }, mt) end full() local n = 0 for i = 1, 20 do n = n + count(ts[i]) end return n end)
