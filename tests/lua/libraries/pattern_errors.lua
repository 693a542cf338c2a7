-- Manual 6.4.1: malformed patterns, whose errors are raised when a match gets to the malformed place and not before.
-- stress: 19
local check = require "check"

local patterns = {
  "a%", "%", "[a", "[", "[^", "[]", "[^]", "[a-", "[a-%]", "[%", "[%a", "[a]%", "(a", "a)", ")", "(", "((a)", "(a))", "%1", "%0", "(a)%2", "(a%1)", "a%1", "(%1)", "(a)(%2)",
  "%b", "%bx", "%f", "%fa", "%f[", "%f[a", "x%", "x[", "x)", "x%1", "a*%", "a-[", "a?)", "(a*", "(a-", "()%", "z(", "^%", "^(", "$%", "a$(", "(()", "())", "%g%", ".(.",
}
local subjects = { "", "a", "abc a]-%bxa1%", "xyz" }
for _, pattern in ipairs(patterns) do
  for number, subject in ipairs(subjects) do
    local name = pattern .. " in subject " .. number
    check("find " .. name, string.find, subject, pattern)
    check("match " .. name, string.match, subject, pattern)
    check("gsub " .. name, string.gsub, subject, pattern, "<%0>")
    check("gmatch " .. name, function()
      local count = 0
      for found in string.gmatch(subject, pattern) do count = count + 1 end
      return count
    end)
  end
end
check("too many captures", string.find, ("a"):rep(40), ("(a)"):rep(33))
check("too many captures that are not reached", string.find, ("a"):rep(30), ("(a)"):rep(33))
check("too many positions", string.match, "a", ("()"):rep(33))
check("too many open captures", string.match, "a", ("("):rep(33))
check("in a nested function", "local function f() return ('a'):find('[') end return f()")
check("in a method call", "return ('x'):gsub('%', '')")
check("in a loop", "for w in ('abc'):gmatch('[a') do end")
check("through pcall", function() return select("#", pcall(string.match, "a", "(a")) end)
