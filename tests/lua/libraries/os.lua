-- Manual 6.9: the operating system, except dates.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
local names = {}
for name in pairs(os) do names[#names + 1] = name end
table.sort(names)
print(table.concat(names, " "))
each("clock", { "math.type(os.clock())", "os.clock() >= 0", "os.clock(1) >= 0" })
each("difftime", { "os.difftime()", "os.difftime(1)", "os.difftime(5, 3)", "os.difftime('x', 1)", "os.difftime(1.5, 1)", "os.difftime(3, 5)", "os.difftime('7', 5)", "os.difftime(1, nil)" })
each("getenv", { "os.getenv()", "os.getenv('MAYFLY_NO_SUCH_VARIABLE')", "os.getenv('LC_ALL')", "os.getenv({})", "os.getenv('')", "os.getenv(1)" })
each("remove", { "os.remove()", "os.remove('/nofile')", "os.remove({})", "os.remove('')", "os.remove('/nofile/x')" })
each("rename", { "os.rename()", "os.rename('x')", "os.rename('/nofile', '/nofile2')", "os.rename('/nofile', {})" })
each("setlocale", { "os.setlocale()", "os.setlocale('C')", "os.setlocale(nil)", "os.setlocale('no such locale')", "os.setlocale(nil, 'foo')", "os.setlocale('C', 'all')", "os.setlocale('C', 'collate')", "os.setlocale('C', 'ctype')",
  "os.setlocale('C', 'monetary')", "os.setlocale('C', 'numeric')", "os.setlocale('C', 'time')", "os.setlocale({})", "os.setlocale('C', {})", "os.setlocale('POSIX', 'numeric')" })
each("execute", { "os.execute()", "os.execute('true')", "os.execute('false')", "os.execute('exit 3')", "os.execute('kill -9 $$')", "os.execute('kill -15 $$')", "os.execute({})", "os.execute('exit 255')", "os.execute('/nocommand 2>/dev/null')", "os.execute('')" })
each("exit", { "os.exit('x')", "os.exit({})", "os.exit(1.5)" })
check("files", function()
  local a, b = os.tmpname(), os.tmpname()
  print(a:match "^/tmp/lua_%w%w%w%w%w%w$" ~= nil, a ~= b, io.open(a) ~= nil)
  print(os.rename(a, b), io.open(a) == nil)
  print(os.remove(b), io.open(b) == nil)
  local ok, message, code = os.remove(b)
  return ok, message == b .. ": No such file or directory", code
end)
check("directories", function()
  local d = os.tmpname()
  os.remove(d)
  os.execute("mkdir " .. d .. " && touch " .. d .. "/x")
  local ok, message, code = os.remove(d)
  print(ok, message:gsub(d, "DIR"), code)
  os.remove(d .. "/x")
  return os.remove(d)
end)
check("tmpname with an argument", function() local n = os.tmpname(1) os.remove(n) return #n end)
local function status(text)
  local program = "/proc/" .. io.open("/proc/self/stat"):read "n" .. "/exe"
  return os.execute(program .. " -e \"" .. text .. "\"")
end
check("exit statuses", function()
  for _, text in ipairs { "os.exit()", "os.exit(true)", "os.exit(false)", "os.exit(7)", "os.exit(256 + 9)", "os.exit(0)", "os.exit(-1)", "os.exit(nil)", "os.exit('5')", "os.exit(true, true)", "os.exit(3, true)",
    "local t <close> = setmetatable({}, {__close = function() print('closed') end}) os.exit(4, true)", "local t <close> = setmetatable({}, {__close = function() print('closed') end}) os.exit(4)",
    "t = setmetatable({}, {__gc = function() print('collected') end}) os.exit(5, true)", "t = setmetatable({}, {__gc = function() print('collected') end}) os.exit(5)",
    "coroutine.wrap(function() os.exit(6, true) end)()", "pcall(os.exit, 8)", "io.write('unflushed ') os.exit(9)" } do
    print(text, select(2, status(text)), (select(3, status(text))))
  end
end)
