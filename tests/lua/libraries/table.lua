-- stress: 17
-- Manual 6.6: the table library, except sort.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
-- A table that logs what is done to it.
function Logged(length, value)
  local log = {}
  return setmetatable({}, { __len = function() return length end, __index = function(_, i) log[#log + 1] = "get " .. i return value and value(i) end,
    __newindex = function(_, k, v) log[#log + 1] = "set " .. k .. "=" .. tostring(v) end }), log
end

each("concat", { "table.concat()", "table.concat(1)", "table.concat({})", "table.concat({1, 2, {}})", "table.concat({1, 2, nil, 3}, ',', 1, 4)", "table.concat({}, {})",
  "table.concat({1, 2, 3.5}, 1)", "table.concat({1})", "table.concat({'a'}, ',')", "table.concat({'a', 'b'}, ', ')", "table.concat({1, 2, 3}, ',', 2)", "table.concat({1, 2, 3}, ',', 2, 2)",
  "table.concat({1, 2, 3}, ',', 3, 2)", "table.concat({1, 2, 3}, ',', 0)", "table.concat({1}, ',', 1, 2)", "table.concat({}, ',', math.maxinteger, math.maxinteger)",
  "table.concat({}, ',', math.mininteger, math.mininteger + 1)", "table.concat({[math.maxinteger] = 'last'}, ',', math.maxinteger)", "table.concat({[math.maxinteger] = 'x', [math.maxinteger - 1] = 'y'}, ',', math.maxinteger - 1, math.maxinteger)",
  "table.concat({true})", "table.concat({print})", "table.concat({1, 2}, nil)", "table.concat({1, 2}, ',', 'x')", "table.concat({1, 2}, ',', 1, 'x')", "table.concat({1, 2}, ',', 1.5)",
  "table.concat({1.0, 2^53, -0.0, 1e100})", "table.concat({'a\\0b', '\\0'}, '\\0')", "#table.concat({('x'):rep(30), ('y'):rep(30)}, ',')", "table.concat({('x'):rep(19), ('y'):rep(20)}, '-')",
  "table.concat({('x'):rep(20), ('y'):rep(20)}, '-')", "table.concat({('x'):rep(100), 1, ('y'):rep(100)}, '-')", "table.concat({('x'):rep(100), {}, 'y'}, '-')",
  "table.concat(setmetatable({}, {__index = function(_, i) return i * 2 end, __len = function() return 3 end}), '-')", "table.concat(setmetatable({}, {__len = function() return 2 end}))",
  "table.concat('abc')", "table.concat(io.stdout)" })
check("concat of many", function()
  local t = {}
  for i = 1, 10000 do t[i] = tostring(i) end
  local s = table.concat(t, ",")
  return #s, s:sub(1, 20), s:sub(-20)
end)
check("concat of many numbers", function()
  local t = {}
  for i = 1, 1000 do t[i] = i / 2 end
  local s = table.concat(t, " ")
  return #s, s:sub(-20)
end)

each("insert", { "table.insert()", "table.insert({})", "table.insert({}, 1, 2, 3)", "table.insert({}, 3, 2)", "table.insert({}, 0, 2)", "table.insert({}, -1, 2)", "table.insert({}, 'x', 2)", "table.insert(1, 2)",
  "table.insert(nil, 2)", "table.insert({1}, nil, 2)", "table.insert({1, 2, 3}, 5, 2)", "table.insert({1}, 1.5, 2)", "select('#', table.insert({}, 1))", "table.insert({1, 2}, '1', 0)", "table.insert('x', 1)",
  "table.insert(setmetatable({}, {__len = function() return 'x' end}), 1)", "table.insert(setmetatable({}, {__len = function() return 1.5 end}), 1)", "table.insert(setmetatable({}, {__len = function() return '3' end}), 5, 1)",
  "table.insert(setmetatable({}, {__len = function() return 3.0 end}), 1)", "table.insert(io.stdout, 1)", "table.insert({}, nil)", "table.insert({}, 1, nil)" })
check("insert: at every place", function()
  local t = {}
  for i = 1, 5 do table.insert(t, i) end
  table.insert(t, 1, "first") table.insert(t, 4, "middle") table.insert(t, #t + 1, "last") table.insert(t, #t, "but last")
  return table.concat(t, " ")
end)
check("insert: a thousand at the front", function()
  local t = {}
  for i = 1, 1000 do table.insert(t, 1, i) end
  return #t, t[1], t[500], t[1000]
end)
check("insert: nil at the end", function() local t = { 1, 2 } table.insert(t, nil) table.insert(t, 3) return #t, t[3] end)
check("insert: in the hash part", function()
  local t = { [1] = "a", [2] = "b", [3] = "c" }
  table.insert(t, 2, "x")
  return table.concat(t, " ")
end)
check("insert: metamethods", function()
  local t, log = Logged(3, function(i) return i * 10 end)
  table.insert(t, 2, "v")
  table.insert(t, "end")
  return table.concat(log, ", ")
end)
check("insert: length at the limit", function()
  local log = {}
  table.insert(setmetatable({}, { __len = function() return math.maxinteger end, __newindex = function(_, k) log[1] = k end }), 1)
  return log[1]
end)
check("insert: metatable without __newindex", function() local t = setmetatable({ 1 }, { __index = { 7, 8, 9 } }) table.insert(t, 1, 0) return t[1], t[2], t[3] end)

each("remove", { "table.remove()", "table.remove({})", "table.remove({}, 2)", "table.remove({}, 1)", "table.remove({}, 0)", "table.remove({}, -1)", "table.remove({1}, 2)", "table.remove({1}, 3)", "table.remove({1}, 0)",
  "table.remove({1}, 'x')", "table.remove({1, 2, 3}, 1)", "table.remove({1, 2, 3}, 3)", "table.remove({1, 2, 3}, 4)", "table.remove({1, 2, 3}, 5)", "table.remove({[0] = 5}, 0)", "table.remove({}, nil)",
  "table.remove(1)", "table.remove({1, 2}, 1.5)", "table.remove({1, 2}, '2')", "select('#', table.remove({}))", "table.remove(io.stdout)", "table.remove({1, 2, 3}, 1, 2)" })
check("remove: until empty", function()
  local t, got = { 1, 2, 3, 4, 5 }, {}
  got[1] = table.remove(t, 2) got[2] = table.remove(t) got[3] = table.remove(t, 1) got[4] = table.remove(t, #t + 1) or "none"
  got[5] = table.concat(t, ",")
  return table.concat(got, " ")
end)
check("remove: from the front", function()
  local t, sum = {}, 0
  for i = 1, 1000 do t[i] = i end
  for i = 1, 990 do sum = sum + table.remove(t, 1) end
  return sum, #t, table.concat(t, ",")
end)
check("remove: metamethods", function()
  local t, log = Logged(3, function(i) return i * 10 end)
  local got = table.remove(t, 1)
  local last = table.remove(t)
  return got, last, table.concat(log, ", ")
end)
check("remove: with holes", function() local t = { 1, nil, 3 } return table.remove(t, 1), t[1], t[2], t[3] end)

each("move", { "table.move()", "table.move({})", "table.move({}, 1)", "table.move({}, 1, 2)", "table.move({}, 1, 2, 3, 4)", "table.move(1, 1, 1, 1)", "table.move({}, -1, math.maxinteger, 2)", "table.move({}, 1, math.maxinteger, 2)",
  "table.move({}, 0, math.maxinteger - 1, 3)", "table.move({}, math.mininteger, 0, 3)", "table.move({}, 'x', 1, 1)", "table.concat(table.move({1, 2, 3}, 1, 3, 2), ',')", "table.concat(table.move({1, 2, 3}, 2, 3, 1), ',')",
  "table.concat(table.move({1, 2, 3}, 1, 3, 3), ',')", "table.concat(table.move({1, 2, 3}, 1, 3, 1, {}), ',')", "table.concat(table.move({1, 2, 3}, 2, 3, 1, {9, 9, 9}), ',')", "table.concat(table.move({1, 2, 3}, 1, 0, 5), ',')",
  "table.move({1, 2}, 1, 2, math.maxinteger)", "table.move({1, 2}, 1, 1, math.maxinteger)[math.maxinteger]", "table.move({[math.mininteger] = 4}, math.mininteger, math.mininteger, -5)[-5]", "table.move({1}, 1, 1, 1, nil)[1]",
  "table.move({1, nil, 3}, 1, 3, 4)[6]", "table.move({1, 2, 3}, 1, 3, 0)[0]", "table.move({}, 1, 2, 3, 'x')" })
check("move: metamethods", function()
  local t, log = Logged(3, function(i) return i * 10 end)
  table.move(t, 1, 2, 3) table.move(t, 1, 3, 2) table.move(t, 2, 3, 1)
  return table.concat(log, ", ")
end)
check("move: between logged tables", function()
  local a, log_a = Logged(3, function(i) return i end)
  local b, log_b = Logged(3)
  local same = table.move(a, 1, 3, 2, b) == b
  return same, table.concat(log_a, ", "), table.concat(log_b, ", ")
end)
check("move: result", function() local a, b = { 1 }, {} return table.move(a, 1, 1, 1) == a, table.move(a, 1, 1, 1, b) == b end)
check("move: large and overlapping", function()
  local t = {}
  for i = 1, 1000 do t[i] = i end
  table.move(t, 1, 1000, 101)
  local sum = 0
  for i = 1, #t do sum = sum + t[i] * i end
  table.move(t, 101, 1100, 1)
  return sum, #t, t[1], t[1000], t[1100]
end)

each("pack", { "table.pack().n", "table.pack(nil).n", "table.pack(1, nil, nil).n", "table.pack(1, nil, 3)[3]", "#table.pack(1, 2, 3)" })
each("unpack", { "table.unpack()", "table.unpack(1)", "table.unpack({})", "table.unpack({1, 2, 3})", "table.unpack({1, 2, 3}, 2)", "table.unpack({1, 2, 3}, 2, 3)", "table.unpack({1, 2, 3}, -1, 1)", "table.unpack({1, 2}, 2, 1)",
  "table.unpack({}, 1, 3)", "table.unpack({}, 1, 1e7)", "table.unpack({}, 1, math.maxinteger)", "table.unpack({}, math.mininteger, math.maxinteger)", "table.unpack({}, 0, 1e6)", "table.unpack({}, 'x')", "table.unpack({}, 1, 'x')",
  "table.unpack({}, math.maxinteger, math.maxinteger)", "table.unpack({[math.maxinteger] = 1}, math.maxinteger, math.maxinteger)", "table.unpack({[math.maxinteger - 1] = 2, [math.maxinteger] = 1}, math.maxinteger - 1, math.maxinteger)",
  "table.unpack({}, math.mininteger, math.mininteger)", "table.unpack('abc')", "table.unpack('abc', 1, 2)", "table.unpack(setmetatable({}, {__index = function(_, i) return i * 2 end}), 1, 3)", "table.unpack({1, nil, 3}, 1, 3)",
  "select('#', table.unpack({n = 3}, 1, 3))", "table.unpack({1, 2}, 1.5)", "table.unpack({1, 2}, nil, nil)", "table.unpack({x = 1}, 1, 1)", "select('#', table.unpack({}, 1, 200000))",
  "table.unpack(setmetatable({}, {__len = function() return 2 end, __index = function(_, i) return i end}))" })
check("values that look like tables", function()
  debug.setmetatable(1, { __index = function(_, i) return "n" .. i end, __len = function() return 3 end })
  local joined, first, second = table.concat(5, ","), table.unpack(5)
  local ok, message = pcall(table.insert, 5, 1)
  debug.setmetatable(1, nil)
  return joined, first, second, ok, message
end)
local names = {}
for name in pairs(table) do names[#names + 1] = name end
table.sort(names)
print(table.concat(names, " "))
