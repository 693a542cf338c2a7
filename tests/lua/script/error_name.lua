-- An uncaught error object with a type name.
error(setmetatable({}, { __name = "Failure" }))
