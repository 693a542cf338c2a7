-- Manual 3.1: string literals, escapes, long brackets.
local check = require "check"

local function bytes(name, text) check(name, "return string.byte(" .. text .. ", 1, -1)") end
bytes("simple escapes", [["\a\b\f\n\r\t\v\\\"\'"]])
bytes("decimal escapes", [["\0\00\000\1\65\065\255"]])
bytes("decimal escape followed by a digit", [["\0651"]])
bytes("hexadecimal escapes", [["\x00\x41\xfF"]])
bytes("skip spaces", '"a\\z   \n\t  b\\z"')
bytes("escaped newline", '"a\\\nb"')
bytes("escaped carriage return and newline", '"a\\\r\nb"')
bytes("escaped newline and carriage return", '"a\\\n\rb"')
bytes("single quotes in double", [["'"]])
bytes("double quotes in single", [['"']])
bytes("code points of one to six bytes", [["\u{0}\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10FFFF}\u{7FFFFFFF}"]])
bytes("code point with leading zeros", [["\u{000041}"]])
bytes("zero inside", [["a\0b"]])
bytes("long string drops the first newline", "[[\n\na]]")
bytes("long string keeps escapes", [==[ [[\n]] ]==])
bytes("long string of level two", "[==[a]]b]=]c]==]")
bytes("long string with carriage returns", "[[a\rb\r\nc\n\rd\n\ne]]")
bytes("long string with first line end of two", "[[\r\nx]]")
bytes("long string with brackets", "[[ [ ] [=[ ]=] ]]")
bytes("bytes above 127 pass through", '"\xe4\xff\x80"')
check("adjacent comments and strings", "return 'a' --x\n .. --[[y]] 'b' --[==[z\n]==] .. 'c'")
check("call with a literal", "local f = function(x) return x end return f'a', f\"b\", f[[c]], #f{1}")
check("index a literal in parentheses", "return ('x'):rep(3), (\"abc\"):upper()")
check("a string of many pieces", function() return #load("return '" .. ("x"):rep(100000) .. "'")() end)

for _, text in ipairs {
  [["\q"]], [["\300"]], [["\256"]], [["\x1"]], [["\xg0"]], [["\u{110000000}"]], [["\u{80000000}"]], [["\u41"]], [["\u{}"]], [["\u{41"]], [["\u{4g}"]], '"abc', '"abc\ndef"', "'abc", "[[abc",
  "[==[abc]=]", "[=abc", "[=", '"\\', '"\\z', '"a\\\n', "'\\x", [["\xZZ"]], [["\999"]], [["abc\]], "[=[\n\n", "--[[ unfinished",
} do check("wrong string " .. text:gsub("\n", "\\n"), "return " .. text) end
