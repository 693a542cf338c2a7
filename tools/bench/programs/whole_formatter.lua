-- A text formatter: paragraphs of markup into words, filled, justified and hyphenated lines, an index of words, numbered sections.
local seed = 11
local function random(n) seed = seed * 16807 % 2147483647 return seed % n + 1 end
local vocabulary = { "table", "of", "values", "and", "the", "collector", "forgets", "weak", "references", "a", "in", "order",
  "to", "keep", "memory", "small", "programs", "read", "extraordinarily", "line", "by", "line" }
local paragraphs = {}
for p = 1, 60 do
  local words = {}
  for w = 1, 40 + random(60) do
    local word = vocabulary[random(#vocabulary)]
    if w % 17 == 0 then word = "*" .. word .. "*" end
    if w % 11 == 0 then word = word .. "," end
    words[w] = word
  end
  paragraphs[p] = (p % 10 == 1 and "# Section " .. p .. "\n" or "") .. table.concat(words, p % 2 == 0 and "  " or "\n") .. "."
end
local text = table.concat(paragraphs, "\n\n")

local function words_of(paragraph)
  local list = {}
  for word in paragraph:gmatch("%S+") do
    word = word:gsub("^%*(.-)%*([,.]?)$", function(inner, mark) return inner:upper() .. mark end)
    list[#list + 1] = word
  end
  return list
end
local function hyphenate(word, room)
  if #word < 8 or room < 5 then return nil end
  for cut = math.min(room - 1, #word - 3), 4, -1 do
    if word:sub(cut, cut):find("[aeiou]") and not word:sub(cut + 1, cut + 1):find("[aeiou]") then
      return word:sub(1, cut) .. "-", word:sub(cut + 1)
    end
  end
end
local function justify(line, width)
  local gaps = #line - 1
  if gaps == 0 then return line[1] end
  local letters = 0
  for i = 1, #line do letters = letters + #line[i] end
  local spaces = width - letters
  local wide = spaces % gaps
  local narrow = (spaces - wide) / gaps
  local out = { line[1] }
  for i = 2, #line do
    out[#out + 1] = (" "):rep(narrow + (i - 1 <= wide and 1 or 0))
    out[#out + 1] = line[i]
  end
  return table.concat(out)
end
local function fill(list, width, emit)
  local line, length, i = {}, 0, 1
  while i <= #list do
    local word = list[i]
    local needed = length + #word + (length > 0 and 1 or 0)
    if needed <= width then
      line[#line + 1] = word
      length = needed
      i = i + 1
    else
      local head, tail = hyphenate(word, width - length - 1)
      if head then
        line[#line + 1] = head
        list[i] = tail
      end
      emit(justify(line, width))
      line, length = {}, 0
    end
  end
  emit(table.concat(line, " "))
end
local function format(source, width)
  local out, index, section, number = {}, {}, 0, 0
  local function emit(line)
    number = number + 1
    out[#out + 1] = string.format("%4d  %s", number, line)
    for word in line:lower():gmatch("%a%a%a%a+") do
      local entry = index[word]
      if not entry then
        entry = {}
        index[word] = entry
      end
      if entry[#entry] ~= number then entry[#entry + 1] = number end
    end
  end
  for paragraph in (source .. "\n\n"):gmatch("(.-)\n\n") do
    local title = paragraph:match("^# ([^\n]*)")
    if title then
      section = section + 1
      emit(section .. ". " .. title)
      emit(("="):rep(#title + 3))
      paragraph = paragraph:gsub("^[^\n]*\n", "")
    end
    fill(words_of(paragraph), width, emit)
    emit("")
  end
  local names = {}
  for word in pairs(index) do names[#names + 1] = word end
  table.sort(names)
  for i, word in ipairs(names) do
    local places = index[word]
    names[i] = ("%-20s %5d  %s"):format(word, #places, table.concat(places, ", ", 1, math.min(#places, 8)))
  end
  return table.concat(out, "\n") .. "\n" .. table.concat(names, "\n")
end
local check, size = 0, 0
for round = 1, tonumber(arg and arg[1]) or 20 do
  local page = format(text, 50 + round % 30)
  size = size + #page
  for i = 1, #page, 97 do check = (check * 31 + page:byte(i)) % 1000003 end
end
print(size, check)
