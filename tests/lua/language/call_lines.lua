-- SPDX-License-Identifier: MIT
-- A call over several lines has the line where its arguments begin, as in 5.4.8 (5.4.4: the line where the whole chain of
-- suffixes begins); so has the message about its missing parenthesis.
local function message(text) return (select(2, pcall(assert(load(text, "=chunk"))))) end
print(message("local a = {}\na\n(\n23)"))
print(message("local a = {x = 13}\na\n.\nx\n(\n23\n)"))
print(message("local t = {m = function(s) return s end}\nt\n  :m()\n  :m()\n  :missing()"))
print(message("local a\na{\n}"))
print(select(2, load("f\n(\na b)", "=chunk")))
print(select(2, load("f(\na\n.b\n(1 2)\n", "=chunk")))
