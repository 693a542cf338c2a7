-- Sorting records with comparators, a merge sort and a quick sort written in Lua, a binary heap.
local seed = 7
local function random() seed = seed * 16807 % 2147483647 return seed end
local n = tonumber(arg and arg[1]) or 24000
local function people()
  local list = {}
  for i = 1, n do list[i] = { age = random() % 90, name = "n" .. random() % 1000, id = i } end
  return list
end
local list = people()
table.sort(list, function(a, b)
  if a.age ~= b.age then return a.age < b.age end
  if a.name ~= b.name then return a.name < b.name end
  return a.id < b.id
end)
local check = 0
for i = 1, n do check = (check * 31 + list[i].id) % 1000003 end
local function merge_sort(t, before)
  local buffer = {}
  local function sort(low, high)
    if low >= high then return end
    local middle = (low + high - (low + high) % 2) / 2
    sort(low, middle)
    sort(middle + 1, high)
    for i = low, high do buffer[i] = t[i] end
    local a, b = low, middle + 1
    for i = low, high do
      if b > high or a <= middle and not before(buffer[b], buffer[a]) then
        t[i] = buffer[a]
        a = a + 1
      else
        t[i] = buffer[b]
        b = b + 1
      end
    end
  end
  sort(1, #t)
end
list = people()
merge_sort(list, function(a, b) return a.age > b.age end)
for i = 1, n do check = (check * 31 + list[i].id) % 1000003 end
local function quick_sort(t, low, high)
  while low < high do
    local pivot = t[(low + high - (low + high) % 2) / 2]
    local i, j = low, high
    while i <= j do
      while t[i] < pivot do i = i + 1 end
      while pivot < t[j] do j = j - 1 end
      if i <= j then
        t[i], t[j] = t[j], t[i]
        i = i + 1
        j = j - 1
      end
    end
    quick_sort(t, low, j)
    low = i
  end
end
local numbers = {}
for i = 1, n * 2 do numbers[i] = random() end
quick_sort(numbers, 1, #numbers)
for i = 2, #numbers do assert(numbers[i - 1] <= numbers[i]) end
local heap = {}
local function push(v)
  local i = #heap + 1
  while i > 1 do
    local parent = (i - i % 2) / 2
    if heap[parent] <= v then break end
    heap[i] = heap[parent]
    i = parent
  end
  heap[i] = v
end
local function pop()
  local top, size = heap[1], #heap
  local v = heap[size]
  heap[size] = nil
  size = size - 1
  if size == 0 then return top end
  local i = 1
  while true do
    local child = i * 2
    if child > size then break end
    if child < size and heap[child + 1] < heap[child] then child = child + 1 end
    if v <= heap[child] then break end
    heap[i] = heap[child]
    i = child
  end
  heap[i] = v
  return top
end
for _ = 1, n do push(random()) end
local previous = 0
for _ = 1, n do
  local v = pop()
  assert(v >= previous)
  previous = v
end
print(check, numbers[1], previous)
