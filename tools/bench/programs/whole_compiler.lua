-- A small language: lexer by patterns, recursive descent parser to a tree, constant folding, code for a stack machine, and
-- the machine itself.
local source = [[
let limit = 60; let sum = 0; let i = 0;
while i < limit { let j = 0; while j < 30 { if (i * j) % 3 == 0 { sum = sum + i * (2 + 3 * 4) - j; } else { sum = sum - 1; } j = j + 1; } i = i + 1; }
let a = 1; let b = 1; let n = 0; while n < 40 { let c = a + b; a = b; b = c % 10007; n = n + 1; }
print sum; print a;
]]
local keywords = { let = true, ["while"] = true, ["if"] = true, ["else"] = true, print = true }
local function tokens(text)
  local list, at, line = {}, 1, 1
  while true do
    local _, stop, space = text:find("^(%s*)", at)
    for _ in space:gmatch("\n") do line = line + 1 end
    at = stop + 1
    if at > #text then break end
    local from, to, word = text:find("^([%a_][%w_]*)", at)
    if word then
      list[#list + 1] = { kind = keywords[word] and word or "name", text = word, line = line }
    else
      from, to, word = text:find("^(%d+)", at)
      if word then
        list[#list + 1] = { kind = "number", value = tonumber(word), line = line }
      else
        from, to, word = text:find("^([=<>!]=)", at)
        if not word then from, to, word = text:find("^(%p)", at) end
        if not word then error("line " .. line .. ": unexpected '" .. text:sub(at, at) .. "'") end
        list[#list + 1] = { kind = word, line = line }
      end
    end
    at = to + 1
  end
  list[#list + 1] = { kind = "end", line = line }
  return list
end

local Parser = {}
Parser.__index = Parser
function Parser:peek() return self.list[self.at].kind end
function Parser:take(kind)
  local t = self.list[self.at]
  if kind and t.kind ~= kind then error("line " .. t.line .. ": expected " .. kind .. ", got " .. t.kind) end
  self.at = self.at + 1
  return t
end
local levels = { ["=="] = 1, ["<"] = 2, [">"] = 2, ["+"] = 3, ["-"] = 3, ["*"] = 4, ["/"] = 4, ["%"] = 4 }
local fold = {
  ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end, ["*"] = function(a, b) return a * b end,
}
function Parser:primary()
  local kind = self:peek()
  if kind == "number" then return { "number", self:take().value } end
  if kind == "name" then return { "name", self:take().text } end
  if kind == "-" then
    self:take()
    return { "-", { "number", 0 }, self:primary() }
  end
  self:take("(")
  local e = self:expression(1)
  self:take(")")
  return e
end
function Parser:expression(level)
  local left = self:primary()
  while true do
    local operator = self:peek()
    local own = levels[operator]
    if not own or own < level then return left end
    self:take()
    local right = self:expression(own + 1)
    if fold[operator] and left[1] == "number" and right[1] == "number" then
      left = { "number", fold[operator](left[2], right[2]) }
    else
      left = { operator, left, right }
    end
  end
end
function Parser:block()
  local list = { "block" }
  self:take("{")
  while self:peek() ~= "}" do list[#list + 1] = self:statement() end
  self:take("}")
  return list
end
function Parser:statement()
  local kind = self:peek()
  if kind == "let" or kind == "name" then
    if kind == "let" then self:take() end
    local name = self:take("name").text
    self:take("=")
    local value = self:expression(1)
    self:take(";")
    return { "set", name, value }
  elseif kind == "while" then
    self:take()
    local condition = self:expression(1)
    return { "while", condition, self:block() }
  elseif kind == "if" then
    self:take()
    local condition = self:expression(1)
    local yes, no = self:block(), nil
    if self:peek() == "else" then
      self:take()
      no = self:block()
    end
    return { "if", condition, yes, no }
  end
  self:take("print")
  local e = self:expression(1)
  self:take(";")
  return { "print", e }
end
local function parse(text)
  local p = setmetatable({ list = tokens(text), at = 1 }, Parser)
  local tree = { "block" }
  while p:peek() ~= "end" do tree[#tree + 1] = p:statement() end
  return tree
end

local function generate(tree)
  local code, slots, used = {}, {}, 0
  local function emit(op, operand) code[#code + 1] = { op = op, operand = operand } return #code end
  local function slot(name)
    if not slots[name] then used = used + 1 slots[name] = used end
    return slots[name]
  end
  local visit = {}
  local function go(node) return visit[node[1]](node) end
  function visit.number(node) emit("push", node[2]) end
  function visit.name(node) emit("load", slot(node[2])) end
  for operator in pairs(levels) do
    visit[operator] = function(node)
      go(node[2])
      go(node[3])
      emit(operator)
    end
  end
  function visit.block(node) for i = 2, #node do go(node[i]) end end
  function visit.set(node) go(node[3]) emit("store", slot(node[2])) end
  function visit.print(node) go(node[2]) emit("print") end
  visit["while"] = function(node)
    local top = #code + 1
    go(node[2])
    local exit = emit("unless")
    go(node[3])
    emit("jump", top)
    code[exit].operand = #code + 1
  end
  visit["if"] = function(node)
    go(node[2])
    local skip = emit("unless")
    go(node[3])
    if node[4] then
      local over = emit("jump")
      code[skip].operand = #code + 1
      go(node[4])
      code[over].operand = #code + 1
    else
      code[skip].operand = #code + 1
    end
  end
  go(tree)
  emit("halt")
  return code, used
end

local function run(code, out)
  local stack, top, slots, pc = {}, 0, {}, 1
  while true do
    local i = code[pc]
    local op = i.op
    pc = pc + 1
    if op == "push" then top = top + 1 stack[top] = i.operand
    elseif op == "load" then top = top + 1 stack[top] = slots[i.operand]
    elseif op == "store" then slots[i.operand] = stack[top] top = top - 1
    elseif op == "jump" then pc = i.operand
    elseif op == "unless" then
      if not stack[top] then pc = i.operand end
      top = top - 1
    elseif op == "print" then out[#out + 1] = stack[top] top = top - 1
    elseif op == "halt" then return
    else
      local b = stack[top]
      top = top - 1
      local a = stack[top]
      if op == "+" then a = a + b
      elseif op == "-" then a = a - b
      elseif op == "*" then a = a * b
      elseif op == "%" then a = a % b
      elseif op == "<" then a = a < b
      elseif op == ">" then a = a > b
      elseif op == "==" then a = a == b
      else a = a / b end
      stack[top] = a
    end
  end
end
local results, size = {}, 0
for round = 1, tonumber(arg and arg[1]) or 20 do
  for _ = 1, 12 do parse(source) end
  local code, used = generate(parse(source .. "print " .. round .. " + n;"))
  size = size + #code + used
  run(code, results)
end
local sum = 0
for i = 1, #results do sum = (sum * 7 + results[i]) % 1000003 end
print(#results, size, string.format("%d", sum))
