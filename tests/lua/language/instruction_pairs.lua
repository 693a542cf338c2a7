-- Operations that often follow each other, the first of them with usual and unusual operands, by the same code: an interpreter may
-- execute both at once.
local check = require "check"

local point = setmetatable({}, {
  __add = function(a, b) return type(a) == "table" and type(b) == "table" and 30 or 10 end,
  __sub = function() return 20 end,
  __mul = function() return 7 end,
  __mod = function() return 3 end,
  __len = function() return 4 end,
  __index = function(_, k) return k == "inner" and { x = 40 } or 50 end,
})
local record = { x = 3, y = 4.5, inner = { x = 8 }, yes = true, no = false }
local function each(f, ...)
  local out = {}
  for i = 1, select("#", ...) do
    local operand = select(i, ...)
    local ok, result = pcall(f, operand)
    out[#out + 1] = tostring(result)
  end
  return table.concat(out, " | ")
end
local operands = { 2, 2.5, "3", "x", point, record, math.maxinteger, -1 }

for round = 1, 2 do
  check("arithmetic, then more " .. round, function()
    local y, z = 5, 2.5
    return each(function(x) return x * y + z end, table.unpack(operands)), each(function(x) return x * y - x end, table.unpack(operands)),
      each(function(x) return x * y * z end, table.unpack(operands)), each(function(x) return (x - y) * z end, table.unpack(operands)),
      each(function(x) return x + y + z end, table.unpack(operands)), each(function(x) return x + y - z end, table.unpack(operands)),
      each(function(x) return (x + y) % 7 end, table.unpack(operands)), each(function(x) return x + 1 + 2 end, table.unpack(operands)),
      each(function(x) return x % 5 + y end, table.unpack(operands)), each(function(x) return x % 5 + 1 end, table.unpack(operands)),
      each(function(x) if x % 5 == 2 then return "two" end return "other" end, table.unpack(operands)),
      each(function(x) return x + y end, table.unpack(operands))
  end)
  check("arithmetic, then a store, an element, a call " .. round, function()
    local t, y, u = { 11, 12, 13 }, 1, { 21, 22, 23 }
    local function same(...) return ... end
    return each(function(x) t.f = x + y return t.f end, table.unpack(operands)), each(function(x) return t[x + y] end, table.unpack(operands)),
      each(function(x) return t[x + 1] end, table.unpack(operands)), each(function(x) t[x + 1] = y return t[x + 1] end, table.unpack(operands)),
      each(function(x) return u[x + y] end, table.unpack(operands)), each(function(x) u = x + 1 return u end, table.unpack(operands)),
      each(function(x) local r = same(x + 1) return r end, table.unpack(operands)), each(function(x) local s = 0 for i = 1, 3 do s = s + x end return s end, table.unpack(operands))
  end)
  check("fields " .. round, function()
    local y = 2
    local function all(f) return each(f, record, point, {}, nil, 5, "text", { x = 1, y = 2 }) end
    return all(function(r) return r.x + r.y end), all(function(r) return r.inner.x end), all(function(r) return r.x + 1 end),
      all(function(r) return r.x * y end), all(function(r) return y - r.x end), all(function(r) local a, b = r.x, y return a, b end),
      all(function(r) if r.yes then return "yes" end return "no" end), all(function(r) if r.no then return "yes" end return "no" end),
      all(function(r) if r.x == 3 then return "three" end return "other" end), all(function(r) return r.x + y end)
  end)
  check("elements " .. round, function()
    local nested = { { 1, 2, 3 }, { 4, 5, 6 }, [5] = { x = 9 } }
    local keys = { 1, 2, 3, 5, 1.0, 0.5, "x" }
    local function all(f) return each(f, table.unpack(keys)) end
    return all(function(i) return nested[i][i] end), all(function(i) return nested[1][i] + i end), all(function(i) local n, m = nested, 2 return n[i][1] * m end),
      all(function(i) local n = nested return n[i].x end), all(function(i) local n = nested if n[i] then return true end return false end),
      all(function(i) return nested[i].x end), all(function(i) if nested[i] then return true end return false end),
      all(function(i) local n = { 1, 2, 3 } n[i], n[1] = n[1], n[i] return n[1], n[i] end),
      all(function(i) local n = {} for j = 1, 3 do n[i] = j end return n[i] end), all(function(i) local n = {} for j = 1, 3 do n[j] = 7 n[i] = 8 end return n[i], n[3] end)
  end)
  check("lengths, variables of outer functions " .. round, function()
    local n, text, s = 0, "abc", nil
    local function next_number() n = n + 1 return n end
    local function set(v) s = v return s end
    return each(function(t) return #t + 1 end, { 1, 2 }, "text", point, nil, 5, {}, setmetatable({ 1 }, {})), next_number() + next_number(), set(text), set(nil), n
  end)
end

check("names in messages", function()
  local function message(f, ...) return (select(2, pcall(f, ...))) end
  local outer
  return message(function(a) local b, c = a, a return b.x.y end, {}), message(function(a) return a.x.y.z end, { x = {} }),
    message(function(a, b) return a * b + outer end, 1, 2), message(function(a, b) local c = a b(c) end, 1), message(function() outer.x() end),
    message(function() outer(1) end), message(function(a) return a.f + a.g end, { f = 1 }), message(function(a, i) return a[i][i] end, { 1 }, 1),
    message(function(a) return a + 1 + {} end, 1), message(function(a) a.f = a.f + 1 end, {}), message(function(a) return #a + 1 end, 5),
    message(function() return undefined_name.x end), message(function() undefined_name(outer, 1) end), message(function(a) return a % 5 + outer end, 2)
end)
check("a jump to the second", function()
  local out = {}
  for i = 1, 6 do
    local a, b = i, i * 2
    local c = i % 2 == 0 and a or b
    local d = c
    if i > 3 then a = d end
    b = a + d
    out[#out + 1] = b - c
  end
  local i = 0
  while true do
    i = i + 1
    if i > 5 then break end
    if i == 3 then goto continue end
    out[#out + 1] = i
    ::continue::
  end
  return table.concat(out, " ")
end)
check("hooks see both", function()
  local lines, counted = {}, 0
  local function f(a, b)
    local c = a * b
      + a
    local d, e = c,
      b
    return c
      + d + e
  end
  debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
  f(1, 2)
  debug.sethook()
  local first = debug.getinfo(f, "S").linedefined
  for i = #lines, 1, -1 do
    lines[i] = lines[i] - first
    if lines[i] < 0 or lines[i] > 7 then table.remove(lines, i) end
  end
  return table.concat(lines, " ")
end)
check("yields between", function()
  local yielding = setmetatable({}, {
    __mul = function(_, b) return coroutine.yield("mul", b) end,
    __index = function(_, k) return coroutine.yield("index", k) end,
    __add = function(_, b) return coroutine.yield("add", b) end,
  })
  local co = coroutine.wrap(function(x, y) local a = x * y + y local b = x.f + y local c = x[y] * y return a, b, c, x + 1 + 2 end)
  local out = { co(yielding, 5) }
  for i = 1, 3 do
    for _, v in ipairs { co(i * 10) } do out[#out + 1] = v end
  end
  return table.concat(out, " "), co(100)
end)
