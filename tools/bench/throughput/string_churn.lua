-- SPDX-License-Identifier: MIT
-- Many short strings that soon die, and a few that stay.
local kept, total = {}, 0
for i = 1, 2000000 do
  local text = "item " .. i .. "/" .. i % 97
  total = total + #text
  if i % 100 == 0 then kept[text] = i end
end
local count = 0
for _ in pairs(kept) do count = count + 1 end
print(total, count)
