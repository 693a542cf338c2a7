-- Manual 6.1: load, loadfile, dofile.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end

each("load", { "load()", "load({})", "load(nil)", "load('x=')", "load('x=', 'name')", "load('x=', '=name')", "load('x=', '@name')", "load('x=', '')",
  "load('x x', ('y'):rep(100))", "load('x x', '=' .. ('y'):rep(100))", "load('x x', '@' .. ('y'):rep(100))", "load('x x', 'two\\nlines')", "load(1)", "load('return 7')()",
  "load('return ...')(1, 2)", "load('return 1', 'n', 'b')", "load('\\27Lua', 'n', 't')", "load('\\27Lua', 'n')", "load('\\27Lua', 'n', 'b')", "load('return 1', 'n', 'q')", "load('return 1', 'n', 5)",
  "load('return 1', 5)()", "load('x x', 5)", "load('x', {})", "load('x', 'n', {})", "load('return x', 'n', 't', {x = 6})()", "load('return _ENV', 'n', 't', 5)()",
  "load('return x', '=n', 't', nil)", "pcall(load('return x', '=n', 't', nil))", "load(string.dump(function() return 8 end))()", "load(string.dump(function() return 8 end), 'n', 't')",
  "load(string.dump(function() return x end), 'n', 'b', {x = 9})()", "load('')()", "load('-- comment')()", "load('\\n\\nx x')", "load('return 1', 'n', 'bt', 1, 2)()",
  "load('\\xEF\\xBB\\xBFreturn 1')", "load('#!shebang\\nreturn 1')" })
each("load with a function", { "load(function() end)", "load(function() return {} end)", "load(function() error('reader') end)", "load(function() return nil end)()",
  "load(function() return '' end)()", "load(print, {})", "load(coroutine.yield)", "load(function() return true end)", "load(error)" })
check("pieces", function()
  local pieces, i = { "re", "turn ", 42, "+1", "" }, 0
  return load(function() i = i + 1 return pieces[i] end)()
end)
check("pieces by character", function()
  local text, i = "local x = 'a long enough string' return #x, [[\n" .. ("z"):rep(1000) .. "]]", 0
  local chunk = assert(load(function() i = i + 1 return i <= #text and text:sub(i, i) or nil end))
  local n, s = chunk()
  return n, #s
end)
check("name of a function chunk", function() return load(function() return nil end, nil) and load((function() local done return function() if not done then done = true return "x x" end end end)()) end)
check("pieces of a binary chunk", function()
  local text, i = string.dump(function(a) return a * 2 end), 0
  return load(function() i = i + 1 return i <= #text and text:sub(i, i) or nil end, "n", "b")(21)
end)
check("reader that yields", function()
  return coroutine.wrap(function() return load(function() coroutine.yield(1) end) end)()
end)
check("error in a loaded chunk", "return pcall(load(\"error('z')\", '@file.lua'))")
check("error in an unnamed chunk", "return pcall(load(\"error('z')\"))")

local name = os.tmpname()
local function write(text)
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
end
local function shown(...)
  local values = table.pack(...)
  for i = 1, values.n do
    if type(values[i]) == "string" then values[i] = values[i]:gsub(name, "FILE", 1) end
  end
  return table.unpack(values, 1, values.n)
end
local function file(title, text, ...)
  write(text)
  local arguments = table.pack(...)
  check("loadfile " .. title, function() return shown(loadfile(name, table.unpack(arguments, 1, arguments.n))) end)
end
file("of a chunk", "return 1")
file("with an error", "x=")
file("with a shebang", "#!shebang\nx=")
file("with a byte order mark", "\xEF\xBB\xBFx=")
file("with a mark and a shebang", "\xEF\xBB\xBF#!shebang\n\nx=")
file("with half a mark", "\xEF\xBBx=")
file("with a mark behind a blank", " \xEF\xBB\xBFx=")
file("with a lone shebang", "#")
file("with a shebang and no newline", "# only this")
file("with two shebangs", "#\n#")
file("that is empty", "")
file("with a carriage return in the shebang", "#x\rreturn 1")
file("of a precompiled chunk", string.dump(function() return 7 end))
file("of a precompiled chunk behind a shebang", "# x\n" .. string.dump(function() return 7 end))
file("of a precompiled chunk as text", string.dump(function() return 7 end), "t")
file("of text as a precompiled chunk", "return 1", "b")
file("of a broken precompiled chunk", "\27Lua")
file("of a broken precompiled chunk behind a mark", "\xEF\xBB\xBF\27Lua")
file("with a bad mode", "return 1", {})
file("of a long line", "return '" .. ("x"):rep(100000) .. "'")
write("return X, ...")
check("loadfile with an environment", function() return loadfile(name, "t", { X = 5 })(7) end)
check("loadfile without an environment", function() return shown(pcall(loadfile(name, "t", nil))) end)
check("dofile", function() X = 6 return dofile(name) end)
write("error('in file')")
check("error in dofile", function() return shown(pcall(dofile, name)) end)
write("return coroutine.yield(4), 'done'")
check("dofile may yield", function()
  local co = coroutine.wrap(dofile)
  return co(name), co(5)
end)
write("x x")
check("dofile with a syntax error", function() return shown(pcall(dofile, name)) end)
write("return 1, nil, 3, nil")
check("results of dofile", function() return select("#", dofile(name, "ignored")) end)
write("# x\n" .. string.dump(function() return 7 end))
check("running a precompiled chunk behind a shebang", function() return loadfile(name)(), dofile(name) end)
os.remove(name)
each("missing files", { "loadfile('/nofile')", "loadfile('/tmp')", "dofile('/nofile')", "dofile('/tmp')", "dofile({})", "loadfile({})", "dofile('')", "loadfile('')" })
