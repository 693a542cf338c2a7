-- SPDX-License-Identifier: MIT
-- stress: 9973
-- Malformed chunks and what the compiler says about them. Prints one line for each; the same under lua5.4.
local chunks = {
  -- lexical
  "x = 'abc\\q'", "x = 'abc\\300'", "x = 'abc\\256x'", "x = 'abc\\xg'", "x = 'abc\\x1g'", "x = 'abc\\x", "x = 'a\\u123'",
  "x = 'a\\u{g'", "x = 'a\\u{}'", "x = 'a\\u{80000000}'", "x = 'a\\u{7fffffff1}'", "x = 'a\\u{12'", "x = 'a\\u{12g}'", "x = 'abc",
  "x = 'abc\ndef'", "x = 'abc\rdef'", "x = \"abc\\", "x = \"abc\\\n\\q\"", "x = [[abc", "x = [==[abc]=]", "x = [=abc", "x = [==", "--[[abc",
  "--[==[abc\n\n", "x = [[\nabc\n\n", "x = 3x", "x = 0x", "x = 0xg", "x = 1e", "x = 1e+", "x = 3..2", "x = 1.2.3", "x = 0x1p", "x = 0x1.8.",
  "x = 12345678901234567890x", "x = .5.", "x = 1..2", "x = 08_", "x = \1", "x = @", "x = \200", "x = $y", "x = a ! b", "x = `a`", "x = ?",
  "x = '\\xZZ'", "x = '\\8a\\999'", "x = 'a\0b\\q'", "x = \"\\u{110000000}\"", "x = 'tab\\\tz'", "x = '\\ '", "x = \127", "x = 'abc\\z   \n\n", "!",
  "x = 1e400x", "x = 0xfffffffffffffffffg", "x = 5 ~= ~", "x = 'a' .. 'b\n'", "#", "\\", "x = '\\u{'", "x = '\\x1'", "x = 'é\\q'",
  -- expressions
  "x = }", "x =", "x = and", "x = a and", "x = not", "x = -", "x = #", "x = ~", "x = a +", "x = a + + b", "x = a * * b", "x = (", "x = (a",
  "x = (a\n\n", "x = ()", "x = (a, b)", "x = a b", "x = 'a' 'b'", "x = 1 2", "x = a.1", "x = a.", "x = a.b.", "x = a[", "x = a[1", "x = a[1\n\n",
  "x = a[]", "x = a:b", "x = a:b.c", "x = a:", "x = a:1", "x = a:b 1", "x = f(", "x = f(a", "x = f(a\n", "x = f(a,", "x = f(a,)", "x = f(,)",
  "x = f(a b)", "x = {", "x = {1,2", "x = {\n1,\n2", "x = {1 2}", "x = {x=}", "x = {[1]}", "x = {[1=2}", "x = {[}", "x = {,}", "x = {;}",
  "x = {1,,2}", "x = {a=1 b=2}", "x = {'a'=1}", "x = {1}.x", "x = 'a'.b", "x = 'a':upper()", "x = function", "x = function(", "x = function(a",
  "x = function(a,) end", "x = function(..., a) end", "x = function(a b) end", "x = function(1) end", "x = function() ", "x = function()\n\n",
  "x = function() return ... end", "x = ... ..", "x = a..", "x = a == ", "x = a <> b", "x = a != b", "x = a < = b", "x = a // ", "x = a >> ", "x = a >>> b",
  "x = a ? b : c", "x = a++", "x += 1", "x = a && b", "x = nil.x", "x = true()", "x = 5 .x", "x = a[1]]", "x = f)", "x = a; )", "x = a = b",
  "x = function f() end", "x = end", "x = then", "x = if a then b else c end", "x = a.and", "x = a.end", "x = {and=1}", "x = a:and()", "x = goto",
  -- statements
  "x", "x.y", "x[1]", "x,y", "x,y = ", "x, = 1", "x,y z = 1", "(x)", "(x) = 1", "(x).y = 1 2", "(f()) = 1", "f() = 1", "f(), x = 1", "x, f() = 1", "x:y() = 1",
  "x:y = 1", "x y", "x 1", "'a'", "'a':f()", "1", "1 = x", "nil = 1", "true = 1", "... = 1", "{} = 1", "-x", "not x", "f{", "f'a' .. 'b'", "f 'a' = 1",
  "if", "if x", "if x then", "if x then\n\n y=1", "if x do end", "if x then else", "if x then elseif", "if x then elseif y", "if x then elseif y then else",
  "if x then else elseif y then end", "if x then else else end", "if x then end end", "if then end", "if x = 1 then end", "while", "while x", "while x do",
  "while x\n\ndo\n\n", "while true", "while do end", "while x then end", "while x do until y", "repeat", "repeat x = 1", "repeat x = 1 until", "repeat\n\nx = 1\n",
  "repeat x = 1 end", "for", "for 1", "for a", "for a,b do", "for a = 1 do", "for a =", "for a = 1", "for a = 1,", "for a = 1, 2", "for a = 1, 2 do", "for a = 1, 2, do",
  "for a = 1, 2, 3, 4 do end", "for a, b = 1, 2 do end", "for a in", "for a in x", "for a in x do", "for a in do end", "for a.b in x do end", "for a.b = 1, 2 do end",
  "for a, in x do end", "for (a) in x do end", "for a = 1, 2 do\n\n", "for a in x\n\ndo\n\n", "for ... in x do end", "do", "do\n\n", "do x", "do end end", "end", "else",
  "elseif", "until", "until x", "then", "in", "function", "function f", "function f(", "function f()", "function f()\n\n\n", "function f.1() end", "function f:() end",
  "function f:a.b() end", "function f:a:b() end", "function f[1]() end", "function (a) end", "function 1() end", "function f(a,a,1) end", "function f(...,a) end",
  "function a.b:c", "local", "local 1", "local x =", "local x y", "local x, ", "local x, 1", "local x.y = 1", "local x[1] = 1", "local x:y", "local x = 1 2",
  "local function", "local function 1", "local function f.a() end", "local function f:a() end", "local function f", "local function(a) end", "local (x) = 1", "local ... = 1",
  "local x <", "local x <1>", "local x <foo>", "local x <foo> = 1", "local x <const", "local x <const = 1", "local x <close>, y <close> = 1", "local x <const> <close> = 1",
  "local x <const>; x = 1", "local x <close> = nil; x = 1", "local x <const> = 1; x = 2", "local x <const> = f(); x = 2", "local x <const> = 1; function x() end",
  "local x <const> = 1; local function f() x = 2 end", "local x <const> = {}; return function() return function() x = 2 end end", "local x <const> = 1; x, y = 1, 2",
  "local x <const> = 1; y, x = 1, 2", "local x <const> = 1; for i = 1, 2 do x = i end", "local a <const>, b = 1, 2; b = 1; a = 1", "local x <const> = 1; x.y = 1; x()",
  "local x <const> = 1; x = 2; ?", "local x <Const> = 1", "return 1 2", "return return", "return; x = 1", "return,", "return 1,", "return 1; 2", "return 1; return 2", "return end", "return ;;",
  "if x then return 1 y = 2 end", "break", "if x then break end", "function f() break end", "while x do function f() break end end", "do break end", "for i = 1, 2 do end break",
  "break\n\nx = 1", "repeat until break", "while true do break 1 end", "break = 1", "goto", "goto 1", "goto x", "goto = 1", "goto x y", "goto x\n\nlocal y", "goto break", "goto x; do ::x:: end",
  "do goto x end local a ::x:: print(a)", "do goto l1; local a; ::l1:: print(a) end", "goto l1; local aa ::l1:: ::l2:: print(3)", "do local bb, cc; goto l1; end; local aa; ::l1:: print(3)",
  "::x::", "::x:: ::x::", "::x::\n::x::", "::x:: do ::x:: end", "do ::x:: end ::x::", "do ::x:: ::y:: ::x:: end", "::x", "::x:", "::1::", "::", "::x:: goto y", "x: :y", ":: x ::\n\n do ::x:: end",
  "function f() goto x end ::x::", "::x:: function f() goto x end", "repeat goto c; local x; ::c:: until x", "repeat if x then goto cont end; local xuxu = 10; ::cont:: until xuxu < x",
  "while x do goto l; local y ::l:: ; z = y end", "goto f; local function f() end ::f:: f()", "goto a; local x <const> = 1; ::a:: print(x)", "goto a; for i = 1, 2 do ::a:: end",
  "local x ::a:: local y goto b local z ::b:: return z", "local x <close> = 1; goto b; local z ::b:: return z",
  "x = x, y, ", "a.b:c = 1", "a.b:c()=1", "a.b.c", "a.b.c:d", "(a)(b)(c", "a = b c = d e", "local a = 1 local", "for k, v in pairs(t) print(k) end", "local t = {a, b, [c] = }", "f(function() end",
  "f(function() end end", "local function f() return 1, end", "x = 1;; y", "x = = 1", "x == 1", "x < 1", "x ~= 1", "if x == 1 the end", "if (x then end", "function f(x) if x then end", "\n\n\nx = \n\n}",
  "x = {\n  a = 1,\n  b = {\n", "f(\n1,\n2\n", "local s = 'abc' .. \n [[def\n]] ghi", "\n\n--[[ c\n]] x = = 1", "x = 5 y = 6 z", "return function() end end", "a, b, c", "local a <const> = 5; a = a + 1", "a.b, c = ", "a.b = function( end",
  "do return 1 end return 2 3", "while 1 do end end", "x = '' y''z", "x = [[a]] [[b]]", "x = a.b.c.d.", "x = (((((a))))", "x = -(-(-(", "for i = 1, 10 do goto continue local a = 1 ::continue:: print(a) end",
  "x = 0x.p1", "x = 0x.", "x = .e1", "x = 1.e", "x = 3e-", "x = 3e-x", "x = 0b11", "x = 1_000", "x = 5a", "x = 0xep+1x", "x = 1.5.5", "x = 9e99e9", "\239\187\191x = 1", "x = a\194\160b",
}

local function many(count, item, separator) return string.rep(item, count, separator) end
local names = {}
for i = 1, 300 do names[i] = "v" .. i end
local function list(from, to) return table.concat(names, ",", from, to) end

local big = {
  "local " .. list(1, 200) .. " = 1",
  "local " .. list(1, 201) .. " = 1",
  "local " .. list(1, 150) .. "\nlocal " .. list(151, 260),
  "\nfunction f(" .. list(1, 201) .. ") end",
  "local " .. list(1, 199) .. " for i = 1, 2 do end",
  "local " .. list(1, 197) .. " for i = 1, 2 do end",
  "local " .. list(1, 196) .. " for i = 1, 2 do end",
  "local " .. list(1, 196) .. " for k in pairs(x) do end",
  "local " .. list(1, 150) .. "\nfunction f() local " .. many(150, "a", ",") .. "\nfunction g() return " .. list(1, 150) .. ", " .. many(10, "a", ",") .. " end end",
  "f(" .. many(253, "1", ",") .. ")",
  "f(" .. many(254, "1", ",") .. ")",
  "f(\n" .. many(300, "g()", ",\n") .. ")",
  "x = f(" .. many(252, "a", ",") .. ", b, c, d)",
  "a:f(" .. many(252, "1", ",") .. ")",
  "a:f(" .. many(253, "1", ",") .. ")",
  "return " .. many(254, "a", ","),
  "return " .. many(255, "a", ","),
  "local a = {" .. many(300, "1", ",") .. "}",
  "local a = " .. many(300, "f()", ","),
  "x = " .. many(190, "a", " .. "),
  "x = " .. many(500, "a", " + "),
  "x = " .. many(5000, "a", " or "),
  "x = " .. many(3000, "(a", " + ") .. many(3000, ")"),
  many(190, "do ") .. many(190, " end"),
  many(250, "do "),
  many(250, "("),
  many(250, "{"),
  many(250, "x = - "),
  many(120, "function f() "),
  "x = " .. many(250, "-"),
  "x = " .. many(250, "not "),
  "x = " .. many(250, "a .. "),
  "x = " .. many(250, "a ^ "),
  many(250, "x, ") .. "x = 1",
  many(100, "if a then ") .. many(100, " end"),
  many(250, "if a then "),
  many(250, "while a do "),
  many(250, "repeat "),
  many(250, "for i = 1, 2 do "),
  "x = a" .. many(3000, ".b") .. "(",
  "x = a" .. many(3000, "()") .. "[",
  "x = a" .. many(3000, ":b()") .. ".",
}
for _, chunk in ipairs(big) do chunks[#chunks + 1] = chunk end

for i, chunk in ipairs(chunks) do
  local f, message = load(chunk, "=chunk")
  print(i, f and "compiles" or message)
end

-- Names of chunks as messages show them.
for _, name in ipairs { "=name", "@file.lua", "text", "text\nmore", "=", "@", "", "=" .. ("n"):rep(100), "@" .. ("dir/"):rep(30), ("text "):rep(20) } do
  print((select(2, load("?", name))))
end
-- In pieces, so that every token is cut somewhere.
for _, chunk in ipairs(chunks) do
  for size = 1, 3 do
    local at = 1
    local f, message = load(function()
      local piece = chunk:sub(at, at + size - 1)
      at = at + size
      return piece
    end, "=chunk")
    local whole, expected = load(chunk, "=chunk")
    if (f == nil) ~= (whole == nil) or message ~= expected then print("in pieces", size, #chunk, message) end
  end
end
