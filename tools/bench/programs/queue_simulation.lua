-- An event simulation: a binary heap of events with closures as actions.
local heap, count = {}, 0
local function push(time, action)
  count = count + 1
  local i = count
  heap[i] = { time = time, action = action }
  while i > 1 do
    local parent = (i - i % 2) / 2
    if heap[parent].time <= heap[i].time then break end
    heap[parent], heap[i] = heap[i], heap[parent]
    i = parent
  end
end
local function pop()
  local first = heap[1]
  heap[1] = heap[count]
  heap[count] = nil
  count = count - 1
  local i = 1
  while true do
    local l, r, least = 2 * i, 2 * i + 1, i
    if l <= count and heap[l].time < heap[least].time then least = l end
    if r <= count and heap[r].time < heap[least].time then least = r end
    if least == i then break end
    heap[least], heap[i] = heap[i], heap[least]
    i = least
  end
  return first
end
local seed, served, waiting = 99, 0, 0
local function random() seed = (seed * 16807) % 2147483647 return seed / 2147483647 end
local function customer(id)
  return function(now)
    waiting = waiting + 1
    push(now + random() * 5, function(later)
      waiting = waiting - 1
      served = served + 1
      push(later + random() * 10, customer(id + 1))
    end)
  end
end
for i = 1, 200 do push(random() * 10, customer(i)) end
for _ = 1, tonumber(arg and arg[1]) or 400000 do
  local event = pop()
  event.action(event.time)
end
print(served, waiting, count)
