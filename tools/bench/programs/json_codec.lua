-- A JSON encoder and decoder written for this benchmark.
local byte, sub, find, format = string.byte, string.sub, string.find, string.format
local function decode(text)
  local position = 1
  local value
  local function skip() position = find(text, "[^ \t\r\n]", position) or #text + 1 end
  local function str()
    local stop = find(text, '"', position + 1, true)
    local s = sub(text, position + 1, stop - 1)
    position = stop + 1
    return s
  end
  function value()
    skip()
    local c = byte(text, position)
    if c == 123 then
      local object = {}
      position = position + 1
      skip()
      if byte(text, position) == 125 then position = position + 1 return object end
      while true do
        skip()
        local key = str()
        skip()
        position = position + 1
        object[key] = value()
        skip()
        local d = byte(text, position)
        position = position + 1
        if d == 125 then return object end
      end
    elseif c == 91 then
      local list, n = {}, 0
      position = position + 1
      skip()
      if byte(text, position) == 93 then position = position + 1 return list end
      while true do
        n = n + 1
        list[n] = value()
        skip()
        local d = byte(text, position)
        position = position + 1
        if d == 93 then return list end
      end
    elseif c == 34 then return str()
    elseif c == 116 then position = position + 4 return true
    elseif c == 102 then position = position + 5 return false
    else
      local _, stop = find(text, "^-?[%d.eE+-]+", position)
      local number = tonumber(sub(text, position, stop))
      position = stop + 1
      return number
    end
  end
  return value()
end
local function encode(v, out)
  local kind = type(v)
  if kind == "table" then
    if v[1] ~= nil then
      out[#out + 1] = "["
      for i = 1, #v do
        if i > 1 then out[#out + 1] = "," end
        encode(v[i], out)
      end
      out[#out + 1] = "]"
    else
      out[#out + 1] = "{"
      local keys = {}
      for k in pairs(v) do keys[#keys + 1] = k end
      table.sort(keys)
      for i, k in ipairs(keys) do
        if i > 1 then out[#out + 1] = "," end
        out[#out + 1] = '"' .. k .. '":'
        encode(v[k], out)
      end
      out[#out + 1] = "}"
    end
  elseif kind == "string" then out[#out + 1] = '"' .. v .. '"'
  elseif kind == "number" then out[#out + 1] = format("%.6g", v)
  else out[#out + 1] = tostring(v) end
end
local items = {}
for i = 1, 3000 do items[i] = { id = i, name = "item " .. i, price = i / 4, tags = { "a", "b" .. i % 7, "c" }, ok = i % 2 == 0 } end
local out = {}
encode({ items = items, total = #items }, out)
local text = table.concat(out)
local size = 0
for _ = 1, 10 do
  local object = decode(text)
  out = {}
  encode(object, out)
  local again = table.concat(out)
  assert(again == text)
  size = size + #again
end
print(size)
