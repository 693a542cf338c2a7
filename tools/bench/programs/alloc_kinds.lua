-- Allocation of every kind: small records, arrays, closures, strings, coroutines, short and long lives mixed.
local n = tonumber(arg and arg[1]) or 250000
local kept, live = {}, 0
local total = 0
for i = 1, n do
  local record = { id = i, next = kept[i % 512 + 1], data = { i, i + 1 } }
  kept[i % 1024 + 1] = record
  record.next = nil
  total = total + record.data[2] - record.id
  local f = function(x) return x + i end
  total = total + f(1) % 3
  local name = "key" .. i % 5000
  if not kept[name] then
    kept[name] = true
    live = live + 1
  end
  if i % 20 == 0 then
    local c = coroutine.wrap(function(a) coroutine.yield(a) end)
    total = total + c(i) % 2
  end
  if i % 50 == 0 then
    local list = {}
    for k = 1, 40 do list[k] = { k } end
    total = total + #list
  end
  if i % 100 == 0 then
    local map = {}
    for k = 1, 20 do map["field" .. k] = k end
    total = total + map.field20
  end
end
local list
for i = 1, n do list = { value = i, tail = i % 1000 ~= 0 and list or nil } end
local length = 0
while list do length, list = length + 1, list.tail end
print(total, live, length)
