-- SPDX-License-Identifier: MIT
-- The functions of the libraries, methods included, by name.
local found = {}

local exempt = {
  ["_G.os.exit"] = true, ["os.exit"] = true,  -- ends the program
}

local function add(prefix, functions)
  for key, value in pairs(functions) do
    local name = prefix .. "." .. tostring(key)
    if type(value) == "function" and not exempt[name] then found[name] = value end
  end
end

local function add_methods(name, value)
  local metatable = debug.getmetatable(value)
  add(name, metatable)
  if type(metatable.__index) == "table" then add(name, metatable.__index) end
end

for name, library in pairs(package.loaded) do
  if type(library) == "table" then add(name, library) end
end
add("gc", require "gc")
add_methods("file", io.stdout)
add_methods("text", "")
for name, value in pairs {
  ref = weak.ref({}), keytable = weak.keytable(), set = weak.set(), finalizer = weak.finalize({}, print),
  proxy = weak.proxy({}), registry = weak.registry(print), queue = weak.queue(), method = weak.method({}, print),
} do
  add_methods("weak " .. name, value)
end
return found
