-- SPDX-License-Identifier: MIT
-- Closures made, called and dropped; some share a variable.
local function counter(start)
  local count = start
  return function() count = count + 1 return count end, function() return count end
end
local kept, total = {}, 0
for i = 1, 1500000 do
  local increase, read = counter(i)
  increase()
  total = total + read()
  kept[i % 1000] = increase
end
print(total, kept[7]())
