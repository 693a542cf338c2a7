-- Cost of single operations on weak types beside their plain counterparts. usage: cost.lua NAME [COUNT]
-- Prints the seconds of COUNT operations, loop included (see empty_loop).
local name, count = arg[1], tonumber(arg[2]) or 5000000
local keytable = weak and weak.keytable or function() return setmetatable({}, { __mode = "k" }) end
local valuetable = weak and weak.valuetable or function() return setmetatable({}, { __mode = "v" }) end
local tests = {}
function tests.empty_loop() for _ = 1, count do end end
function tests.empty_call() local f = function() end for _ = 1, count do f() end end
function tests.ref_read()
  local target = {}
  local r = weak and weak.ref(target)
  if not r then
    r = setmetatable({ target }, { __mode = "v" })
    for _ = 1, count do local _ = r[1] end
  else
    for _ = 1, count do local _ = r() end
  end
  return target
end
local function keyed(new)
  local keys = {}
  for i = 1, 1000 do keys[i] = {} end
  local insert, lookup, delete = 0, 0, 0
  for _ = 1, count / 1000 do
    local t = new()
    local a = os.clock()
    for i = 1, 1000 do t[keys[i]] = i end
    local b = os.clock()
    for i = 1, 1000 do local _ = t[keys[i]] end
    local c = os.clock()
    for i = 1, 1000 do t[keys[i]] = nil end
    local d = os.clock()
    insert, lookup, delete = insert + b - a, lookup + c - b, delete + d - c
  end
  print(string.format("%.6f insert  %.6f lookup  %.6f delete", insert, lookup, delete))
end
function tests.keytable() keyed(keytable) end
function tests.plaintable() keyed(function() return {} end) end
function tests.churn()
  local t = valuetable()
  for i = 1, 3000000 do t[i % 65536] = { i } end
end
local start = os.clock()
tests[name]()
print(string.format("%.6f", os.clock() - start))
