-- expects: here
-- stress: 31
-- A metatable that tables share loses its __mode, or gets another one, while a cycle is under way: what the tables hold from then on
-- may not die. (Lua 5.4 asks the mode once more at the end of marking.)
local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end
local function finish() while not collectgarbage("step", 100) do end end

-- For each number of small steps before the change: how many entries are lost by the end of the cycle.
local function lost(mode, other)
  local most = 0
  for steps = 1, 60 do
    collectgarbage()
    local mt, tables, ballast = { __mode = mode }, {}, {}
    for i = 1, 20 do
      local t = setmetatable({}, mt)
      if mode == "k" then t[{}] = i else t[i], t["name"] = {}, {} end
      tables[i] = t
    end
    for i = 1, 300 do ballast[i] = { {} } end
    for _ = 1, steps do collectgarbage("step", 1) end
    mt.__mode = other
    local after = {}
    for i, t in ipairs(tables) do after[i] = count(t) end
    finish()
    collectgarbage()
    for i, t in ipairs(tables) do
      if count(t) ~= after[i] then most = math.max(most, after[i] - count(t)) end
    end
    assert(#ballast == 300)
  end
  return most
end

for _, mode in ipairs { "incremental", "generational" } do
  collectgarbage(mode)
  print(lost("v", nil), lost("k", nil), lost("kv", nil), lost("v", "k"))
end
--> 0	0	0	0
--> 0	0	0	0
collectgarbage "incremental"
