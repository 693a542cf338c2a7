// SPDX-License-Identifier: MIT
// syntax/emitter.hpp: the instructions that come of expressions and statements.
#include <doctest/doctest.h>

#include "syntax_fixture.hpp"

TEST_SUITE("syntax/code") {
  TEST_CASE_FIXTURE(SyntaxFixture, "arithmetic goes straight into the target, constants and small integers into the instruction") {
    CHECK(code("local a, b = ...; a = a + b; a = a + 1; a = 1 + a; a = a - 1; a = a * 2; a = 2 * a; a = 2 - a; "
               "a = a - 2.5; a = 70000 + a") ==
          "vararg r0 3; add r0 r0 r1; add_i r0 r0 #1; add_i r0 r0 #1 x1; add_i r0 r0 #-1 x2; mul_k r0 r0 2; "
          "mul_k r0 r0 2 x1; load_integer r2 #2; sub r0 r2 r0; sub_k r0 r0 2.5; add_k r0 r0 70000 x1");
    CHECK(code("local a = ...; a = a // 1; a = a & 3; a = 3 & a; a = a & 3.0; a = a << 2; a = a >> 2; a = 1 << a; "
               "a = a ^ 2; a = 2 ^ a; a = a .. 'x' .. a") ==
          "vararg r0 2; idiv_k r0 r0 1; band_k r0 r0 3; band_k r0 r0 3 x1; load_number r1 #3; band r0 r0 r1; "
          "shl_i r0 r0 #2; shr_i r0 r0 #2; load_integer r1 #1; shl r0 r1 r0; pow_k r0 r0 2; load_integer r1 #2; "
          "pow r0 r1 r0; move r1 r0; load_constant r2 \"x\"; move r3 r0; concat r1 3; move r0 r1");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "comparisons are jumps") {
    CHECK(code("local a, b = ...; if a < b then a = 1 end; if a > 5 then b = 1 end; if 5 < a then b = 2 end; "
               "if not (a <= 5.0) then b = 3 end; if a >= b then b = 4 end") ==
          "vararg r0 3; jump_nlt r0 r1 ->4; load_integer r0 #1; jump_ngt_i r0 #5 ->6; load_integer r1 #1; "
          "jump_ngt_i r0 #5 ->8; load_integer r1 #2; jump_le_i r0 #5 ->10 x1; load_integer r1 #3; "
          "jump_nle r1 r0 ->12; load_integer r1 #4");
    CHECK(code("local a = ...; if a == nil then a = 1 end; if a ~= 'x' then a = 2 end; if true == a then a = 3 end; "
               "if 7 == a then a = 4 end; if a ~= false then a = 5 end") ==
          "vararg r0 2; jump_ne_nil r0 ->4; load_integer r0 #1; jump_eq_k r0 \"x\" ->6; load_integer r0 #2; "
          "jump_ne_nil r0 ->8 x2; load_integer r0 #3; jump_ne_i r0 #7 ->10; load_integer r0 #4; "
          "jump_eq_nil r0 ->12 x1; load_integer r0 #5");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "and, or, not") {
    CHECK(code("local a, b, c = ...; a = b and c; a = b or c; a = b and c or a; a = a and b; a = not b; "
               "a = not (b and c); a = b == c; a = b < 1 or c") ==
          "vararg r0 4; test_set_false r0 r1 ->4; move r0 r2; test_set_true r0 r1 ->6; move r0 r2; "
          "jump_false r1 ->8; test_set_true r0 r2 ->8; jump_false r0 ->10; move r0 r1; not_ r0 r1; "
          "jump_false r1 ->14; jump_false r2 ->14; load_false_skip r0; load_true r0; jump_eq r1 r2 ->17; "
          "load_false_skip r0; load_true r0; jump_lt_i r1 #1 ->21; move r0 r2; jump ->22; load_true r0");
    CHECK(code("local a, b = ...; local c = a and b.x or b.y; local d = a > 1 and b") ==
          "vararg r0 3; jump_false r0 ->5; get_field r2 r1 \"x\"; jump_true r2 ->6; get_field r2 r1 \"y\"; "
          "jump_ngt_i r0 #1 ->9; move r3 r1; jump ->10; load_false r3");
    CHECK(code("local a, b, c = ...; if a and (b or c) then a = 1 end; if not (a or b) and c then a = 2 end; "
               "while a or b do c = 1 end; repeat a = 1 until b and c") ==
          "vararg r0 4; jump_false r0 ->6; jump_true r1 ->5; jump_false r2 ->6; load_integer r0 #1; "
          "jump_true r0 ->10; jump_true r1 ->10; jump_false r2 ->10; load_integer r0 #2; jump_true r0 ->12; "
          "jump_false r1 ->15; load_integer r2 #1; jump_true r0 ->12; jump_true r1 ->12; load_integer r0 #1; "
          "jump_false r1 ->15; jump_false r2 ->15");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "indexing and stores") {
    CHECK(code("local t, i = ...; t.x = t.y; t[1] = t[2]; t[i] = t[i]; t[i] = 5; t[0] = t[65536]; t.x.y.z = i; "
               "t['a b'] = nil") ==
          "vararg r0 3; get_field r2 r0 \"y\"; set_field r0 \"x\" r2; get_integer r2 r0 2; set_integer r0 1 r2; "
          "get_table r2 r0 r1; set_table r0 r1 r2; set_table_k r0 r1 5; load_integer r2 #65536; "
          "get_table r2 r0 r2; set_integer r0 0 r2; get_field r2 r0 \"x\"; get_field r2 r2 \"y\"; set_field r2 \"z\" r1; "
          "set_field_k r0 \"a b\" nil");
    CHECK(code("local a, b = ...; a, b = b, a; a.x, a = 1, 2; b, a[b] = 3, 4; a, b = a") ==
          "vararg r0 3; move r2 r1; move r1 r0; move r0 r2; move r2 r0; load_integer r3 #1; load_integer r0 #2; "
          "set_field r2 \"x\" r3; load_integer r2 #3; set_table_k r0 r1 4; move r1 r2; move r2 r0; load_nil r3 1; "
          "move r1 r3; move r0 r2");
    CHECK(code("x = y; x = 1; x, y = y, x; x.z = y.z; local t = x; t.x = x") ==
          "get_global r0 u0:_ENV \"y\"; set_global u0:_ENV \"x\" r0; set_global_k u0:_ENV \"x\" 1; "
          "get_global r0 u0:_ENV \"y\"; get_global r1 u0:_ENV \"x\"; set_global u0:_ENV \"y\" r1; "
          "set_global u0:_ENV \"x\" r0; get_global r0 u0:_ENV \"x\"; get_global r1 u0:_ENV \"y\"; get_field r1 r1 \"z\"; "
          "set_field r0 \"z\" r1; get_global r0 u0:_ENV \"x\"; get_global r1 u0:_ENV \"x\"; set_field r0 \"x\" r1");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "elements of the table in an upvalue") {
    CHECK(code("local i, j = ...; a = _ENV[i]; _ENV[i] = j; _ENV[j] = 5; _ENV[i], _ENV[j] = _ENV[j], nil; _ENV[3] = _ENV[4]") ==
          "vararg r0 3; get_upvalue_table r2 u0:_ENV r0; set_global u0:_ENV \"a\" r2; set_upvalue_table u0:_ENV r0 r1; "
          "set_upvalue_table_k u0:_ENV r1 5; get_upvalue_table r2 u0:_ENV r1; set_upvalue_table_k u0:_ENV r1 nil; "
          "set_upvalue_table u0:_ENV r0 r2; get_upvalue r2 u0:_ENV; get_upvalue r3 u0:_ENV; get_integer r3 r3 4; set_integer r2 3 r3");
    // What is called may assign the upvalue: it is read before.
    CHECK(code("local i, f = ...; _ENV[i] = f()") ==
          "vararg r0 3; get_upvalue r2 u0:_ENV; call_local r3 1 2 r1; set_table r2 r0 r3");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "calls and results") {
    CHECK(code("local f, t = ...; f(); f(1, t); local a = f(); a, t = f(); f(f()); f(t, ...); t:m(1); t.x:m(f()); "
               "local b = {f()}; return f(...)") ==
          "vararg r0 3; move r2 r0; call r2 1 1; move r2 r0; load_integer r3 #1; move r4 r1; call r2 3 1; "
          "call_local r2 1 2 r0; move r3 r0; call r3 1 3; move r1 r4; move r2 r3; move r3 r0; move r4 r0; "
          "call r4 1 0; call r3 0 1; move r3 r0; move r4 r1; vararg r5 0; call r3 0 1; self r3 r1 \"m\"; "
          "load_integer r5 #1; call r3 3 1; get_field r3 r1 \"x\"; self r3 r3 \"m\"; move r5 r0; call r5 1 0; "
          "call r3 0 1; new_table r3 0 1 x1; move r4 r0; call r4 1 0; set_list r3 0 0; move r4 r0; vararg r5 0; "
          "tail_call r4 0; return_ r4 0");
    CHECK(code("while true do x = 1 end") ==
          "set_global_k u0:_ENV \"x\" 1; jump ->1");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "constants are folded unless that would raise or give NaN or a float zero") {
    CHECK(code("return 1, 2 + 3, 2^53, 1 // 0, 0.0, -0.0, 7 // 2, 7 % -3, 1 << 63, 'a', nil, true, -5, ~0, not nil, 3 | 4.0, 3 | 4.5") ==
          "load_integer r0 #1; load_integer r1 #5; load_constant r2 9.007199254741e+15; load_integer r3 #1; "
          "idiv_k r3 r3 0; load_number r4 #0; load_number r5 #0; unm r5 r5; load_integer r6 #3; "
          "load_integer r7 #-2; load_constant r8 -9223372036854775808; load_constant r9 \"a\"; load_nil r10 1; "
          "load_true r11; load_integer r12 #-5; load_integer r13 #-1; load_true r14; load_integer r15 #7; "
          "load_integer r16 #3; load_constant r17 4.5; bor r16 r16 r17; return_ r0 18");
    CHECK(code("local x <const> = 5; local y <const> = 'abc'; return x + 1, y, x, -x") ==
          "load_integer r0 #6; load_constant r1 \"abc\"; load_integer r2 #5; load_integer r3 #-5; return_ r0 5");
    CHECK(code("local a = ...; return (f()), (...), a, a.b") ==
          "vararg r0 2; get_global r1 u0:_ENV \"f\"; call r1 1 2; vararg r2 2; move r3 r0; get_field r4 r0 \"b\"; "
          "return_ r1 5");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "table constructors") {
    CHECK(code("local t = {}; t = {}; t = {1, 2, x = 3, ['y'] = 4, [5] = 6, [t] = 7; 8}") ==
          "new_table r0 0 0 x1; new_table r0 0 0 x1; new_table r1 4 3 x1; load_integer r2 #1; load_integer r3 #2; "
          "set_field_k r1 \"x\" 3; set_field_k r1 \"y\" 4; set_integer_k r1 5 6; set_table_k r1 r0 7; "
          "load_integer r4 #8; set_list r1 3 0; move r0 r1");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "constructors of a few names copy a model") {
    CHECK(code("local t = {x = 1, y = 2, x = t}; t = {y = t, x = {z = 1}}") ==
          "new_record r0 { \"x\" \"y\" } x1; init_field_k r0 \"x\" 1; init_field_k r0 \"y\" 2; get_global r1 u0:_ENV \"t\"; "
          "init_field r0 \"x\" r1; new_record r1 { \"x\" \"y\" } x1; init_field r1 \"y\" r0; new_record r2 { \"z\" } x1; "
          "init_field_k r2 \"z\" 1; init_field r1 \"x\" r2; move r0 r1");
    CHECK(code("local t = {x = 1, 2}; t = {a=1, b=1, c=1, d=1, e=1, f=1, g=1, h=1, i=1}").find("new_record") == std::string::npos);
    CHECK(code("local t = {a=1, b=1, c=1, d=1, e=1, f=1, g=1, h=1}").find("new_record") == 0);
    CHECK(code("local t = {[1] = 1, x = 2}; t = {[t] = 1}; t = {a_name_of_more_than_forty_characters_is_no_field = 1}").find("new_record") == std::string::npos);
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "loops") {
    CHECK(code("for i = 1, 10 do local a = i end; for i = 10, 1, -1 do end; for k, v in next, {} do local b = v end") ==
          "load_integer r0 #1; load_integer r1 #10; load_integer r2 #1; for_prepare r0 ->7; move r4 r3; "
          "for_loop r0 ->5; load_integer r0 #10; load_integer r1 #1; load_integer r2 #-1; for_prepare r0 ->12; "
          "for_loop r0 ->11; get_global r0 u0:_ENV \"next\"; new_table r1 0 0 x1; load_nil r2 2; "
          "generic_prepare r0 ->17; move r6 r5; generic_call r0 2; generic_loop r0 ->16; close r0");
    CHECK(code("local f; for i = 1, 2 do local j = i; f = function() return i + j end end; while f do local z; "
               "f = function() return z end; if z then break end end") ==
          "load_nil r0 1; load_integer r1 #1; load_integer r2 #2; load_integer r3 #1; for_prepare r1 ->10; "
          "move r5 r4; closure r0 function 0; close r4; for_loop r1 ->6; jump_false r0 ->17; load_nil r1 1; "
          "closure r0 function 1; jump_true r1 ->16; close r1; jump_true r0 ->11; close r1");
    CHECK(code("if x then return 1 else return 2 end") ==
          "get_global r0 u0:_ENV \"x\"; jump_false r0 ->6; load_integer r0 #1; return_ r0 2; jump ->8; "
          "load_integer r0 #2; return_ r0 2");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "scopes and jumps") {
    CHECK(code("do local x <close> = nil; goto done end; ::done:: return 1") ==
          "load_nil r0 1; to_be_closed r0; jump ->5; close r0; close r0; load_integer r0 #1; return_ r0 2");
    CHECK(code("local a, b, c; local d; local e, f = nil, nil; ") ==
          "load_nil r0 6");
    CHECK(code("goto continue; ::top:: do local a; "
               "goto top end ::continue:: if x then goto top end if y then goto finish end ::finish::") ==
          "jump ->5; load_nil r0 1; close r0; jump ->2; get_global r0 u0:_ENV \"x\"; jump_false r0 ->8; jump ->2; "
          "get_global r0 u0:_ENV \"y\"; jump_true r0 ->10");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "functions and returns") {
    CHECK(code("return function(a) return a end, function(...) return ... end, function() end") ==
          "closure r0 function 0; closure r1 function 1; closure r2 function 2; return_ r0 4");
    CHECK(code("local a = function() return 1 end; function a.b.c() end; function a:m() end; "
               "local function r() return r() end") ==
          "closure r0 function 0; get_field r1 r0 \"b\"; closure r2 function 1; set_field r1 \"c\" r2; "
          "closure r1 function 2; set_field r0 \"m\" r1; closure r1 function 3");
  }
}
