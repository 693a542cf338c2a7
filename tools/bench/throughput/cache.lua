-- SPDX-License-Identifier: MIT
-- A long-lived cache with churn: half a million entries, of which old ones are replaced.
local size = 500000
local cache = {}
for i = 1, size do cache[i] = {key = i, value = i * 2} end
local state, total = 1, 0
for i = 1, 2500000 do
  state = state * 16807 % 2147483647
  local key = state % size + 1
  local entry = cache[key]
  total = total + entry.value % 3
  if i % 2 == 0 then cache[key] = {key = key, value = i} end
end
print(total)
