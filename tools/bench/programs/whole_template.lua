-- A template engine: text with {{expressions}} and {% statements %} compiled to Lua source, loaded and run.
local load_text = loadstring or load
local escapes = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
local function escape(s) return (tostring(s):gsub('[&<>"]', escapes)) end
local function compile(template)
  local code = { "local data, escape = ...\nlocal out, n = {}, 0\nlocal function put(s) n = n + 1 out[n] = s end\n" }
  local at = 1
  while true do
    local a, b, kind = template:find("{([{%%])", at)
    if not a then break end
    if a > at then code[#code + 1] = string.format("put(%q)\n", template:sub(at, a - 1)) end
    local c, d
    if kind == "{" then
      c, d = template:find("}}", b + 1, true)
      code[#code + 1] = "put(escape(" .. template:sub(b + 1, c - 1) .. "))\n"
    else
      c, d = template:find("%}", b + 1, true)
      code[#code + 1] = template:sub(b + 1, c - 1) .. "\n"
    end
    at = d + 1
  end
  code[#code + 1] = string.format("put(%q)\nreturn table.concat(out)", template:sub(at))
  return assert(load_text(table.concat(code)))
end
local page = [[
<html><head><title>{{ data.title }}</title></head>
<body>
<h1>{{ data.title:upper() }}</h1>
{% for i, item in ipairs(data.items) do %}
  <div class="{{ i % 2 == 0 and "even" or "odd" }}">
    <b>{{ item.name }}</b> costs {{ string.format("%.2f", item.price) }}
    {% if item.stock > 0 then %}<i>{{ item.stock }} left</i>{% else %}<i>sold out</i>{% end %}
    <ul>{% for _, tag in ipairs(item.tags) do %}<li>{{ tag }}</li>{% end %}</ul>
  </div>
{% end %}
<p>Total: {{ data.total }}</p>
</body></html>
]]
local items, total = {}, 0
for i = 1, 60 do
  items[i] = { name = "Item <" .. i .. ">", price = i * 1.25, stock = i % 4, tags = { "tag" .. i % 5, "a & b", '"q"' } }
  total = total + i % 4
end
local size, sum = 0, 0
for round = 1, tonumber(arg and arg[1]) or 90 do
  local render = compile(page)
  for _ = 1, 4 do
    local text = render({ title = "Shop " .. round, items = items, total = total }, escape)
    size = size + #text
    for word in text:gmatch("<li>([^<]*)") do sum = sum + #word end
  end
end
print(size, sum)
