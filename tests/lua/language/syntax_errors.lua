-- Messages of the parser: what it expected, near what, on which line.
local check = require "check"

for _, text in ipairs {
  "x =", "x = =", "x = 1 1", "if", "if x", "if x then", "if x then else", "if x then elseif", "if x then else elseif y then end", "if x do end", "while", "while x", "while x do", "while x then end", "repeat", "repeat until",
  "for", "for i", "for i =", "for i = 1", "for i = 1,", "for i = 1, 2", "for i = 1, 2 do", "for i in", "for i in x", "for i, in x do end", "for 1 = 1, 2 do end", "for i, j = 1, 2 do end", "function", "function f", "function f(", "function f()",
  "function f(a", "function f(a,", "function f(a,)", "function f(..., a) end", "function f(a b) end", "function f.() end", "function f:g:h() end", "function f:g.h() end", "function 1() end", "function f[1]() end", "local", "local x =", "local x,",
  "local 1", "local x.y", "local function", "local function f.g() end", "local function f:g() end", "local x y", "local x <", "local x <const", "local x <const> y", "return return", "return 1,", "return 1 2", "return 1; 2", "do", "do return end end", "end",
  "else", "elseif", "until", "then", "in", "and", "or", "not", "nil", "true", "false", "1", "'x'", "{}", "[[x]]", "...", "(", ")", "()", "(x", "(x)", "x)", "[", "]", "{", "}", "x[", "x[1", "x[]", "x.", "x.1", "x:", "x:y", "x:y =", "x:1()", "x()()=1",
  "x(", "x(1", "x(1,", "x(1,)", "x(,)", "x{", "x{1", "x{1,", "x{,}", "x{a=}", "x{a=1 b=2}", "x{[1]}", "x{[1=2}", "x{[]=1}", "x = {", "x = {1", "x = function", "x = function(", "x = function() return", "x = function f() end", "x = -", "x = not", "x = #", "x = ~",
  "x = 1 +", "x = 1 + + 1", "x = * 2", "x = (1", "x = 1)", "x = ((1)", "x = a.", "x = a:", "x = a:b", "x = a[", "x = 'a' 'b'", "x, y", "x, = 1", "x, y = 1,", "x + 1", "x == 1", "x.y", "x.y.z", "(x) = 1", "x() = 1", "x += 1", "x++", "x != 1", "x && y",
  "local x = ", "local function f() return 1 end end", "for i = 1, 2 do local x end end", "if x then return 1 x = 2 end", "return 1 x = 2", "break", "goto", "goto 1", "::", "::a", "::a:", "::a: :", "::1::", "goto continue", "x = }", "x = ]", "x = then",
  "f(function() end", "f(function()", "f({)", "f{(}", "x = 'unfinished", "x = \"unfinished\n\"", "x = [[unfinished", "x = [=[unfinished]]", "x = [=x", "--[[unfinished", "--[=[ unfinished ]]", "x = 1e", "x = 0x", "x = 1..2", "x = 3x", "x = @", "x = 'a\\qb'",
  "x = '\\400'", "x = '\\xZZ'", "x = '\\u{zz}'", "x = '\\u123'", "x = $", "x = `a`", "x = a ? b : c", "x = !y", "local x <const> = 1; x = 2", "local x <bad> = 1", "goto l; local a; ::l:: print(a)", "::l:: ::l::", "return ...", "function f() return ... end",
  "local t = {...} function g() return {...} end", "for x in pairs{} do ... end", "a.b:c = 1", "a:b().c", "a:b()", "local a <close>, b <close> = 1, 2", "\n\n\nx = = 1", "x = 1\ny = = 2", "function f()\n\n\n", "if x then\n\n\nelse\n\n", "f(\n\n\n", "for i = 1, 10 do\n\n\n",
  "{\n\n\n", "x = {\n1,\n2\n3\n}", "x = (\n1\n2\n)", "while true do\nif x then\nend\n", "repeat\nlocal x\n", "x = [[\n\n]] y", "return function()\nend end", "x = ~= 1", "x = 1 .. ", "x = a.end", "x = a.b.end", "x.end = 1", "local end = 1", "end = 1", "goto end", "function end() end",
  "x = \1", "x = \200", "x = 'a\0b", "x\0", "x = \127", "x = 'very long string that is longer than what the message should hold " .. ("y"):rep(100), ("z"):rep(100) .. " = = 1", "x = " .. ("("):rep(3), "x = a b c", "local a, b, c = 1, 2, = 3",
  "function a.b.c:d.e() end", "local x <const>, y = 1, 2 y, x = 1, 2", "return 0x1p", "x = 5 // ", "x = 5 >> ", "x = 5 > > 1", "x = 1 < = 2", "x = a..b...c", "x = a...b", "x = ....", "x = a::b", ":: a :: b", "a = b::c::", "x = {...,}", "f(...)", "(...)()", "x = (...", "x = {[1] = 2, [3] = }",
} do
  local ok, message = load(text, "=code")
  print("check " .. text:gsub("[\n\0\1\127\200]", function(c) return "\\" .. c:byte() end) .. ": " .. (ok and "fine" or message:gsub("[^\32-\126]", function(c) return "\\" .. c:byte() end)))
end
