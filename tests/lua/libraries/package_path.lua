-- Manual 6.3: the paths and the environment. `arg[-n]` is the program; it is run again with other variables.
local check = require "check"
local program = "/proc/" .. io.open("/proc/self/stat"):read("n") .. "/exe"
local function paths(variables, options)
  local pipe = io.popen("env -u LUA_PATH -u LUA_CPATH " .. variables .. " " .. program .. " " .. (options or "") .. " -e 'print(package.path) print(package.cpath)'")
  local text = pipe:read "a"
  pipe:close()
  return text
end
for _, path in ipairs { ";;", "a;;b", ";;b", "a;;", "a;b", "", "a;;b;;c", ";;;", ";a", "a;" } do
  check("LUA_PATH=" .. path, paths, "LUA_PATH='" .. path .. "'")
end
check("LUA_CPATH", paths, "LUA_CPATH='x;;y'")
check("the versioned variable comes first", paths, "LUA_PATH_5_4=versioned LUA_PATH=general LUA_CPATH_5_4='c;;' LUA_CPATH=general")
check("-E", paths, "LUA_PATH_5_4=versioned LUA_CPATH=general", "-E")
check("none", paths, "")
