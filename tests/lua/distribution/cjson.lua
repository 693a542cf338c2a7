-- stress: 29
-- lua-cjson of the distribution, a C module built for liblua5.4: round trips, options, errors.
local cjson = require "cjson"
local safe = require "cjson.safe"

local function sorted(value)
  if type(value) ~= "table" then return value == cjson.null and "null" or type(value) == "string" and ("%q"):format(value) or tostring(value) end
  local keys, parts = {}, {}
  for k in pairs(value) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, k in ipairs(keys) do parts[i] = tostring(k) .. "=" .. sorted(value[k]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

for _, text in ipairs {
  '[]', '{}', '[1,2,3]', '{"a":{"b":{"c":[true,false,null]}}}', '"text"', '"\\u00e9\\n\\t\\"\\\\"', '"\\ud83d\\ude00"', '1e3', '-0.5', '12345678901234567890',
  '[1,[2,[3,[4]]]]', ' { "k" : [ ] } ', '"' .. ("x"):rep(5000) .. '"',
} do
  local value = cjson.decode(text)
  local shown = sorted(value)
  print(#shown > 200 and #shown or shown, sorted(cjson.decode(cjson.encode(value))) == shown)
end
for _, text in ipairs { '', '[', '{"a":}', '[1,]', 'nul', '"open', '{"a" 1}', '[1] x', '"\\x"', '\0' } do print(pcall(cjson.decode, text)) end
print(cjson.encode {1, 2, 3}, cjson.encode {}, cjson.encode "é\n\1/", cjson.encode(cjson.null), cjson.encode(true), cjson.encode(1.5), cjson.encode(2^53))
print(pcall(cjson.encode, print))
print(pcall(cjson.encode, {[{}] = 1}))
print(pcall(cjson.encode, 0 / 0))
print(pcall(cjson.encode, {1, 2, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, 24}))
print(safe.decode "[1, 2")
print(safe.encode(print))
local recursive = {}
recursive.self = recursive
print(pcall(cjson.encode, recursive))
cjson.encode_max_depth(5)
print(pcall(cjson.encode, {{{{{{}}}}}}))
cjson.encode_max_depth(1000)
cjson.decode_max_depth(5)
print(pcall(cjson.decode, "[[[[[[]]]]]]"))
cjson.decode_max_depth(1000)
cjson.encode_number_precision(3)
print(cjson.encode(math.pi))
cjson.encode_number_precision(14)
cjson.encode_sparse_array(true)
print(cjson.encode {[1] = 1, [30] = 30})
local other = cjson.new()
print(other ~= cjson, other.encode {5})

local big = {}
for i = 1, 300 do big[i] = {id = i, name = "name " .. i, list = {i, i * 2, i * 3}, sub = {flag = i % 2 == 0}} end
local text = cjson.encode(big)
local back = cjson.decode(text)
print(#back, sorted(back[150]), sorted(back) == sorted(big), #text)
