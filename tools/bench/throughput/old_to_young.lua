-- SPDX-License-Identifier: MIT
-- Old objects whose fields are overwritten with young ones all the time.
local count = 20000
local objects = {}
for i = 1, count do objects[i] = {value = {0}} end
local position = 0
for i = 1, 5000000 do
  position = position % count + 1
  objects[position].value = {i}
end
local total = 0
for i = 1, count do total = total + objects[i].value[1] end
print(total)
