-- Manual 6.4.1: patterns at random on subjects at random. The generator gives both programs the same ones.
-- stress: 211
-- seconds: 200
local check = require "check"

math.randomseed(20240517)
local random = math.random
local items = { "a", "b", "c", ".", "%a", "%d", "%s", "%w", "%W", "%A", "[ab]", "[^a]", "[a-c]", "[%d_]", "[^%s]", "(", "(", ")", ")", "()", "^", "$", "%1", "%2", "%b()", "%bab", "%f[a]",
  "%f[%w]", "%f[^b]", "-", "*", "?", "+", "%.", "%-", "]", "[]]", "[^]]", "[a-]", "[-a]", "%%", "\0", "1", "2", "_", " ", "[", "%", "[^", "x", "[%a-z]", "[a-%d]", "%D", "%x", "%u", "%l", "%p", "%c", "%g", "%z" }
local repetitions = { "", "", "", "*", "+", "-", "?" }
local characters = { "a", "b", "c", "a", "b", "1", "2", "_", " ", "(", ")", "-", ".", "%", "]", "\0", "^", "$", "A", "B", "x", "\n", "\200" }

local function quoted(...)
  local t = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    t[i] = type(v) == "string" and string.format("%q", v):gsub("\\\n", "\\n") or tostring(v)
  end
  return table.concat(t, ",")
end

local function any(list) return list[random(#list)] end

local function pattern()
  local t = {}
  for i = 1, random(1, 6) do t[i] = any(items) .. any(repetitions) end
  return (random(8) == 1 and "^" or "") .. table.concat(t) .. (random(8) == 1 and "$" or "")
end

local function subject()
  local t = {}
  for i = 1, random(0, 12) do t[i] = any(characters) end
  return table.concat(t)
end

local replacements = { "<%0>", "%1", "x", "%%", "[%1%2]", "", "%0%0", { a = "1", b = false, ["1"] = 7, "one", 2.5, ab = "AB" }, quoted, function(_, b) return b end }

for i = 1, 400 do
  local p, s, init = pattern(), subject(), random(4) == 1 and random(-14, 14) or nil
  local name = i .. " " .. quoted(p, s, init) .. ": "
  print("check " .. name .. quoted(pcall(string.find, s, p, init)))
  print("match " .. quoted(pcall(string.match, s, p, init)))
  print("gsub " .. quoted(pcall(string.gsub, s, p, any(replacements), random(4) == 1 and random(-1, 4) or nil)))
  local found = {}
  local ok, message = pcall(function() for a, b, c in s:gmatch(p, init) do found[#found + 1] = quoted(a, b, c) end end)
  print("gmatch " .. (ok and "" or message .. " ") .. table.concat(found, ";"))
end
check("the generator is where it was", random, 1000000)
