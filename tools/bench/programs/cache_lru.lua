-- An LRU cache: doubly linked list of tables plus a hash by key.
local capacity = 2000
local map, size = {}, 0
local head, tail = {}, {}
head.next, tail.previous = tail, head
local function unlink(node) node.previous.next, node.next.previous = node.next, node.previous end
local function front(node) node.next, node.previous = head.next, head head.next.previous = node head.next = node end
local function get(key)
  local node = map[key]
  if node then unlink(node) front(node) return node.value end
end
local function put(key, value)
  if size >= capacity then
    local last = tail.previous
    unlink(last)
    map[last.key] = nil
    size = size - 1
  end
  local node = { key = key, value = value }
  map[key] = node
  front(node)
  size = size + 1
end
local seed, hits = 7, 0
for _ = 1, tonumber(arg and arg[1]) or 1500000 do
  seed = (seed * 16807) % 2147483647
  local key = "key" .. seed % 3000
  if get(key) then hits = hits + 1 else put(key, seed) end
end
print(hits, size)
