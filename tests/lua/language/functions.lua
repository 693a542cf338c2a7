-- Manual 3.4.10 and 3.4.11: calls, arguments, results, varargs.
local check = require "check"

check("missing and extra arguments", function() local function f(a, b, c) return a, b, c end return f(1), f(1, 2, 3, 4), select("#", f()) end)
check("results adjusted in the middle", function() local function f() return 1, 2, 3 end return f(), f(), (f()) end)
check("no results", function() local function f() end local a, b = f() return a, b, select("#", f()), select("#", (f())) end)
check("results in a constructor", function() local function f() return 1, 2, 3 end return #{ f() }, #{ f(), f() }, #{ (f()) }, #{ f(), nil, 4 }, #{ n = f(), f() } end)
check("call without parentheses", function() local function f(x) return type(x) == "table" and #x or x end return f { 1, 2 }, f "s", f [[l]], f "a" .. "b" end)
check("chained calls", function() local function f(x) return function(y) return function(z) return x + y + z end end end return f(1)(2)(3), f "1" "2" "3" end)
check("methods", function() local o = { v = 3 } function o:add(n) self.v = self.v + n return self end return o:add(1):add(2).v, o.add(o, 1).v, ("x"):rep(2) end)
check("method on a long path", function() local t = { a = { b = {} } } function t.a.b:m(...) return self == t.a.b, ... end return t.a.b:m(1, nil) end)
check("arguments are evaluated in order", function() local log = {} local function v(x) log[#log + 1] = x return x end; (function(...) end)(v(1), v(2), v(3)) return table.concat(log) end)
check("function evaluated before its arguments", function() local log = {} local function f() log[#log + 1] = "f" return function() end end local function a() log[#log + 1] = "a" end f()(a()) return table.concat(log) end)
check("varargs", function() local function f(...) return select("#", ...), ... end return f(), f(nil), f(1, nil, nil) end)
check("varargs with parameters", function() local function f(a, b, ...) return a, b, select("#", ...), ... end return f(1), f(1, 2), f(1, 2, 3, nil) end)
check("varargs in the middle", function() local function f(...) return ..., "end" end return f(1, 2, 3) end)
check("varargs in a constructor", function() local function f(...) local t = { ..., "x" } local u = { "x", ... } return #t, #u, t[1], u[2] end return f(7, 8, 9) end)
check("varargs are read again and again", function() local function f(...) local a = ... local b, c = ... return a, b, c, ... end return f(1, 2) end)
check("varargs as an operand", function() local function f(...) return ... + 1, (...), -..., { ... }, not ... end return (select("#", f(5, 6))), f(5, 6) end)
check("varargs assigned to locals do not change", function() local function f(...) local a = ... a = 10 return ..., a end return f(1) end)
check("varargs not visible in inner functions", "return function(...) return function() return ... end end")
check("main chunk is vararg", "return select('#', ...), ...", 1, nil)
check("select", function() return select(2, "a", "b", "c"), select(-1, "a", "b"), select(-2, "a", "b") end)
check("select out of range", function() return select(0, 1) end)
check("select negative out of range", function() return select(-3, 1, 2) end)
check("select past the end", function() return select("#", select(5, 1, 2)) end)
check("select wrong", function() return select("x") end)
check("many arguments", function() local t = {} for i = 1, 250 do t[i] = tostring(i) end return load("return select('#', " .. table.concat(t, ",") .. ")")() end)
check("very many arguments", function() local t = {} for i = 1, 100000 do t[i] = i end return select("#", table.unpack(t)), select(-1, table.unpack(t)), (function(...) return select("#", ...) end)(table.unpack(t)) end)
check("too many results to unpack", function() return table.unpack({}, 1, 1e7) end)
check("string.char of many", function() return #string.char(table.unpack({ ("a"):rep(200):byte(1, -1) })) end)
check("parameters beyond what is passed are nil each time", function() local function f(a, b) local old = b b = 5 return old end f(1, 2) return f(1), f(1) end)
check("recursion with many locals", function() local function f(n, a, b, c, d) if n == 0 then return a + b + c + d end return f(n - 1, b, c, d, a + 1) + 0 end return f(100, 1, 2, 3, 4) end)
check("mutual recursion", function() local even, odd function even(n) if n == 0 then return true end return odd(n - 1) end function odd(n) if n == 0 then return false end return even(n - 1) end return even(10), even(11) end)
check("ackermann", function() local function a(m, n) if m == 0 then return n + 1 elseif n == 0 then return a(m - 1, 1) else return a(m - 1, a(m, n - 1)) end end return a(2, 9) end)
check("function values compare by identity", function() local function make() return function() end end local f = make() return f == f, f == make() end)
check("call of a number", "return (1)()")
check("call of nil", "local n n()")
check("call of a field", "local t = {} t.x()")
check("call of a nested field", "local t = {a = {}} t.a.b()")
check("call of a method", "local t = {} t:method()")
check("call of a string method", "return ('x'):nope()")
check("call of a global", "undefined_function(1)")
check("call of an upvalue", "local u; (function() u() end)()")
check("call of a constant key", "local t = {} t['a b']()")
check("call of an index", "local t = {} t[1]()")
check("call of a result", "local function f() end f()()")
check("call of a table", "({})()")
check("method of nil", "local n n:method()")
check("method of a field", "local t = {} t.x:method()")
check("callable table", function() local t = setmetatable({}, { __call = function(self, ...) return self ~= nil, select("#", ...), ... end }) return t(), t(1, nil), t "s", t { } end)
check("chain of callables", function() local mt = {} mt.__call = function(self, ...) return "f", ... end local t = setmetatable({}, { __call = setmetatable({}, mt) }) return select("#", t(1)), (t(1)) end)
check("callable in a tail call", function() local t = setmetatable({}, { __call = function(_, x) return x * 2 end }) local function f(x) return t(x) end return f(21) end)
check("callable with a wrong __call", function() return setmetatable({}, { __call = 5 })() end)
-- Calls without arguments of a local variable or an upvalue, for one result.
check("one result of a C function in a variable", function()
  local f, t, n = table.pack, {}, 0
  for i = 1, 300 do local x = f() n = n + x.n t[i] = x end
  local function inner() local x = f() return x.n end
  return n, #t, inner(), inner()
end)
check("the callee is left alone", function()
  local f = function() return 7 end
  local g = f
  local x = f()
  local function inner() local y = f() f = nil return y end
  return x, g == f, inner(), f
end)
check("the variable changes", function()
  local f = function() return 1 end
  local function inner() local a = f() f = function() return 2 end local b = f() return a, b end
  local x = f()
  f = setmetatable({}, { __call = function(self) return rawequal(self, f) end })
  local y = f()
  f = coroutine.wrap(function() coroutine.yield(4) return 5 end)
  local z, w = f(), (f())
  f = function() return 6 end
  return x, y, z, w, inner()
end)
check("fewer and more results, parameters and varargs", function()
  local none, many = function() end, function(a, b, ...) return select("#", ...), a, b end
  local a, b = none(), many()
  local function inner() local c = none() local d = many() return c, d, none() == nil, many() + 1 end
  return a, b, inner()
end)
check("what it holds cannot be called", function()
  local texts = {
    "local f local x = f()", "local f = 1 local x = 1 + f()", "local f local function g() local x = f() end g()",
    "local f = {} local t = { [1] = f() }", "local a, f = print, nil local x = a() x = f()", "local f = nil; (function() return 1 + f() end)()",
    "local t = {} local f = t.x local x = f()()",
  }
  local messages = {}
  for i, text in ipairs(texts) do messages[i] = select(2, pcall(load(text, "=code"))) end
  return table.concat(messages, "\n")
end)
check("it is named in a traceback", function()
  local function f() return (debug.traceback("x"):match("in %a+ '[%w_]+'")) end
  local g = f
  local x = g()
  local function inner() local y = g() return y end
  return x, inner()
end)
check("a precompiled chunk calls", function()
  local body = "local f, t = ... local x = f() local function g() local y = f() return y end return x, g(), (f())"
  local full, stripped = string.dump(load(body)), string.dump(load(body), true)
  local function f() return 3 end
  local a, b, c = load(full)(f)
  local message = select(2, pcall(load(string.dump(load("local f local x = f()"), true))))
  return a, b, c, message, load(stripped)(f)
end)
