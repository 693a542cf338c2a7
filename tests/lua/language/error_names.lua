-- The names of variables in messages of errors that operations raise.
local check = require "check"

local operations = { "%s + 1", "1 + %s", "%s .. 'x'", "-%s", "#%s", "%s < 1", "%s.y.z", "%s()", "%s & 1", "%s // 2" }
local places = {
  { "global", "", "value" }, { "local", "local value", "value" }, { "upvalue", "", "value", "local value return (function() return %s end)()" }, { "field", "local t = {}", "t.value" },
  { "field of a global", "t = {}", "t.value" }, { "nested field", "local t = {a = {}}", "t.a.value" }, { "integer index", "local t = {}", "t[1]" }, { "variable index", "local t, k = {}, 'q'", "t[k]" },
  { "string key with blanks", "local t = {}", "t['two words']" }, { "parameter", "", "value", "return (function(value) return %s end)()" }, { "vararg", "", "...", "return (function(...) return %s end)()" },
  { "call result", "local function f() end", "f()" }, { "constant", "", "(nil)" }, { "loop variable", "", "value", "for value in function(_, x) if x == nil then return false end end do return %s end" },
  { "string constant", "", "('text')" }, { "boolean", "local value = true", "value" }, { "table", "local value = {}", "value" }, { "method result", "local o = {m = function() end}", "o:m()" },
  { "local constant", "local value <const> = nil", "value" }, { "environment field", "local _ENV = {}", "value" }, { "conditional", "local a, b", "(a or b)" },
}
for _, place in ipairs(places) do
  for _, operation in ipairs(operations) do
    local expression = operation:gsub("%%s", (place[3]:gsub("%%", "%%%%")))
    local text = (place[4] or (place[2] .. " return %s")):gsub("%%s", (expression:gsub("%%", "%%%%")))
    check(place[1] .. ": " .. expression, text)
  end
end
local checks = {
  "local a, b = {}, 2 return a + b", "local a, b = 2, {} return a + b", "local a, b return a + b", "local a = {} return a.x + a.y", "local a = {x = 1} return a.x + a.y", "local a = 'x' return a + 1",
  "local a = {} a.b.c = 1", "a.b = 1", "local a a.b = 1", "local a = {} a.b.c.d = 1", "local a = {} a[1][2] = 3", "local a = {} return a:b()", "local a = {} return a.b:c()", "local a return a:b()",
  "string.nope()", "math.sin.x.y()", "return ('x').y.z", "local s = 'x' return s.y.z", "local t = {f = 1} t.f()", "local t = {f = {}} t.f.g()", "return (1)(2)", "return ({})[1]()", "return ({}).x.y", "x.y.z = 1",
  "local a = {} return a < a", "local a = {} return a < 1", "local a, b = 'x', 1 return a < b", "return {} <= {}", "return nil > 1", "local t = setmetatable({}, {__name = 'T'}) return t < 1", "local t = setmetatable({}, {__name = 'T'}) return t .. 'x'",
  "local t = setmetatable({}, {__name = 'T'}) return #t.x", "local t = setmetatable({}, {__name = 'T'}) t()", "return 1 .. {}", "return {} .. {}", "local a <const> = {} return a + 1", "for i = 1, 2 do i.x.y = 1 end", "local function f() return self.x end f()",
  "local t = {} t.x.y.z()", "local t = {} for k in pairs(t.x) do end", "for k in pairs() do end", "for i, v in ipairs() do end", "return ipairs(nil)", "return #5", "return -{}", "return -'x'", "return ~1.5", "return ~'a'", "return 1 // 0", "return 1 % 0", "return 2^53 | 0.5",
  "local a = 1.5 return a | 1", "local a = '1.5' return a | 1", "return 1 < 'x'", "local up = {} return (function() return up.x.y end)()", "local up return (function() up() end)()", "local up = 1 return (function() up.x = 1 end)()", "return undefined.field", "undefined.field = 1",
  "undefined()", "undefined.field()", "undefined:method()", "return -undefined", "return #undefined", "return undefined .. ''", "return undefined + 1", "return undefined < 1", "return 2 ^ undefined", "return undefined[undefined]", "local t = {} t[undefined] = 1", "local t = {} t[0/0] = 1",
  "local f = load('return a.b.c', '=inner') f()", "local a = {} ; (a.b or a.c)()", "local a, b = nil, nil return a and b or a.x", "return (undefined or 5).x.y", "return math.floor({})", "return ('x'):rep({})", "return ('x'):rep()", "return string.rep()", "return ('x'):bad()",
  "return setmetatable({}, {__index = function(t, k) return k.x.y end}).q", "return table.concat({{}})", "return table.concat({1, 2, nil, 4}, ',', 1, 4)", "local t = {} t.n = t.n + 1", "local a = 'a' local b = a.b.c", "local _ENV = nil return x", "local _ENV = 5 x = 1", "return (...)()", "return (...).x", "return ... .. 'x'",
  "local a = {b = {c = {}}} return a.b.c.d.e", "local a = 10 return a.b.c", "return true + 1", "return print + 1", "local co = coroutine.create(print) return co + 1", "local co = coroutine.create(print) return co.x", "return io.stdout + 1", "return io.stdout.x.y", "return #print", "local a = {} a.x.y, a.z = 1, 2",
  "goto done; local x ::done::", "local a b = a.c", "local t = {{}} return t[1].x.y", "local t = {} local k = 'key' t[k].x = 1", "local t = {} t.key[1] = 1", "local function f(x) return x.a.b end return f {}", "local function f(x) return x() end return f(1)", "local function f(...) local a = ... return a.x end return f()",
  "return (function() return nil end)() + 1", "return {} + {}", "local x = nil; x = x + 1", "local x <close> = 5", "return 9007199254740993 < {}", "return {} == {} < 1", "return not nil < 1",
}
for _, text in ipairs(checks) do check(text, text) end
