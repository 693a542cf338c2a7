-- Manual 3.1: numeric literals, and how numbers are shown (3.4.3).
local check = require "check"

local function numeral(text) check("numeral " .. text, "return " .. text .. ", math.type(" .. text .. ")") end
for _, text in ipairs {
  "0", "00", "007", "9223372036854775807", "9223372036854775808", "18446744073709551616", "0x7fffffffffffffff",
  "0x8000000000000000", "0xffffffffffffffff", "0x1ffffffffffffffff", "0xA", "0Xa", "0xdeadBEEF", "3.0", "3.", ".5", "0.1",
  "1e1", "1E+2", "1e-2", "3.1416", "314.16e-2", "0.31416E1", "0x0.1E", "0xA23p-4", "0X1.921FB54442D18P+1", "0x.8", "0x8.",
  "0x1p4", "0x1P-1074", "0x1p-1075", "1e308", "1e309", "1e-324", "4.9e-324", "2.2250738585072014e-308", "1e15", "1e16", "123456789012345678",
  "1e100", "0x1p63", "0x1p64", "-0.0", "0.0", "100000000000000", "1e14", "1e15 + 0.5", "2^53", "2^63", "2^64", "5e-1", "0e0", "0x0p0",
  "0x10000000000000001", "0xfffffffffffffffff.0", "1.7976931348623157e308", "1.7976931348623159e308", "0x.1", "0x1.", "1//1", "3e0",
} do numeral(text) end

for _, text in ipairs {
  "3x", "0x", "0xg", "1e", "1e+", "0x1p", "0x1p+", "1..2", "1.2.3", "08a", "0b1", "1_000", "3and", "0xep1and", "1e5.5", "0x.p1", "..5", "12e",
  "0x1.8p", "1i", "0x1pf", "3.e", ".e5",
} do numeral(text) end
