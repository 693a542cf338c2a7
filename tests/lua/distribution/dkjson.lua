-- stress: 37
-- lua-dkjson of the distribution, loaded through require: encoding, decoding, errors, a round trip of a large document.
local json = require "dkjson"
print(json.version)

print(json.encode({ 1, 2, 3, { a = true, b = false, c = json.null } }, { keyorder = { "a", "b", "c" } }))
print(json.encode({ name = "Mayfly", weights = { 0.5, 1e100, -3, 2 ^ 53 }, text = "line\nquote\" back\\ tab\t \u{e4}\u{20ac}\1" }, { indent = true, keyorder = { "name", "weights", "text" } }))
print(json.encode {}, json.encode(setmetatable({}, { __jsontype = "object" })), json.encode(setmetatable({}, { __jsontype = "array" })))
print(pcall(json.encode, { [{}] = 1 }), (select(2, pcall(json.encode, { print }))))
local loop = {} loop.self = loop
print(pcall(json.encode, loop))

local function show(v, depth)
  if type(v) ~= "table" then return tostring(v) end
  local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local out = {}
  for i, k in ipairs(keys) do out[i] = tostring(k) .. "=" .. show(v[k]) end
  return "{" .. table.concat(out, ",") .. "}"
end
for _, text in ipairs {
  '{"a":[1,2.5,-3e2,true,false,null],"b":{"c":"\\u00e4\\n\\ud83d\\ude00"}}', "[]", "{}", '"text"', "12", "-0.5E-2", "true", "null", " [ 1 , 2 ] rest", '{"a":1,"a":2}',
  "[1,2", '{"a" 1}', '{"a":}', "[1,,2]", '"unfinished', "nonsense", "", '{"a":1]', "[1 2]", "// comment\n[1]", "/* c */ [1]",
} do
  local value, position, message = json.decode(text)
  print(text:gsub("\n", "\\n"), show(value), position, message)
end

-- a document of a few thousand values, there and back
local document = { items = {} }
for i = 1, 300 do
  document.items[i] = { id = i, name = "item " .. i, tags = { "t" .. i % 7, "u" .. i % 11 }, price = i * 1.25, active = i % 2 == 0 }
end
local order = { "items", "id", "name", "tags", "price", "active" }
local text = json.encode(document, { keyorder = order })
local again = json.encode(json.decode(text), { keyorder = order })
print(#text, text == again, text:sub(1, 120))
local lpeg_free = json.use_lpeg ~= nil
print(lpeg_free, json.quotestring "a/b\0c\u{2028}")
