-- Manual 6.6: table.sort.
-- stress: 97
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
local function sorted(t, order)
  table.sort(t, order)
  for i = 1, #t do t[i] = tostring(t[i]) end
  return table.concat(t, " ")
end

each("bad arguments", { "table.sort()", "table.sort(1)", "table.sort({3, 1, 'x'})", "table.sort({1, 2}, 1)", "table.sort({1}, 1)", "table.sort({}, 1)", "table.sort({{}, {}})", "table.sort({1, 2}, {})",
  "table.sort(setmetatable({}, {__len = function() return 2^31 end}))", "table.sort(setmetatable({}, {__len = function() return math.maxinteger end}))", "table.sort(setmetatable({}, {__len = function() return -1 end}))",
  "table.sort({true, false})", "table.sort({print, print})", "table.sort({1, nil, 3})", "table.sort({1, 2}, nil)", "select('#', table.sort({2, 1}))", "table.sort({'a', 1})", "table.sort({1, 'a'})",
  "table.sort({7, 7, 7}, error)", "table.sort({3, 2, 1}, function(a, b) error('E') end)", "table.sort({3, 2, 1}, function(a, b) error({}) end) == nil", "table.sort('abc')", "table.sort(io.stdout)" })
each("wrong orders", { "pcall(table.sort, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, function() return true end)", "table.sort({1, 1, 1, 1, 1, 1}, function(a, b) return a <= b end)",
  "pcall(table.sort, {5}, function() return true end)", "pcall(table.sort, {5, 4}, function() return true end)", "pcall(table.sort, {5, 4, 3}, function() return true end)" })
check("numbers", function() return sorted { 5, 2, 8, 1, 9, 3, 7, 4, 6, 0 } end)
check("floats", function() return sorted { 0.5, -1.5, 1e300, -1/0, 1/0, 0.25, 3.75 } end)
check("integers and floats", function() return sorted { 3, 1.5, 2, 2.5, -1, 0.1, 1e15, math.maxinteger, 2^53, math.mininteger } end)
check("great integers beside floats", function() return sorted { 2^53 + 2, 9007199254740993, 9007199254740991, 2^53 } end)
check("strings", function() return sorted { "pear", "apple", "fig", "", "Zebra", "apples", "app", "a\0b", "a\0a" } end)
check("descending", function() return sorted({ 5, 2, 8, 1, 9 }, function(a, b) return a > b end) end)
check("by a field", function()
  local t = { { n = 3 }, { n = 1 }, { n = 2 } }
  table.sort(t, function(a, b) return a.n < b.n end)
  return t[1].n, t[2].n, t[3].n
end)
check("__lt", function()
  local mt = { __lt = function(a, b) return a.n < b.n end }
  local t = {}
  for i = 1, 20 do t[i] = setmetatable({ n = i * 7 % 20 }, mt) end
  table.sort(t)
  for i = 1, 20 do t[i] = t[i].n end
  return table.concat(t, " ")
end)
check("the order function's results", function() return sorted({ 3, 1, 2 }, function(a, b) return a < b and "yes" or nil end) end)
check("a C function as order", function()
  local t = { "bb", "a", "ccc" }
  local ok = pcall(table.sort, t, rawequal)
  return ok, #t
end)
check("a callable table is no order function", "table.sort({2, 1}, setmetatable({}, {__call = function() return true end}))")
local function permutation(n, seed)
  local t = {}
  for i = 1, n do t[i] = i end
  for i = n, 2, -1 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    local j = seed // 65536 % i + 1
    t[i], t[j] = t[j], t[i]
  end
  return t
end
local function in_order(t, less)
  for i = 2, #t do if less(t[i], t[i - 1]) then return false end end
  return true
end
local function less(a, b) return a < b end
for _, n in ipairs { 0, 1, 2, 3, 5, 6, 7, 10, 12, 13, 50, 100, 101, 500, 5000, 50000 } do
  check("a permutation of " .. n, function()
    local a, b, c = permutation(n, 1), permutation(n, 2), permutation(n, 3)
    table.sort(a)
    table.sort(b, function(x, y) return x > y end)
    for i = 1, n do c[i] = ("%06d"):format(c[i]) end
    table.sort(c)
    local right = #a == n and #b == n
    for i = 1, n do right = right and a[i] == i and b[i] == n + 1 - i and c[i] == ("%06d"):format(i) end
    return right
  end)
end
for _, n in ipairs { 2, 3, 4, 5, 6, 8, 12, 30 } do
  check("orders that are none, " .. n .. " elements", function()
    local up, same, two, few = {}, {}, {}, {}
    for i = 1, n do up[i], same[i], two[i], few[i] = i, 7, 8, n - i end
    local function or_equal(a, b) return a <= b end
    local silent = pcall(table.sort, up, or_equal)
    local equal = pcall(table.sort, same, or_equal)
    local always = pcall(table.sort, two, function() return true end)
    local reverse = pcall(table.sort, few, function(a, b) return a >= b end)
    return silent, table.concat(up, " "), equal, always, reverse, table.concat(few, " ")
  end)
end
check("sorted, reversed and equal input", function()
  local up, down, same = {}, {}, {}
  for i = 1, 3000 do up[i] = i down[i] = 3001 - i same[i] = 7 end
  table.sort(up, less) table.sort(down, less) table.sort(same, less)
  return in_order(up, less), in_order(down, less), in_order(same, less), #same
end)
check("few different values", function()
  local t = permutation(5000, 9)
  for i = 1, 5000 do t[i] = t[i] % 7 end
  table.sort(t, less)
  local count = {}
  for i = 1, 5000 do count[t[i]] = (count[t[i]] or 0) + 1 end
  return in_order(t, less), count[0], count[6]
end)
check("an error keeps all elements", function()
  local t, calls = permutation(100, 4), 0
  pcall(table.sort, t, function(a, b) calls = calls + 1 if calls == 50 then error "x" end return a < b end)
  local sum = 0
  for i = 1, 100 do sum = sum + t[i] end
  return sum
end)
check("random orders never lose an element", function()
  local seed, good = 5, true
  for n = 2, 200, 7 do
    local t = permutation(n, n)
    pcall(table.sort, t, function() seed = (seed * 1103515245 + 12345) % 2147483648 return seed > 1073741824 end)
    table.sort(t)
    for i = 1, n do good = good and t[i] == i end
  end
  return good
end)
check("an order that empties the table", function()
  local t = permutation(50, 8)
  pcall(table.sort, t, function(a, b) for i = 1, 50 do t[i] = nil end collectgarbage() return a < b end)
  return true
end)
check("NaN among numbers", function()
  local t = { 3, 0/0, 1, 2 }
  pcall(table.sort, t)
  local sum = 0
  for i = 1, 4 do if t[i] == t[i] then sum = sum + t[i] end end
  return sum
end)
check("metamethods", function()
  local store = { 3, 1, 2 }
  local t = setmetatable({}, { __len = function() return 3 end, __index = function(_, i) return store[i] end, __newindex = function(_, i, v) store[i] = v end })
  table.sort(t)
  return table.concat(store, " ")
end)
check("yield in an order function", function()
  return coroutine.wrap(function() return pcall(table.sort, { 1, 2, 3 }, function() coroutine.yield() end) end)()
end)
check("yield outside a coroutine", "table.sort({1, 2, 3}, function() coroutine.yield() end)")
check("sort within sort", function()
  local t = permutation(30, 3)
  table.sort(t, function(a, b) local u = { b, a } table.sort(u, less) return a ~= b and u[1] == a end)
  return in_order(t, less)
end)
check("collections while sorting", function()
  local t = {}
  for i = 1, 200 do t[i] = { key = i * 37 % 200 } end
  local calls = 0
  table.sort(t, function(a, b) calls = calls + 1 if calls % 50 == 0 then collectgarbage() end return a.key < b.key end)
  return in_order(t, function(a, b) return a.key < b.key end)
end)
