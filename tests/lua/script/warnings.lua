-- options: -W
-- Warnings go to standard error, in pieces if need be.
warn "one"
warn("two ", "three", " four")
warn "@off"
warn "hidden"
warn "@on"
warn("@unknown")
warn("@off", "not a control message")
setmetatable({}, { __gc = function() error "in a finalizer" end })
collectgarbage()
setmetatable({}, { __gc = function() error({}) end })
collectgarbage()
