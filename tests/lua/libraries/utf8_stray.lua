-- Manual 6.5: utf8.codes and continuation bytes where no character begins, which Lua 5.4.8 refuses and 5.4.4 skips.
local check = require "check"

local function all(...)
  local t = {}
  for p, c in utf8.codes(...) do t[#t + 1] = p .. ":" .. c end
  return table.concat(t, " ")
end
for number, s in ipairs { "\x80", "\x80ab", "a\x80b", "ab\x80", "é\x80", "é\x80\x80a", "\u{7fffffff}\x80" } do
  check("strictly " .. number, all, s)
  check("laxly " .. number, all, s, true)
end
check("the position is not reached", function() return utf8.codes("a")("ab\x80", 0) end)
check("the next position", function() return utf8.codes("a")("ab\x80", 1) end)
