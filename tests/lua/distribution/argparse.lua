-- stress: 37
-- lua-argparse of the distribution: a command line with options, flags, commands; usage, help and errors.
local argparse = require "argparse"

local parser = argparse("tool", "A tool for tests.", "See the manual.")
parser:argument("input", "Input file.")
parser:argument("rest", "More files."):args "*"
parser:option("-o --output", "Output file.", "a.out")
parser:option("-l --level", "Level."):convert(tonumber):default "3"
parser:option("-I --include", "Include paths."):count "*"
parser:option("--mode", "Mode."):choices { "fast", "slow" }
parser:option("--pair", "A pair."):args(2)
parser:flag("-v --verbose", "Verbosity."):count "0-3":target "verbosity"
parser:flag("-q --quiet", "Quiet.")
parser:mutex(parser:flag "--left", parser:flag "--right")

local function show(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local out = {}
  for i, k in ipairs(keys) do
    local v = t[k]
    out[i] = tostring(k) .. "=" .. (type(v) == "table" and "{" .. show(v) .. "}" or tostring(v))
  end
  return table.concat(out, " ")
end
for _, line in ipairs {
  { "in.txt" }, { "in.txt", "-o", "out", "-l5", "--include", "a", "-Ib", "x", "y" }, { "in", "-vvv", "--mode=fast" }, { "in", "--pair", "1", "2", "-q" }, { "--", "-in" }, { "in", "--left" },
  {}, { "in", "--nope" }, { "in", "-l", "many" }, { "in", "--mode", "medium" }, { "in", "--pair", "1" }, { "in", "-vvvv" }, { "in", "--left", "--right" }, { "in", "-o" }, { "in", "--outptu", "x" }, { "in", "--quiet=1" },
} do
  local ok, result = parser:pparse(line)
  print(table.concat(line, " "), ok, ok and show(result) or result)
end
print(parser:get_usage())
print(parser:get_help())

local commands = argparse "git-like"
commands:command_target "command"
local add = commands:command "add a"
add:argument("files"):args "+"
add:flag "--force"
local commit = commands:command("commit", "Record changes.")
commit:option "-m --message"
for _, line in ipairs { { "add", "x", "y", "--force" }, { "a", "z" }, { "commit", "-m", "text" }, { "push" }, {}, { "add" } } do
  local ok, result = commands:pparse(line)
  print(ok, ok and show(result) or result)
end
print(commands:get_help())
print(add:get_usage())
