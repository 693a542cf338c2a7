-- Manual 6.1: the basic functions with good and bad arguments.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end

each("assert", { "assert(1, 2, 3)", "assert(false)", "assert(nil)", "assert()", "assert(nil, 'm')", "assert(false, nil)",
  "assert(false, 12)", "type(select(2, pcall(assert, false, {})))", "select('#', assert(1, nil, nil))", "assert('0', nil)",
  "pcall(assert, false)", "pcall(assert, false, 'm')", "pcall(assert, nil, 'm', 'rest')" })
check("assert in a function", "local function f() assert(false, 'in f') end f()")

each("error", { "error()", "error(nil)", "error('a')", "error('a', 0)", "error('a', 1)", "error('a', 2)", "error('a', 100)",
  "error('a', -1)", "error(12)", "error(true, 1)", "error('a', 'x')", "error('a', '1')", "error('a', 1.5)", "pcall(error)",
  "pcall(error, 'x')", "pcall(error, 'x', 0)", "pcall(error, 'x', 1)", "pcall(error, 'x', 2)", "pcall(error, nil, 2)" })
check("error level 2", "local function f() error('lev', 2) end\nlocal function g()\nf() end\ng()")
check("error level 3", "local function f() error('lev', 3) end\nlocal function g()\nf() end\ng()")
check("error keeps a table", function()
  local e = {}
  local ok, got = pcall(error, e)
  return ok, got == e
end)

each("getmetatable", { "getmetatable()", "getmetatable(nil)", "getmetatable(1)", "getmetatable('').__index == string",
  "getmetatable(setmetatable({}, {__metatable = 'kept'}))", "getmetatable(setmetatable({}, {__metatable = false}))",
  "getmetatable({})", "getmetatable(print)" })
each("setmetatable", { "setmetatable()", "setmetatable({})", "setmetatable({}, 1)", "setmetatable(1, {})", "setmetatable('x', {})",
  "type(setmetatable({}, nil))", "type(setmetatable({}, {}, 5))", "setmetatable(setmetatable({}, {__metatable = 1}), {})",
  "setmetatable(setmetatable({}, {__metatable = false}), nil)", "getmetatable(setmetatable(setmetatable({}, {}), nil))" })

each("ipairs", { "ipairs()", "select('#', ipairs(nil))", "select(2, ipairs('x'))", "select(3, ipairs({}))", "ipairs({})(5, 0)",
  "ipairs({})({7, 8}, 1)", "ipairs({})({7, 8}, 2)", "ipairs({})({7}, 'x')", "ipairs({})({7}, '0')", "ipairs({})({}, math.maxinteger)" })
check("ipairs honours __index", function()
  local t = setmetatable({}, { __index = function(_, i) if i < 4 then return i * i end end })
  local got = {}
  for i, v in ipairs(t) do got[#got + 1] = i .. "=" .. v end
  return table.concat(got, " ")
end)
check("ipairs stops at the first nil", function()
  local got = {}
  for i, v in ipairs { 1, 2, nil, 4 } do got[#got + 1] = v end
  return table.concat(got, " ")
end)
check("ipairs sees what is appended", function()
  local t, count = { 1 }, 0
  for i, v in ipairs(t) do
    count = count + 1
    if i < 10 then t[i + 1] = i end
  end
  return count
end)
check("ipairs of nil", "for _ in ipairs(nil) do end")

each("next", { "next()", "next(1)", "next({})", "next({5})", "next({5}, 1)", "next({}, 1)", "next({}, nil)", "next({x = 1}, 'x')",
  "next({x = 1}, 'y')", "next({10, 20}, 1.0)", "next({1}, 1, 5)", "next({}, 0/0)" })
check("next while clearing", function()
  local t = {}
  for i = 1, 100 do t[i] = i t["k" .. i] = i end
  local count = 0
  for k in next, t do t[k] = nil count = count + 1 end
  return count, next(t)
end)

each("pairs", { "pairs()", "select('#', pairs(nil))", "select('#', pairs(1))", "pairs({}) == next", "select(3, pairs({}))",
  "pairs(setmetatable({}, {__pairs = function() return 1 end}))", "pairs(setmetatable({}, {__pairs = function() return 1, 2, 3, 4 end}))",
  "pairs(setmetatable({}, {__pairs = 1}))", "pcall(pairs, setmetatable({}, {__pairs = error}))" })
check("pairs of nil", "for _ in pairs(nil) do end")
check("pairs of a number", "for _ in pairs(5) do end")
check("pairs with __pairs", function()
  local t = setmetatable({}, { __pairs = function(t) return function(_, k) if not k then return 1, "v" end end, t end })
  local got = {}
  for k, v in pairs(t) do got[#got + 1] = k .. v end
  return table.concat(got, " ")
end)
check("__pairs may yield", function()
  return coroutine.wrap(function()
    for k, v in pairs(setmetatable({}, { __pairs = function(t) coroutine.yield "yielded" return next, { a = 1 } end })) do return k, v end
  end)()
end)

each("pcall", { "pcall()", "pcall(nil)", "pcall(1)", "pcall(pcall)", "pcall(pcall, error)", "pcall(pcall, error, 'x')",
  "pcall(select, '#', nil, nil)", "pcall(setmetatable({}, {__call = function(_, ...) return ... end}), 1, 2)", "pcall(error, {} == 1)" })
each("xpcall", { "xpcall()", "xpcall(1)", "xpcall(1, 2)", "xpcall(nil, nil)", "xpcall(error, print)", "xpcall(error, type)",
  "xpcall(error, function(m) return m .. '!', 2 end, 'x')", "xpcall(function(...) return select('#', ...), ... end, print, 1, nil, 3, nil)",
  "xpcall(1, function(m) return m end)", "xpcall(print, setmetatable({}, {__call = print}))" })
check("xpcall handler sees the stack", function()
  local function fail() error "deep" end
  local _, text = xpcall(fail, function(m) return debug.traceback(m, 1):match "fail" ~= nil or debug.traceback(m, 1) end)
  return text
end)
check("error in the handler", "return xpcall(error, function() error('again') end, 1)")
check("nested protected calls", "return pcall(pcall, pcall, error, 'x')")
check("pcall returns many values", "return select('#', pcall(table.unpack, {}, 1, 5000))")
check("many nested pcalls", function()
  local function nest(n) if n == 0 then error("bottom", 0) end local ok, e = pcall(nest, n - 1) error(e, 0) end
  return pcall(nest, 150)
end)

each("rawequal", { "rawequal()", "rawequal(1)", "rawequal('a', 'a')", "rawequal({}, {})", "rawequal(1, 1.0)", "rawequal(0/0, 0/0)",
  "rawequal(nil, nil)", "rawequal(setmetatable({}, {__eq = function() return true end}), {})" })
each("rawlen", { "rawlen()", "rawlen(1)", "rawlen(nil)", "rawlen('abc')", "rawlen({1, 2})", "rawlen(setmetatable({1}, {__len = function() return 9 end}))" })
each("rawget", { "rawget()", "rawget({})", "rawget(1, 2)", "rawget({5}, 1)", "rawget({}, nil)", "rawget({}, 0/0)", "rawget({5}, 1, 2)",
  "rawget(setmetatable({}, {__index = {x = 1}}), 'x')", "rawget('x', 1)" })
each("rawset", { "rawset()", "rawset({}, 1)", "rawset(1, 1, 1)", "rawset({}, nil, 1)", "rawset({}, 0/0, 1)", "rawset({}, 1, 2)[1]",
  "rawset(setmetatable({}, {__newindex = error}), 1, 2)[1]", "rawset({}, 1.0, 2)[1]", "type(rawset({}, 1, nil))", "type(rawset({}, 1, 2, 3))" })

each("select", { "select()", "select('x')", "select('')", "select('#')", "select('#', nil, nil)", "select('#x', 1)", "select(0)", "select(1)",
  "select(1, 'a', 'b')", "select(2, 'a', 'b')", "select(3, 'a', 'b')", "select(-1, 'a', 'b')", "select(-2, 'a', 'b')", "select(-3, 'a', 'b')",
  "select('2', 'a', 'b')", "select(1.5, 'a')", "select(2.0, 'a', 'b')", "select(math.maxinteger, 'a')", "select(math.mininteger, 'a')", "select({}, 1)" })

each("tonumber", { "tonumber()", "tonumber(nil)", "tonumber({})", "tonumber(true)", "tonumber(5)", "tonumber(5.5)", "tonumber('10')", "tonumber('0x1p4')",
  "tonumber('  12  ')", "tonumber('1e1')", "tonumber('1e')", "tonumber('0x')", "tonumber('')", "tonumber(' ')", "tonumber('1 2')", "tonumber('1\\0')",
  "tonumber('inf')", "tonumber('nan')", "tonumber('9223372036854775807')", "tonumber('9223372036854775808')", "tonumber('-9223372036854775808')",
  "tonumber('0xffffffffffffffff')", "tonumber('1_0')", "tonumber('.5')", "tonumber('5.')", "tonumber('.')", "tonumber('- 1')", "tonumber('+1')",
  "tonumber('10', 1)", "tonumber('10', 37)", "tonumber('10', 2)", "tonumber('12', 2)", "tonumber('zZ', 36)", "tonumber('ff', 16)", "tonumber('-ff ', 16)",
  "tonumber('+7', 8)", "tonumber(' -7 ', 8)", "tonumber('8', 8)", "tonumber('', 10)", "tonumber('-', 10)", "tonumber('- 1', 10)", "tonumber('1 1', 10)",
  "tonumber('1.0', 10)", "tonumber('1\\0', 10)", "tonumber('0x1', 16)", "tonumber(10, 10)", "tonumber({}, 10)", "tonumber('10', nil)", "tonumber('10', '16')",
  "tonumber('10', 'x')", "tonumber('7fffffffffffffff', 16)", "tonumber('ffffffffffffffffff', 16)", "tonumber('99999999999999999999', 10)", "tonumber('\\t10\\n', 2)",
  "tonumber(nil, 10)", "tonumber('1', 10.5)", "tonumber('\\v1\\f')" })

each("tostring", { "tostring()", "tostring(nil)", "tostring(true)", "tostring(false)", "tostring(12)", "tostring(-0.0)", "tostring(1e15)", "tostring(1e100)",
  "tostring(2^53)", "tostring(2^63)", "tostring(1/0)", "tostring(-1/0)", "tostring('x')", "tostring(3.0)", "tostring(0.1)", "tostring(math.mininteger)",
  "tostring(setmetatable({}, {__tostring = function() return 'mine' end}))", "tostring(setmetatable({}, {__tostring = function() return 1 end}))",
  "tostring(setmetatable({}, {__tostring = function() return {} end}))", "tostring(setmetatable({}, {__tostring = function() end}))",
  "tostring(setmetatable({}, {__tostring = 1}))", "(tostring(setmetatable({}, {__name = 'My'})):gsub('0x%x+', 'P'))",
  "(tostring(setmetatable({}, {__name = 1})):gsub('0x%x+', 'P'))", "(tostring(print):gsub('0x%x+', 'P'))", "(tostring({}):gsub('0x%x+', 'P'))",
  "(tostring(coroutine.create(print)):gsub('0x%x+', 'P'))", "math.type(tostring(setmetatable({}, {__tostring = function() return 1 end})))" })
check("tostring with a metatable of strings", function()
  getmetatable("").__tostring = function() return "META" end
  local got = tostring "y"
  getmetatable("").__tostring = nil
  return got
end)

each("type", { "type()", "type(nil)", "type(1)", "type('')", "type({})", "type(print)", "type(io.stdout)", "type(coroutine.create(print))", "type(true)",
  "type(setmetatable({}, {__name = 'X'}))" })
each("_VERSION and _G", { "_VERSION", "_G == _ENV", "_G._G == _G", "_G.print == print", "package.loaded._G == _G" })

print("print", 1, 1.5, nil, true, "s", setmetatable({}, { __tostring = function() return "object" end }))
print()
print("a\0b")
check("print with a bad __tostring", "print('before', setmetatable({}, {__tostring = function() return {} end}))")
check("print with __name", "print((tostring(setmetatable({}, {__name = 'N'})):gsub('0x%x+', 'P')))")

local names = {}
for name in pairs(_G) do if name ~= "weak" then names[#names + 1] = name end end
table.sort(names)
print(table.concat(names, " "))
