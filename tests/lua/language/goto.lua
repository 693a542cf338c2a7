-- Manual 3.3.4 and 3.5: goto and labels.
local check = require "check"

check("forward", "goto done; do return 'skipped' end ::done:: return 'done'")
check("backward", "local i = 0 ::top:: i = i + 1 if i < 5 then goto top end return i")
check("continue", "local s = 0 for i = 1, 10 do if i % 2 == 0 then goto continue end s = s + i ::continue:: end return s")
check("continue in while", "local i, s = 0, 0 while i < 10 do i = i + 1 if i % 3 == 0 then goto continue end s = s + i ::continue:: end return s")
check("continue in repeat", "local i = 0 repeat i = i + 1 if i == 2 then goto continue end ::continue:: until i >= 3 return i")
check("out of nested loops", "for i = 1, 3 do for j = 1, 3 do if i * j == 4 then goto out end end end do return 'none' end ::out:: return 'out'")
check("out of a block with locals", "do local a, b, c = 1, 2, 3 goto out end ::out:: local x return x")
check("label at the end of a block sees past locals", "do goto e local x ::e:: end return 'ok'")
check("label at the end before semicolons", "do goto e local x ::e:: ; ; end return 'ok'")
check("labels at the end of a block", "do goto e local x ::e:: ::f:: ::g:: end return 'ok'")
check("nested function has its own labels", "::a:: local function f() goto a; do return 1 end ::a:: return 2 end return f()")
check("same label in different blocks", "do goto a ::a:: end do goto a ::a:: end return 'ok'")
check("same label in sibling functions", "local function f() ::a:: end local function g() ::a:: end return 'ok'")
check("loop by goto", "local t, i = {}, 1 ::loop:: if i > 5 then goto stop end t[i] = i i = i + 1 goto loop ::stop:: return #t")
check("break inside a labelled loop", "while true do ::a:: break end return 'ok'")
check("break and goto", "for i = 1, 3 do while true do if i == 2 then goto next end break end ::next:: end return 'ok'")
check("goto into an enclosing block", "do do do goto up end end ::up:: return 'up' end")
check("closures and backward goto", "local fs = {} do local i = 1 ::top:: local x = i fs[i] = function() return x end i = i + 1 if i <= 3 then goto top end end return fs[1](), fs[2](), fs[3]()")
check("goto as last statement", "goto e ::e::")
check("state machine", [[
  local input, pos, out = "aabbab", 0, {}
  ::read:: pos = pos + 1
  local c = input:sub(pos, pos)
  if c == "a" then goto is_a elseif c == "b" then goto is_b else goto stop end
  ::is_a:: out[#out + 1] = "1" goto read
  ::is_b:: out[#out + 1] = "2" goto read
  ::stop:: return table.concat(out)]])
check("no visible label", "goto nowhere")
check("no visible label in a function", "local function f() goto l end ::l::")
check("label in a nested block is not visible", "goto l; do ::l:: end")
check("label in a sibling block is not visible", "do goto l end do ::l:: end")
check("jump into the scope of a local", "goto l; local a ::l:: print(a)")
check("jump into the scope of a local, line number", "goto l\nlocal a\n::l::\nprint(a)")
check("jump into the scope of a function", "goto l; local function f() end ::l:: f()")
check("jump into the scope by repeat", "repeat if x then goto cont end local xuxu = 10 ::cont:: until xuxu < x")
check("label already defined", "::l:: ::l::")
check("label already defined on another line", "::l::\n\n::l::")
check("label already defined in an enclosing block", "::l:: do ::l:: end")
check("break outside a loop", "break")
check("break outside a loop in a function", "while true do local function f() break end end")
check("break at the end of a chunk", "do if x then\nbreak end end")
check("label without name", ":: ::")
check("goto without name", "goto 1")
check("goto keyword", "goto end")
check("unfinished label", "::a")
check("reserved label", "::end::")
