-- Manual 6.4: string.find, string.match and string.gmatch, their positions and arguments.
local check = require "check"
local each_line = require "each_line"

each_line("find, positions", [[
  string.find("hello", "l")
  string.find("hello", "l", 4)
  string.find("hello", "l", 5)
  string.find("hello", "", 1), string.find("hello", "", 6)
  string.find("hello", "", 7)
  string.find("hello", "", -10)
  string.find("hello", "o", -1), string.find("hello", "l", -2), string.find("hello", "h", -5)
  string.find("hello", "h", -100), string.find("hello", "h", 0)
  string.find("", "", 1), string.find("", "", 2), string.find("", "x"), string.find("", "$")
  string.find("hello", "l", math.maxinteger), string.find("hello", "h", math.mininteger)
  string.find("hello", "l", "4"), string.find("hello", "l", 4.0), string.find("hello", "l", nil)
  string.find("hello", "(l)(o)", 2)
  string.find("hello", ".", 1, true), string.find("h.llo", ".", 1, true), string.find("h.llo", ".", 1, false), string.find("h.llo", ".", 1, 0)
  string.find("a+b", "+", 1, 1), string.find("a+b", "+", 1, nil)
  string.find(12345, 34), string.find(1.5, ".", 1, true)
  string.find("a\0b\0c", "\0", 3, true), string.find("a\0b", "%z"), string.find("a\0b", "b$")
  string.find("hello", "hello world", 1, true), string.find("hello", "hello", 1, true), string.find("hello", "hello", 2, true)
]])
each_line("find, errors", [[
  string.find()
  string.find("a")
  string.find({}, "a")
  string.find("a", {})
  string.find("a", nil)
  string.find("a", "a", "x")
  string.find("a", "a", 1.5)
  string.find("a", "a", {})
  string.find("a", "a", 1e100)
  ("a"):find()
  ("a"):find("a", "b")
]])
each_line("match", [[
  string.match("hello", "l+")
  string.match("hello", "l+", 4)
  string.match("hello", "x")
  string.match("hello", "", 6), string.match("hello", "", 7), string.match("hello", "()", 6), string.match("hello", "()", 7)
  string.match("hello", "^h"), string.match("hello", "^e", 2), string.match("hello", "^h", 2), string.match("hello", "^h", -5)
  string.match("2024-05-17", "(%d+)-(%d+)-(%d+)")
  string.match(123, "%d"), string.match(-1.5, "%d+")
  string.match("hello", ".-"), string.match("hello", ".-$"), string.match("hello", "(.-)(l+)(.*)")
  math.type(string.match("12", "%d+")), math.type(string.match("x", "()"))
  string.match()
  string.match("a")
  string.match("a", {})
  string.match("a", "a", {})
  string.match("a", "a", 2^53 + 0.5)
  ("a"):match(nil)
]])
local function collect(...)
  local t = {}
  for a, b, c in string.gmatch(...) do t[#t + 1] = "[" .. tostring(a) .. (b and "," .. tostring(b) or "") .. (c and "," .. tostring(c) or "") .. "]" end
  return table.concat(t)
end
for number, case in ipairs {
  { "one two  three", "%a+" }, { "k1=v1, k2=v2", "(%w+)=(%w+)" }, { "abc", "" }, { "abc", "x*" }, { "abc", "b*" }, { "abcabc", "()b" }, { "", "" }, { "", "." },
  { "aaa", "a-" }, { "aXbX", "(.-)X" }, { "a^b^", "^." }, { "^^a", "^^" }, { "abc", "$" }, { "abc", "c$" }, { "a,b,,c", "([^,]*)" }, { "a,b,,c", "([^,]*),?()" },
  { "abc", ".", 2 }, { "abc", ".", 4 }, { "abc", ".", 5 }, { "abc", "", 4 }, { "abc", "", 10 }, { "abc", ".", -1 }, { "abc", ".", -2 }, { "abc", ".", -10 }, { "abc", ".", 0 },
  { "abc", ".", math.maxinteger }, { "abc", ".", math.mininteger }, { "abc", ".", nil }, { "abc", ".", "2" }, { 12321, "2" }, { 123, 2 }, { "a\0b\0", "%z" }, { "xay", "%f[a]." },
  { "ab12cd", "%a+" }, { "THE (quick) fox", "%f[%a]%a+" }, { "(a)(b)", "%b()" }, { "aabb", "(.)%1" }, { "aaaa", "aa?" }, { "ababab", "aba" },
} do
  check("gmatch " .. number, collect, table.unpack(case, 1, 3))
end
each_line("gmatch, errors", [[
  string.gmatch()
  string.gmatch("a")
  string.gmatch({}, "a")
  string.gmatch("a", {})
  string.gmatch("a", "a", {})
  string.gmatch("a", "a", 1.5)
  type(string.gmatch("a", "("))
  string.gmatch("a", "(")()
  string.gmatch("a", "%")()
  string.gmatch("b", "a")()
  select("#", string.gmatch("b", "a")())
  select("#", string.gmatch("b", "b"))
]])
check("gmatch goes on after the end", function()
  local next = string.gmatch("ab", ".")
  return next(), next(), next(), next()
end)
check("gmatch ignores arguments of the iterator", function()
  local next = string.gmatch("ab", ".")
  return next("x", 5), next({}, nil)
end)
check("two gmatch at once", function()
  local result = {}
  for a in ("a b c"):gmatch("%a") do
    for b in ("1 2"):gmatch("%d") do result[#result + 1] = a .. b end
  end
  return table.concat(result, " ")
end)
check("gmatch in a coroutine", function()
  local co = coroutine.wrap(function() for w in ("x y z"):gmatch("%a") do coroutine.yield(w) end return "end" end)
  return co(), co(), co(), co()
end)
check("a gmatch iterator carried to another coroutine", function()
  local next = ("x y z"):gmatch("%a")
  return next(), coroutine.wrap(next)(), next(), coroutine.wrap(function() return next() end)()
end)
check("gmatch and other patterns in between", function()
  local result = {}
  for w in ("one two three"):gmatch("%a+") do
    for i = 1, 100 do (w):find("^" .. i .. "%d*") end
    collectgarbage("step")
    result[#result + 1] = w
  end
  return table.concat(result, ",")
end)
check("gmatch with a pattern made for it", function()
  local count = 0
  for i = 1, 50 do
    for w in ("a" .. i .. " b" .. i):gmatch("%a" .. i .. ("x?"):rep(i)) do count = count + 1 end
  end
  return count
end)
check("upvalues of the iterator", function()
  local next = ("subject"):gmatch("pattern")
  return debug.getupvalue(next, 1), select(2, debug.getupvalue(next, 2)), type(select(2, debug.getupvalue(next, 3))), debug.getupvalue(next, 4)
end)
