-- Characters one by one: byte, char, sub, comparison of one-character strings, a Caesar cipher, reversing, base64.
local byte, char, sub = string.byte, string.char, string.sub
local source = {}
for i = 1, 2000 do source[i] = "Line " .. i .. " of the text, with Some Words." end
local text = table.concat(source, " ")
local function shift(s, by)
  local out = {}
  for i = 1, #s do
    local c = byte(s, i)
    if c >= 65 and c <= 90 then c = (c - 65 + by) % 26 + 65
    elseif c >= 97 and c <= 122 then c = (c - 97 + by) % 26 + 97 end
    out[i] = char(c)
  end
  return table.concat(out)
end
local function vowels(s)
  local n = 0
  for i = 1, #s do
    local c = s:sub(i, i)
    if c == "a" or c == "e" or c == "i" or c == "o" or c == "u" then n = n + 1 end
  end
  return n
end
local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local function base64(s)
  local out, n = {}, 0
  for i = 1, #s - 2, 3 do
    local a, b, c = byte(s, i, i + 2)
    local word = a * 65536 + b * 256 + c
    local d4 = word % 64
    word = (word - d4) / 64
    local d3 = word % 64
    word = (word - d3) / 64
    local d2 = word % 64
    local d1 = (word - d2) / 64
    n = n + 1
    out[n] = sub(digits, d1 + 1, d1 + 1) .. sub(digits, d2 + 1, d2 + 1) .. sub(digits, d3 + 1, d3 + 1) .. sub(digits, d4 + 1, d4 + 1)
  end
  return table.concat(out)
end
local function palindromes(s)
  local found = 0
  for center = 2, #s - 1 do
    local left, right = center - 1, center + 1
    while left >= 1 and right <= #s and byte(s, left) == byte(s, right) do
      found = found + 1
      left, right = left - 1, right + 1
    end
  end
  return found
end
local total = 0
for round = 1, tonumber(arg and arg[1]) or 4 do
  local hidden = shift(text, round)
  assert(shift(hidden, 26 - round) == text)
  total = total + vowels(hidden) + #base64(hidden) + palindromes(hidden) + byte(hidden:reverse():upper(), round)
end
print(total)
