-- expects: here
-- After a full collection no dead register, expired temporary, popped slot or finished call keeps an object alive: an object that only
-- such a place holds is made, then a collection runs in many positions of a program.
local probe
local function make() local t = {} probe = weak.ref(t) return t end
local function kept() collectgarbage() return probe() ~= nil end
local function dead_block() do local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, make() end end

print((function() do local x = make() end return kept() end)())                                       --> false
print((function() local n = #make() return kept() end)())                                             --> false
print((function() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end return math.max(1, 2, kept() and 3 or 0) end)())  --> 2
print((function() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end local t = { 1, 2, kept() } return t[3] end)())    --> false
print((function() local function v(...) return kept() end return (v((make()) and 1)) end)())          --> false
print((function() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end return select(2, pcall(kept)) end)())  --> false
print((function() pcall(function() local x = make() error "x" end) return kept() end)())              --> false
print((function() local r xpcall(function() do local x = make() end error "e" end, function() r = kept() end) return r end)())  --> false
print((function()
  do local a, b, c, d, e, f, g, h, i, j = 1, 2, 3, 4, 5, 6, 7, 8, 9, make() end
  local r
  for k in function(_, c) if not c then r = kept() return 1 end end do end
  return r
end)())                                                                                               --> false
print(coroutine.wrap(function() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end return kept() end)())  --> false
print((function()
  local co = coroutine.wrap(function() dead_block() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end coroutine.yield() end)
  co()
  return kept()
end)())                                                                                               --> false
print((function() local co = coroutine.create(function() local x = make() end) coroutine.resume(co) return kept() end)())  --> false
print((function() local co = coroutine.wrap(function() coroutine.yield(make()) end) co() return kept() end)())  --> false
local function hooked(mask, count)
  local r, n = nil, 0
  do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end
  debug.sethook(function() n = n + 1 if n == 2 then r = kept() end end, mask, count)
  local z = math.max(1, 2)
  z = z + 1
  debug.sethook()
  return r
end
print(hooked("l"), hooked("", 1), hooked("c"), hooked("r"))                                           --> false	false	false	false
print((function() do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end local r string.gsub("a", "a", function() r = kept() end) return r end)())  --> false
print((function()
  do local a, b, c, d, e, f = 1, 2, 3, 4, 5, make() end
  local r
  table.sort({ 1, 2, 3 }, function(a, b) r = kept() return a < b end)
  return r
end)())                                                                                               --> false
print((function() local x = make() x = nil return kept() end)())                                      --> false
print((function() local function f(n) if n == 0 then make() return end f(n - 1) end f(20) return kept() end)())  --> false
print((function() local function f() return 1, 2, 3, make() end local a = f() return kept() end)())   --> false
print((function() local n = select("#", make(), make()) return kept() end)())                         --> false
print((function() local function g() return kept() end local function f() local x = make() return g() end return f() end)())  --> false
print((function() local i = 0 repeat local x = make() i = i + 1 until i > 2 return kept() end)())     --> false
print((function() for i = 1, 3 do local x = make() end return kept() end)())                          --> false
print((function() local y = (make() and nil) or kept() return y end)())                               --> false
print(load "local make, kept = ... do local x, y, z = 1, 2, make() end return kept()"(make, kept))    --> false
print((function() dead_block() local o = setmetatable({}, { __call = function() return kept() end }) return o() end)())  --> false
