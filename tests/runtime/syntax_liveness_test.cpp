// SPDX-License-Identifier: MIT
// syntax/register_liveness.hpp: which registers are needed where.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "memory/global_state.hpp"
#include "syntax/opcode_traits.hpp"
#include "syntax/register_liveness.hpp"
#include "syntax_fixture.hpp"

namespace {

using rt::Instruction;
using rt::Opcode;

struct LivenessFixture : SyntaxFixture {
  gc::Heap& heap() { return L->global->heap; }

  static std::string text(const rt::RegisterSet& set) {
    std::string text;
    for (unsigned r = 0; r < 256; ++r) {
      if (set.has(r)) text += (text.empty() ? "" : " ") + std::to_string(r);
    }
    return text;
  }
  // At the first instruction of the kind in the chunk: needed before it, and while it waits.
  std::string at(Opcode op, std::string_view chunk) {
    const rt::Prototype* p = prototype(chunk);
    rt::RegisterLiveness liveness(heap(), p);
    REQUIRE(liveness.known());
    int pc = 0;
    while (rt::plain(p->code[pc].op) != op) REQUIRE(static_cast<std::uint32_t>(++pc) < p->code_size);
    std::string result = text(liveness.before(pc)) + "; " + text(liveness.during(pc));
    lua_pop(L, 1);
    return result;
  }
  // Of code as it stands, in a function without variables.
  bool is_known(const std::vector<Instruction>& code) {
    auto* p = const_cast<rt::Prototype*>(prototype("return"));
    rt::Prototype original = *p;
    std::vector<Instruction> copy = code;
    p->code = copy.data();
    p->code_size = static_cast<std::uint32_t>(copy.size());
    p->local_count = 0;
    p->frame_size = 8;
    bool known = rt::RegisterLiveness(heap(), p).known();
    *p = original;
    lua_pop(L, 1);
    return known;
  }
};

Instruction instruction(Opcode op, unsigned a = 0, int wide = 0) {
  Instruction i{};
  i.op = op;
  i.a = static_cast<std::uint16_t>(a * rt::scale);
  i.wide = wide;
  return i;
}

}  // namespace

TEST_SUITE("syntax/register_liveness") {
  TEST_CASE_FIXTURE(LivenessFixture, "operands are needed until they are read, variables while they are in scope") {
    CHECK(at(Opcode::add, "local a, b = ...; local c = a + b") == "0 1; 0 1");
    CHECK(at(Opcode::add, "local a, b = ...; do local c = a + b end") == "0 1; 0 1");
    CHECK(at(Opcode::add, "local a, b = ...; return (a.x + b.x) * a.y") == "0 1 2 3; 0 1");
    CHECK(at(Opcode::add, "local a, b = ...; return a.z .. (a.x + b.x)") == "0 1 2 3 4; 0 1 2");
    CHECK(at(Opcode::add, "local a, b = ...; local c, d = a.x, a + b; return") == "0 1 2; 0 1 2");
    CHECK(at(Opcode::get_integer, "local a = ...; return { a, a[1], a }") == "0 1 2; 0 1 2");
    CHECK(at(Opcode::set_field, "local a, b = ...; a.x, a.y = b.x, b.y") == "0 1 2 3; 0 1 2");
  }

  TEST_CASE_FIXTURE(LivenessFixture, "what a method call has found beside the method stays") {
    CHECK(at(Opcode::self, "local a = ...; return (a.x:m())") == "0 1; 0 2");
  }

  TEST_CASE_FIXTURE(LivenessFixture, "both ways of a condition count, and a value that only the jump sets is not needed before") {
    CHECK(at(Opcode::len, "local a, b = ...; local n = #a; local c = b and 1") == "0 1; 0 1");
    CHECK(at(Opcode::jump_nlt, "local a, b = ...; return a.x, a < b and b.x or b.y") == "0 1 2; 0 1 2");
  }

  TEST_CASE_FIXTURE(LivenessFixture, "loops need their state") {
    CHECK(at(Opcode::len, "for i = 1, 2 do local n = #i end") == "0 1 2 3; 0 1 2 3");
    CHECK(at(Opcode::len, "local t = ...; repeat local n = #t until n") == "0; 0");
  }

  TEST_CASE_FIXTURE(LivenessFixture, "captured registers are read where the closure is made") {
    CHECK(at(Opcode::add, "local a, b = ...; local c, d = a.x, a + b; local function f() return c, d end") == "0 1 2; 0 1 2");
  }

  TEST_CASE_FIXTURE(LivenessFixture, "not known without memory") {
    const rt::Prototype* p = prototype("local a = ...; return a + 1");
    heap().set_failure(1);
    CHECK_FALSE(rt::RegisterLiveness(heap(), p).known());
    heap().set_failure(2);
    CHECK_FALSE(rt::RegisterLiveness(heap(), p).known());
    heap().set_failure(0);
    CHECK(rt::RegisterLiveness(heap(), p).known());
  }

  TEST_CASE_FIXTURE(LivenessFixture, "not known where each of many jumps back leads to the one before") {
    for (int blocks : {5, 100}) {
      std::vector<Instruction> code{instruction(Opcode::jump, 0, 1), instruction(Opcode::return_one, 3)};
      code.push_back(instruction(Opcode::jump, 0, blocks - 1));
      for (int n = 0; n < blocks; ++n) code.push_back(instruction(Opcode::jump, 0, n == 0 ? -3 : -2));
      CHECK(is_known(code) == (blocks == 5));
    }
  }
}
