// SPDX-License-Identifier: MIT
// What the handlers do with weak values by themselves, in the middle of a cycle.
#include <doctest/doctest.h>

#include <string>

#include <lua.hpp>

#include "lua_fixture.hpp"
#include "memory/global_state.hpp"

namespace {

struct WeakHandlerFixture : LuaFixture {
  gc::Heap& heap = L->global->heap;

  // Makes `t` and `r`, which hold objects nobody else does, and the function f; then begins to mark. Nothing is marked but the roots.
  void begin_marking(const std::string& body) {
    lua_gc(L, LUA_GCINC, 0, 0, 0);
    collect();
    lua_gc(L, LUA_GCSTOP);
    CHECK(run("t, r = weak.valuetable(), weak.ref({}) t[1] = {} t.name = {} local up = t function f() " + body + " end") == "");
    heap.step(1);
    REQUIRE(heap.marking());
  }
};

}  // namespace

TEST_SUITE("vm/weak") {
  TEST_CASE_FIXTURE(WeakHandlerFixture, "read while marking: what an instruction has read lives through that cycle, and no longer") {
    struct {
      const char* body;
      const char* alive;
    } const ways[] = {
        {"", "nil nil nil"},
        {"local _ = t[1]", "table nil nil"},
        {"local t, i = t, 1 local _ = t[i]", "table nil nil"},
        {"local _ = t.name", "nil table nil"},
        {"local _ = up[1]", "table nil nil"},
        {"local _ = up.name", "nil table nil"},
        {"local key = 'name' local _ = up[key]", "nil table nil"},
        {"local _ = r()", "nil nil table"},
        {"return r()", "nil nil table"},
        {"local r = r local _ = r()", "nil nil table"},
        {"if r() then end", "nil nil table"},
        {"rawequal(r())", "nil nil table"},
        {"local _ = rawget(t, 1)", "table nil nil"},
        {"for _ in pairs(t) do end", "table table nil"},
        {"next(t)", "table nil nil"},
    };
    auto type_of_all = [this] { return run("return type(t[1]), type(t.name), type(r())"); };
    for (const auto& [body, alive] : ways) {
      CAPTURE(body);
      begin_marking(body);
      lua_getglobal(L, "f");
      CHECK(lua_pcall(L, 0, 0, 0) <= LUA_ERRRUN);
      lua_settop(L, 0);
      heap.complete_cycle();
      heap.verify();
      CHECK(type_of_all() == alive);
      collect();
      CHECK(type_of_all() == "nil nil nil");
    }
  }
}
