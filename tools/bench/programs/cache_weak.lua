-- A cache with weak values and a table of properties with weak keys; collections on request, so that results are the same.
local n = tonumber(arg and arg[1]) or 900000
local cache = setmetatable({}, { __mode = "v" })
local properties = setmetatable({}, { __mode = "k" })
local made = 0
local function fetch(key)
  local object = cache[key]
  if not object then
    made = made + 1
    object = { key = key, size = key % 100 }
    cache[key] = object
    properties[object] = { uses = 0 }
  end
  local p = properties[object]
  p.uses = p.uses + 1
  return object
end
local held, uses = {}, 0
for k = 1, 400 do held[k] = fetch(k) end
for i = 1, n do
  local object = fetch(i * 7 % 400 + 1)
  uses = uses + object.size
  held[i % 400 + 1] = object
end
for k = 1, 400 do held[k] = k % 2 == 0 and fetch(k) or nil end
for _ = 1, 3 do
  collectgarbage()
  local alive, described = 0, 0
  for _ in pairs(cache) do alive = alive + 1 end
  for _, p in pairs(properties) do described = described + ((p.uses or 0) > 0 and 1 or 0) end
  print(alive, described)
  for i = 1, n / 8 do
    local key = {}
    properties[key] = { i }
    cache[i + 1000] = key
  end
end
print(uses)
