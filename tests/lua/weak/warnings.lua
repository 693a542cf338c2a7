-- options: -W
-- Errors in what is called when something dies become warnings, one for each, and keep nothing from running.
local weak = require "weak"
local function full() collectgarbage() end
local function fails(message) return function() error(message, 0) end end
local keep = {}
local function after(...) keep = { ... } full() keep = {} end

after(weak.ref({}, fails "a ref's callback"))
after(weak.ref({}, function() error {} end))
after(weak.ref({}, function() error(nil) end))
after(weak.ref({}, function() error(setmetatable({}, { __tostring = error })) end))
after(weak.proxy({}, fails "a proxy's callback"))
after(weak.finalize({}, error, "a finalizer", 0))
after(weak.method({}, function() return keep end, fails "a method's callback"))
local registry = weak.registry(fails "a registry's callback")
registry:register({}, 1)
full()
after(weak.ref({}, coroutine.yield))
coroutine.wrap(function() after(weak.ref({}, coroutine.yield)) end)()
local order = {}
do
  local x = {}
  for i = 1, 3 do keep[i] = weak.ref(x, function() order[#order + 1] = i error("callback " .. i, 0) end) end
  setmetatable(x, { __gc = function() order[#order + 1] = "__gc" error("__gc", 0) end })
end
full()
print(table.concat(order, " "))
warn "@off"
after(weak.ref({}, fails "not shown"))
warn "@on"
print(pcall(function() after(weak.ref({}, fails "while an error is on its way")) error "mine" end))
