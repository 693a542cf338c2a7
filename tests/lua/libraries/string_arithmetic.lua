-- Manual 3.4.3 and 6.4: strings in arithmetic, which is the work of the string metatable.
local check = require "check"
local each_line = require "each_line"

each_line("conversion", [[
  "10" + 1, 1 + "10", "10" + "5"
  "0x10" + 1
  "0x1p4" + 1
  "3" - "1", "3" * "2", "7" / "2", "7" // "2", "7" % "4", "2" ^ "3", -"2"
  "3.0" + 1, "1e1" + 0, " 12 " + 0, "\t7\n" + 0
  "9223372036854775807" + 1
  "9223372036854775808" + 1
  -"9223372036854775808", -"0x8000000000000000"
  "3.0" // 0, "3.0" % 0 ~= "3.0" % 0
  -"0x7fffffffffffffff"
  math.type("3" + "4"), math.type("3" + "4.0"), math.type("10" / "2"), math.type("2" ^ "2")
  "1_000" == "1" .. "_000"
  10 .. 20
]])
each_line("not a number", [[
  "a" + 1
  1 + "a"
  "a" + "b"
  "" + 1
  " " + 1
  "1e" + 1
  "0x" + 1
  "1 2" + 1
  "1\0" + 1
  "inf" + 1
  "nan" * 2
  -"a"
  -""
  "3" // "0"
  "3" % "0"
  "a" - 1
  "a" * 1
  "a" / 1
  "a" // 1
  "a" % 1
  "a" ^ 1
]])
each_line("other operands", [[
  {} + "1"
  "1" + {}
  "a" - {}
  nil + "1"
  "1" + nil
  true * "1"
  "1" / print
  "x" + io.stdout
  "1" + true
]])
check("a local string", "local a = 'x'; return a + 1")
check("a global string", "g = 'x'; return g * 2")
check("a field", "local t = {f = 'x'}; return t.f - 1")
check("a string and a missing field", "local t = {}; return t.x + '1'")
check("the other operand's metamethod", function()
  local log = {}
  local mt = {}
  for _, event in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv" } do
    mt["__" .. event] = function(a, b)
      return event .. "(" .. (type(a) == "table" and "t" or tostring(a)) .. "," .. (type(b) == "table" and "t" or tostring(b)) .. ")"
    end
  end
  local t = setmetatable({}, mt)
  return "a" + t, t + "a", "1" + t, t - "1", "2" * t, "3" / t, "4" % t, "5" ^ t, -t, "6" // t
end)
check("a metamethod that fails", "return 'a' + setmetatable({}, {__add = function() error('E', 0) end})")
check("a metamethod that cannot be called", "return 'a' + setmetatable({}, {__add = 1})")
check("a yield in the metamethod", function()
  local co = coroutine.wrap(function() return "a" + setmetatable({}, { __add = coroutine.yield }) end)
  return co()
end)
each_line("the metamethods themselves", [[
  getmetatable("").__add("1", {})
  getmetatable("").__add({}, "a")
  getmetatable("").__add(1, 2)
  getmetatable("").__add()
  getmetatable("").__unm("2")
  getmetatable("").__unm("a")
  getmetatable("").__unm({})
  getmetatable("").__add(nil, "1")
  getmetatable("").__add("a", print)
  getmetatable("").__add("1", "b")
  getmetatable("").__div("1", true)
  getmetatable("").__idiv(7, "2")
  getmetatable("").__mod("7", 4)
  getmetatable("").__pow("2", 10, "more")
  getmetatable("").__concat, getmetatable("").__lt, getmetatable("").__band
]])
each_line("bitwise and comparison", [[
  "10" & 1
  "a" | 1
  1 ~ "1.5"
  ~"1"
  "1" << "2"
  "1" < 2
  "a" < "b", "a" < "B", "" < "a", "a\0b" < "a\0c", "a" < "a\0"
  "1" == 1
]])
check("without the metamethods", function()
  local mt = getmetatable("")
  local add = mt.__add
  mt.__add = nil
  local ok, message = pcall(function() local s = "1" return s + 1 end)
  mt.__add = add
  return ok, message, "1" + 1
end)
check("an own metamethod", function()
  local mt = getmetatable("")
  local add = mt.__add
  mt.__add = function(a, b) return a .. "+" .. b end
  local result = "x" + 1
  mt.__add = add
  return result
end)
