-- Method calls through two levels of inheritance, small objects, getters and setters.
local Account = {}
Account.__index = Account
function Account.new(balance) return setmetatable({ balance = balance, count = 0 }, Account) end
function Account:deposit(v) self.balance = self.balance + v self.count = self.count + 1 end
function Account:get() return self.balance end
local Saving = setmetatable({}, { __index = Account })
Saving.__index = Saving
function Saving.new(balance) local a = Account.new(balance) a.rate = 2 return setmetatable(a, Saving) end
function Saving:accrue() self:deposit(self.rate) return self:get() end
local n = tonumber(arg and arg[1]) or 4000000
local a, s, total = Account.new(0), Saving.new(10), 0
for i = 1, n do
  a:deposit(1)
  total = total + s:accrue() % 7
  if i % 1000 == 0 then s = Saving.new(i) end
end
print(a:get(), s:get(), total)
