-- Manual 6.9: os.date and os.time. The runner sets TZ=UTC and LC_ALL=C; without it local times depend on the machine.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
function Fields(t)
  local got = {}
  for _, name in ipairs { "year", "month", "day", "hour", "min", "sec", "wday", "yday", "isdst" } do got[#got + 1] = name .. "=" .. tostring(t[name]) end
  return table.concat(got, " ")
end
for c in ("aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"):gmatch "." do check("date %" .. c, os.date, "!%" .. c, 1000000000) end
for c in ("cCxXyY"):gmatch "." do check("date %E" .. c, os.date, "!%E" .. c, 1000000000) end
for c in ("deHImMSuUVwWy"):gmatch "." do check("date %O" .. c, os.date, "!%O" .. c, 1000000000) end
local valid = {}
for i = 0, 255 do
  for _, modifier in ipairs { "", "E", "O" } do
    if pcall(os.date, "%" .. modifier .. string.char(i), 0) then valid[#valid + 1] = modifier .. string.char(i) end
  end
end
table.sort(valid)
print(table.concat(valid, " "))
each("date", { "os.date('%')", "os.date('%E')", "os.date('%O')", "os.date('%Ez')", "os.date('%Oz')", "os.date('%Q')", "os.date('%Qabc %Y')", "os.date('%Y%')", "os.date('%10')", "os.date('% Y')", "os.date('%-d')", "os.date('%E%')", "os.date('%\\0')", "os.date('a%\\0b')",
  "os.date({})", "os.date('%c', 'x')", "os.date('%c', 1.5)", "os.date('%c', {})", "os.date('!%c', 0)", "os.date('!%c', '0')", "os.date('!%c', 1.0)", "os.date('!%Y-%m-%d %H:%M:%S', 951782400)", "os.date('!%c', -1)", "os.date('!%F', -62135596800)",
  "os.date('!%F', 2^40)", "os.date('*t', 2^60)", "os.date('%Y', 2^60)", "os.date('!%Y', math.mininteger)", "os.date('', 0)", "os.date('!', 0)", "os.date('!no conversions', 0)", "os.date('!%Y\\0%d', 0)", "os.date('!*tx', 0)", "os.date('*x', 0)",
  "os.date('!%%%Y%%', 0)", "Fields(os.date('!*t', 0))", "Fields(os.date('!*t', 1000000000))", "Fields(os.date('!*t', -1))", "Fields(os.date('!*t', 951782400))", "Fields(os.date('*t', 1000000000))", "#os.date('!' .. ('%Y'):rep(1000), 0)", "#os.date('!' .. ('x'):rep(5000), 0)",
  "type(os.date())", "type(os.date('*t').year)", "os.date('!%c', 67767976233532799)", "os.date('!%c', 67768036191676799)", "os.date('!%c', 67768036191676800)" })
each("time", { "math.type(os.time())", "os.time({})", "os.time(1)", "os.time('x')", "os.time({year = 2020})", "os.time({year = 2020, month = 1})", "os.time({year = 2020, month = 1, day = 1})", "os.time({year = 2020, month = 1, day = 1, hour = 0})",
  "os.time({year = 'x', month = 1, day = 1})", "os.time({year = 1.5, month = 1, day = 1})", "os.time({year = '2020', month = ' 1 ', day = '1.0'})", "os.time({year = '0x7d0', month = 1, day = 1})", "os.time({year = 2020.0, month = 1, day = 1})", "os.time({year = {}, month = 1, day = 1})",
  "os.time({year = 2020, month = 1, day = 1, hour = 'x'})", "os.time({year = 2020, month = 1, day = 1, min = 1.5})", "os.time({year = 2020, month = 1, day = 1, sec = false})", "os.time({year = 2020, month = true, day = 1})",
  "os.time({year = 2^40, month = 1, day = 1})", "os.time({year = math.maxinteger, month = 1, day = 1})", "os.time({year = math.mininteger, month = 1, day = 1})", "os.time({year = 2020, month = 2^31, day = 1})", "os.time({year = 2020, month = 1, day = 2^31})",
  "os.time({year = 2020, month = 1, day = 2^31 - 1})", "os.time({year = 2020, month = -2^31 + 1, day = 1})", "os.time({year = 2020, month = -2^31, day = 1})", "os.time({year = 1900 + 2^31, month = 1, day = 1})", "os.time({year = 1900 + 2^31 - 1, month = 1, day = 1})",
  "os.time({year = -2^31 + 1900, month = 1, day = 1})", "os.time({year = -2^31 + 1899, month = 1, day = 1})", "os.time({year = 2020, month = 13, day = 40, hour = -5, min = 70, sec = 61})", "os.time({year = 1970, month = 1, day = 1, hour = 0})",
  "os.time({year = 1970, month = 1, day = 1, hour = 0, sec = -1})", "os.time({year = 1969, month = 12, day = 31, hour = 23, min = 59, sec = 59})", "os.time({year = 1960, month = 1, day = 1})", "os.time({year = 2000, month = 0, day = 0})",
  "os.time(setmetatable({}, {__index = {year = 2000, month = 1, day = 1}}))", "os.time({year = 2000, month = 1, day = 1, isdst = false})", "os.time(setmetatable({}, {__index = function(_, k) error('asked for ' .. k, 0) end}))", "os.time({year = 2000, month = 1, day = 1}, 5)" })
check("time normalises its table", function()
  local t = { year = 2020, month = 14, day = -3, hour = 25, min = -1, sec = 3700, isdst = false }
  local time = os.time(t)
  return time, Fields(t)
end)
check("time sets what was absent", function()
  local t = { year = 2024, month = 2, day = 30 }
  os.time(t)
  return Fields(t)
end)
check("date and time agree", function()
  for _, t in ipairs { 0, 1, 86399, 86400, 951782399, 1e9 // 1 | 0, 4102444800, -86400 } do
    if os.time(os.date("*t", t)) ~= t then return t end
  end
  return true
end)
