-- Manual 3.4.4: equality and order.
local check = require "check"

check("equality of types", function() return 1 == "1", 0 == false, nil == false, "a" == "a", {} == {}, print == print, nil == nil, true == true, true == false end)
check("identity of tables and functions", function() local t, u = {}, {} return t == t, t == u, t ~= u, rawequal(t, t), rawequal(t, u) end)
check("equality of long strings", function() local a, b = ("x"):rep(1000), ("x"):rep(999) .. "x" return a == b, a ~= b, a == a .. "y", rawequal(a, b) end)
check("order of strings", function() return "a" < "b", "a" < "B", "" < "a", "a" < "aa", "a\0b" < "a\0c", "a\0" > "a", "Z" < "a", "10" < "9", "" <= "", "a" >= "a", "\xff" > "a" end)
check("order with zeros inside", function() return "a\0" == "a", "a\0\0" > "a\0", "a\0b" > "a\0a", "\0" < "\1", "\0" < "\0\0", ("\0"):rep(3) < ("\0"):rep(4) end)
check("comparison as a value", function() local a, b = 1, 2 local x = a < b local y = a > b local z = not (a == b) return x, y, z, (a < b) == true, a < b and "yes" or "no" end)
check("comparison with constants", function() local x, s, n, b = 3, "k", nil, true return x == 3, x ~= 4, s == "k", s ~= "j", n == nil, n ~= nil, b == true, b == false, x == "3", 3 == x, "k" == s end)
check("conditions", function() local out = {} for i = 1, 5 do if i < 2 then out[i] = "<" elseif i <= 3 then out[i] = "<=" elseif i > 4 then out[i] = ">" else out[i] = "-" end end return table.concat(out) end)
check("and or not", function() return nil and 1, false and 1, 1 and 2, nil or 1, false or nil, 1 or 2, not nil, not 0, not "", nil and error() or 5, false == not true end)
check("short circuit calls nothing", function() local n = 0 local function f(v) n = n + 1 return v end local x = f(false) and f(1) local y = f(1) or f(2) local z = f(nil) or f(false) or f(3) return x, y, z, n end)
check("long chains of and or", function() local function pick(a, b, c) return a and b or c, a or b and c, (a or b) and c, not a and not b or c, a and (b or c) end local t = {} for _, a in ipairs { true, false } do for _, b in ipairs { true, false } do t[#t + 1] = table.concat({ tostring(pick(a, b, 1)), tostring(select(2, pick(a, b, 1))), tostring(select(3, pick(a, b, 1))), tostring(select(4, pick(a, b, 1))), tostring(select(5, pick(a, b, 1))) }, ",") end end return table.concat(t, ";") end)
check("greater is less with sides changed", function() local log = {} local mt = { __lt = function(a, b) log[#log + 1] = a.n .. "<" .. b.n return a.n < b.n end, __le = function(a, b) log[#log + 1] = a.n .. "<=" .. b.n return a.n <= b.n end } local a, b = setmetatable({ n = 1 }, mt), setmetatable({ n = 2 }, mt) return a < b, a > b, a <= b, a >= b, table.concat(log, " ") end)
for _, pair in ipairs {
  { "1 < '2'", 1 }, { "'a' < 1", 1 }, { "{} < {}", 1 }, { "nil < 1", 1 }, { "true < false", 1 }, { "print < print", 1 }, { "1 <= nil", 1 }, { "{} <= 1", 1 }, { "'x' > {}", 1 },
  { "nil >= nil", 1 }, { "1 < true", 1 }, { "2.5 < 'x'", 1 }, { "coroutine.create(print) < 1", 1 }, { "io.stdout < 2", 1 },
} do check("no order: " .. pair[1], "return " .. pair[1]) end
check("no order in registers", "local a, b = {}, 1 return a < b")
check("no order for sort", function() table.sort { 1, "x" } end)
