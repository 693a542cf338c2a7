-- An uncaught error object that describes itself has no traceback.
error(setmetatable({}, { __tostring = function() return "described" end }))
