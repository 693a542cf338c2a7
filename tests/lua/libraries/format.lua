-- Manual 6.4: string.format.
-- stress: 13
local check = require "check"
local each_line = require "each_line"

local modifiers = { "", "-", "+", " ", "#", "0", "-+ #0", "+0", "- ", "#0", "5", "-5", "05", "+5", " 5", "#5", ".0", ".1", ".3", ".", "5.3", "-5.3", "05.3", "#5.3", "+.0", "20", "-20", "020", "99", "100",
  "5.", ".10", ".99", ".100", "1.2.3", "--------5", "00005", "  5", "+-5", "5-", ".-5", "5.+1", "123456789012345678", "-12345678901234567890", "--------------------", "---------------------", "*", "l", "h", "'" }
local values = { d = { 0, 1, -42, 123456 }, i = { 7, -7 }, u = { 7, -1 }, o = { 0, 8, -1 }, x = { 0, 255, -1 }, X = { 48879 }, c = { 65, 0 }, e = { 0, 1.5, -12345.678 }, E = { 1e100 }, f = { 0, 1.5, -2.25, 1e15 }, g = { 0, 1e20, 0.1 },
  G = { 1e-10 }, a = { 1, -0.5 }, A = { 255 }, s = { "text", "" }, p = { 1 }, q = { 5 }, F = { 1 }, y = { 1 } }
for _, conversion in ipairs { "d", "i", "u", "o", "x", "X", "c", "e", "E", "f", "g", "G", "a", "A", "s", "p", "q", "F", "y" } do
  for _, modifier in ipairs(modifiers) do
    for _, value in ipairs(values[conversion]) do
      local format = "[%" .. modifier .. conversion .. "]"
      check(format .. " of " .. tostring(value), string.format, format, value)
    end
  end
end
each_line("integers", [[
  string.format("%d %d %d", math.maxinteger, math.mininteger, -0)
  string.format("%i", math.mininteger), string.format("%20d|%-21d|", math.mininteger, math.mininteger)
  string.format("%x %X %o", math.mininteger, -255, math.maxinteger)
  string.format("%u", math.mininteger), string.format("%.50d", math.mininteger)
  string.format("%d", 3.0), string.format("%d", "10"), string.format("%d", "0x10"), string.format("%d", "3.0"), string.format("%x", 2^53)
  string.format("%d", 1.5)
  string.format("%d", "1.5")
  string.format("%d", 2^63)
  string.format("%d", 0/0)
  string.format("%d", "abc")
  string.format("%d", {})
  string.format("%d", nil)
  string.format("%d")
  string.format("%x", 1.5)
  string.format("%c", 1.5)
  string.format("%c", "x")
  string.format("%c%c%c", 72, 105, 0):byte(1, -1)
  string.format("%c", 256 + 65), string.format("%c", -1):byte()
  string.format("%5c", 0):byte(1, -1)
]])
each_line("floats", [[
  string.format("%5.2f|%-8.3f|%08.3f|%+.1f|% .1f", 3.14159, 3.14159, 3.14159, 3.14159, 3.14159)
  string.format("%f %e %g", 0.0, 0.0, 0.0), string.format("%f %e %g", -0.0, -0.0, -0.0)
  string.format("%f %5f|%-5f|%05f|%+f|% f", 1/0, 1/0, 1/0, 1/0, 1/0, 1/0)
  string.format("%f %e %g %a %5.1f|%010f", -1/0, -1/0, -1/0, -1/0, -1/0, -1/0)
  string.format("%F", 1.5)
  string.format("%G %E %A", 1/0, -1/0, 1/0)
  string.format("%f", 1e308)
  string.format("%.99f", 1/3)
  #string.format("%99.99f", -1e308), #string.format("%.99f", -1.7976931348623157e308)
  string.format("%.0f %.0f %.0f %.0f", 0.5, 1.5, 2.5, 3.5)
  string.format("%.2f %.2f %.2f", 2.675, 1.005, 0.125), string.format("%.1f %.1f", 0.25, 0.35)
  string.format("%.3e %.0e %#.0e %.10e", 0, 1, 1, 123456789)
  string.format("%g %g %g %g %g %g", 100000, 1e6, 1e-4, 1e-5, 123456, 1234567)
  string.format("%.3g %.10g %.0g %#g %#.3g", 123456, 0.1, 123, 1, 1.5)
  string.format("%.14g %.17g %.20g", 0.1, 0.1, 0.1), string.format("%.14g", 2^53), string.format("%.14g", 3.14159265358979)
  string.format("%a %a %a %a", 1, 0.1, 2^-1074, 1.7976931348623157e308), string.format("%.3a %.0a %20a|%-20a|%020a", 1.999, 1.5, 1, 1, 1)
  string.format("%f", "0x10"), string.format("%g", "1e1"), string.format("%f", 3), string.format("%.1f", math.maxinteger)
  string.format("%e", 5e-324), string.format("%g", 5e-324), string.format("%.99e", 1/3)
  string.format("%f", {})
  string.format("%f", "x")
  string.format("%f", nil)
  string.format("%f")
  string.format("%e", print)
]])
check("not a number", function() return (string.format("%f %5.1f %e %g %a", 0/0, 0/0, 0/0, 0/0, 0/0):gsub("%-", "")) end)
check("floats of every size", function()
  local result = {}
  for exponent = -320, 308, 13 do
    local x = tonumber("1.2345678901234567e" .. exponent)
    result[#result + 1] = string.format("%.3f %e %g %.14g %.17g %.0f", x, x, x, x, -x, x)
  end
  return table.concat(result, "\n")
end)
check("ties", function()
  local result = {}
  for i = -20, 20 do result[#result + 1] = string.format("%.0f %.1f %.2f %.1e %.2g", i / 2, i / 4 / 5, i / 8, i + 0.5, i + 0.05) end
  return table.concat(result, ";")
end)
check("random floats", function()
  math.randomseed(11)
  local result = {}
  for i = 1, 200 do
    local x = string.unpack("d", string.pack("j", math.random(0)))
    if x == x then result[#result + 1] = string.format("%.0f %.3f %.14g %e %.17g %g", x % 1e20, x % 1000, x, x, x, x) end
  end
  return table.concat(result, "\n")
end)
each_line("strings", [[
  string.format("%s %s", "a", "b"), string.format("%5s|%-5s|%.2s|%5.1s|%-5.1s|%.0s|%.s|", "abc", "abc", "abc", "abc", "abc", "abc", "abc")
  string.format("%s %s %s %s", nil, true, 1, 1.5), string.format("%5s|%-7s|", nil, false), string.format("%s", 1e15), string.format("%s", 2^53)
  string.format("%s", "a\0b"):byte(1, -1)
  string.format("%5s", "a\0b")
  string.format("%.5s", "a\0b")
  string.format("%-s|", "a"), string.format("%-1s|", "a")
  #string.format("%s", ("x"):rep(100000)), #string.format("%s%s", ("x"):rep(2000), ("y"):rep(2000))
  #string.format("%99s", "x"), #string.format("%5s", ("x"):rep(200)), #string.format("%.99s", ("x"):rep(200)), #string.format("%-99s", ("x"):rep(99)), #string.format("%99.3s", ("x"):rep(200)), #string.format("%99s", ("x"):rep(100))
  string.format("%s", setmetatable({}, {__tostring = function() return "T" end})), string.format("%5s|", setmetatable({}, {__tostring = function() return "T" end}))
  string.format("%s", setmetatable({}, {__tostring = function() return {} end}))
  string.format("%s", setmetatable({}, {__tostring = function() error("E", 0) end}))
  string.format("%s", setmetatable({}, {__name = "My type"})):gsub("0x%x+", "ADDRESS")
  string.format("%s", setmetatable({}, {__tostring = function() return 1 end}))
  string.format("%s")
  string.format("%s %s", "a")
]])
each_line("quoted", [[
  string.format("%q", "plain"), string.format("%q", ""), string.format("%q", 'a "b" \\ c')
  string.format("%q", "a\nb\rc\td")
  string.format("%q", "\0\1\0012\127\128\255")
  string.format("%q", "\0001"), string.format("%q", "\n1"), string.format("%q", "\r1"), string.format("%q", "\r"), string.format("%q", "\27[0m"), string.format("%q", "\x7f0")
  string.format("%q", 1), string.format("%q", -1), string.format("%q", math.maxinteger), string.format("%q", math.mininteger)
  string.format("%q", 1.5), string.format("%q", 0.1), string.format("%q", -0.0), string.format("%q", 1e100), string.format("%q", 2^53), string.format("%q", 1.0), string.format("%q", 5e-324)
  string.format("%q", 1/0), string.format("%q", -1/0), string.format("%q", 0/0)
  string.format("%q", nil), string.format("%q", true), string.format("%q", false)
  string.format("%q", {})
  string.format("%q", print)
  string.format("%q", io.stdout)
  string.format("%q", coroutine.create(print))
  string.format("%q")
  string.format("%5q", "x")
  string.format("%q %q", 1, "x")
  string.format("%q", setmetatable({}, {__tostring = function() return "x" end}))
]])
check("quoted reads back", function()
  local all = {}
  for byte = 0, 255 do all[#all + 1] = string.char(byte) .. byte .. string.char(byte) end
  local s = table.concat(all)
  local same = load("return " .. string.format("%q", s))() == s
  for _, x in ipairs { 0.1, -0.0, 1/3, 1e300, 5e-324, math.pi, 1/0, -1/0, math.mininteger, math.maxinteger, 7 } do
    local y = load("return " .. string.format("%q", x))()
    same = same and y == x and math.type(y) == math.type(x)
  end
  return same
end)
each_line("pointers", [[
  string.format("%p %p %p %p", 1, 1.5, nil, true), string.format("%10p|%-10p|%2p|", 1, 1, 1)
  string.format("%p", {}) == string.format("%p", {})
  string.format("%p", print) == string.format("%p", print), string.format("%p", "x") == string.format("%p", "x")
  string.format("%p", {}):match("^0x%x+$") ~= nil, #string.format("%30p", {}), #string.format("%-30p", print)
  tostring(print):match("0x%x+") == string.format("%p", print)
  (function() local t = {} return tostring(t) == "table: " .. string.format("%p", t) end)()
  string.format("%p")
  string.format("%+p", 1)
]])
each_line("the format itself", [[
  string.format(""), string.format("plain"), string.format("%%"), string.format("%%%%d"), string.format("100%%"), string.format("a\0b%d\0", 1):byte(1, -1)
  string.format("%d and %s and %5.1f%%", 1, "two", 3), string.format("no conversions", 1, 2, 3), string.format("%s", "x", "extra")
  string.format(12), string.format(1.5)
  string.format("%")
  string.format("%", 1)
  string.format("abc%")
  string.format("%d%", 1)
  string.format("%d%", 1, 2)
  string.format("%5", 1)
  string.format("%5.", 1)
  string.format("%-", 1)
  string.format("% ", 1)
  string.format("%5%", 1)
  string.format("%\0d", 1)
  string.format("%-\0d", 1)
  string.format("%y\0z", 1)
  string.format("%#s\0z", 1)
  string.format("%1$d", 1)
  string.format("%ld", 1)
  string.format("%é", 1)
  string.format()
  string.format(nil)
  string.format({})
  ("%d"):format(7), ("%s-%s"):format("a", "b")
  ("%d"):format("x")
  ("%d"):format()
]])
check("many conversions", function() return string.format(("%d,"):rep(200), table.unpack((function() local t = {} for i = 1, 200 do t[i] = i end return t end)())) end)
check("a long result", function()
  local s = string.format("%s|%99d|%s|%q|%99.50f|%s", ("a"):rep(3000), 1, ("b"):rep(500), ("\n"):rep(700), 1.5, ("c"):rep(1000))
  return #s, select(2, s:gsub("[abc]", "")), s:sub(-1005, -990)
end)
