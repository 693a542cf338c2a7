-- stress: off
-- seconds: 120
-- lua-lpeg of the distribution, a C module built for liblua5.4: a JSON parser over a megabyte, and grammars of its own manual's kinds.
local lpeg = require "lpeg"
local P, R, S, V, C, Ct, Cg, Cf, Cc, Cs, Cmt, Cp = lpeg.P, lpeg.R, lpeg.S, lpeg.V, lpeg.C, lpeg.Ct, lpeg.Cg, lpeg.Cf, lpeg.Cc, lpeg.Cs, lpeg.Cmt, lpeg.Cp

-- A JSON parser.
local space = S " \n\r\t" ^ 0
local function token(p) return p * space end
local hex = R("09", "af", "AF")
local escapes = {b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ["/"] = "/", ["\\"] = "\\", ['"'] = '"'}
local escape = P "\\" * (C(S 'bfnrt/\\"') / escapes + P "u" * C(hex * hex * hex * hex) / function(h) return utf8.char(tonumber(h, 16)) end)
local text = token(P '"' * Cs((escape + (1 - S '"\\')) ^ 0) * P '"')
local digits = R "09" ^ 1
local number = token(C(P "-" ^ -1 * digits * (P "." * digits) ^ -1 * (S "eE" * S "+-" ^ -1 * digits) ^ -1) / tonumber)
local null = {}
local json = P {
  "document",
  document = space * V "value" * -P(1),
  value = V "object" + V "array" + text + number + token(P "true") * Cc(true) + token(P "false") * Cc(false) + token(P "null") * Cc(null),
  array = Ct(token "[" * (V "value" * (token "," * V "value") ^ 0) ^ -1 * token "]"),
  pair = Cg(text * token ":" * V "value"),
  object = Cf(Ct "" * token "{" * (V "pair" * (token "," * V "pair") ^ 0) ^ -1 * token "}", rawset),
}

local function encode(value, out)
  local kind = type(value)
  if value == null then out[#out + 1] = "null"
  elseif kind == "table" and #value > 0 then
    out[#out + 1] = "["
    for i, v in ipairs(value) do
      if i > 1 then out[#out + 1] = ", " end
      encode(v, out)
    end
    out[#out + 1] = "]"
  elseif kind == "table" then
    out[#out + 1] = "{"
    local keys = {}
    for k in pairs(value) do keys[#keys + 1] = k end
    table.sort(keys)
    for i, k in ipairs(keys) do
      out[#out + 1] = (i > 1 and ", " or "") .. ("%q"):format(k):gsub("\\\n", "\\n") .. ": "
      encode(value[k], out)
    end
    out[#out + 1] = "}"
  elseif kind == "string" then out[#out + 1] = '"' .. value:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
  else out[#out + 1] = tostring(value) end
end

local records = {}
for i = 1, 9000 do
  records[i] = {id = i, name = "record " .. i, tags = {"a" .. i % 7, "b\n\t\"" .. i % 3, "ümlaut"}, nested = {ratio = i / 8, flag = i % 2 == 0, nothing = null}}
end
local out = {}
encode(records, out)
local document = table.concat(out)
print("a megabyte", #document > 1000000, #document)
local parsed = json:match(document)
local again = {}
encode(parsed, again)
print("round trip", table.concat(again) == document, #parsed, parsed[77].name, parsed[77].tags[2], parsed[77].nested.ratio, parsed[78].nested.flag)
print("refused", json:match "[1, 2", json:match "{\"a\" 1}", json:match "[1,]", json:match '"\\x"')

-- Arithmetic with captures folded by functions.
local function binary(a, op, b)
  if op == "+" then return a + b elseif op == "-" then return a - b elseif op == "*" then return a * b else return a / b end
end
local sum = P {
  "sum",
  sum = Cf(V "product" * Cg(token(C(S "+-")) * V "product") ^ 0, binary),
  product = Cf(V "factor" * Cg(token(C(S "*/")) * V "factor") ^ 0, binary),
  factor = number + token "(" * V "sum" * token ")",
}
for _, line in ipairs {"1 + 2 * 3", "(1 + 2) * 3", "2 * (3 + 4) * 5 / 7", "10 - 4 - 3", "1 +"} do print(line, (space * sum * Cp()):match(line)) end

-- Matches at run time, substitutions, back captures, errors inside captures.
local long = P "[" * Cg(P "=" ^ 0, "open") * "[" * C((1 - P "]" * Cmt(P "]" ^ 0 * C(P "=" ^ 0) * lpeg.Cb "open", function(_, _, a, b) return a == b end)) ^ 0)
print(long:match "[==[ long ]=] string ]==] rest")
print(Cs((P "%" * hex * hex / function(s) return string.char(tonumber(s:sub(2), 16)) end + 1) ^ 0):match "a%20b%21")
print(pcall(function() return (P(1) / function() error("in a capture", 0) end):match "x" end))
print(pcall(lpeg.P { "a", a = V "b" }.match))
print(pcall(lpeg.match, P { V(1) * "x" + "y" }, "yxxx"))
print(pcall(function() return P { "a", a = V "missing" } end))
print(lpeg.type(P "x"), lpeg.type "x", lpeg.version and "version")
local co = coroutine.wrap(function() return (Cmt(P "a", function(_, p) return p, coroutine.isyieldable() end) * -1):match "a" end)
print(co())
local t = setmetatable({}, {__mode = "k"})
for i = 1, 1000 do t[P(("x"):rep(i % 50))] = i end
collectgarbage()
print("patterns are collected", next(t))
