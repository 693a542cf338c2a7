-- Splitting and joining: gmatch, find, gsub with a function, fields of CSV, trimming, word counts.
local rows = {}
for i = 1, 3000 do
  rows[i] = i .. ", name" .. i % 97 .. " ,  " .. i * 31 % 1000 .. ",\"quoted " .. i .. "\",end" .. i % 7
end
local text = table.concat(rows, "\n")
local function split(s, separator)
  local out, from = {}, 1
  while true do
    local a, b = s:find(separator, from, true)
    if not a then break end
    out[#out + 1] = s:sub(from, a - 1)
    from = b + 1
  end
  out[#out + 1] = s:sub(from)
  return out
end
local function trim(s) return (s:gsub("^%s+", ""):gsub("%s+$", "")) end
local total, words = 0, {}
for _ = 1, tonumber(arg and arg[1]) or 6 do
  for line in text:gmatch("[^\n]+") do
    local fields = split(line, ",")
    for i = 1, #fields do fields[i] = trim(fields[i]) end
    total = total + tonumber(fields[1]) + tonumber(fields[3]) + #fields[4]
    local joined = table.concat(fields, "|")
    total = total + #joined
  end
  local upper = text:gsub("name(%d+)", function(d) return "NAME" .. d * 2 end)
  total = total + #upper
  for w in text:gmatch("%a+") do words[w] = (words[w] or 0) + 1 end
  local count = select(2, text:gsub("%d", ""))
  total = total + count
end
local names = {}
for w in pairs(words) do names[#names + 1] = w end
table.sort(names)
print(string.format("%d", total), #names, names[1], words[names[1]])
