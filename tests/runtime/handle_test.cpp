// SPDX-License-Identifier: MIT
// mayfly/handle.hpp: the host's handles in C++.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include <mayfly/handle.hpp>

#include "lua_fixture.hpp"

TEST_CASE_FIXTURE(LuaFixture, "weak_handle: leads to the object while something holds it, and is empty afterwards") {
  lua_newtable(L);
  mayfly::weak_handle handle(L, -1);
  collect();
  CHECK(handle.alive());
  CHECK(handle.push(L) == LUA_TTABLE);
  CHECK(lua_rawequal(L, -1, -2));
  lua_settop(L, 0);
  collect();
  CHECK_FALSE(handle);
  CHECK(handle.push(L) == LUA_TNIL);
  CHECK(lua_isnil(L, -1));
}

TEST_CASE_FIXTURE(LuaFixture, "weak_handle: is empty for values that cannot be held weakly") {
  lua_pushinteger(L, 1);
  CHECK_FALSE(mayfly::weak_handle(L, -1).alive());
  lua_pushliteral(L, "a string");
  CHECK_FALSE(mayfly::weak_handle(L, -1).alive());
  CHECK_FALSE(mayfly::weak_handle().alive());
}

TEST_CASE_FIXTURE(LuaFixture, "weak_handle: moves, and a handle moved from is empty") {
  lua_newtable(L);
  mayfly::weak_handle first(L, -1);
  mayfly::weak_handle second(std::move(first));
  CHECK_FALSE(first.alive());
  CHECK(second.alive());
  first = std::move(second);
  CHECK(first.alive());
  first.reset();
  CHECK_FALSE(first.alive());
}

TEST_CASE_FIXTURE(LuaFixture, "weak_handle: gives nothing in another state") {
  lua_newtable(L);
  mayfly::weak_handle handle(L, -1);
  LuaFixture other;
  CHECK(handle.push(other.L) == LUA_TNIL);
  CHECK(handle.alive());
}

TEST_CASE_FIXTURE(LuaFixture, "strong_handle: keeps any value alive until it is reset") {
  lua_newtable(L);
  mayfly::weak_handle weak(L, -1);
  mayfly::strong_handle strong(L, -1);
  lua_settop(L, 0);
  collect();
  CHECK(weak.alive());
  CHECK(strong.push(L) == LUA_TTABLE);
  lua_settop(L, 0);
  strong.reset();
  collect();
  CHECK_FALSE(weak.alive());
  CHECK_FALSE(strong.alive());

  lua_pushliteral(L, "text");
  mayfly::strong_handle text(L, -1);
  lua_settop(L, 0);
  collect();
  CHECK(text.push(L) == LUA_TSTRING);
  CHECK(std::string(lua_tostring(L, -1)) == "text");
  CHECK(lua_gettop(L) == 1);
}

TEST_CASE_FIXTURE(LuaFixture, "strong_handle: many are given back in any order") {
  std::vector<mayfly::strong_handle> handles;
  for (int i = 0; i < 1000; ++i) {
    lua_pushinteger(L, i);
    handles.emplace_back(L, -1);
    lua_pop(L, 1);
  }
  for (int i = 0; i < 1000; i += 2) handles[i].reset();
  for (int i = 1; i < 1000; i += 2) {
    CHECK(handles[i].push(L) == LUA_TNUMBER);
    CHECK(lua_tointeger(L, -1) == i);
    lua_pop(L, 1);
  }
}

TEST_CASE("handles: may outlive the state, and are empty then") {
  std::optional<LuaFixture> fixture(std::in_place);
  lua_newtable(fixture->L);
  mayfly::weak_handle weak(fixture->L, -1);
  mayfly::strong_handle strong(fixture->L, -1);
  fixture.reset();
  CHECK_FALSE(weak.alive());
  CHECK_FALSE(strong.alive());
  LuaFixture other;
  CHECK(strong.push(other.L) == LUA_TNIL);
}

TEST_CASE_FIXTURE(LuaFixture, "handles: made and read with a collection at every allocation") {
  StressScope stress(L);
  lua_newtable(L);
  mayfly::weak_handle weak(L, -1);
  mayfly::strong_handle strong(L, -1);
  lua_settop(L, 0);
  CHECK(strong.push(L) == LUA_TTABLE);
  CHECK(weak.push(L) == LUA_TTABLE);
  CHECK(lua_rawequal(L, -1, -2));
}
