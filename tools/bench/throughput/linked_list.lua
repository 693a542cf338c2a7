-- SPDX-License-Identifier: MIT
-- A list of a million nodes that lives while shorter ones come and go.
local function list(count)
  local head
  for i = 1, count do head = {value = i, next = head} end
  return head
end
local long_lived = list(1000000)
local total = 0
for _ = 1, 3000 do
  local node = list(1000)
  while node do
    total = total + node.value
    node = node.next
  end
end
local count, node = 0, long_lived
while node do count, node = count + 1, node.next end
print(total, count)
