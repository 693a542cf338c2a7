-- Manual 3.4.2: bitwise operators work on all bits of integers; shifts are logical.
local check = require "check"
local min, max = math.mininteger, math.maxinteger

check("and or xor not", function() return 0xF0 & 0x3C, 0xF0 | 0x3C, 0xF0 ~ 0x3C, ~0, ~max, ~min, ~0xF0 end)
check("shifts", function() return 1 << 0, 1 << 1, 1 << 62, 1 << 63, 1 << 64, 1 << 65, -1 >> 1, -1 >> 63, -1 >> 64, min >> 63, 1 << max, 1 >> max end)
check("negative shifts", function() return 1 << -1, 4 << -1, 1 >> -1, 1 >> -63, 1 >> -64, -1 << -60, 1 << min, 1 >> min, -1 << -64, -1 >> -64, -1 << -63 end)
check("constant shifts", "return 1 << 63, 1 << 64, 1 << -1, -1 >> 1, -1 >> 64, 1 >> -1, 2 << 62, 1 << 0x7fffffffffffffff")
check("shifts by constants in registers", function() local x = -1 return x << 1, x >> 1, x << 63, x >> 63, x << 64, x >> 64, x << -1, x >> -1, 1 << x, 2 >> x, 5 << 1 >> 1 end)
check("constants in registers", function() local x = 0x5A return x & 0xF, x | 0xF, x ~ 0xF, 0xF & x, 0xF | x, 0xF ~ x, x & 0x1234567890, x | 0x1234567890, x ~ -1 end)
check("float constants", function() local x = 7 return x & 3.0, x | 8.0, 2.0 ~ x, x << 1.0, x >> 1.0 end)
check("precedence among them", function() return 1 | 2 ~ 3 & 4, 1 << 2 + 1, 6 & 3 == 2, 1 | 1 << 2, ~1 & 3, 5 & 3 | 8 ~ 1, 1 .. 2 << 1 end)
check("strings are converted", function() return "10" & 6, 6 | "1", "0xff" >> 4, ~"5", "3.0" << 1, "  7  " & 3 end)
check("no integers in strings", function() return "a" | 1 end)
check("boolean operand", "local b = true return b | 1")
check("nil operand", "return nil & 1")
check("table operand", "local t = {} return 1 ~ t")
check("not of a table", "return ~{}")
check("not of a fraction", "local f = 0.5 return ~f")
check("field operand", "local t = {} return t.flags & 1")
check("global operand", "return flags | 1")
check("upvalue operand", "local u = {} return (function() return u << 1 end)()")
