-- SPDX-License-Identifier: MIT
-- Tables that grow: arrays, records by name, sparse keys.
local total = 0
for round = 1, 12000 do
  local array, record, sparse = {}, {}, {}
  for i = 1, 60 do array[i] = i end
  for i = 1, 20 do record["field" .. i] = i end
  for i = 1, 20 do sparse[i * 1000] = i end
  total = total + #array + record.field7 + sparse[7000]
end
local big = {}
for i = 1, 3000000 do big[i] = i end
print(total, #big)
