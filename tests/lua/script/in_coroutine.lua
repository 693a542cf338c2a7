-- An error inside a wrapped coroutine.
local f = coroutine.wrap(function() coroutine.yield(1) error "inside" end)
f()
f()
