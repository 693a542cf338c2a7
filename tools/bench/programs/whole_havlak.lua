-- Finding loops in a control flow graph (Havlak's algorithm), on a graph of nested loops built by the program.
local function new_graph() return { blocks = {}, start = nil } end
local function block(g, name)
  local b = g.blocks[name]
  if not b then
    b = { name = name, into = {}, out = {} }
    g.blocks[name] = b
    g.count = (g.count or 0) + 1
    if not g.start then g.start = b end
  end
  return b
end
local function edge(g, from, to)
  local a, b = block(g, from), block(g, to)
  a.out[#a.out + 1] = b
  b.into[#b.into + 1] = a
end
local function diamond(g, start)
  edge(g, start, start + 1)
  edge(g, start, start + 2)
  edge(g, start + 1, start + 3)
  edge(g, start + 2, start + 3)
  return start + 3
end
local function straight(g, start, n)
  for i = 0, n - 1 do edge(g, start + i, start + i + 1) end
  return start + n
end
local function base_loop(g, from)
  local header = straight(g, from, 1)
  local d1 = diamond(g, header)
  local d11 = straight(g, d1, 1)
  local d2 = diamond(g, d11)
  local footer = straight(g, d2, 1)
  edge(g, d2, d11)
  edge(g, d1, header)
  edge(g, footer, from)
  return straight(g, footer, 1)
end

local Set = {}
Set.__index = Set
function Set:find()
  local path, node = {}, self
  while node ~= node.parent do
    if node.parent ~= node.parent.parent then path[#path + 1] = node end
    node = node.parent
  end
  for i = 1, #path do path[i].parent = node.parent end
  return node.parent
end

local function number_blocks(g, nodes, number, last)
  local stack, current = { { g.start, 1 } }, 1
  nodes[1].block = g.start
  number[g.start] = 1
  while #stack > 0 do
    local top = stack[#stack]
    local b, i = top[1], top[2]
    local target = b.out[i]
    if target then
      top[2] = i + 1
      if not number[target] then
        current = current + 1
        number[target] = current
        nodes[current].block = target
        stack[#stack + 1] = { target, 1 }
      end
    else
      last[number[b]] = current
      stack[#stack] = nil
    end
  end
  return current
end

local function find_loops(g)
  local size = g.count
  local nodes, number, last, header, kind = {}, {}, {}, {}, {}
  local non_back, back = {}, {}
  for i = 1, size do
    local s = setmetatable({ number = i }, Set)
    s.parent = s
    nodes[i] = s
    header[i], kind[i], non_back[i], back[i] = 1, "plain", {}, {}
  end
  local count = number_blocks(g, nodes, number, last)
  local function is_ancestor(w, v) return w <= v and v <= last[w] end
  for w = 1, count do
    local b = nodes[w].block
    for _, from in ipairs(b.into) do
      local v = number[from]
      if v then
        if is_ancestor(w, v) then back[w][#back[w] + 1] = v else non_back[w][v] = true end
      end
    end
  end
  local loops = {}
  for w = count, 1, -1 do
    local pool = {}
    for _, v in ipairs(back[w]) do
      if v ~= w then pool[#pool + 1] = nodes[v]:find() else kind[w] = "self" end
    end
    local work, member = {}, {}
    for i, s in ipairs(pool) do work[i] = s member[s] = true end
    if #pool > 0 then kind[w] = "reducible" end
    while #work > 0 do
      local x = table.remove(work)
      local targets = {}
      for v in pairs(non_back[x.number]) do targets[#targets + 1] = v end
      table.sort(targets)
      for _, v in ipairs(targets) do
        local s = nodes[v]:find()
        if not is_ancestor(w, s.number) then
          kind[w] = "irreducible"
          non_back[w][s.number] = true
        elseif s.number ~= w and not member[s] then
          member[s] = true
          work[#work + 1] = s
          pool[#pool + 1] = s
        end
      end
    end
    if #pool > 0 or kind[w] == "self" then
      local l = { header = w, kind = kind[w], members = 0, depth = 0, children = {} }
      nodes[w].loop = l
      for _, s in ipairs(pool) do
        header[s.number] = w
        s.parent = nodes[w]
        if s.loop then
          s.loop.outer = l
          l.children[#l.children + 1] = s.loop
        else
          l.members = l.members + 1
        end
      end
      loops[#loops + 1] = l
    end
  end
  local function nest(l, depth)
    l.depth = depth
    local deepest = depth
    for _, c in ipairs(l.children) do
      local d = nest(c, depth + 1)
      if d > deepest then deepest = d end
    end
    return deepest
  end
  local deepest = 0
  for _, l in ipairs(loops) do
    if not l.outer then deepest = math.max(deepest, nest(l, 1)) end
  end
  return #loops, deepest
end

local g = new_graph()
block(g, 1)
local at = straight(g, 1, 2)
for _ = 1, 10 do
  local top = at
  at = straight(g, at, 1)
  for _ = 1, 12 do
    local inner = at
    at = straight(g, at, 1)
    for _ = 1, 3 do at = base_loop(g, at) end
    edge(g, at, inner)
    at = straight(g, at, 1)
  end
  edge(g, at, top)
  at = straight(g, at, 1)
end
local loops, deepest
for _ = 1, tonumber(arg and arg[1]) or 12 do loops, deepest = find_loops(g) end
print(g.count, loops, deepest)
