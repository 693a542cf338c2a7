-- stress: 31
-- Manual 2.5.3: finalizers.
local check = require "check"
local function full() collectgarbage() collectgarbage() end

check("runs once", function() local n = 0 do local t = setmetatable({}, { __gc = function() n = n + 1 end }) end full() full() return n end)
check("gets the object", function() local seen do local t = setmetatable({ name = "obj" }, { __gc = function(o) seen = o.name end }) end full() return seen end)
check("reverse order of marking", function() local log = {} local mt = { __gc = function(o) log[#log + 1] = o.n end } local held = {} for i = 1, 5 do held[i] = setmetatable({ n = i }, mt) end held = nil full() return table.concat(log, " ") end)
check("only if present at setmetatable", function() local n = 0 local mt = {} do local t = setmetatable({}, mt) mt.__gc = function() n = n + 1 end end full() return n end)
check("any value marks for finalization", function() local n = 0 local mt = { __gc = true } do local t = setmetatable({}, mt) mt.__gc = function() n = n + 1 end end full() return n end)
check("a value that is no function is ignored", function() do local t = setmetatable({}, { __gc = 42 }) end full() return "fine" end)
check("resurrection", function() local saved do local t = setmetatable({ v = 1 }, { __gc = function(o) saved = o end }) end full() local v = saved.v saved = nil full() return v, saved end)
check("resurrection and marking again", function() local n, saved = 0, nil local mt mt = { __gc = function(o) n = n + 1 if n < 3 then saved = setmetatable(o, mt) end end } do local t = setmetatable({}, mt) end full() saved = nil full() saved = nil full() saved = nil full() return n end)
check("objects reached by it live until then", function() local seen do local child = { "child" } local t = setmetatable({ c = child }, { __gc = function(o) seen = o.c[1] end }) end full() return seen end)
check("cycle of finalizable objects", function() local n = 0 local mt = { __gc = function(o) if o.other then n = n + 1 end end } do local a, b = setmetatable({}, mt), setmetatable({}, mt) a.other, b.other = b, a end full() return n end)
check("allocation inside", function() local n = 0 for i = 1, 50 do setmetatable({}, { __gc = function() local t = {} for j = 1, 100 do t[j] = { j } end n = n + #t end }) end full() return n end)
check("new finalizable objects inside", function() local n = 0 setmetatable({}, { __gc = function() n = n + 1 setmetatable({}, { __gc = function() n = n + 10 end }) end }) full() full() return n end)
check("errors inside become warnings and stop nothing", function() local n = 0 for i = 1, 3 do setmetatable({}, { __gc = function() n = n + 1 error("in finalizer") end }) end full() return n end)
check("upvalues", function() local n = 0 local function make() local x = 5 return setmetatable({}, { __gc = function() n = n + x end }) end make() full() return n end)
check("collectgarbage inside does nothing", function() local r setmetatable({}, { __gc = function() r = collectgarbage() end }) full() return r end)
check("coroutine inside", function() local r setmetatable({}, { __gc = function() r = coroutine.wrap(function() coroutine.yield(1) end)() end }) full() return r end)
check("yield inside is an error of its own", function() local r setmetatable({}, { __gc = function() r = coroutine.isyieldable() end }) coroutine.wrap(full)() return r end)
check("runs during ordinary work", function() local n = 0 for i = 1, 1000000 do setmetatable({}, { __gc = function() n = n + 1 end }) if n > 0 then break end end return n > 0 end)
check("metatable shared by many", function() local n = 0 local mt = { __gc = function() n = n + 1 end } for i = 1, 1000 do setmetatable({}, mt) end full() return n end)
check("level in the message of an error", function() local ok = true setmetatable({}, { __gc = function() ok = pcall(error, "x") end }) full() return ok end)
check("collectgarbage options", function() return collectgarbage("isrunning"), collectgarbage("stop"), collectgarbage("isrunning"), collectgarbage("restart"), type(collectgarbage("count")), collectgarbage("incremental"), collectgarbage("generational"), collectgarbage("incremental"), collectgarbage("generational") end)
check("collectgarbage wrong", function() return collectgarbage("nonsense") end)
check("count falls", function() local t = {} for i = 1, 10000 do t[i] = { i } end local a = collectgarbage("count") t = nil full() return collectgarbage("count") < a end)
-- what waits until the state closes, in reverse order
for i = 1, 3 do _G["keep" .. i] = setmetatable({}, { __gc = function() print("at close " .. i) end }) end
