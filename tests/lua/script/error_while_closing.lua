-- options: -W
-- Errors of finalizers at the end are warnings; the others still run.
for i = 1, 3 do
  _G["o" .. i] = setmetatable({}, { __gc = function() print("finalizer " .. i) if i == 2 then error "broken" end end })
end
