-- needs: 5.4
-- CRC-32 over generated text, bytewise with a table and four bytes at a time; Adler-32.
local table_of = {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do
    if c & 1 == 1 then c = 0xEDB88320 ~ c >> 1 else c = c >> 1 end
  end
  table_of[i] = c
end
local byte = string.byte
local function crc(text)
  local c = 0xFFFFFFFF
  for i = 1, #text do c = table_of[(c ~ byte(text, i)) & 255] ~ c >> 8 end
  return c ~ 0xFFFFFFFF
end
local function crc_by_four(text)
  local c = 0xFFFFFFFF
  local whole = #text - #text % 4
  for i = 1, whole, 4 do
    local a, b, d, e = byte(text, i, i + 3)
    c = table_of[(c ~ a) & 255] ~ c >> 8
    c = table_of[(c ~ b) & 255] ~ c >> 8
    c = table_of[(c ~ d) & 255] ~ c >> 8
    c = table_of[(c ~ e) & 255] ~ c >> 8
  end
  for i = whole + 1, #text do c = table_of[(c ~ byte(text, i)) & 255] ~ c >> 8 end
  return c ~ 0xFFFFFFFF
end
local function adler(text)
  local a, b = 1, 0
  for i = 1, #text do
    a = (a + text:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return b << 16 | a
end
assert(crc("123456789") == 0xCBF43926)
local parts = {}
for i = 1, 3000 do parts[i] = "record " .. i .. " value " .. i * 7919 % 1009 end
local text = table.concat(parts, "\n")
local sum = 0
for _ = 1, tonumber(arg and arg[1]) or 12 do
  local whole = crc(text)
  assert(crc_by_four(text) == whole)
  sum = sum + whole + adler(text)
end
print(sum)
