// SPDX-License-Identifier: MIT
// Finalizers and callbacks that wait: when the interpreter is to look for them.
#include <doctest/doctest.h>

#include <lua.hpp>

#include "state_fixture.hpp"
#include "vm/interpreter.hpp"

TEST_SUITE("memory/finalize") {
  // What is due takes the short ways through the interpreter away: a switch between coroutines asks.
  TEST_CASE_FIXTURE(StateFixture, "pending_due: not after a cycle in which nothing died that has a finalizer") {
    collect();
    CHECK_FALSE(state.pending_due);
  }

  TEST_CASE_FIXTURE(StateFixture, "pending_due: after a cycle in which something died that has one, until it has run") {
    push_table();
    push_table();
    lua_pushcfunction(L, [](lua_State*) { return 0; });
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_settop(L, 0);
    collect();
    CHECK(state.pending_due);
    CHECK(state.finalizers_run == 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(state.finalizers_run == 1);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK_FALSE(state.pending_due);
  }

  TEST_CASE_FIXTURE(StateFixture, "pending_due: no longer when what waited has been called by other ways") {
    state.pending_due = true;
    rt::choose_dispatch(L);
    CHECK_FALSE(state.pending_due);
  }
}
