-- Manual 6.4.1: what the items of patterns match.
-- stress: 19
local check = require "check"
local each_line = require "each_line"

check("classes", function()
  local result = {}
  for class in ("acdglpsuwxz"):gmatch(".") do
    for _, item in ipairs { "%" .. class, "%" .. class:upper(), "[%" .. class .. "]", "[^%" .. class .. "]" } do
      local count, sum = 0, 0
      for byte = 0, 255 do
        if string.find(string.char(byte), item) then count, sum = count + 1, sum + byte end
      end
      result[#result + 1] = item .. "=" .. count .. "/" .. sum
    end
  end
  return table.concat(result, " ")
end)
check("every escaped character", function()
  local result = {}
  for byte = 0, 255 do
    local c = string.char(byte)
    if not c:find("%w") then result[#result + 1] = tostring(string.find("x" .. c, "%" .. c)) end
  end
  return table.concat(result, " ")
end)
each_line("single characters", [=[
  string.find("abc", "b")
  string.find("a.c", ".")
  string.find("a.c", "%.")
  string.find("a\0b", "\0")
  string.find("a\nb", "a.b")
  string.find("a%b", "%%")
  string.find("äö", "ö")
  string.find("", ".")
  string.find("$", "%$"), string.find("a$b", "a$b"), string.find("^", "%^"), string.find("a^b", "a^b")
]=])
each_line("sets", [=[
  string.match("hello world", "[lo]+")
  string.match("hello world", "[^lo]+")
  string.match("x-y", "[a-]+"), string.match("x-y", "[-a]+"), string.match("x-y", "[%-a]+")
  string.match("x]y", "[]]"), string.match("x]y", "[^]]+"), string.match("x]y", "[]x]+")
  string.match("x^y", "[x^]+"), string.match("x^y", "[^^]+"), string.match("^", "[%^]")
  string.match("x[y", "[[]"), string.match("x[y", "[[y]+")
  string.match("f5-q", "[%a-z]+"), string.match("f5-q", "[a-%d]+")
  string.match("abz", "[z-a]")
  string.match("a-z", "[a-z-]+"), string.match("[a-z]", "%[.-%]")
  string.match("0x1F", "%x+", 3), string.match("12ab", "[%d%a]+"), string.match("a_b", "[%w_]+")
  string.match("\0\1\2", "[\0-\1]+") == "\0\1"
  string.match("a%b", "[%%]"), string.match("a.b", "[.]")
  string.match("\200\255", "[\128-\255]+") == "\200\255"
  string.match("+,-./", "[+--]+"), string.match("+,-./", "[--/]+")
  string.match("a]", "[a-%]]")
]=])
each_line("repetitions", [=[
  string.match("aaa", "a*"), string.match("aaa", "a+"), string.match("aaa", "a-"), string.match("aaa", "a?")
  string.match("bbb", "a*"), string.match("bbb", "a+"), string.match("bbb", "a-b"), string.match("bbb", "a?b")
  string.match("aaab", "a*ab"), string.match("aaab", "a+ab"), string.match("aaab", "a-ab"), string.match("ab", "a?ab")
  string.match("<a><b>", "<.*>"), string.match("<a><b>", "<.->"), string.match("<a><b>", "<.+>")
  string.match("aXbXc", "(.*)X(.*)")
  string.match("aXbXc", "(.-)X(.*)")
  string.match("aXbXc", "(.-)X(.-)")
  string.match("aXbXc", "(.-)X(.-)$")
  string.match("   trim me  ", "^%s*(.-)%s*$")
  string.match("key = value", "^(%w+)%s*=%s*(%w+)$")
  string.match("12.5e3", "^%d+%.?%d*[eE]?%d*$")
  string.match("a**", "a**"), string.match("*a", "*a"), string.match("+", "+"), string.match("?", "?"), string.match("--", "--")
  string.match("x", "[^x]*"), string.match("", "x*"), string.match("", "x-"), string.match("", "x?")
  string.match("aaa", "a?a?a?a?"), string.match("aaa", "a?a?a?aaa")
  string.match("foo.bar.baz", "^(.+)%.(.+)$")
  string.match("foo.bar.baz", "^(.-)%.(.+)$")
  string.match("0000123", "^0*(%d-)$"), string.match("0000123", "0*(%d+)")
  string.match("abcabc", ".-c"), string.match("abcabc", ".*b"), string.match("abcabc", "a.-c.-c")
]=])
each_line("anchors", [=[
  string.find("abc", "^a"), string.find("abc", "^b"), string.find("abc", "c$"), string.find("abc", "b$")
  string.find("abc", "^abc$"), string.find("abc", "^$"), string.find("", "^$"), string.find("abc", "$"), string.find("abc", "^")
  string.find("abcabc", "^abc", 4), string.find("abcabc", "^abc", 3), string.find("abcabc", "abc", 2)
  string.find("a$", "a$"), string.find("a$", "a%$"), string.find("a$b", "a$b"), string.find("a$", "$$")
  string.find("^a", "^^a"), string.find("a^", "a^"), string.find("x^a", "x^a")
  string.find("aaa", "a-$"), string.find("aaab", "a*$"), string.find("aaab", "a+$")
  string.find("ab\n", "b$"), string.find("(a)", "^%((.-)%)$")
]=])
each_line("captures", [=[
  string.match("hello world", "(%w+) (%w+)")
  string.match("hello", "(h)(e)(l)(l)(o)")
  string.match("hello", "((h)(e)(l))lo")
  string.match("hello", "()ll()")
  string.match("hello", "(h()e)")
  string.match("", "()"), string.match("abc", "()$"), string.match("abc", "(())")
  string.find("hello", "(l)(l)"), string.find("hello", "()", 3)
  string.match("abc", "(a*(.)%w(%s*))")
  string.match("k=v", "(%w)=(%w)"), string.match("kv", "(%w)=(%w)")
  string.match("aaa", "(a)(a?)(a*)(a*)")
  string.match("x", "(x)()()()")
  select("#", string.match(("a"):rep(32), ("(a)"):rep(32)))
  select("#", string.find(("a"):rep(40), ("()"):rep(32)))
]=])
each_line("back references", [=[
  string.match([==["it's" x]==], [==[(["'])(.-)%1]==])
  string.match("abab", "(ab)%1"), string.match("abac", "(ab)%1")
  string.match("aa bb", "(%a)%1 (%a)%2")
  string.match("aXaYa", "(a)X%1Y%1")
  string.match("x", "(x?)%1"), string.match("xx", "(x-)%1$"), string.match("xxxx", "^(x*)%1$")
  string.match("a1", "()%1"), string.match("a", "(a)%1")
  string.match("hello", "(l)%1"), string.match("abcabc", "(...)%1"), string.match("aa*", "(a)%1*")
  string.match("a\0a\0", "(a%z)%1") == "a\0"
]=])
each_line("balance", [=[
  string.match("f(a(b)c)d", "%b()")
  string.match("((a)", "%b()"), string.match("(a", "%b()"), string.match("a)", "%b()")
  string.match("if a if b end end", "%bie")
  string.match("x'a'b", "%b''"), string.match("''", "%b''"), string.match("'", "%b''")
  string.match("[[x]]", "%b[]"), string.match("a%b%c", "%b%%")
  string.gsub("a(b)c(d(e))f", "%b()", "")
  string.find("\0a\1", "%b\0\1")
  string.match("{ {} } }", "^%b{}"), string.match("(()())", "%b()()")
  string.match("fn(x)(y)", "%b()%b()")
]=])
each_line("frontier", [=[
  string.gsub("THE (quick) fox", "%f[%a]%a+", "W")
  string.find("THE (quick) fox", "%f[%a]%a+%f[^%a]")
  string.gsub("hello world", "%f[%w]", "^")
  string.gsub("hello world", "%f[%W]", "$")
  string.gsub("hello world", "%f[%z]", "!")
  string.gsub("hello", "%f[\0]", "!")
  string.find("aba", "%f[a]a", 2), string.find("aba", "%f[a]"), string.find("aba", "%f[b]"), string.find("", "%f[%z]"), string.find("", "%f[^%z]")
  string.gsub("foo.bar", "%f[%.]", "-"), string.gsub("aXb", "%f[%u].", "-")
  string.find("[[x]] x", "%f[x]x%f[^x]", 4)
]=])
each_line("literal text", [=[
  string.find("a+b", "+", 1, true), string.find("a+b", "a+b", 1, true), string.find("a.b", "a.b"), string.find("a.b", "a%.b")
  string.find(("ab"):rep(1000) .. "abc", "abc"), string.find(("a"):rep(5000) .. "b", ("a"):rep(50) .. "b", 1, true)
  string.find(("ab"):rep(100), "ba%a+ab$"), string.match("xxabyyab", "ab(.-)ab")
  string.find("abababac", "abac"), string.find("aaaa", "aab"), string.find("the end", "end"), string.find("end", "the end")
  string.find("a)", "a)"), string.find("a)", ")"), string.find("x", "a)"), string.find("]", "]"), string.find("a]b", "a]b")
  string.find("a\0b\0c", "b\0c"), string.find("a\0b", "\0b", 1, true), string.find("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "ab")
]=])
check("a long subject", function()
  local s = ("x"):rep(3000)
  return #s:match(".*"), #s:match(".-$"), #s:match("^x*$"), #s:match("x+"), s:find("y"), s:find("x-y"), (select(2, s:gsub("x", "%0%0")))
end)
check("a long pattern", function()
  local text = ("ab%d."):rep(200)
  local pattern = ("ab%%d%."):rep(200)
  return text:find(pattern), #text:match("(" .. pattern .. ")"), (select(2, text:gsub(pattern, "")))
end)
check("many patterns", function()
  local sum = 0
  for round = 1, 3 do
    for i = 1, 300 do
      local first, last = ("value " .. i .. " of many"):find("%s" .. i .. "%s")
      sum = sum + first + last
    end
  end
  return sum
end)
check("a pattern made anew each time", function()
  local found = 0
  for i = 1, 2000 do
    if ("item" .. i):match("^item" .. tostring(i) .. "$") then found = found + 1 end
  end
  return found
end)
check("the rest behind a run that fails", function()
  local s = ("a "):rep(50) .. ("x"):rep(2000)
  return s:find("%a+%d"), s:find("(%a+)!"), s:match("()%s*$"), s:match("%s+$"), s:match("(x-)y"), s:match("(a+)%s%1"), s:match("()a-(x)%2", 95)
end)
check("text and its near misses", function()
  local result = {}
  local subject = ("abcabd"):rep(40) .. "abce" .. ("abcabd"):rep(10)
  for _, needle in ipairs { "abce", "bda", "dabce", "cabda", "ce", "ec", "abcabdabcabdabce", "e", "zz", subject, subject .. "x" } do
    for init = 1, 260, 37 do result[#result + 1] = tostring(subject:find(needle, init, true)) end
  end
  return table.concat(result, " ")
end)
check("text at every distance", function()
  local sum = 0
  for length = 1, 70 do
    local subject = ("-"):rep(length - 1) .. "xy" .. ("-"):rep(length % 7)
    sum = sum + subject:find("xy", 1, true) * length + (subject:find("y-", 1, true) or 0) + (subject:find("-x", 1, true) or 0)
  end
  return sum
end)
