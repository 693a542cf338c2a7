-- Manual 6.8: standard input, output and error.
local check = require "check"
check("first line", function() return io.read() end)
check("a number", function() return io.read "n" end)
check("rest of its line", function() return io.read "L" end)
check("by the handle", function() return io.stdin:read "l" end)
check("lines", function()
  local got = {}
  for line in io.lines() do got[#got + 1] = line if line == "stop" then break end end
  return table.concat(got, ",")
end)
check("all", function() return io.read "a" end)
check("at the end", function() return io.read(), io.read "a", io.read "n", io.read(0) end)
check("lines at the end", function() for l in io.lines() do return l end return "none" end)
check("standard input stays open", function() return io.type(io.stdin), io.stdin:close() end)
check("loading from standard input at its end", function() return pcall(assert(loadfile())) end)
io.stdout:write("to output\n")
io.stderr:write("to error\n")
io.write("a", 1, 2.5, "\n")
io.stdout:setvbuf "full"
print "buffered"
io.stdout:flush()
io.flush()
os.execute "true"
io.write "no newline at the end"
