-- SPDX-License-Identifier: MIT
-- Texts put together piece by piece and by table.concat.
local total = 0
for round = 1, 3000 do
  local text, pieces = "", {}
  for i = 1, 100 do
    text = text .. i .. ","
    pieces[i] = "piece " .. i
  end
  total = total + #text + #table.concat(pieces, ";")
end
print(total)
