-- Manual 6.4.1: how deep the choices of one match may nest.
-- stress: 19
local check = require "check"

local a, b = ("a"):rep(300), ("b"):rep(300)
for _, n in ipairs { 50, 198, 199, 200, 201, 250 } do
  check(n .. " optional items", string.find, a, ("a?"):rep(n))
  check(n .. " optional items, none there", string.find, b, ("a?"):rep(n))
  check(n .. " optional items, all but one there", string.find, ("a"):rep(n - 1), ("a?"):rep(n))
  check(n .. " lazy items", string.find, a, ("a-"):rep(n))
  check(n .. " repetitions of nothing", string.find, b, ("a*"):rep(n))
  check(n .. " repetitions", string.find, a, ("a*"):rep(n))
  check(n .. " repetitions behind positions", string.find, a, ("()"):rep(5) .. ("a*"):rep(n - 5))
  check(n .. " repetitions behind captures", string.find, a, ("(a)"):rep(5) .. ("a*"):rep(n - 10))
  check(n .. " repetitions of one", string.find, ("ab"):rep(300), ("a+b"):rep(n))
  check(n .. " items without choice", string.find, a, ("a"):rep(n))
  check(n .. " sets without choice", string.find, a, ("[ab]"):rep(n))
  check(n .. " repetitions before the end", string.find, ("ab"):rep(n // 2), ("a*b?"):rep(n // 2) .. "$")
end
check("ten thousand literal characters", string.find, ("x"):rep(20000), ("x"):rep(10000))
check("ten thousand repetitions of nothing", string.find, "b", ("a*"):rep(10000) .. "b")
check("error in gsub", string.gsub, a, ("a?"):rep(220), "x")
check("error in gmatch", function() return string.gmatch(a, ("a?"):rep(220))() end)
