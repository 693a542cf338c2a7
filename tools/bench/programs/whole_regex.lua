-- A matcher of regular expressions: parsed to a tree, made a nondeterministic automaton, run as sets of states and, lazily, as a
-- deterministic one; and a backtracking matcher of closures.
local byte, sub = string.byte, string.sub
local function parse(text)
  local at = 1
  local alternation
  local function atom()
    local c = sub(text, at, at)
    at = at + 1
    if c == "(" then
      local e = alternation()
      at = at + 1
      return e
    elseif c == "." then
      return { kind = "any" }
    elseif c == "[" then
      local set = {}
      while sub(text, at, at) ~= "]" do
        local from = byte(text, at)
        at = at + 1
        local to = from
        if sub(text, at, at) == "-" then
          to = byte(text, at + 1)
          at = at + 2
        end
        for k = from, to do set[k] = true end
      end
      at = at + 1
      return { kind = "set", set = set }
    end
    return { kind = "set", set = { [byte(c)] = true } }
  end
  local function postfix()
    local e = atom()
    while true do
      local c = sub(text, at, at)
      if c ~= "*" and c ~= "+" and c ~= "?" then return e end
      at = at + 1
      e = { kind = c, e }
    end
  end
  local function sequence()
    local e = { kind = "sequence" }
    while at <= #text do
      local c = sub(text, at, at)
      if c == "|" or c == ")" then break end
      e[#e + 1] = postfix()
    end
    return e
  end
  function alternation()
    local e = { kind = "choice", sequence() }
    while sub(text, at, at) == "|" do
      at = at + 1
      e[#e + 1] = sequence()
    end
    return e
  end
  return alternation()
end

local function automaton(tree)
  local states = {}
  local function state(kind) local s = { kind = kind, id = #states + 1 } states[#states + 1] = s return s end
  local function build(node, follow)
    local kind = node.kind
    if kind == "set" or kind == "any" then
      local s = state(kind)
      s.set, s.out = node.set, follow
      return s
    elseif kind == "sequence" then
      for i = #node, 1, -1 do follow = build(node[i], follow) end
      return follow
    elseif kind == "choice" then
      local s = build(node[1], follow)
      for i = 2, #node do
        local split = state("split")
        split.out, split.other = s, build(node[i], follow)
        s = split
      end
      return s
    end
    local split = state("split")
    split.other = follow
    if kind == "?" then
      split.out = build(node[1], follow)
      return split
    end
    split.out = build(node[1], split)
    if kind == "+" then return split.out end
    return split
  end
  local accept = state("accept")
  return build(tree, accept), states
end

local function add(list, member, s)
  while s and not member[s] do
    member[s] = true
    if s.kind == "split" then
      add(list, member, s.out)
      s = s.other
    else
      list[#list + 1] = s
      return
    end
  end
end
local function accepts(list)
  for i = 1, #list do if list[i].kind == "accept" then return true end end
  return false
end
local function step(list, c)
  local following, member = {}, {}
  for i = 1, #list do
    local s = list[i]
    if s.kind == "any" or s.set and s.set[c] then add(following, member, s.out) end
  end
  return following
end
local function longest(start, text, from)
  local list, best = {}, nil
  add(list, {}, start)
  for i = from, #text + 1 do
    if accepts(list) then best = i - 1 end
    if i > #text or #list == 0 then break end
    list = step(list, byte(text, i))
  end
  return best
end
local function deterministic(start)
  local known = {}
  local function intern(list)
    local ids = {}
    for i = 1, #list do ids[i] = list[i].id end
    table.sort(ids)
    local key = table.concat(ids, ",")
    if not known[key] then known[key] = { list = list, accept = accepts(list), dead = #list == 0 } end
    return known[key]
  end
  local first = {}
  add(first, {}, start)
  first = intern(first)
  return function(text, from)
    local d, best = first, nil
    for i = from, #text do
      if d.accept then best = i - 1 end
      if d.dead then return best end
      local c = byte(text, i)
      local following = d[c]
      if not following then
        following = intern(step(d.list, c))
        d[c] = following
      end
      d = following
    end
    if d.accept then best = #text end
    return best
  end
end
local function backtracking(node, continue)
  local kind = node.kind
  if kind == "any" then return function(text, i) if i <= #text then return continue(text, i + 1) end end end
  if kind == "set" then
    local set = node.set
    return function(text, i) if set[byte(text, i)] then return continue(text, i + 1) end end
  end
  if kind == "sequence" then
    for i = #node, 1, -1 do continue = backtracking(node[i], continue) end
    return continue
  end
  if kind == "choice" then
    local list = {}
    for i = 1, #node do list[i] = backtracking(node[i], continue) end
    return function(text, i)
      for k = 1, #list do
        local stop = list[k](text, i)
        if stop then return stop end
      end
    end
  end
  local body
  local function again(text, i) return body(text, i) or continue(text, i) end
  if kind == "?" then
    body = backtracking(node[1], continue)
    return again
  end
  body = backtracking(node[1], again)
  if kind == "+" then return body end
  return again
end

local words = {}
for i = 1, 400 do
  words[i] = "w" .. i * 7919 % 1000 .. (i % 3 == 0 and "@host" .. i % 10 .. ".org" or i % 3 == 1 and " 2026-1" .. i % 3 .. "-0" .. i % 9 or "-3.1" .. i)
end
local text = table.concat(words, " ")
local patterns = { "[a-z0-9]+@[a-z0-9]+[.](com|org|net)", "[0-9]+-[0-9]+-[0-9]+", "-?[0-9]+([.][0-9]+)?", "(w|h)[0-9a-z]*9" }
local total = 0
for _ = 1, tonumber(arg and arg[1]) or 10 do
  for _, pattern in ipairs(patterns) do
    local tree = parse(pattern)
    local start = automaton(tree)
    local match = deterministic(start)
    local attempt = backtracking(tree, function(_, i) return i - 1 end)
    local found, slow, tried, i = 0, 0, 0, 1
    while i <= #text do
      local stop = match(text, i)
      if i % 8 == 0 then
        assert(longest(start, text, i) == stop)
        slow = slow + 1
      end
      if attempt(text, i) then tried = tried + 1 end
      if stop and stop >= i then
        found = found + 1
        i = stop + 1
      else
        i = i + 1
      end
    end
    total = total + found * 3 + slow + tried
  end
end
print(total)
