-- A named check: prints what a function or a text of Lua gives, so that two implementations can be compared line by line.
-- check(name, function or text, ...): a text is loaded as the chunk "code" and called with the arguments.

local function describe(value)
  local kind = type(value)
  if kind == "string" then return "'" .. value .. "'" end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  return kind  -- what has an address is shown by its type
end

local function show(name, ok, ...)
  local shown = {}
  for i = 1, select("#", ...) do shown[i] = describe((select(i, ...))) end
  print("check " .. name .. (ok and ": " or ": error: ") .. table.concat(shown, " "))
end

return function(name, body, ...)
  if type(body) == "string" then
    local chunk, message = load(body, "=code")
    if not chunk then return show(name, false, message) end
    body = chunk
  end
  show(name, pcall(body, ...))
end
