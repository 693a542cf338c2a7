-- options: -W
-- stress: 7
-- What is left when the state closes: finalizers run, newest first; nothing dies, so no callback is called.
local weak = require "weak"
held = {}  -- reached by the globals until the end
weak.finalize(held, print, "one: the oldest, so the last")
other, third = {}, {}
weak.finalize(other, print, "between one and two: of another object")
weak.finalize(held, function() print "two: registers five" weak.finalize(held, print, "five: registered while closing, so the newest") end)
weak.finalize(held, error, "three fails")
weak.finalize(held, print, "four: never, atexit is false").atexit = false
weak.finalize(held, print, "six: run now, not at the end")()
weak.finalize(held, print, "seven: never, detached"):detach()
changed = weak.finalize(third, print, "between seven and eight: of a third object, atexit false and true again")
changed.atexit = false
changed.atexit = true
eight = weak.finalize(held, function() print("eight: alive", eight:alive(), nine:alive()) end)
nine = weak.finalize(held, function() print("nine: alive", eight:alive(), nine:alive()) end)
ref = weak.ref(held, function() print "never: a ref's callback" end)
proxy = weak.proxy(held, function() print "never: a proxy's callback" end)
registry = weak.registry(function() print "never: a registry's callback" end)
registry:register(held, 1)
weak.finalize(held, collectgarbage)  -- does nothing while the state closes
setmetatable(held, { __gc = function(o)
  print("__gc comes after them, and finds the ref", ref() == o, weak.unproxy(proxy) == o)
  weak.finalize(o, print, "never: registered when all finalizers have run")
  made = weak.ref(o)
  print("a ref made there", made() == o)
end })
do weak.finalize({}, print, "ten: its object dies before the end") end
collectgarbage()
print "the script ends"
