-- Manual 6.8: formats of reading, lines.
local check = require "check"
name = os.tmpname()
local function write(text)
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
end
local function reading(title, text, ...)
  write(text)
  local formats = table.pack(...)
  check(title, function()
    local file <close> = io.open(name, "rb")
    return file:read(table.unpack(formats, 1, formats.n))
  end)
end
for _, s in ipairs { "0x", "0x1p", "0x1p4", "0x1p-2", "1e", "1e+", "1e5", "1e5e5", "-", "--1", "+-1", ".", ".5", "5.", "0x.8", "0x.", "nan", "inf", "  12", "\n\t 12 x", "0xffffffffffffffffff", "0x7fffffffffffffff", "0x8000000000000000",
  "9223372036854775807", "9223372036854775808", "1234567890123456789012345678901234567890", ("1"):rep(199), ("1"):rep(200), ("1"):rep(201), ("1"):rep(300), "1..2", "0X1P+3", "1E-2x", "+1", "1,5", "", " ", "0xg", "00012", "0x00ff", "1e400", "- 1",
  "12abc", "0b1", "1e5.5", "-0", "-0.0", "-.5e1", "1\0002", "\0", "5 6 7" } do
  reading(("number from %q"):format(#s < 50 and s or #s), s, "n", "a")
end
reading("three numbers", "1 2.5 0x10", "n", "n", "n")
reading("numbers until failure", "1 x 3", "n", "n", "n")
reading("number and line", "12 rest\nnext", "n", "l", "l", "l")
reading("line", "one\ntwo", "l")
reading("default", "one\ntwo")
reading("line with newline", "one\ntwo", "L", "L", "L")
reading("an empty line", "\n\nx", "l", "L", "l", "l")
reading("carriage returns stay", "a\r\nb", "l", "L")
reading("zeros", "a\0b\n\0", "l", "l")
reading("the last line without newline", "x", "L", "l")
reading("nothing", "", "l")
reading("nothing with newline", "", "L")
reading("all of nothing", "", "a", "a")
reading("all", "one\ntwo\n", "a", "a", "l")
reading("characters", "0123456789", 3, 4, 100, 1)
reading("0 characters", "x", 0, 1, 0)
reading("0 characters of nothing", "", 0)
reading("characters as float", "xyz", 2.0)
reading("characters as text", "xyz", "2")
reading("old style", "1 2\nrest", "*n", "*l", "*L", "*a")
reading("longer names", "1 word\nx", "number", "line", "all")
reading("bad format", "x", "q")
reading("bad format behind a good one", "x y", "l", "x")
reading("a bad format is not reached", "", "l", "x")
reading("a table as format", "x", {})
reading("a fraction of a character", "x", 1.5)
reading("nil as format", "x", nil)
reading("star alone", "x", "*")
reading("a long line", ("x"):rep(5000) .. "\nend", "l", "l")
check("a very long line", function()
  write(("y"):rep(300000) .. "\nz\n")
  local file <close> = io.open(name)
  return #file:read "l", file:read "l", file:read "l"
end)
check("all of a long file", function()
  write(("0123456789"):rep(100000))
  local file <close> = io.open(name)
  local all = file:read "a"
  return #all, all:sub(-10), all == ("0123456789"):rep(100000)
end)
check("blocks of a long file", function()
  local file <close> = io.open(name)
  local count, sum = 0, 0
  for block in file:lines(4096) do count, sum = count + 1, sum + #block end
  return count, sum
end)
check("many characters asked for", function()
  write "few"
  local file <close> = io.open(name)
  return file:read(1 << 20)
end)
check("more characters than there is memory", function()
  local file <close> = io.open(name)
  return file:read(1 << 60)
end)
check("many formats", function()
  write(("x"):rep(300))
  local file <close> = io.open(name)
  local formats = {}
  for i = 1, 300 do formats[i] = 1 end
  return select("#", file:read(table.unpack(formats)))
end)

write "one\ntwo\n\nfour"
local function lines(title, ...)
  local formats = table.pack(...)
  check(title, function()
    local got = {}
    for a, b in io.lines(name, table.unpack(formats, 1, formats.n)) do got[#got + 1] = ("%q/%q"):format(a, b) end
    return table.concat(got, " ")
  end)
end
lines "lines"
lines("lines with newlines", "L")
lines("pairs of lines", "l", "l")
lines("by 4 characters", 4)
lines("a character and a line", 1, "l")
lines("numbers", "n")
lines("a bad format", "q")
lines("old style", "*L")
check("results of io.lines", function()
  local iterator, a, b, c = io.lines(name)
  local results = select("#", io.lines(name))
  c:close()
  return type(iterator), a, b, io.type(c), results
end)
check("results of file:lines", function() local f <close> = io.open(name) return select("#", f:lines()) end)
check("the file is closed at the end", function()
  local iterator, _, _, file = io.lines(name, "a")
  print(iterator() == "one\ntwo\n\nfour", iterator())
  file:close()
  return pcall(iterator)
end)
check("the file is closed after the last line", function()
  local iterator, _, _, file = io.lines(name)
  for _ = 1, 4 do iterator() end
  print(io.type(file), select("#", iterator()), io.type(file))
  return pcall(iterator)
end)
check("the file is closed by break", function()
  local kept
  for l in (function(iterator, s, c, file) kept = file return iterator, s, c, file end)(io.lines(name)) do break end
  return io.type(kept)
end)
check("file:lines leaves the file open", function()
  local file = io.open(name)
  local count = 0
  for _ in file:lines() do count = count + 1 end
  local kind = io.type(file)
  file:close()
  return count, kind
end)
check("lines of a file closed meanwhile", function()
  local file = io.open(name)
  local iterator = file:lines()
  print(iterator())
  file:close()
  return pcall(iterator)
end)
check("lines of a directory", function() for l in io.lines "/" do end end)
local many = {}
for i = 1, 250 do many[i] = 1 end
check("250 formats", function() return type((io.lines(name, table.unpack(many)))) end)
many[251] = 1
check("251 formats", function() return io.lines(name, table.unpack(many)) end)
check("251 formats of a handle", function() local f <close> = io.open(name) return f:lines(table.unpack(many)) end)
check("io.lines with nil reads the default input", function()
  local old = io.input()
  io.input(name)
  local got = {}
  for l in io.lines() do got[#got + 1] = l end
  io.close(io.input())
  io.input(name)
  for l in io.lines(nil, 3) do got[#got + 1] = l end
  local kind = io.type(io.input())
  io.close(io.input())
  io.input(old)
  return table.concat(got, "|"), kind
end)
os.remove(name)
