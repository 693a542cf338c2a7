-- SPDX-License-Identifier: MIT
-- One figure of memory.py: makes many objects of the shape named, prints bytes for each by count and by resident pages.
local shape = ...
local count = shape == "coroutine" and 50000 or 500000

local function resident()
  for line in io.lines("/proc/self/status") do
    local kilobytes = line:match("^VmRSS:%s*(%d+)")
    if kilobytes then return tonumber(kilobytes) * 1024 end
  end
end

-- The list that holds the objects is there before the first measurement, and touched.
local held = {}
for i = 1, count do held[i] = shape == "string key" and "key" .. i end
local table_held

local makers = {
  ["empty table"] = function(count) for i = 1, count do held[i] = {} end end,
  ["{x=1,y=2}"] = function(count) for i = 1, count do held[i] = { x = 1, y = 2 } end end,
  ["{1,2,3}"] = function(count) for i = 1, count do held[i] = { 1, 2, 3 } end end,
  ["closure"] = function(count) for i = 1, count do local up = i held[i] = function() return up end end end,
  ["string"] = function(count) for i = 1, count do held[i] = ("%010d"):format(i) end end,
  ["coroutine"] = function(count) local create, body = coroutine.create, function() end for i = 1, count do held[i] = create(body) end end,
  ["array element"] = function(count) local t = {} for i = 1, count do t[i] = i end table_held = t end,
  ["string key"] = function(count)
    local t = {}
    for i = 1, count do t[held[i]] = true end
    table_held = t
  end,
}

-- What a process needs once is there too: code that has been read from its file, and blocks for the strings that `resident` makes.
makers[shape](1000)
table_held = nil
if shape ~= "string key" then
  for i = 1, 1000 do held[i] = false end
end
resident()
collectgarbage()
collectgarbage()
local before, pages = collectgarbage("count"), resident()
makers[shape](count)
collectgarbage()
collectgarbage()
print((collectgarbage("count") - before) * 1024 / count, (resident() - pages) / count)
