-- Compression: LZ77 with a hash of three characters, Huffman codes for the result, and back again.
local byte, sub, char, concat = string.byte, string.sub, string.char, table.concat
local parts = {}
for i = 1, 700 do parts[i] = "entry " .. i % 50 .. " of the log: value=" .. i * i % 313 .. " status=" .. (i % 4 == 0 and "failed" or "passed") end
local text = concat(parts, "\n")
local function squeeze(s)
  local out, heads, i, n = {}, {}, 1, #s
  while i <= n do
    local key = sub(s, i, i + 2)
    local at = heads[key]
    local length = 0
    if at and i - at < 4000 then
      while length < 60 and i + length <= n and byte(s, at + length) == byte(s, i + length) do length = length + 1 end
    end
    heads[key] = i
    if length > 3 then
      out[#out + 1] = 256 + length
      out[#out + 1] = i - at
      i = i + length
    else
      out[#out + 1] = byte(s, i)
      i = i + 1
    end
  end
  return out
end
local function expand(list)
  local out, n, i = {}, 0, 1
  while i <= #list do
    local v = list[i]
    if v < 256 then
      n = n + 1
      out[n] = char(v)
      i = i + 1
    else
      local from = n - list[i + 1] + 1
      for k = from, from + v - 257 do
        n = n + 1
        out[n] = out[k]
      end
      i = i + 2
    end
  end
  return concat(out)
end
local function codes(list)
  local counts = {}
  for _, v in ipairs(list) do counts[v] = (counts[v] or 0) + 1 end
  local nodes = {}
  for v, c in pairs(counts) do nodes[#nodes + 1] = { value = v, count = c, least = v } end
  local function before(a, b)
    if a.count ~= b.count then return a.count > b.count end
    return a.least > b.least
  end
  table.sort(nodes, before)
  while #nodes > 1 do
    local a = table.remove(nodes)
    local b = table.remove(nodes)
    local joined = { a, b, count = a.count + b.count, least = math.min(a.least, b.least) }
    local low, high = 1, #nodes + 1
    while low < high do
      local middle = math.floor((low + high) / 2)
      if before(nodes[middle], joined) then low = middle + 1 else high = middle end
    end
    table.insert(nodes, low, joined)
  end
  local code = {}
  local function walk(node, prefix)
    if node.value then code[node.value] = prefix return end
    walk(node[1], prefix .. "0")
    walk(node[2], prefix .. "1")
  end
  walk(nodes[1], "")
  return code, nodes[1]
end
local function encode(list, code)
  local out = {}
  for i = 1, #list do out[i] = code[list[i]] end
  return concat(out)
end
local function decode(bits, tree)
  local out, node = {}, tree
  for i = 1, #bits do
    node = byte(bits, i) == 48 and node[1] or node[2]
    if node.value then
      out[#out + 1] = node.value
      node = tree
    end
  end
  return out
end
local size, pieces = 0, 0
for round = 1, tonumber(arg and arg[1]) or 14 do
  local source = sub(text, round * 10)
  local list = squeeze(source)
  local code, tree = codes(list)
  local bits = encode(list, code)
  assert(expand(decode(bits, tree)) == source)
  size, pieces = size + #bits, pieces + #list
end
print(#text, pieces, size)
