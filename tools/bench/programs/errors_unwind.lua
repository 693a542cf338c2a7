-- Errors: tables as error values, nested pcall, xpcall with a handler, errors through several frames, assert, tostring.
local n = tonumber(arg and arg[1]) or 100000
local Error = {}
Error.__index = Error
Error.__tostring = function(e) return "error " .. e.code end
local function throw(code) error(setmetatable({ code = code }, Error)) end
local function deep(k, code)
  if k == 0 then throw(code) end
  local r = deep(k - 1, code)
  return r + 1
end
local caught, codes, texts, passed = 0, 0, 0, 0
for i = 1, n do
  local ok, e = pcall(deep, i % 6, i % 10)
  if not ok and getmetatable(e) == Error then
    caught = caught + 1
    codes = codes + e.code
  end
  ok, e = pcall(function()
    local inner, problem = pcall(throw, 3)
    if not inner then error(problem, 0) end
  end)
  texts = texts + #tostring(e)
  local fine, a, b = xpcall(function(x, y)
    if i % 5 == 0 then error("every fifth", 0) end
    return x + y, x
  end, function(message) return #message end, i, 2)
  if fine then passed = passed + a + b else passed = passed + a end
  ok, e = pcall(function() local t = nil return t.field end)
  if not ok then caught = caught + 1 end
  assert(select("#", pcall(assert, i, "unused")) == 3)
end
print(caught, codes, texts, string.format("%d", passed))
