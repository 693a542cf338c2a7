-- The Richards benchmark: an operating system's scheduler with an idler, a worker, two handlers and two devices.
local idle_id, worker_id, handler_a, handler_b, device_a, device_b = 1, 2, 3, 4, 5, 6
local device_kind, work_kind = 0, 1
local Task = {}
Task.__index = Task
local scheduler

local function append(packet, queue)
  packet.link = nil
  if not queue then return packet end
  local last = queue
  while last.link do last = last.link end
  last.link = packet
  return queue
end

local function new_packet(link, id, kind)
  return { link = link, id = id, kind = kind, datum = 0, data = { 0, 0, 0, 0 } }
end

local function new_task(id, priority, queue, run)
  local t = setmetatable({ id = id, priority = priority, queue = queue, run = run, link = scheduler.list,
    pending = queue ~= nil, waiting = queue ~= nil, held = false }, Task)
  scheduler.list = t
  scheduler.tasks[id] = t
  return t
end

function Task:is_held_or_waiting() return self.held or (not self.pending and self.waiting) end

function Task:take()
  local packet
  if self.waiting and self.pending then
    packet = self.queue
    self.queue = packet.link
    self.waiting = false
    self.pending = self.queue ~= nil
  end
  return self:run(packet)
end

function Task:add(packet, running)
  if not self.queue then
    self.queue = packet
    self.pending = true
    if self.priority > running.priority then return self end
  else
    append(packet, self.queue)
  end
  return running
end

local function hold()
  scheduler.holds = scheduler.holds + 1
  scheduler.current.held = true
  return scheduler.current.link
end
local function wait()
  scheduler.current.waiting = true
  return scheduler.current
end
local function release(id)
  local t = scheduler.tasks[id]
  t.held = false
  if t.priority > scheduler.current.priority then return t end
  return scheduler.current
end
local function send(packet)
  local t = scheduler.tasks[packet.id]
  scheduler.packets = scheduler.packets + 1
  packet.link = nil
  packet.id = scheduler.current.id
  return t:add(packet, scheduler.current)
end

local function idle(seed, count)
  return function()
    count = count - 1
    if count == 0 then return hold() end
    if seed % 2 == 0 then
      seed = seed / 2
      return release(device_a)
    end
    seed = (seed - 1) / 2
    -- exclusive or with 53256, bit by bit, since not every engine has the operator
    local mask, a, result, place = 53256, seed, 0, 1
    while mask > 0 or a > 0 do
      local x, y = mask % 2, a % 2
      if x ~= y then result = result + place end
      mask, a, place = (mask - x) / 2, (a - y) / 2, place * 2
    end
    seed = result
    return release(device_b)
  end
end

local function worker(handler, letter)
  return function(_, packet)
    if not packet then return wait() end
    handler = handler_a + handler_b - handler
    packet.id = handler
    packet.datum = 1
    for i = 1, 4 do
      letter = letter % 26 + 1
      packet.data[i] = 64 + letter
    end
    return send(packet)
  end
end

local function handler()
  local work, devices
  return function(_, packet)
    if packet then
      if packet.kind == work_kind then work = append(packet, work) else devices = append(packet, devices) end
    end
    if work then
      local count = work.datum
      if count > 4 then
        local done = work
        work = work.link
        return send(done)
      end
      if devices then
        local device = devices
        devices = devices.link
        device.datum = work.data[count]
        work.datum = count + 1
        return send(device)
      end
    end
    return wait()
  end
end

local function device()
  local pending
  return function(_, packet)
    if packet then
      pending = packet
      return hold()
    end
    if not pending then return wait() end
    local ready = pending
    pending = nil
    return send(ready)
  end
end

local function schedule()
  scheduler.current = scheduler.list
  while scheduler.current do
    local t = scheduler.current
    if t:is_held_or_waiting() then scheduler.current = t.link else scheduler.current = t:take() end
  end
end

local packets, holds = 0, 0
for _ = 1, tonumber(arg and arg[1]) or 25 do
  scheduler = { tasks = {}, list = nil, current = nil, packets = 0, holds = 0 }
  new_task(idle_id, 0, nil, idle(1, 10000))
  local queue = new_packet(new_packet(nil, worker_id, work_kind), worker_id, work_kind)
  new_task(worker_id, 1000, queue, worker(handler_a, 0))
  local function devices(id) return new_packet(new_packet(new_packet(nil, id, device_kind), id, device_kind), id, device_kind) end
  new_task(handler_a, 2000, devices(device_a), handler())
  new_task(handler_b, 3000, devices(device_b), handler())
  for _, id in ipairs({ device_a, device_b }) do
    local t = new_task(id, 4000 + (id - device_a) * 1000, nil, device())
    t.waiting = true
  end
  schedule()
  packets, holds = packets + scheduler.packets, holds + scheduler.holds
end
print(packets, holds)
