-- Patterns: find, match, gmatch, gsub with a function and a table, byte and sub.
local words = {}
for i = 1, 4000 do words[i] = "word" .. i * 37 % 1000 .. (i % 5 == 0 and "," or "") .. (i % 11 == 0 and " (note " .. i .. ")" or "") end
local text = table.concat(words, " ")
local count, sum = 0, 0
for _ = 1, 40 do
  for w in text:gmatch("%a+%d+") do count = count + #w end
  local replaced = text:gsub("%d+", function(d) return d % 2 == 0 and "even" or nil end)
  count = count + #replaced
  replaced = text:gsub("%w+", { word1 = "ONE", note = "NOTE" })
  count = count + #replaced
  local from = 1
  while true do
    local a, b, n = text:find("%(note (%d+)%)", from)
    if not a then break end
    sum = sum + n
    from = b + 1
  end
  for i = 1, #text do
    if text:byte(i) == 44 then sum = sum + 1 end
  end
  for i = 1, #text - 4, 5 do
    if text:sub(i, i + 3) == "word" then sum = sum + 1 end
  end
end
print(count, sum)
