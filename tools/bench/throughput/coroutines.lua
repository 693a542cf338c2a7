-- SPDX-License-Identifier: MIT
-- Coroutines made, resumed a few times and dropped.
local yield, wrap = coroutine.yield, coroutine.wrap
local function numbers(count)
  for i = 1, count do yield(i) end
end
local total = 0
for _ = 1, 150000 do
  local next_number = wrap(numbers)
  for i = 1, 5 do total = total + next_number(i == 1 and 10 or nil) end
end
print(total)
