-- Manual 6.8: files, the functions of `io` and the methods of handles.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
name = os.tmpname()
-- Addresses and the name of the test's file are hidden.
local function hide(...)
  local values = table.pack(...)
  for i = 1, values.n do
    if type(values[i]) == "userdata" then values[i] = tostring(values[i]) end
    if type(values[i]) == "string" then values[i] = values[i]:gsub(name, "FILE"):gsub("0x%x+", "ADDRESS") end
  end
  return table.unpack(values, 1, values.n)
end
local function case(title, body, ...)
  local arguments = table.pack(...)
  check(title, function() return hide(pcall(body, table.unpack(arguments, 1, arguments.n))) end)
end
local function write(text)
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
end
local function fields(t)
  local names = {}
  for k, v in pairs(t) do names[#names + 1] = k .. ":" .. type(v) end
  table.sort(names)
  return table.concat(names, " ")
end
print(fields(io))
print(fields(getmetatable(io.stdout)))
print(fields(getmetatable(io.stdout).__index))

each("open", { "io.open()", "io.open('/nofile')", "io.open('/nofile/x', 'w')", "io.open(name, 'rw')", "io.open(name, '')", "io.open(name, 'rb+')", "io.open(name, 'x')", "io.open(name, 'r+bx')", "io.open(name, ' r')", "io.open(name, 'R')",
  "io.open({})", "io.open(name, {})", "io.open('/nofile\\0x')", "io.open('')", "io.open('/', 'w')" })
for _, mode in ipairs { "r", "w", "a", "r+", "w+", "a+", "rb", "wb", "ab", "r+b", "w+b", "a+b" } do
  case("mode " .. mode, function() local f = io.open(name, mode) return io.type(f), f:close() end)
end
each("type", { "io.type()", "io.type(1)", "io.type(nil)", "io.type(io.stdout)", "io.type({})", "io.type(setmetatable({}, getmetatable(io.stdout)))" })
each("bad arguments", { "io.close(1)", "io.close(nil)", "io.read('x')", "io.read({})", "io.read('')", "io.read('*')", "io.lines('/nofile')", "io.lines(1)", "io.lines({})", "io.input('/nofile')", "io.input({})", "io.output({})",
  "io.output('/nodir/x')", "io.popen()", "io.popen('true', 'x')", "io.popen('true', 'rw')", "io.popen('true', 'rb')", "io.popen('true', '')", "io.popen({})", "io.write({})", "io.write(nil)", "io.write(print)", "io.write(1, true)",
  "io.stdout.write()", "io.stdout.write({})", "io.stdout:write({})", "io.stdout:seek('foo')", "io.stdout:setvbuf()", "io.stdout:setvbuf('x')", "io.stdout:setvbuf('full', 'x')", "io.stdout.close()", "io.stdout.close(1)",
  "io.stdout.read('x')", "io.stdout:lines('x')", "io.stdout.flush()", "io.stdout.lines()", "io.stdout.seek()", "io.stdout.nothing", "tostring(io.stdout):match('^file %(0x') ~= nil", "#io.stdout", "io.stdout + 1", "io.stdout < io.stderr",
  "getmetatable(io.stdout).__tostring(1)", "getmetatable(io.stdout).__gc(1)", "getmetatable(io.stdout).__close()" })
write ""
local f = io.open(name)
f:close()
for _, method in ipairs { "close", "read", "write", "lines", "seek", "flush", "setvbuf" } do
  case("a closed file: " .. method, function() return f[method](f, "no") end)
  case("no file: " .. method, function() return io.stdout[method]() end)
  case("another value: " .. method, function() return io.stdout[method]({}) end)
end
case("a closed file as text", tostring, f)
case("closing a closed file", io.close, f)
case("a closed file as input", io.input, f)
case("a closed file is collected", function() return getmetatable(f).__gc(f) end)
case("type of a closed file", io.type, f)
case("to-be-closed", function()
  local kept
  do local file <close> = io.open(name) kept = file end
  return io.type(kept)
end)
case("a method called with a dot", function() f.read() end)
case("a method of a closed file", function() f:read() end)

case("standard files stay open", function() return io.stdout:close() end)
case("... and their type", function() return io.type(io.stdin), io.type(io.stdout), io.type(io.stderr) end)

case("write returns the file", function() local file = io.open(name, "w") local same = file:write("a", 1, 2.5, "b") == file file:close() return same end)
case("... and wrote", function() return io.open(name):read "a" end)
case("numbers", function()
  local file = io.open(name, "w")
  file:write(1.0, " ", 1e15, " ", 1e100, " ", -0.0, " ", 1/0, " ", 3, " ", 0.1, " ", math.mininteger, " ", 2^53)
  file:close()
  return io.open(name):read "a"
end)
case("write stops at a bad argument", function()
  local file = io.open(name, "w")
  local ok, message = pcall(file.write, file, "before", {}, "after")
  file:close()
  return ok, message, io.open(name):read "a"
end)
case("nothing to write", function() return io.type(io.stdout:write()), io.type(io.write()), io.type(io.write "") end)
case("zeros", function() write "a\0b\0" return #io.open(name):read "a" end)
case("append", function()
  write "one "
  local file = io.open(name, "a")
  file:write "two"
  file:close()
  return io.open(name):read "a"
end)
case("update", function()
  write "0123456789"
  local file = io.open(name, "r+")
  local first = file:read(3)
  file:seek("set", 5)
  file:write "xy"
  file:seek("set", 0)
  local all = file:read "a"
  file:close()
  return first, all
end)
case("seek", function()
  write "0123456789"
  local file <close> = io.open(name)
  return file:seek(), file:seek "end", file:seek("set", 4), file:read(1), file:seek("cur", -2), file:read(1), file:seek("end", -1), file:read(5), file:seek("cur", 100), file:read(1)
end)
case("seek before the start", function() local file <close> = io.open(name) return file:seek("set", -1) end)
case("seek with a float", function() local file <close> = io.open(name) return file:seek("set", 2.0), pcall(file.seek, file, "set", 1.5) end)
case("seek with nil", function() local file <close> = io.open(name) return file:seek(nil, nil) end)
case("setvbuf", function() local file <close> = io.open(name, "w") return file:setvbuf "no", file:setvbuf("full", 1024), file:setvbuf "line" end)
case("flush", function()
  local file <close> = io.open(name, "w")
  file:write "flushed"
  return file:flush() == true or file:flush() == file, io.open(name):read "a"
end)
case("tmpfile", function() local file <close> = io.tmpfile() file:write "x" file:seek "set" return io.type(file), file:read "a" end)
case("reading a file for writing", function() local file <close> = io.open(name, "w") return file:read() end)
case("... 'a'", function() local file <close> = io.open(name, "w") return file:read "a" end)
case("... a number", function() local file <close> = io.open(name, "w") return file:read "n" end)
case("writing a file for reading", function() local file <close> = io.open(name, "r") return file:write "x" end)
case("a full device", function() local file = io.open("/dev/full", "w") file:setvbuf "no" print(file:write("x", "y")) return file:close() end)
case("a full device, found at flush", function() local file = io.open("/dev/full", "w") file:write "x" print(file:flush()) return pcall(file.close, file) end)
case("a full device, found at close", function() local file = io.open("/dev/full", "w") file:write "x" return file:close() end)
case("a directory", function() local file <close> = io.open "/" return file:read() end)

case("default output", function()
  local old = io.output()
  local new = io.output(name)
  io.write("to the ", "file")
  local is_new = io.output() == new
  local closed = io.close()
  local after = table.pack(pcall(io.write, "x"))
  local type_after = io.type(io.output())
  io.output(old)
  return is_new, closed, after[2], type_after, io.open(name):read "a"
end)
case("default input", function()
  write "line 1\nline 2\n"
  local old = io.input()
  io.input(name)
  local first, second = io.read(), io.read "L"
  local none = io.read()
  io.close(io.input())
  local after = table.pack(pcall(io.read))
  local lines = table.pack(pcall(io.lines))
  io.input(old)
  return first, second, none, after[2], lines[2]
end)
case("a handle as default input", function()
  write "x"
  local old, file = io.input(), io.open(name)
  local same = io.input(file) == file
  local got = io.read "a"
  io.input(old)
  file:close()
  return same, got
end)
case("default output closed by close()", function() return io.close() end)
case("popen: read", function() local p = io.popen "echo hi; echo there" return p:read("l", "a"), io.type(p), p:close() end)
case("popen: exit status", function() return io.popen("exit 3"):close() end)
case("popen: signal", function() return io.popen("kill -9 $$"):close() end)
case("popen: write", function() local p = io.popen("cat >" .. name, "w") p:write "through a pipe" p:close() return io.open(name):read "a" end)
case("popen: no such command", function() return io.popen("/nocommand 2>/dev/null"):close() end)
case("popen: seek", function() local p = io.popen "true" local a, _, c = p:seek() p:close() return a, c end)
case("popen: lines", function() local got = {} for l in io.popen("printf 'a\\nb\\nc'"):lines() do got[#got + 1] = l end return table.concat(got, ",") end)
case("popen: tostring", function() local p = io.popen "true" local text = tostring(p) p:close() return text, tostring(p) end)
case("a missing file as text", function() return io.open "/nofile" end)
case("unclosed files are closed by collection", function()
  for _ = 1, 3000 do io.open(name) if _ % 100 == 0 then collectgarbage() end end
  return true
end)
os.remove(name)
