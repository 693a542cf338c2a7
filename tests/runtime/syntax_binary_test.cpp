// SPDX-License-Identifier: MIT
// syntax/undump.hpp, lua_dump: binary chunks, sound and damaged.
#include <doctest/doctest.h>

#include "syntax_fixture.hpp"

namespace {

const char* const program = R"(
local n <const>, s, big = 5, "text", 0x7fffffffffffffff
local function f(a, b, ...)
  local c <close> = nil
  for i = 1, 3 do a = a + i * 2.5 end
  for k, v in next, {1, 2, x = 3, ...} do s = s .. tostring(k) end
  if a > 10 and not b then return a, b, ... end
  return function() s = s; return f, n, big end
end
local r = {x = 1, y = {y = f, x = s, ["a b"] = nil}, x = 2}
local r2 = {y = r, x = 5}
return f, s, r, r2, "a string of more than forty characters, so that it is a long one", nil, true, -0.0
)";

}  // namespace

TEST_SUITE("syntax/binary") {
  TEST_CASE_FIXTURE(SyntaxFixture, "what is read back is what was written") {
    for (bool strip : {false, true}) {
      std::string binary = dump(program, strip);
      CHECK(binary[0] == LUA_SIGNATURE[0]);
      CHECK(dump(binary, strip) == binary);
      CHECK(dump(binary, true) == dump(program, true));
    }
    CHECK(rt::disassemble(prototype(program), true) == rt::disassemble(prototype(dump(program, false)), true));
    CHECK(dump(program, true).size() < dump(program, false).size());
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "reading in pieces, under stress") {
    std::string binary = dump(program, false);
    for (std::size_t piece : {1, 3, 100}) {
      state.heap.set_stress(1);
      CHECK(load(binary, nullptr, piece) == LUA_OK);
      state.heap.set_stress(0);
      std::string again;
      lua_dump(L, append, &again, 0);
      CHECK(again == binary);
      lua_settop(L, 0);
    }
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "models of constructors are made anew") {
    std::string binary = dump("local t = {b = 1, a = 2, b = 3, ['not'] = true} return t.a * 10 + t.b", true);
    REQUIRE(load(binary) == LUA_OK);
    collect();
    lua_call(L, 0, 1);
    CHECK(lua_tointeger(L, -1) == 23);
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "pairs of instructions are fused in memory only") {
    auto fused = [](const rt::Prototype* p) {
      int count = 0;
      for (std::uint32_t i = 0; i < p->code_size; ++i) count += static_cast<int>(p->code[i].op) >= rt::opcode_count;
      return count;
    };
    const char* text = "local a, b, c = ... local d, e = a, b return a * b + c, d, e";
    CHECK(fused(prototype(text)) == 3);  // the moves of d and e, mul and add, the moves of the results
    std::string binary = dump(text, true);
    const rt::Prototype* p = prototype(binary);
    CHECK(fused(p) == 3);
    CHECK(rt::disassemble(p, true).find("_then_") == std::string::npos);
    CHECK(dump(binary, true) == binary);
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "modes") {
    std::string binary = dump(program, true);
    CHECK(message(binary, "b") == "");
    CHECK(message(binary, "bt") == "");
    CHECK(message(binary, "t") == "attempt to load a binary chunk (mode is 't')");
    CHECK(message("return 1", "t") == "");
    CHECK(message("return 1", "b") == "attempt to load a text chunk (mode is 'b')");
    CHECK(message("", "") == "attempt to load a text chunk (mode is '')");
    CHECK(message("") == "");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "names in messages") {
    CHECK(message("\x1bLua") == "chunk: bad binary format (truncated chunk)");
    CHECK(message("\x1bLuaxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx") == "chunk: bad binary format (not a binary chunk)");
    CHECK(message("\x1b") == "chunk: bad binary format (truncated chunk)");
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "every cut is an error") {
    std::string binary = dump(program, false);
    for (std::size_t size = 1; size < binary.size(); ++size) {
      REQUIRE(load(binary.substr(0, size)) == LUA_ERRSYNTAX);
      lua_settop(L, 0);
    }
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "every changed bit is an error") {
    std::string binary = dump(program, false);
    for (std::size_t at = 1; at < binary.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = binary;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        REQUIRE(load(damaged) == LUA_ERRSYNTAX);
        lua_settop(L, 0);
      }
    }
    collect();
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "memory that runs out while reading") {
    std::string binary = dump(program, false);
    bool complete = false;
    for (std::size_t more = 0; !complete; more += 61) {
      collect();
      memory.limit = memory.bytes + more;
      int status = load(binary, nullptr, 11);
      memory.limit = SIZE_MAX;
      complete = status == LUA_OK;
      if (!complete) REQUIRE(status == LUA_ERRMEM);
      lua_settop(L, 0);
    }
  }

  TEST_CASE_FIXTURE(SyntaxFixture, "a writer that fails stops the dump") {
    prototype(program);
    int calls = 0;
    auto fail = [](lua_State*, const void*, std::size_t, void* data) { return ++*static_cast<int*>(data) == 1 ? 42 : 0; };
    CHECK(lua_dump(L, fail, &calls, 0) == 42);
    CHECK(calls == 1);
  }
}
