-- lua-filesystem of the distribution, a C module built for liblua5.4: a directory is made, walked, locked and removed.
local lfs = require "lfs"

local root = os.tmpname()
os.remove(root)
assert(lfs.mkdir(root))
local function write(name, text)
  local file <close> = assert(io.open(root .. "/" .. name, "w"))
  file:write(text)
end
for i = 1, 3 do
  assert(lfs.mkdir(root .. "/d" .. i))
  assert(lfs.mkdir(root .. "/d" .. i .. "/deep"))
  for k = 1, i do
    write(("d%d/f%d.txt"):format(i, k), ("x"):rep(k * 100))
    write(("d%d/deep/g%d.txt"):format(i, k), ("y"):rep(i + k))
  end
end

local function walk(path, visit)
  local names = {}
  for name in lfs.dir(path) do
    if name ~= "." and name ~= ".." then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local full = path .. "/" .. name
    local attributes = assert(lfs.attributes(full))
    visit(full, attributes)
    if attributes.mode == "directory" then walk(full, visit) end
  end
end
local files, bytes = 0, 0
walk(root, function(path, a)
  print(path:sub(#root + 1), a.mode, a.mode == "file" and a.size or "")
  if a.mode == "file" then files, bytes = files + 1, bytes + a.size end
end)
print("files", files, "bytes", bytes)

-- The iterator is a closable userdata with a closing value.
for name in lfs.dir(root) do
  if name == "d1" then break end
end
local iterate, dir, none, closing = lfs.dir(root)
print(type(iterate), type(dir), none, closing == dir or closing)
dir:close()
print(pcall(iterate, dir))
local function hide(ok, message, ...) return ok, type(message) == "string" and message:gsub(root, "ROOT", 1) or message, ... end
print(hide(pcall(lfs.dir, root .. "/missing")))
print(select("#", lfs.attributes(root .. "/missing")), (select(3, lfs.attributes(root .. "/missing"))))
print(lfs.attributes(root .. "/d1/f1.txt", "size"), lfs.attributes(root .. "/d1", "mode"))
print(pcall(lfs.attributes, root, "nonsense"))
print(lfs.touch(root .. "/d1/f1.txt", 1000000, 2000000), lfs.attributes(root .. "/d1/f1.txt", "access"), lfs.attributes(root .. "/d1/f1.txt", "modification"))
local before = lfs.currentdir()
print(lfs.chdir(root), lfs.currentdir() ~= before, lfs.attributes("d2/f2.txt", "size"), lfs.chdir(before), lfs.currentdir() == before)
print(lfs.link("f1.txt", root .. "/d1/link", true), lfs.symlinkattributes(root .. "/d1/link", "mode"), lfs.symlinkattributes(root .. "/d1/link", "target"))
local file = assert(io.open(root .. "/d1/f1.txt", "r+"))
print(lfs.lock(file, "w"), lfs.unlock(file), pcall(lfs.lock, file, "q"))
file:close()
print(pcall(lfs.lock, file, "r"))
print(pcall(lfs.setmode, io.stdout, "binary"))
local lock = assert(lfs.lock_dir(root))
print(lfs.lock_dir(root))
lock:free()
print(lfs.rmdir(root .. "/d1") == nil)
local function remove(path)
  for name in lfs.dir(path) do
    if name ~= "." and name ~= ".." then
      local full = path .. "/" .. name
      if lfs.symlinkattributes(full, "mode") == "directory" then remove(full) else assert(os.remove(full)) end
    end
  end
  assert(lfs.rmdir(path))
end
remove(root)
print(hide(lfs.attributes(root)))
