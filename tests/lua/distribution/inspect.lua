-- stress: 11
-- lua-inspect of the distribution (kept in the folder of Lua 5.3): nested, recursive and decorated tables.
package.path = "/usr/share/lua/5.3/?.lua;" .. package.path
local inspect = require "inspect"

print(inspect(1), inspect(1.5), inspect "a 'b'", inspect 'a "b"', inspect "a\n\0\127\200b", inspect(nil), inspect(true), inspect(-0.0), inspect(1 / 0))
print(inspect {}, inspect { 1, 2, 3 }, inspect { 1, { 2, { 3 } } }, inspect { a = 1, b = { c = "d" } }, inspect { 1, 2, x = 3, [5] = 4, [1.5] = 5, [true] = 6, ["two words"] = 7 })
local t = { name = "loop" }
t.self, t.list = t, { t, { t } }
print(inspect(t))
local shared = { "shared" }
print(inspect { a = shared, b = shared, c = { shared } })
print(inspect(setmetatable({ 1 }, { __index = function() return "x" end, kind = "meta" })))
print(inspect(setmetatable({}, { __tostring = function() return "text" end })))
print(inspect { print, function() end, coroutine.create(print), io.stdout } ~= "")
print(inspect({ a = { b = { c = { d = 1 } } } }, { depth = 2 }))
print(inspect({ a = 1, b = { 2, 3 } }, { newline = "|", indent = "->" }))
print(inspect({ password = "secret", user = { password = "x", name = "n" } }, { process = function(item, path) if path[#path] ~= "password" then return item end end }))
print(inspect({ 1, 2, 3, { 4 } }, { process = function(item) if type(item) == "number" then return item * 10 end return item end }))
local big = {}
for i = 1, 100 do big["key" .. i] = { i, i * 2, { nested = i } } end
print(#inspect(big), inspect(big):sub(1, 100))
