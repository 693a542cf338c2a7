-- Manual 3.4.8: precedence and associativity.
local check = require "check"

check("or and", function() return true or false and false, (true or false) and false, 1 or 2 and 3, nil and 1 or 2 end)
check("comparison binds tighter than and", function() return 1 < 2 and 2 < 3, 1 < 2 == true, not 1 == 2, not (1 == 2) end)
check("bitwise or, xor, and", function() return 1 | 2 & 3, 5 ~ 1 & 3, 1 | 4 ~ 5, 8 & 12 | 1 end)
check("shift below concatenation", function() return 1 << "1" .. "0", "1" .. 2 << 1 end)
check("concatenation below addition", function() return 1 + 2 .. 3 + 4, "a" .. 1 + 2, 2 * 3 .. 4 - 1 end)
check("multiplication below unary", function() return -2 * 3, not nil == true, -3 % 5, -(3 % 5), ~1 * 2, #"ab" * 2, - - 2, not not nil end)
check("power above unary", function() return -2 ^ 2, 2 ^ -1, -2 ^ -2, not 2 ^ 2, #"abc" ^ 2, 2 ^ 3 ^ 2, (2 ^ 3) ^ 2, -3 ^ 2 * 2 end)
check("left associative", function() return 10 - 3 - 2, 100 / 10 / 5, 7 // 2 // 2, 2 * 3 % 4, 1 << 2 << 3, 1 - 1 + 1, 5 % 3 * 2 end)
check("right associative", function() return 2 ^ 2 ^ 3, "a" .. "b" .. "c", 2 ^ -1 ^ 2 end)
check("comparison is left associative", function() return pcall(load "return 1 < 2 < 3") end)
check("equality is left associative", function() return 1 == 1 == true, 1 ~= 1 == false, "a" == "a" ~= false end)
check("constants and variables alike", function()
  local a, b, c = 2, 3, 4
  return a + b * c == 2 + 3 * 4, a ^ b ^ c == 2 ^ 3 ^ 4, a .. b + c == 2 .. 3 + 4, a | b & c == 2 | 3 & 4, a << b - 1 == 2 << 3 - 1, -a ^ b == -2 ^ 3, a < b == (2 < 3)
end)
check("parentheses", function() return (1 + 2) * 3, -(2 ^ 2), (-2) ^ 2, (1 .. 2) + 3, not (nil and 1), ((((5)))) end)
check("deep parentheses", function() return load("return " .. ("("):rep(150) .. "1" .. (")"):rep(150))() end)
check("many operands", function() return load("return " .. ("1 + "):rep(5000) .. "1")() end)
check("many right associative operands", function() return #load("return " .. ("'a' .. "):rep(150) .. "'b'")() end)
check("unary chains", function() return load("return " .. ("- "):rep(100) .. "1")(), load("return " .. ("not "):rep(101) .. "nil")() end)
