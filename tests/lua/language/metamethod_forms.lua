-- stress: 89
-- steps: 17
-- Metamethods by every form that the function, its results and the instruction may have: parameters too few and too many, variable
-- arguments, C functions, tables that are called, results none, one and many, tail calls, yields, errors and hooks.
local check = require "check"

local function names(...)
  local out = { select("#", ...) }
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    out[#out + 1] = type(v) == "table" and (rawget(v, "name") or "table") or tostring(v)
  end
  return table.concat(out, ",")
end

-- By form: a function from what is to be returned to a metamethod.
local forms = {
  { "no parameter", function(result) return function() return result() end end },
  { "one parameter", function(result) return function(a) return (result(a)) end end },
  { "two parameters", function(result) return function(a, b) local r = result(a, b) return r end end },
  { "three parameters", function(result) return function(a, b, c) return result(a, b, c) end end },
  { "five parameters", function(result) return function(a, b, c, d, e) local r = result(a, b, c, d, e) return r, 2, 3 end end },
  { "variable arguments", function(result) return function(...) return result(...) end end },
  { "one and variable arguments", function(result) return function(a, ...) return result(a, ...), "more" end end },
  { "a tail call of a C function", function() return function(a, b) return select(2, a, "selected", b) end end },
  { "no result", function() return function() end end },
  { "an empty list", function() return function() return table.unpack({}) end end },
  { "a list", function() return function(a, b) return table.unpack({ 7, a, b }) end end },
  { "a captured parameter", function(result) return function(a, b) local f = function() return a, b end return (result(f())) end end },
  { "an open variable", function(result)
    return function(a, b)
      local closed <close> = setmetatable({}, { __close = function() end })
      return result(a, b)
    end
  end },
  { "a C function", function() return rawequal end },
  { "a C function with upvalues", function() return coroutine.wrap(function(a) while true do a = coroutine.yield(17) end end) end },
  { "a table", function(result) return setmetatable({}, { __call = function(self, ...) return result(...) end }) end },
  { "a number", function() return 5 end },
  { "false", function() return false end },
}

local operations = {
  { "__add", function(a, b) return a + b end }, { "__sub", function(a, b) return a - b end },
  { "__mul", function(a, b) return a * b end }, { "__div", function(a, b) return a / b end },
  { "__mod", function(a, b) return a % b end }, { "__pow", function(a, b) return a ^ b end },
  { "__idiv", function(a, b) return a // b end }, { "__band", function(a, b) return a & b end },
  { "__bor", function(a, b) return a | b end }, { "__bxor", function(a, b) return a ~ b end },
  { "__shl", function(a, b) return a << b end }, { "__shr", function(a, b) return a >> b end },
  { "__concat", function(a, b) return a .. b end }, { "__lt", function(a, b) return a < b end },
  { "__le", function(a, b) return a <= b end }, { "__eq", function(a, b) return a == b end },
  { "__lt", function(a, b) if a < b then return "then" else return "else" end end },
  { "__le", function(a, b) if not (a <= b) then return "then" else return "else" end end },
  { "__eq", function(a, b) if a ~= b then return "then" else return "else" end end },
  { "__eq", function(a, b) local c = 0 while a == b and c < 3 do c = c + 1 end return c end },
  { "__index", function(a, b) return a[b] end }, { "__index", function(a) return a.field end },
  { "__index", function(a) return a[3] end }, { "__index", function(a) return a[2.5] end },
  { "__index", function(a) local function up() return a[7] end return up() end },
  { "__call", function(a, b) return a(b) end }, { "__call", function(a) return a() end },
  { "__call", function(a, b) return a(b, 2, 3, 4, 5, 6) end }, { "__call", function(a, b) return names(a(table.unpack { b, 2, 3 })) end },
  { "__call", function(a, b) local x, y, z = a(b, 1) return names(x, y, z) end }, { "__call", function(a, b) a(b) return "done" end },
  { "__unm", function(a) return -a end }, { "__bnot", function(a) return ~a end }, { "__len", function(a) return #a end },
  { "__add", function(a) return a + 1 end }, { "__add", function(a) return 1 + a end }, { "__add", function(a) return a + 2.5 end },
  { "__sub", function(a) return a - 1 end }, { "__sub", function(a) return 10000000 - a end }, { "__mul", function(a) return a * 3 end },
  { "__mod", function(a) return a % 7 end }, { "__div", function(a) return a / 2 end }, { "__pow", function(a) return a ^ 2 end },
  { "__idiv", function(a) return a // 2 end }, { "__band", function(a) return a & 0xF0 end }, { "__bor", function(a) return a | 1 end },
  { "__bxor", function(a) return 5 ~ a end }, { "__shl", function(a) return a << 2 end }, { "__shr", function(a) return a >> 1 end },
  { "__lt", function(a) return a < 1 end }, { "__lt", function(a) return a > 1 end }, { "__le", function(a) return 2 <= a end },
}

for number, operation in ipairs(operations) do
  local event, perform = operation[1], operation[2]
  for _, form in ipairs(forms) do
    check(event .. " " .. number .. ", " .. form[1], function()
      local log = {}
      local function result(...)
        log[#log + 1] = names(...)
        return #log * 10
      end
      local mt = { [event] = form[2](result) }
      local x, y = setmetatable({ name = "x" }, mt), setmetatable({ name = "y" }, mt)
      local other, bare = setmetatable({ name = "other" }, { [event] = function() return "others" end }), { name = "bare" }
      local out = {}
      for _, pair in ipairs { { x, y }, { x, y }, { x, other }, { other, x }, { x, bare }, { bare, x }, { x, 3 }, { 3, x }, { x, "s" } } do
        local ok, value = pcall(perform, pair[1], pair[2])
        out[#out + 1] = type(value) == "table" and rawget(value, "name") or tostring(value)
      end
      return table.concat(out, " ") .. " | " .. table.concat(log, " ")
    end)
  end
  check(event .. " " .. number .. " yields", function()
    local mt = {}
    mt[event] = function(a, b) return coroutine.yield(event) end
    local co = coroutine.wrap(function()
      local x, y = setmetatable({}, mt), setmetatable({}, mt)
      return "end", perform(x, y)
    end)
    local first = co()
    local second, third = co(true)
    return first, second, type(third)
  end)
  check(event .. " " .. number .. " fails", function()
    local mt = {}
    mt[event] = function(a, b) error("failed", 2) end
    return perform(setmetatable({}, mt), setmetatable({}, mt))
  end)
  check(event .. " " .. number .. " in a traceback", function()
    local mt, text = {}, nil
    mt[event] = function(a, b) text = debug.traceback("seen") return 1 end
    pcall(perform, setmetatable({}, mt), setmetatable({}, mt))
    return (text:gsub("%s*[^\n]*check.lua.*", ""):gsub("\n%s*%[C%]: in [^\n]*", ""))
  end)
  check(event .. " " .. number .. " under a hook", function()
    local mt, calls = {}, 0
    mt[event] = function(a, b) return 1 end
    local x, y = setmetatable({}, mt), setmetatable({}, mt)
    debug.sethook(function() calls = calls + 1 end, "cr")
    pcall(perform, x, y)
    debug.sethook()
    return calls
  end)
end

-- Operators nested in each other's metamethods down to where the stack overflows.
check("deep", function()
  local mt = {}
  local function at(depth) return setmetatable({ depth = depth }, mt) end
  mt.__add = function(a, b) if a.depth == 0 then return 0 end return 1 + (at(a.depth - 1) + b) end
  mt.__call = function(self, n) if n == 0 then return 0 end return 1 + self(n - 1) end
  mt.__lt = function(a, b) return a.depth ~= 0 and at(a.depth - 1) < b end
  mt.__eq = function(a, b) return a.depth == 0 or at(a.depth - 1) == b end
  mt.__index = function(t, k) if k == 0 then return 0 end return 1 + t[k - 1] end
  local x = at(100)
  return x + x, x(100), x < x, x == at(3), x[100]
end)
-- Metamethods come and go between two executions of one instruction.
check("come and go", function()
  local mt = {}
  local a, b = setmetatable({}, mt), setmetatable({}, mt)
  local out = {}
  local function look()
    out[#out + 1] = tostring(a == b) .. tostring(a ~= b)
    out[#out + 1] = tostring((select(2, pcall(function() return a + b end)))):match("%a+$") or "?"
    out[#out + 1] = tostring((select(2, pcall(function() return a < b end)))):match("%a+$") or "?"
    out[#out + 1] = tostring((select(2, pcall(function() return a() end)))):match("%a+")
    out[#out + 1] = tostring(a[1]) .. tostring(a.x)
  end
  look() look()
  mt.__eq = function() return 1 end
  mt.__add = function() return "sum" end
  mt.__lt = function() return nil end
  mt.__call = function() return "called" end
  mt.__index = function() return "computed" end
  look() look()
  mt.__eq, mt.__add, mt.__lt, mt.__call, mt.__index = nil
  look() look()
  rawset(mt, "__eq", rawequal)
  rawset(mt, "__index", { "one", x = "field" })
  look() look()
  setmetatable(a, nil)
  look()
  return table.concat(out, " ")
end)
