-- Manual 3.4.6: concatenation converts numbers and is right associative.
local check = require "check"

check("strings and numbers", function() return "a" .. "b", 1 .. 2, 1.5 .. "x", -0.0 .. "", 2 ^ 63 .. "", "a" .. 1 .. 2.0 .. "b", 10 // 3 .. "" end)
check("empty strings", function() local e = "" return e .. e == "", e .. "a", "a" .. e, #(e .. e) end)
check("long chain", function() local a, b, c = "x", 1, 2.5 return a .. b .. c .. a .. b .. c .. a .. "-" .. a end)
check("short and long results are equal", function() local a = ("ab"):rep(19) local b = a .. "cd" local c = a .. "cde" return #b, #c, b == ("ab"):rep(19) .. "cd", c == ("ab"):rep(19) .. "cde" end)
check("zeros inside", function() local s = "a\0b" .. "\0" .. 1 return #s, s:byte(1, -1) end)
check("building a string step by step", function() local s = "" for i = 1, 500 do s = s .. i end return #s, s:sub(1, 20), s:sub(-20) end)
check("right associative metamethods", function()
  local log = {}
  local mt mt = { __concat = function(a, b)
    local r = (type(a) == "table" and a.v or a) .. "+" .. (type(b) == "table" and b.v or b)
    log[#log + 1] = r
    return setmetatable({ v = r }, mt)
  end }
  local a, b = setmetatable({ v = "A" }, mt), setmetatable({ v = "B" }, mt)
  local r = "1" .. a .. "2" .. "3" .. b .. 4
  return r.v, table.concat(log, " ")
end)
check("metamethod result ends the chain", function() local t = setmetatable({}, { __concat = function(a, b) return type(a) .. type(b) end }) return "x" .. "y" .. t, t .. "x" .. "y", t .. t, 1 .. t end)
check("nil operand", "local a = 'x' return a .. nil")
check("local operand", "local a, b = 'x' return a .. b")
check("local operand on the left", "local a, b = 'x' return b .. a")
check("global operand", "return 'x' .. missing .. 'y'")
check("field operand", "local t = {} return 'x' .. t.name .. 'y'")
check("constant field in a chain", "local t = {a = {}} return 1 .. t.a .. 'y'")
check("upvalue operand", "local u return (function() return 'a' .. u end)()")
check("table operand", "return {} .. 'x'")
check("boolean operand", "return true .. ''")
check("function operand", "return print .. 'x'")
check("first wrong operand from the right", "local a, b = {}, true return a .. b .. 'x'")
check("method result operand", "local s = 'x' return s:upper() .. s.none")
check("evaluation order of operands", function() local log = {} local function v(x) log[#log + 1] = x return x end local r = v "a" .. v "b" .. v "c" return r, table.concat(log) end)
check("concatenation keeps registers apart", function() local a, b, c = 1, 2, 3 local s = a .. b .. c local t = s .. a return a, b, c, s, t end)
check("very long", function() local s = ("x"):rep(1 << 20) local t = s .. s .. s return #t, t:sub(-1) end)

-- pieces of every length, in every number
check("lengths of pieces", function()
  local sum, n = 0, 0
  for i = 0, 20 do
    for j = 0, 45, 3 do
      local a, b = ("a"):rep(i), ("b"):rep(j)
      local ab, aba, all = a .. b, a .. b .. a, a .. "x" .. b .. "" .. a .. 12 .. b
      n = n + #ab + #aba + #all
      sum = sum + (ab == string.format("%s%s", a, b) and 1 or 0) + (aba == table.concat { a, b, a } and 1 or 0) + (all == table.concat { a, "x", b, "", a, "12", b } and 1 or 0)
    end
  end
  return sum, n
end)
check("one piece that is not empty", function() local long = ("x"):rep(50) return "" .. "" .. "", "" .. "a", "a" .. "", "" .. long == long, long .. "" .. "" == long, 1 .. "" end)
check("table.concat, lengths", function()
  local out = {}
  for n = 0, 200, 13 do
    local t = {}
    for i = 1, n do t[i] = ("y"):rep(i % 19) end
    local s = table.concat(t, n % 3 == 0 and "" or "<>")
    out[#out + 1] = #s .. s:sub(-3)
  end
  return table.concat(out, " "), table.concat({ "a", 1, "b" }, ","), table.concat({ "a", "b" }, ("-"):rep(50)), table.concat({ "", "" }), table.concat({ "", "" }, "1")
end)
