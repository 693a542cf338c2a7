-- Manual 3.4.3 and 6.1: how values are shown.
local check = require "check"

check("integers", function() return tostring(0), tostring(-1), tostring(math.maxinteger), tostring(math.mininteger), tostring(1000000) end)
check("floats", function() return tostring(0.1), tostring(1.0), tostring(-0.0), tostring(1e15), tostring(1e14), tostring(123456789012345.0), tostring(0.1 + 0.2), tostring(1 / 3), tostring(2 ^ 63), tostring(1e100), tostring(5e-324), tostring(1e-10) end)
check("not finite", function() return tostring(1 / 0), tostring(-1 / 0), tostring(0 / 0):gsub("-", ""), tostring(math.huge) end)
check("others", function() return tostring(nil), tostring(true), tostring(false), tostring("text"), tostring("") end)
check("addresses", function() local function form(v) return (tostring(v):gsub("0x%x+$", "ADDRESS")) end return form {}, form(print), form(function() end), form(coroutine.create(print)), form(io.stdout):gsub("%(.*%)", "(ADDRESS)") end)
check("addresses are stable and differ", function() local t, u = {}, {} return tostring(t) == tostring(t), tostring(t) == tostring(u), string.format("%p", t) == tostring(t):match "0x%x+" end)
check("without argument", function() return tostring() end)
check("print uses tostring and __name", function() print(1, 1.5, nil, true, "s", setmetatable({}, { __tostring = function() return "T" end })) print((tostring(setmetatable({}, { __name = "N" })):gsub("0x%x+", "A"))) print() print("a\tb", "") end)
check("print with a wrong __tostring", function() print(setmetatable({}, { __tostring = function() return 1 == 2 end })) end)
check("type", function() return type(nil), type(1), type(1.5), type("s"), type(true), type({}), type(print), type(coroutine.create(print)), type(io.stdout) end)
check("type without argument", function() return type() end)
check("math.type", function() return math.type(1), math.type(1.0), math.type("1"), math.type(nil), math.type(2 ^ 53) end)
check("floats round trip with 17 digits", function() local n = 0 for i = 1, 200 do local x = (i * 7919 % 1000) / 997 * 10.0 ^ (i % 40 - 20) if tonumber(string.format("%.17g", x)) == x then n = n + 1 end end return n end)
check("powers of ten", function() local t = {} for e = -6, 20 do t[#t + 1] = tostring(10.0 ^ e) end return table.concat(t, " ") end)
check("fourteen digits", function() return 12345678901234.0, 123456789012345.6, 0.12345678901234567, 99999999999999.9, 999999999999999.9, 3.14159265358979312 end)
