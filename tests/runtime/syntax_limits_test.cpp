// SPDX-License-Identifier: MIT
// syntax/compile.hpp: what is large: jumps, constants, tables, chains of operators; and memory that runs out.
#include <doctest/doctest.h>

#include "syntax/opcode_traits.hpp"
#include "syntax_fixture.hpp"

namespace {

std::string repeated(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

struct LimitsFixture : SyntaxFixture {
  // The integers a chunk returns.
  std::string run(const std::string& chunk) {
    REQUIRE_MESSAGE(load(chunk) == LUA_OK, lua_tostring(L, -1));
    int base = lua_gettop(L);
    REQUIRE(lua_pcall(L, 0, LUA_MULTRET, 0) == LUA_OK);
    std::string out;
    for (int i = base; i <= lua_gettop(L); ++i) out += (i > base ? " " : "") + std::to_string(lua_tointeger(L, i));
    lua_settop(L, base - 1);
    return out;
  }
};

// Statements and expressions of every kind.
const char* const everything = R"(
local a, b <const>, c = 1, "two", {1, 2, 3; x = 4, ["y z"] = 5, [6] = 7, ...}
local function f(x, ...) local n <close> = nil; return x and f(x.y, ...) or x:m{...} end
for i = 1, #c do if i % 2 == 0 then goto continue end a = a + i * 2 - c[i] ::continue:: end
for k, v in next, c do while k do local u = v; g = function() return u, k, a end; if v then break end end end
repeat local z = a .. b .. "long string that is certainly longer than forty characters" until z
function t.u.v:w() self.x, self.y = self.y, -self.x // 1.5 end
return a, not b, (f(1)), "\u{48}\x41\65\z
   end", [==[
long]==]
)";

}  // namespace

TEST_SUITE("syntax/limits") {
  TEST_CASE_FIXTURE(LimitsFixture, "tests over more than 16 bits of distance") {
    std::string filling = repeated(40000, "n = n + 1 ");
    std::string body = "local n, r = 0, 0 local function add(x) r = r * 10 + x end ";
    // forward over a whole branch, each kind of test
    CHECK(run("local n, a, b = 0, 1, 2 if a == b then " + filling + " elseif a > 5 then " + filling + " elseif not b then " + filling +
              " else n = 7 end return n") == "7");
    CHECK(run("local n, a = 0, 1 if a ~= nil then " + filling + " end return n") == "40000");
    // backward
    CHECK(run("local n, i = 0, 0 repeat i = i + 1 " + filling + " until i == 3 return n, i") == "120000 3");
    CHECK(run("local n, i = 0, 0 while i < 2 do i = i + 1 " + filling + " end return n, i") == "80000 2");
    // with a value: the function in between is never reached
    CHECK(run("local a, n = 5, 0 local x = a or {" + repeated(40000, "n,") + "} return x") == "5");
    CHECK(run("local a, n = nil, 0 local x = 1 x = a and {" + repeated(40000, "n,") + "} return x == nil and 1 or 0") == "1");
    CHECK(run("local n = 0 for i = 1, 3 do if i == 2 then break end " + filling + " end return n") == "40000");
  }

  TEST_CASE_FIXTURE(LimitsFixture, "one long test makes others long") {
    // The inner tests just reach until the outer ones grow.
    for (int count : {32760, 32762, 32763, 32764, 32765, 32766, 32767, 32768, 32769}) {
      std::string filling = repeated(count, "n=n+1 ");
      CHECK(run("local n, a = 0, 1 if a == 1 then if a == 1 then if a == 1 then " + filling + " end end end return n") == std::to_string(count));
      CHECK(run("local n, a = 0, 1 if a == 2 then if a == 1 then if a == 1 then " + filling + " end end end return n") == "0");
    }
  }

  TEST_CASE_FIXTURE(LimitsFixture, "more constants than instructions reach") {
    std::string names, sum;
    for (int i = 0; i < 5000; ++i) names += "t.f" + std::to_string(i) + " = " + std::to_string(i + 0.5) + " ";
    CHECK(run("local t = {} " + names + " t.last = t.f4999 + t.f10 t.m = function(s, x) return s.f4998 + x end "
              "g4998 = 1 return t.last == 5010.0 and 1, t:m(0.5) == 4999.0 and 1, g4998, t.f4997 == 4997.5 and 1") == "1 1 1 1");
  }

  TEST_CASE_FIXTURE(LimitsFixture, "long tables") {
    CHECK(run("local t = {" + repeated(70000, "1,") + " 5, 6} return #t, t[70000], t[70001], t[70002]") == "70002 1 5 6");
    CHECK(run("local function f() return 7, 8 end local t = {" + repeated(65536, "0,") + "f()} return #t, t[65536], t[65537], t[65538]") ==
          "65538 0 7 8");
  }

  TEST_CASE_FIXTURE(LimitsFixture, "chains of left operands do not nest") {
    CHECK(run("local x = 1 return x" + repeated(100000, " + x")) == "100001");
    CHECK(run("local t = {} t.t = t t.n = 3 return t" + repeated(50000, ".t") + ".n") == "3");
    CHECK(run("local function f() return f2 end f2 = f f2 = function() return f2 end return f2" + repeated(50000, "()") + " == f2 and 4") == "4");
    CHECK(run("local s = {} function s:m() return self end s.n = 5 return s" + repeated(50000, ":m()") + ".n") == "5");
    CHECK(run("local x = false return x" + repeated(50000, " or x") + " or 6") == "6");
    CHECK(run("local x = 1 return (x" + repeated(50000, " == x") + ") and 1 or 0") == "0");
    CHECK(run("local x = 1 if x" + repeated(50000, " and x") + " then return 8 end") == "8");
  }

  TEST_CASE_FIXTURE(LimitsFixture, "a thousand functions, one inside the other, are too many") {
    CHECK(message("return " + repeated(1000, "function() return ") + repeated(1000, " end")) == "C stack overflow");
    CHECK(message(repeated(300, "do ")) == "C stack overflow");
    CHECK((L->native_calls & 0xFFFF) == 0);
  }

  TEST_CASE_FIXTURE(LimitsFixture, "memory that runs out leaves nothing behind") {
    load(everything);
    lua_settop(L, 0);
    collect();
    std::size_t before = memory.bytes;
    bool complete = false;
    for (std::size_t more = 0; !complete; more += 257) {
      memory.limit = memory.bytes + more;
      int status = load(everything, nullptr, 7);
      memory.limit = SIZE_MAX;
      complete = status == LUA_OK;
      if (!complete) {
        REQUIRE(status == LUA_ERRMEM);
        CHECK(std::string(lua_tostring(L, -1)) == "not enough memory");
      }
      lua_settop(L, 0);
      collect();
    }
    CHECK(memory.bytes <= before + 64 * 1024);  // blocks of the heap are kept
  }

  TEST_CASE_FIXTURE(LimitsFixture, "a collection at every allocation while compiling") {
    std::string expected = dump(everything, false);
    state.heap.set_stress(1);
    std::string under_stress = dump(everything, false);
    state.heap.set_stress(0);
    CHECK(under_stress == expected);
    for (std::size_t piece : {1, 2, 3, 5, 64}) {
      state.heap.set_stress(1);
      CHECK(load(everything, nullptr, piece) == LUA_OK);
      CHECK(load("x = 'unfinished", nullptr, piece) == LUA_ERRSYNTAX);
      state.heap.set_stress(0);
      lua_settop(L, 0);
    }
    state.heap.verify();
  }
}
