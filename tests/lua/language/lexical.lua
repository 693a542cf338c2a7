-- Manual 3.1: names, keywords, operators, comments, line ends, and what a chunk may begin with.
local check = require "check"

check("names", "local _, a1, _A, __, aB = 1, 2, 3, 4, 5 local end_, _end, End = 6, 7, 8 return _, a1, _A, __, aB, end_, _end, End")
check("names are case sensitive", "local And, AND = 1, 2 return And, AND")
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch "%a+" do
  check("keyword " .. word .. " is no name", "local " .. word .. " = 1")
  check("keyword " .. word .. " is no field", "local t = {} return t." .. word)
end
check("goto-like names", "local const, close, global = 1, 2, 3 return const + close + global")
check("all operators", [[return 7 + 2, 7 - 2, 7 * 2, 7 / 2, 7 % 2, 7 ^ 2, #'ab', 7 & 2, 7 ~ 2, 7 | 2, 7 << 2, 7 >> 2, 7 // 2, 7 == 2, 7 ~= 2,
  7 <= 2, 7 >= 2, 7 < 2, 7 > 2, 'a' .. 'b', not 7, -7, ~7]])
check("comment to the end of the chunk", "return 1 -- no line end")
check("long comment", "return 1 --[[ a\nb ]] + 2")
check("long comment with level", "return 1 --[=[ a ]] b ]=] + 2")
check("not a long comment", "return 1 --[ a\n + 2")
check("not a long comment either", "return 1 --[=a\n + 2")
check("comment before anything", "--x\n--[[y]]return 5")
check("line ends are counted", "\n\r\n\r\n\n\nerror('here')")
check("line ends in long strings are counted", "local x = [[\n\n\r\n]]\nerror('here')")
check("line ends in comments are counted", "--[[\n\n\n]]\nerror('here')")
check("line ends by escapes are counted", "local x = 'a\\\nb\\z\n\n  c'\nerror('here')")
check("empty chunk", "")
check("only a semicolon", ";")
check("semicolons everywhere", ";;;local a = 1;;;return a;")
check("only a comment", "-- nothing")
check("white space of all kinds", "return\t1\v+\f2\r+ 3")
check("byte order mark is not for load", "\xef\xbb\xbfreturn 1")
check("number sign is not for load", "# comment\nreturn 1")
for _, text in ipairs { "@", "$", "`", "?", "!", "\\", "a ! b", "\1", "x = 5 @", "return 1 \127", "\xc3\xa4 = 1", "~=", "a = ~", "::", ":::", "..", "...." } do
  check("wrong token " .. text, text)
end
