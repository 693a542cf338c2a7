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

namespace {
// Upvalue 1: a weak_handle. Tells whether it is alive, and what it pushes.
int look(lua_State* L) {
  auto* handle = static_cast<mayfly::weak_handle*>(lua_touserdata(L, lua_upvalueindex(1)));
  lua_pushboolean(L, handle->alive() ? 1 : 0);
  handle->push(L);
  return 2;
}
}  // namespace

TEST_CASE_FIXTURE(LuaFixture, "weak_handle: empty when the object's __gc, callbacks and finalizers run, and stays so when it is revived") {
  mayfly::weak_handle handle;
  lua_pushlightuserdata(L, &handle);
  lua_pushcclosure(L, look, 1);
  lua_setglobal(L, "look");
  CHECK(run("log = {} "
            "function note(name) return function(o) local alive, x = look() log[#log + 1] = name .. tostring(alive) .. tostring(x) kept = o end end "
            "object = setmetatable({}, { __gc = note 'gc ' }) ref = weak.ref(object, note 'ref ') weak.finalize(object, note 'fin ') "
            "return look()") == "false nil");
  lua_getglobal(L, "object");
  handle = mayfly::weak_handle(L, -1);
  lua_pop(L, 1);
  CHECK(run("return look() == true, select(2, look()) == object") == "true true");
  run("object = nil");
  collect();
  CHECK(run("return table.concat(log, ', ')") == "fin falsenil, ref falsenil, gc falsenil");
  CHECK(run("return type(kept)") == "table");
  CHECK_FALSE(handle.alive());
}

TEST_CASE_FIXTURE(LuaFixture, "weak_handle: in a container that grows and shrinks, read at every step of a collection") {
  std::vector<mayfly::weak_handle> handles;
  lua_createtable(L, 300, 0);
  lua_gc(L, LUA_GCINC, 0, 24, 4);
  for (int i = 1; i <= 300; ++i) {
    lua_newtable(L);
    handles.emplace_back(L, -1);
    lua_rawseti(L, 1, i);
    lua_gc(L, LUA_GCSTEP, 0);
  }
  for (int i = 1; i <= 300; i += 2) {
    lua_pushnil(L);
    lua_rawseti(L, 1, i);
  }
  for (int i = 0; i < 300; ++i) {
    for (int step = 0; step < 5; ++step) lua_gc(L, LUA_GCSTEP, 0);
    bool alive = handles[i].alive();
    bool pushed = handles[i].push(L) == LUA_TTABLE;
    CHECK(alive == pushed);
    if (i % 2 == 1) CHECK(alive);
    lua_pop(L, 1);
  }
  collect();
  for (int i = 0; i < 300; ++i) CHECK(handles[i].alive() == (i % 2 == 1));
  handles.erase(handles.begin(), handles.begin() + 150);
  collect();
  CHECK(handles[1].alive());
}
