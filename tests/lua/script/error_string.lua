-- An error that nothing catches: message, traceback, exit status.
local function inner(t) return t.field.x + 1 end
local function outer() local r = inner {} return r end
print "before"
outer()
