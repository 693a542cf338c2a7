-- Many checks of one kind: every line of the text is an expression list, checked under its own name behind the prefix.
-- each_line(prefix, text)
local check = require "check"

return function(prefix, text)
  for line in text:gmatch("[^\n]+") do
    line = line:match("^%s*(.-)%s*$")
    check(prefix .. ": " .. line, "return " .. line)
  end
end
