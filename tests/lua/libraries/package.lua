-- Manual 6.3: require and the package library.
local check = require "check"
local function each(prefix, texts)
  for _, text in ipairs(texts) do check(prefix .. ": " .. text, "return " .. text) end
end
local directory = os.tmpname()
os.remove(directory)
assert(os.execute("mkdir -p " .. directory .. "/sub"))
local function write(name, text)
  local file = assert(io.open(directory .. "/" .. name, "wb"))
  file:write(text)
  file:close()
end
-- Paths of the test's directory become DIR in what is shown.
local function hide(...)
  local values = table.pack(...)
  for i = 1, values.n do
    if type(values[i]) == "string" then values[i] = values[i]:gsub(directory:gsub("%p", "%%%0"), "DIR") end
  end
  return table.unpack(values, 1, values.n)
end
local function case(name, body, ...)
  local arguments = table.pack(...)
  check(name, function() return hide(pcall(body, table.unpack(arguments, 1, arguments.n))) end)
end

local names = {}
for name, value in pairs(package) do names[#names + 1] = name .. ":" .. type(value) end
table.sort(names)
print(table.concat(names, " "))
print((package.config:gsub("\n", "|")), #package.searchers)
print(package.path:match(";(/usr/local/share.*)"))
print(package.cpath)
print(package.loaded == debug.getregistry()._LOADED, package.preload == debug.getregistry()._PRELOAD)

each("require", { "require()", "require({})", "require('nomod')", "require('a.b')", "require(1)", "require(nil)", "require('_G') == _G", "require('string') == string", "select('#', require('string'))" })
each("searchpath", { "package.searchpath()", "package.searchpath('x')", "package.searchpath('x', 'y')", "package.searchpath('x', '?;?;/a/?.lua')", "package.searchpath('x.y', '?.b', '.', '/')", "package.searchpath('x.y', '?.b', '')",
  "package.searchpath('a.b', '')", "package.searchpath('a', ';;')", "package.searchpath('a-b', '?', '-', '+')", "package.searchpath('a.b.c', '?', '.b', 'X')", "package.searchpath('', '?')", "package.searchpath('a.b', '?;?', '.', '')",
  "package.searchpath('x', {})", "package.searchpath('a.b', '/?/?.x')", "package.searchpath('x', 'y', {})", "package.searchpath(1, 2, 3, 4)" })
each("loadlib", { "package.loadlib()", "package.loadlib('x')", "package.loadlib('/nolib.so', 'f')", "package.loadlib('/nolib.so', '*')", "package.loadlib({}, 'f')" })

package.path, package.cpath = directory .. "/?.lua;" .. directory .. "/?/init.lua", directory .. "/?.so"
write("plain.lua", "return {...}")
case("a module gets its name and file", function() return table.unpack((require "plain")) end)
case("the second result", function() package.loaded.plain = nil return select(2, require "plain"), select("#", require "plain") end)
write("silent.lua", "counter = (counter or 0) + 1")
case("a module without a result", function() return require "silent", require "silent", counter end)
write("false.lua", "return false")
case("a module that is false", function() return require "false", package.loaded["false"], (require "false") end)
write("self.lua", "package.loaded[...] = 'by itself'")
case("a module that sets its entry", function() return require "self", (require "self") end)
write("both.lua", "package.loaded[...] = 'by itself' return 'returned'")
case("a module that does both", function() return (require "both") end)
write("sub/init.lua", "return 'init'")
write("sub/part.lua", "return ...")
case("init.lua", function() return (require "sub") end)
case("submodule", function() return (require "sub.part") end)
write("broken.lua", "x x x")
case("a syntax error", require, "broken")
write("failing.lua", "error('on purpose')")
case("an error while loading", require, "failing")
case("... is not remembered", function() return package.loaded.failing end)
write("object.lua", "error({code = 5})")
case("an error object while loading", function() local _, e = pcall(require, "object") return e.code end)
case("a missing module", require, "missing.module")
case("a missing module without a dot", require, "missing")
case("a hyphen", require, "v2-missing")
write("notlib.so", "this is no library")
case("a file that is no library", require, "notlib")
case("a submodule of it", require, "notlib.part")
case("found by searchpath", package.searchpath, "sub.part", package.path)
write("yielding.lua", "coroutine.yield()")
case("yield while loading", coroutine.wrap(function() return require "yielding" end))
write("recursive.lua", "return require 'recursive'")

package.preload.pre = function(...) print("preload", ...) end
case("preload", function() return require "pre", (require "pre") end)
package.preload.fails = function() error("loader error", 0) end
case("preload with an error", require, "fails")
package.preload.odd = 5
case("preload that is no function", require, "odd")

local searchers, path, cpath = package.searchers, package.path, package.cpath
package.path = 5
case("path that is a number", require, "foo")
package.path = nil
case("path that is nil", require, "foo")
package.path, package.cpath = path, {}
case("cpath that is a table", require, "foo")
package.cpath = cpath
package.searchers = 1
case("searchers that are a number", require, "foo")
package.searchers = nil
case("searchers that are nil", require, "foo")
package.searchers = {}
case("no searchers", require, "foo")
package.searchers = { function() return nil end, function() return "one reason" end, function() return 2 end, function() return {} end, function() return false end, function() return "last" end }
case("reasons", require, "foo")
package.searchers = { function(n) return function(...) print("loader", ...) return "made" end, "extra " .. n end }
case("a searcher of one's own", function() return require "foo", package.loaded.foo, select("#", require "foo") end)
package.searchers = { function(n) return function(...) print("loader", select("#", ...)) end end }
case("a loader without extra argument", require, "bar")
package.searchers = { function(n) error("searcher error", 0) end }
case("a searcher that fails", require, "baz")
package.searchers = setmetatable({}, { __index = function(_, i) return searchers[i] end })
case("searchers are read raw", require, "baz")
package.searchers = searchers
package.loaded.gone = false
case("an entry that is false is loaded", require, "gone")
local loaded = package.loaded
package.loaded = {}
case("another table for package.loaded changes nothing", function() return (require "plain")[1] end)
package.loaded = loaded
os.execute("rm -r " .. directory)
