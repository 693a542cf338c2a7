-- expects: here
-- stress: 7
-- steps: 11
-- Every operation that Lua has, done on proxies: in every form the compiler knows, on both sides, alive and dead.
local check = require "check"
local weak = require "weak"
local function full() collectgarbage() end

local binary = {
  add = "+", sub = "-", mul = "*", div = "/", mod = "%", pow = "^", idiv = "//", band = "&", bor = "|", bxor = "~", shl = "<<", shr = ">>",
  concat = "..",
}
local unary = { unm = "-", bnot = "~", len = "#" }
local comparisons = { { "<", "lt" }, { "<=", "le" }, { ">", "lt", true }, { ">=", "le", true } }

-- An object whose metamethods say what they were given: the event, and each operand by its name.
local names = setmetatable({}, { __mode = "k" })
local function name_of(v) return names[v] or tostring(v) end
local events = {}
for event in pairs(binary) do events["__" .. event] = function(a, b) return event .. " " .. name_of(a) .. " " .. name_of(b) end end
for event in pairs(unary) do events["__" .. event] = function(a) return event .. " " .. name_of(a) end end
local function form_of(form, symbol) return (form:gsub("@", (symbol:gsub("%%", "%%%%")))) end
local compared
for _, event in ipairs { "lt", "le", "eq" } do
  events["__" .. event] = function(a, b) compared = event .. " " .. name_of(a) .. " " .. name_of(b) return true end
end
local function object(name) local x = setmetatable({}, events) names[x] = name return x end
local x, y = object "x", object "y"
local p, q = weak.proxy(x), weak.proxy(y)

-- Each form of an expression, beside what must come out.
local function wrong_of(symbol, wanted)
  local wrong = {}
  local function try(expression, left, right)
    local given = load("local p, q, n = ... return " .. form_of(expression, symbol))(p, q, 7)
    if given ~= wanted .. " " .. left .. " " .. right then wrong[#wrong + 1] = expression .. " " .. tostring(given) end
  end
  try("p @ 7", "x", "7") try("7 @ p", "7", "x") try("p @ n", "x", "7") try("n @ p", "7", "x") try("p @ q", "x", "y") try("p @ p", "x", "x")
  try("p @ 7000000000", "x", "7000000000") try("7000000000 @ p", "7000000000", "x") try("p @ 2.5", "x", "2.5") try("2.5 @ p", "2.5", "x")
  return wrong
end
check("binary operators, both sides, every form", function()
  local wrong, tried = {}, 0
  for event, symbol in pairs(binary) do
    tried = tried + 1
    for _, text in ipairs(wrong_of(symbol, event)) do wrong[#wrong + 1] = text end
  end
  return tried, table.concat(wrong, ", ")
end) --> 13 ''
check("strings and nil as the other operand", function()
  local none
  return p + "s", "s" + p, p .. "s", "s" .. p, p | "s", "s" .. (p .. "t"), p .. none, none .. p, p - none
end) --> 'add x s' 'add s x' 'concat x s' 'concat s x' 'bor x s' 'sconcat x t' 'concat x nil' 'concat nil x' 'sub x nil'
check("unary operators", function() return -p, ~p, #p end) --> 'unm x' 'bnot x' 'len x'
check("comparisons, both sides, every form", function()
  local wrong, tried = {}, 0
  for _, c in ipairs(comparisons) do
    local symbol, event, swapped = c[1], c[2], c[3]
    for _, form in ipairs { { "p @ q", "x", "y" }, { "p @ 7", "x", "7" }, { "7 @ p", "7", "x" }, { "p @ n", "x", "7" }, { "n @ p", "7", "x" }, { "p @ p", "x", "x" },
      { "p @ 's'", "x", "s" }, { "p @ 1.5", "x", "1.5" } } do
      local a, b = form[2], form[3]
      if swapped then a, b = b, a end
      for _, text in ipairs { "return " .. form[1], "if " .. form[1] .. " then return true end return false", "return not not (" .. form[1] .. ")" } do
        tried = tried + 1
        compared = nil
        local given = load("local p, q, n = ... " .. form_of(text, symbol))(p, q, 7)
        if given ~= true or compared ~= event .. " " .. a .. " " .. b then wrong[#wrong + 1] = form_of(text, symbol) .. ": " .. tostring(compared) end
      end
    end
  end
  return tried, table.concat(wrong, ", ")
end) --> 96 ''
check("equality of two proxies is that of their objects", function()
  compared = nil
  local same = p == q
  return same, compared, p ~= q, p == weak.proxy(x), p == 1, p == x
end) --> true 'eq x y' false true false false
check("indexing, by name, position, value, nil", function()
  local log = {}
  local t = setmetatable({}, { __index = function(o, k) return k end, __newindex = function(o, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) end })
  local w, k = weak.proxy(t), "key"
  w.name, w[1], w[k], w[300], w[1.5], w[true] = 1, 2, 3, 4, 5, nil
  table.sort(log)
  return w.name, w[1], w[k], w[300], w[1.5], w[nil], table.concat(log, " ")
end) --> 'name' 1 'key' 300 1.5 nil '1.5=5 1=2 300=4 key=3 name=1 true=nil'
check("calls: statement, expression, tail, all results, variable arguments", function()
  local function all(...) return select("#", ...), ... end
  local w = weak.proxy(all)
  w()
  local function tail(...) return w(...) end
  local function through(...) return (select("#", w(...))) end
  return (w(1, nil)), #{ w(1, 2, 3) }, through(nil, nil), tail("a")
end) --> 2 4 3 1 'a'
check("as iterator of a loop, and where a metatable of others wants a table or a function", function()
  local target = {}
  local function step(state, i) if i < state then return i + 1 end end
  local items = weak.proxy(step)
  local kept = setmetatable({ here = 5 }, { __call = function(o, other, v) return o.here, type(other), v end })
  local w, sum = weak.proxy(kept), 0
  for i in items, 4, 0 do sum = sum + i end
  local other = setmetatable({}, { __index = w, __newindex = w, __call = w })
  local read, none = other.here, other.there
  other.new = 6
  return sum, read, none, rawget(other, "new"), kept.new, other("v")
end) --> 10 5 nil nil 6 5 'table' 'v'
check("pairs, ipairs, tostring, closing", function()
  local log = {}
  local t = setmetatable({ 10, 20 }, { __pairs = function(o) return next, o, nil end, __tostring = function() return "said" end, __close = function(o, e) log[#log + 1] = #o .. tostring(e) end })
  local w, sum = weak.proxy(t), 0
  for _, v in pairs(w) do sum = sum + v end
  for _, v in ipairs(w) do sum = sum + v end
  do local _ <close> = w end
  pcall(function() local _ <close> = w error("e", 0) end)
  return sum, tostring(w), log[1], log[2]
end) --> 60 'said' '2nil' '2e'
check("what the object cannot do is the same error as without the proxy", function()
  local plain, wrong, tried = {}, {}, 0
  local w = weak.proxy(plain)
  local forms = { "-v", "~v", "v()", "v < 1", "1 < v", "v <= v", "v < {}", "v[nil]" }
  for _, symbol in pairs(binary) do forms[#forms + 1] = "v " .. symbol .. " 1" forms[#forms + 1] = "1 " .. symbol .. " v" end
  for _, form in ipairs(forms) do
    local f = load("local v = ... local r = " .. form .. " return r", "=f")
    local function said(v) local _, m = pcall(f, v) return (tostring(m):gsub("^f:1: ", ""):gsub(" %(.-%)$", "")) end
    tried = tried + 1
    if said(w) ~= said(plain) then wrong[#wrong + 1] = form .. ": " .. said(w) .. " instead of " .. said(plain) end
  end
  return tried, table.concat(wrong, ", ")
end) --> 34 ''

local dead, gone = weak.proxy(setmetatable({}, events)), weak.proxy(setmetatable({}, events))
full()
check("dead: every operation in every form raises, whatever the object had", function()
  local wrong, tried = {}, 0
  local forms = { "-v", "~v", "#v", "v.x", "v[1]", "v[k]", "v()", "v(1)", "v:m()", "tostring(v)", "pairs(v)", "ipairs(v)(v, 0)", "table.unpack(v)", "table.concat(v)" }
  for _, symbol in pairs(binary) do
    for _, form in ipairs { "v @ 1", "1 @ v", "v @ k", "k @ v", "v @ w", "v @ v", "v @ p", "p @ v" } do forms[#forms + 1] = form_of(form, symbol) end
  end
  for _, c in ipairs(comparisons) do
    for _, form in ipairs { "v @ 1", "1 @ v", "v @ w", "v @ p", "p @ v" } do forms[#forms + 1] = form_of(form, c[1]) end
  end
  local statements = { "v.x = 1", "v[1] = 1", "v[k] = nil", "v()", "local c <close> = v", "for _ in pairs(v) do end", "if v < 1 then end", "table.insert(v, 1)", "table.sort(v)" }
  for i, form in ipairs(forms) do statements[#statements + 1] = "local r = " .. form end
  for _, statement in ipairs(statements) do
    tried = tried + 1
    local ok, message = pcall(load("local v, w, p, k = ... " .. statement), dead, gone, p, "key")
    if ok or not message:find("weak proxy: its object is dead", 1, true) then wrong[#wrong + 1] = statement .. ": " .. tostring(message) end
  end
  return tried, table.concat(wrong, ", ")
end) --> 147 ''
check("dead: it equals itself only, is true, and is a key", function()
  local t = { [dead] = 1 }
  return dead == dead, dead == gone, dead == p, dead ~= gone, not dead, t[dead], t[gone]
end) --> true false false true false 1 nil
