-- os.exit with close runs what waits for the state to close.
local t <close> = setmetatable({}, { __close = function() print "variable closed" end })
u = setmetatable({}, { __gc = function() print "object finalized" end })
os.exit(true, true)
