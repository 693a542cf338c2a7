-- Functions of every kind in a traceback: global, local, field, method, upvalue, metamethod, tail call, C function, hook-free.
local up = function() error "deep" end
function global_function() up() end
local t = { field = function() global_function() end }
function t:method() self.field() end
local function tail() return t:method() end
local mt = setmetatable({}, { __index = function() tail() end, __add = function(a, b) return a.x end })
local function sorted() table.sort({ 1, 2 }, function() return mt + 1 end) end
for _ in function() sorted() end do end
