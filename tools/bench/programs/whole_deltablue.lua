-- DeltaBlue: an incremental solver of one-way constraint hierarchies, on a chain of equalities and on projections.
local required, strong, normal, weak_strength, weakest = 0, 2, 4, 5, 6

local Variable = {}
Variable.__index = Variable
local function variable(value)
  return setmetatable({ value = value, constraints = {}, by = nil, mark = 0, strength = weakest, stay = true }, Variable)
end
function Variable:remove(c)
  local list = self.constraints
  for i = 1, #list do
    if list[i] == c then table.remove(list, i) break end
  end
  if self.by == c then self.by = nil end
end

local planner
local Constraint = {}
Constraint.__index = Constraint
local function class(parent)
  local c = setmetatable({}, parent)
  c.__index = c
  return c
end
function Constraint:is_input() return false end
function Constraint:add()
  self:connect()
  planner:incremental_add(self)
end
function Constraint:destroy()
  if self:is_satisfied() then planner:incremental_remove(self) end
  self:disconnect()
end
function Constraint:satisfy(mark)
  self:choose(mark)
  if not self:is_satisfied() then
    assert(self.strength ~= required, "a required constraint cannot be satisfied")
    return nil
  end
  self:mark_inputs(mark)
  local out = self:output()
  local overridden = out.by
  if overridden then overridden:unsatisfy() end
  out.by = self
  assert(planner:propagate(self, mark), "cycle")
  out.mark = mark
  return overridden
end

local Unary = class(Constraint)
local function unary(kind, v, strength)
  local c = setmetatable({ out = v, strength = strength, satisfied = false }, kind)
  c:add()
  return c
end
function Unary:connect() local l = self.out.constraints l[#l + 1] = self self.satisfied = false end
function Unary:disconnect() self.out:remove(self) self.satisfied = false end
function Unary:choose(mark) self.satisfied = self.out.mark ~= mark and self.strength < self.out.strength end
function Unary:is_satisfied() return self.satisfied end
function Unary:mark_inputs() end
function Unary:inputs_known() return true end
function Unary:output() return self.out end
function Unary:unsatisfy() self.satisfied = false end
function Unary:recalculate()
  self.out.strength = self.strength
  self.out.stay = not self:is_input()
  if self.out.stay then self:execute() end
end
function Unary:execute() end
local Stay, Edit = class(Unary), class(Unary)
function Edit:is_input() return true end

local Binary = class(Constraint)
function Binary:connect()
  local l = self.a.constraints
  l[#l + 1] = self
  l = self.b.constraints
  l[#l + 1] = self
  self.direction = 0
end
function Binary:disconnect()
  self.a:remove(self)
  self.b:remove(self)
  self.direction = 0
end
function Binary:choose(mark)
  local a, b = self.a, self.b
  if a.mark == mark then
    self.direction = (b.mark ~= mark and self.strength < b.strength) and 1 or 0
  elseif b.mark == mark then
    self.direction = self.strength < a.strength and -1 or 0
  elseif a.strength > b.strength then
    self.direction = self.strength < a.strength and -1 or 0
  else
    self.direction = self.strength < b.strength and 1 or -1
    if self.direction == -1 then self.direction = 0 end
  end
end
function Binary:is_satisfied() return self.direction ~= 0 end
function Binary:input() return self.direction == 1 and self.a or self.b end
function Binary:output() return self.direction == 1 and self.b or self.a end
function Binary:mark_inputs(mark) self:input().mark = mark end
function Binary:inputs_known(mark)
  local i = self:input()
  return i.mark == mark or i.stay or i.by == nil
end
function Binary:unsatisfy() self.direction = 0 end
function Binary:recalculate()
  local i, o = self:input(), self:output()
  o.strength = i.strength > self.strength and i.strength or self.strength
  o.stay = i.stay
  if o.stay then self:execute() end
end
local Equality = class(Binary)
function Equality:execute() self:output().value = self:input().value end
local function equality(a, b, strength)
  local c = setmetatable({ a = a, b = b, strength = strength, direction = 0 }, Equality)
  c:add()
  return c
end
-- b = a * scale + offset
local Scale = class(Binary)
function Scale:connect()
  Binary.connect(self)
  for _, v in ipairs({ self.scale, self.offset }) do v.constraints[#v.constraints + 1] = self end
end
function Scale:disconnect()
  Binary.disconnect(self)
  self.scale:remove(self)
  self.offset:remove(self)
end
function Scale:mark_inputs(mark)
  Binary.mark_inputs(self, mark)
  self.scale.mark = mark
  self.offset.mark = mark
end
function Scale:recalculate()
  local i, o = self:input(), self:output()
  o.strength = i.strength > self.strength and i.strength or self.strength
  o.stay = i.stay and self.scale.stay and self.offset.stay
  if o.stay then self:execute() end
end
function Scale:execute()
  if self.direction == 1 then
    self.b.value = self.a.value * self.scale.value + self.offset.value
  else
    self.a.value = (self.b.value - self.offset.value) / self.scale.value
  end
end
local function scaled(a, scale, offset, b, strength)
  local c = setmetatable({ a = a, b = b, scale = scale, offset = offset, strength = strength, direction = 0 }, Scale)
  c:add()
  return c
end

local Planner = {}
Planner.__index = Planner
function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end
function Planner:incremental_add(c)
  local mark = self:new_mark()
  local overridden = c:satisfy(mark)
  while overridden do overridden = overridden:satisfy(mark) end
end
function Planner:incremental_remove(c)
  local out = c:output()
  c:unsatisfy()
  c:disconnect()
  local unsatisfied = self:remove_propagate_from(out)
  for strength = required, weakest do
    for i = 1, #unsatisfied do
      local u = unsatisfied[i]
      if u.strength == strength then self:incremental_add(u) end
    end
  end
end
local function consuming(v, into)
  for _, c in ipairs(v.constraints) do
    if c ~= v.by and c:is_satisfied() then into[#into + 1] = c end
  end
end
function Planner:propagate(c, mark)
  local todo = { c }
  while #todo > 0 do
    local d = table.remove(todo)
    local out = d:output()
    if out.mark == mark then
      self:incremental_remove(c)
      return false
    end
    d:recalculate()
    consuming(out, todo)
  end
  return true
end
function Planner:remove_propagate_from(out)
  out.by, out.strength, out.stay = nil, weakest, true
  local unsatisfied, todo = {}, { out }
  while #todo > 0 do
    local v = table.remove(todo)
    for _, c in ipairs(v.constraints) do
      if not c:is_satisfied() then unsatisfied[#unsatisfied + 1] = c end
    end
    local next_ones = {}
    consuming(v, next_ones)
    for _, c in ipairs(next_ones) do
      c:recalculate()
      todo[#todo + 1] = c:output()
    end
  end
  return unsatisfied
end
function Planner:plan_from(sources)
  local mark, plan, todo = self:new_mark(), {}, {}
  for _, c in ipairs(sources) do
    if c:is_input() and c:is_satisfied() then todo[#todo + 1] = c end
  end
  while #todo > 0 do
    local c = table.remove(todo)
    local out = c:output()
    if out.mark ~= mark and c:inputs_known(mark) then
      plan[#plan + 1] = c
      out.mark = mark
      consuming(out, todo)
    end
  end
  return plan
end
local function execute(plan)
  for _, c in ipairs(plan) do c:execute() end
end

local function chain(n)
  planner = setmetatable({ mark = 0 }, Planner)
  local first = variable(0)
  local last = first
  for _ = 1, n do
    local v = variable(0)
    equality(last, v, required)
    last = v
  end
  unary(Stay, last, 3)
  local edit = unary(Edit, first, strong)
  local plan = planner:plan_from({ edit })
  for i = 1, 100 do
    first.value = i
    execute(plan)
    assert(last.value == i)
  end
  edit:destroy()
  return #plan
end

local function change(v, value)
  local edit = unary(Edit, v, strong)
  local plan = planner:plan_from({ edit })
  for _ = 1, 10 do
    v.value = value
    execute(plan)
  end
  edit:destroy()
end
local function projection(n)
  planner = setmetatable({ mark = 0 }, Planner)
  local scale, offset = variable(10), variable(1000)
  local sources, targets = {}, {}
  for i = 1, n do
    local source, target = variable(i), variable(i)
    sources[i], targets[i] = source, target
    unary(Stay, source, normal)
    scaled(source, scale, offset, target, required)
  end
  local source, target = sources[n], targets[n]
  change(source, 17)
  assert(target.value == 1170)
  change(target, 1050)
  assert(source.value == 5)
  change(scale, 5)
  for i = 1, n - 1 do assert(targets[i].value == i * 5 + 1000) end
  change(offset, 2000)
  local sum = 0
  for i = 1, n - 1 do sum = sum + targets[i].value end
  return sum
end
local total = 0
for _ = 1, tonumber(arg and arg[1]) or 8 do total = total + chain(500) + projection(500) end
print(string.format("%d", total))
