-- stress: 29
-- steps: 607
-- expects: here
-- Random operations on objects, refs, containers, finalizers and collections, beside a model that knows objects by number only
-- and computes what must be alive. A difference raises an error that names the seed.
-- MODEL_SEED and MODEL_ROUNDS in the environment replay one, or run longer.
local check = require "check"

local function new_world(seed)
  local state = seed * 7919 % 2147483647 + 1
  local function pick(n) state = state * 48271 % 2147483647 return state % n + 1 end
  local world = { seed = seed, last = 0, operations = 0 }
  local held = {}        -- number -> object: the roots
  local edges = {}       -- number -> { number -> true }
  local ref, proxy = {}, {}
  local method, bound = {}, {}  -- number -> method; number -> its function, as long as that is held
  local long = { weak = weak.keytable(nil, { long = true }), entries = {} }  -- number -> what the entry says; it stays for `__gc`
  local expected = {}    -- number -> what must tell of its death
  local told = {}        -- number -> { callback =, finalizer =, registry =, queue =, gc = } how often
  local containers = {}  -- { weak =, kind =, entries = { key number -> value number } }
  local own = {}         -- those that callbacks change
  local failure  -- the first one: an error in what the collector calls would be a warning
  local function fail(text, id)
    failure = failure or ("MODEL_SEED=%d: %s %s"):format(seed, text, tostring(id))
    error(failure, 0)
  end
  local function tell(id, who) local t = told[id] t[who] = (t[who] or 0) + 1 end
  local registry = weak.registry(function(id) tell(id, "registry") end)
  local queue = weak.queue()
  local adopt

  local function dead(id, who)
    tell(id, who)
    if ref[id]() ~= nil then fail("told of while alive", id) end
    for _, c in ipairs(own) do
      if #own < 6 and pick(6) == 1 then c.weak[{}] = {} end
      if c.kind == "key" and held[c.key] then
        c.entries[c.key] = id
        c.weak[held[c.key]] = id
      end
    end
  end
  local function collected(object)
    local id = object.id
    tell(id, "gc")
    local entry, said = long.weak[object], long.entries[id]
    long.entries[id] = nil
    if (entry and entry.said) ~= said or entry and entry.key ~= object then fail("a long entry in __gc", id) end
    if (told[id].callback or 0) < (expected[id].callback or 0) then fail("__gc before the callback", id) end
    if ref[id]() ~= nil then fail("alive in its __gc", id) end
    if pick(4) == 1 then
      object.links = {}
      local new = adopt(object)
      long.entries[new] = said
    end
  end
  local finalized = { __gc = collected }

  function adopt(object)
    world.last = world.last + 1
    local id = world.last
    object.id = id
    held[id], edges[id], told[id], expected[id] = object, {}, {}, {}
    local wanted = expected[id]
    ref[id] = weak.ref(object)
    if pick(2) == 1 then
      wanted.callback = 1
      told[id].ref = weak.ref(object, function(r) if r() ~= nil then fail("callback with a live ref", id) end dead(id, "callback") end)
    end
    if pick(3) == 1 then weak.finalize(object, tell, id, "finalizer").atexit = false wanted.finalizer = 1 end
    if pick(3) == 1 then registry:register(object, id) wanted.registry = 1 end
    if pick(3) == 1 then queue:watch(object, id) wanted.queue = 1 end
    if pick(4) == 1 then proxy[id] = weak.proxy(object) end
    if pick(4) == 1 then
      local base = id * 10
      bound[id] = function(self, n) return self.id + base + n end
      method[id] = weak.method(object, bound[id], function(m)
        if m ~= method[id] or m() ~= nil then fail("callback of a live method", id) end
        tell(id, "method")
      end)
    end
    if pick(3) == 1 then setmetatable(object, finalized) wanted.gc = 1 else setmetatable(object, nil) end
    return id
  end

  -- The numbers of what is held, and of what is alive though nothing may hold it.
  local function any_held()
    local ids = {}
    for id = 1, world.last do if held[id] then ids[#ids + 1] = id end end
    return ids[pick(math.max(#ids, 1))]
  end
  local function any_alive()
    local id = pick(world.last)
    return ref[id]() ~= nil and id or any_held()
  end
  local function lives(c, key, value, reached)
    return (c.kind == "value" or reached[key]) and (c.kind == "key" or reached[value])
  end
  local function reachable(all)
    local reached, waiting = {}, {}
    local function reach(id)
      if id and not reached[id] then reached[id] = true waiting[#waiting + 1] = id end
    end
    for id = 1, world.last do if held[id] then reach(id) end end
    local before
    repeat
      while #waiting > 0 do for other in pairs(edges[table.remove(waiting)]) do reach(other) end end
      before = #waiting
      for _, c in ipairs(all) do
        for key, value in pairs(c.entries) do
          if c.kind == "key" and not c.plain and reached[key] then reach(value) end
          if c.kind == "value" then reach(key) end
        end
      end
    until #waiting == before
    return reached
  end
  local function settle(all)
    while true do
      local reached, gone = reachable(all), false
      for _, c in ipairs(all) do
        for key, value in pairs(c.entries) do
          if not lives(c, key, value, reached) then c.entries[key] = nil gone = true end
        end
      end
      if not gone then return reached end
    end
  end

  local all = {}
  local make = { key = weak.keytable, value = weak.valuetable, kv = weak.kvtable, set = weak.set }
  for i, kind in ipairs { "key", "value", "kv", "set", "key", "kv" } do
    containers[i] = { weak = make[kind](), kind = kind, entries = {} }
    all[i] = containers[i]
  end
  own[1] = { weak = weak.keytable(), kind = "key", entries = {}, plain = true }
  all[#all + 1] = own[1]

  local function store(c, k, v)
    if not k or not v then return end
    local key, value = ref[k](), ref[v]()
    if key == nil or value == nil then return end
    if pick(4) == 1 then
      c.weak[key] = nil
      c.entries[k] = nil
    elseif c.kind == "set" then
      c.weak[key] = true
      c.entries[k] = k
    else
      c.weak[key] = value
      c.entries[k] = v
    end
  end
  local operations = {
    function() if world.last < 4000 then adopt { links = {} } end end,
    function() adopt { links = {} } end,
    function() local id = any_held() if id and pick(2) == 1 then held[id] = nil end end,
    function() local id = any_held() if id then held[id] = nil end end,
    function()  -- an edge more or less
      local a, b = any_held(), any_held()
      if not a then return end
      if pick(3) == 1 then held[a].links[b], edges[a][b] = nil, nil else held[a].links[b], edges[a][b] = held[b], true end
    end,
    function() local k, v = any_held(), any_held() store(containers[pick(#containers)], k, v) end,
    function() local k, v = any_held(), any_held() store(containers[pick(#containers)], k, v) end,
    function() local k, v = any_alive(), any_alive() store(containers[pick(#containers)], k, v) end,
    function()  -- what a ref still gives is held again
      local id = pick(world.last)
      local object = ref[id]()
      if object then
        if object.id ~= id then fail("a ref gives another object", id) end
        held[id] = object
        for b in pairs(edges[id]) do if object.links[b] == nil or ref[b]() ~= object.links[b] then fail("an edge died", b) end end
      end
    end,
    function() own[1].key = any_held() end,
    function()  -- a long entry, whose value leads to its key
      local id = any_held()
      if not id then return end
      local said = pick(3) > 1 and pick(1000) or nil
      long.weak[held[id]] = said and { said = said, key = held[id] }
      long.entries[id] = said
    end,
    function()  -- the function of a method goes, or is called
      local id = pick(world.last)
      local f = method[id] and method[id]()
      if f and f(1) ~= id * 11 + 1 then fail("a method calls another", id) end
      if pick(3) == 1 then bound[id] = nil end
    end,
    function() collectgarbage("step", pick(20)) end,
    function() if pick(8) == 1 then collectgarbage() end end,
    function()  -- a traversal, in which everything may happen
      local c = containers[pick(#containers)]
      local must, seen = {}, {}
      for k, v in pairs(c.entries) do if held[k] and held[v] then must[k] = v end end
      for key in pairs(c.weak) do
        local id = key.id
        if seen[id] then fail("visited twice", id) end
        seen[id] = true
        local what = pick(5)
        if what == 1 then local k, v = any_held(), any_held() if k then
            local before = c.entries[k]
            local gone = not before or ref[before]() == nil
            store(c, k, v)
            must[k] = nil
            if gone or not c.entries[k] then seen[k] = nil end  -- entered again it may be met again
          end
        elseif what == 2 then local id2 = any_held() if id2 then held[id2] = nil end
        elseif what == 3 then collectgarbage("step", pick(20))
        elseif what == 4 and pick(6) == 1 then must = {} break end
      end
      for k, v in pairs(must) do
        if held[k] and held[v] and c.entries[k] == v and not seen[k] then fail("not visited", k) end
      end
    end,
  }

  local function compare()
    -- What waits for its `__gc` holds what it refers to until that has run; what held more may be freed by each collection.
    local seen, before
    repeat
      before, seen = seen, 0
      for id = 1, world.last do seen = seen + (told[id].gc or 0) + (ref[id]() == nil and 1 or 0) end
      collectgarbage()
    until seen == before
    if failure then error(failure, 0) end
    collectgarbage("stop")
    for id in queue.poll, queue do tell(id, "queue") end
    local reached = settle(all)
    for id = 1, world.last do
      local alive = ref[id]() ~= nil
      if alive ~= (reached[id] or false) then fail(alive and "alive" or "dead", id) end
      for who in pairs { callback = 1, finalizer = 1, registry = 1, queue = 1, gc = 1 } do
        local wanted = not alive and expected[id][who] or 0
        if (told[id][who] or 0) ~= wanted then fail(("%s told %d times"):format(who, told[id][who] or 0), id) end
      end
      if proxy[id] then
        local fine, got = pcall(function() return proxy[id].id end)
        if fine ~= alive or (alive and got ~= id) or (weak.unproxy(proxy[id]) ~= nil) ~= alive then fail("a proxy", id) end
      end
    end
    for id, m in pairs(method) do
      local f, wanted = m(), (reached[id] and bound[id]) ~= nil and (reached[id] or false)
      if (f ~= nil) ~= wanted or f and f(2) ~= id * 11 + 2 then fail("a method", id) end
      if (told[id].method or 0) ~= (wanted and 0 or 1) then fail(("method told %d times"):format(told[id].method or 0), id) end
    end
    for id in pairs(long.entries) do if not reached[id] then long.entries[id] = nil end end
    local count = 0
    for id, said in pairs(long.entries) do
      local entry = long.weak[ref[id]()]
      if not entry or entry.said ~= said or entry.key ~= ref[id]() then fail("a long entry", id) end
      count = count + 1
    end
    if #long.weak ~= count then fail("count of long entries", #long.weak) end
    for key in pairs(long.weak) do if not long.entries[key.id] then fail("too many long entries", key.id) end end
    for number, c in ipairs(containers) do
      local count = 0
      for k, v in pairs(c.entries) do
        count = count + 1
        local got = c.weak[ref[k]()]
        if c.kind == "set" and got ~= true or c.kind ~= "set" and (got == nil or got ~= ref[v]()) then fail("entry of container " .. number, k) end
      end
      if #c.weak ~= count then fail("count of container " .. number, #c.weak) end
      for key in pairs(c.weak) do if not c.entries[key.id] then fail("too much in container " .. number, key.id) end end
    end
    for k, v in pairs(own[1].entries) do if own[1].weak[ref[k]()] ~= v then fail("what a callback stored", k) end end
    collectgarbage("restart")
  end

  function world.run(count)
    adopt { links = {} }
    for i = 1, count do
      operations[pick(#operations)]()
      if i % 250 == 0 then compare() end
    end
    compare()
    if failure then error(failure, 0) end
    world.operations = count
  end
  return world
end

local seed, rounds = tonumber(os.getenv("MODEL_SEED") or 1), tonumber(os.getenv("MODEL_ROUNDS") or 8)
check("the model and the collector agree", function()
  local operations = 0
  for s = seed, seed + rounds - 1 do
    local world = new_world(s)
    world.run(1000)
    operations = operations + world.operations
  end
  return operations == rounds * 1000
end) --> true
