-- A tour of Mayfly: first the Lua 5.4 you know, then what only Mayfly has, references that do not keep things alive.
-- Run it from the top of the checkout:  tools/run tools/examples/tour.lua

local function chapter(title) print("\n== " .. title) end

chapter "Tables: arrays, records and objects are one thing"

local primes = { 2, 3, 5, 7 }
primes[#primes + 1] = 11
print("primes:", table.concat(primes, ", "), "and there are", #primes)

local Point = {}
Point.__index = Point -- what a point does not have itself is looked up here
Point.__add = function(a, b) return Point.new(a.x + b.x, a.y + b.y) end
Point.__tostring = function(p) return "(" .. p.x .. ", " .. p.y .. ")" end
function Point.new(x, y) return setmetatable({ x = x, y = y }, Point) end
function Point:scaled(by) return Point.new(self.x * by, self.y * by) end
print("points:", Point.new(1, 2) + Point.new(3, 4):scaled(10))

chapter "Coroutines: functions that pause"

local function words(text)
  return coroutine.wrap(function()
    for word in text:gmatch "%a+" do coroutine.yield(word) end -- pauses here until the loop asks for the next
  end)
end
for word in words "caught between two instructions" do io.write("[", word, "] ") end
print()

chapter "Errors are values, and leaving a block can clean up"

local log = {}
local function guarded()
  local file <close> = setmetatable({}, { __close = function() log[#log + 1] = "closed" end })
  error { code = 404 }
end
local ok, problem = pcall(guarded)
print("ok:", ok, "code:", problem.code, "and the file was", log[1])

-- From here on: `weak`, the part that no other Lua has. `collectgarbage()` returns when everything that nothing reaches is
-- gone, so a script can show it.

chapter "A reference that does not keep its object alive"

local guest = { name = "Ephemera" }
local ref = weak.ref(guest)
print("while somebody holds the guest:", ref().name)
guest = nil
collectgarbage()
print("after the last one let go:", ref())

chapter "A weak cache: pictures stay as long as somebody looks at them"

local cache = weak.valuetable()
local loads = 0
local function picture(name)
  local found = cache[name]
  if not found then
    loads = loads + 1
    found = { name = name, pixels = ("x"):rep(1000) }
    cache[name] = found -- the cache alone does not keep it
  end
  return found
end
local shown = picture "sunrise"
picture "sunset" -- looked at once, kept by nobody
print("loaded:", loads, "entries:", #cache)
collectgarbage()
print("after a collection:", #cache, "entry:", (next(cache)))
picture "sunrise" -- still there
picture "sunset" -- has to be loaded again
print("loaded in all:", loads, "the shown one is still", shown.name)

chapter "An observer list: a weak set, so nobody has to unsubscribe"

local observers = weak.set()
local function notify(event)
  local names = {}
  for observer in pairs(observers) do names[#names + 1] = observer.name .. " sees " .. event end
  table.sort(names)
  print(table.concat(names, "; "))
end
local window, panel = { name = "window" }, { name = "panel" }
observers:add(window)
observers:add(panel)
notify "a click"
panel = nil -- closed; it never unsubscribed
collectgarbage()
notify "another click"
print("observers:", #observers, "has window:", observers:has(window))

chapter "Private data: a key table, even when the data leads back to its owner"

local secrets = weak.keytable()
local function new_account(balance)
  local account = {}
  secrets[account] = { balance = balance, owner = account } -- the value leads to its key, and keeps nothing alive by that
  return account
end
local function balance(account) return secrets[account].balance end
local mine, old = new_account(100), new_account(1)
print("balances:", balance(mine), balance(old), "visible fields:", next(mine))
old = nil
collectgarbage()
print("accounts left:", #secrets)

chapter "Being told"

local watched = { "a short life" }
local farewell = weak.ref(watched, function(r) print("a callback, with the referent gone:", r()) end)
watched = nil
collectgarbage()
print("the end;", farewell() == nil and "nothing is left behind")
