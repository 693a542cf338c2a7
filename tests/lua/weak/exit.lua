-- expects: here
-- The state is closed by a callback: what waits is called, then finalizers, newest first, then `__gc`; no script goes on.
local weak = require "weak"
held = { setmetatable({}, { __gc = function() print "__gc" end }) }
weak.finalize(held, print, "the older finalizer")
weak.finalize(held, print, "the newer finalizer")
refs = {}
do
  local x = {}
  for i = 1, 4 do
    refs[i] = weak.ref(x, function()
      print("callback " .. i)
      if i ~= 3 then return end
      local _ <close> = setmetatable({}, { __close = function() print "closed" end })
      os.exit(true, true)
    end)
  end
  weak.finalize(x, print, "a finalizer that waited").atexit = false
end
collectgarbage()  --> a finalizer that waited
print "never: the script"
--[[ what else is printed
--> callback 4
--> callback 3
--> closed
--> callback 2
--> callback 1
--> the newer finalizer
--> the older finalizer
--> __gc
]]
