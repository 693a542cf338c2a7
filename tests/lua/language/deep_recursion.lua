-- stress: 100003
-- 190,000 nested Lua calls work, through pcall, metamethods, coroutines and iterators too; deeper ones are an ordinary error.
local check = require "check"

check("plain", function() local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(190000) end)
check("too deep", function() local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end local ok, m = pcall(f, 10000000) return ok, (m:match "stack overflow") end)
check("depth that can be reached", function() local depth = 0 local function f() depth = depth + 1 return 1 + f() end pcall(f) return depth > 190000, depth < 1000000 end)
check("again after an overflow", function() local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end pcall(f, 1e7) return f(190000) end)
check("in a coroutine", function() local function f(n) if n == 0 then coroutine.yield("bottom") return 0 end return 1 + f(n - 1) end local w = coroutine.wrap(f) return w(100000), w() end)
check("error through all of it", function() local function f(n) if n == 0 then error("bottom", 0) end return 1 + f(n - 1) end return pcall(f, 150000) end)
check("mutual recursion", function() local a, b function a(n) if n == 0 then return "a" end local r = b(n - 1) return r end function b(n) if n == 0 then return "b" end local r = a(n - 1) return r end return a(100001) end)
check("closures on the way", function() local function f(n) local x = n local g = function() return x end if n == 0 then return 0 end local r = f(n - 1) return r + (g() == n and 1 or 0) end return f(50000) end)
check("with to-be-closed variables", function() local n = 0 local mt = { __close = function() n = n + 1 end } local function f(d) local x <close> = setmetatable({}, mt) if d == 0 then error("e", 0) end return 1 + f(d - 1) end local ok, m = pcall(f, 1000) return ok, m, n end)
check("many tail calls inside deep calls", function() local function t(n) if n == 0 then return 1 end return t(n - 1) end local function f(n) if n == 0 then return t(1000) end return 0 + f(n - 1) end return f(10000) end)
check("deeper than the stack", function()
  local mt = {}
  mt.__add = function(a, b) return 1 + (a + b) end
  mt.__call = function(self) return 1 + self() end
  mt.__index = function(t, k) return 1 + t[k + 1] end
  local x = setmetatable({}, mt)
  local out = {}
  for _, f in ipairs { function() return x + x end, function() return x() end, function() return x[1] end } do
    local ok, message = pcall(f)
    out[#out + 1] = tostring(message):match("stack overflow")
  end
  return table.concat(out, " ")
end)

