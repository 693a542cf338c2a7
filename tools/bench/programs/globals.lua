-- Global functions and variables, string keys.
counter = 0
limit = tonumber(arg and arg[1]) or 6000000
function bump(v) counter = counter + v end
for i = 1, limit do
  bump(1)
  if counter > limit then counter = 0 end
end
print(counter, math.floor(3.7), math.max(1, 5))
