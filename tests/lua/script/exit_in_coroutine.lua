-- os.exit inside a coroutine, without closing.
u = setmetatable({}, { __gc = function() print "never" end })
coroutine.wrap(function() os.exit(3) end)()
