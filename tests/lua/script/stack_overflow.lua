-- stderr: any
-- stress: 10007
-- A stack overflow that nothing catches.
local function f() return 1 + f() end
f()
