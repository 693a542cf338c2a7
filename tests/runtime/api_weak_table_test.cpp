// SPDX-License-Identifier: MIT
// Weak tables and sets through the ordinary functions of the API, each kind alike, and what hosts put into them.
#include <doctest/doctest.h>

#include <string>

#include <lua.hpp>
#include <mayfly/gc.h>
#include <mayfly/weak.h>

#include "api_fixture.hpp"

namespace {
constexpr int table_kinds[] = {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKKEYTABLE | MAYFLY_WEAKLONG, MAYFLY_WEAKVALUETABLE, MAYFLY_WEAKKVTABLE};
constexpr int kinds[] = {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKKEYTABLE | MAYFLY_WEAKLONG, MAYFLY_WEAKVALUETABLE, MAYFLY_WEAKKVTABLE, MAYFLY_WEAKSET};

struct WeakTableFixture : ApiFixture {
  // 1: the table, 2: a key, 3: a value that it takes (true for a set).
  void make(int kind) {
    lua_settop(L, 0);
    mayfly_newweaktable(L, kind, 0);
    lua_newtable(L);
    if (kind == MAYFLY_WEAKSET) lua_pushboolean(L, 1); else lua_newtable(L);
  }
  void collect() {
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_gcverify(L);
  }
};
}  // namespace

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: lua_gettable, lua_settable, lua_rawget, lua_rawset, on every kind") {
  for (int kind : kinds) {
    CAPTURE(kind);
    make(kind);
    for (bool raw : {false, true}) {
      auto get = [&] {
        lua_pushvalue(L, 2);
        return raw ? lua_rawget(L, 1) : lua_gettable(L, 1);
      };
      auto set = [&](int value) {
        lua_pushvalue(L, 2);
        if (value != 0) lua_pushvalue(L, value); else lua_pushnil(L);
        if (raw) lua_rawset(L, 1); else lua_settable(L, 1);
      };
      CHECK(get() == LUA_TNIL);
      set(3);
      CHECK(get() == lua_type(L, 3));
      CHECK(lua_rawequal(L, -1, 3));
      CHECK(lua_rawlen(L, 1) == 1);
      set(3);
      CHECK(lua_rawlen(L, 1) == 1);
      set(0);
      set(0);
      CHECK(get() == LUA_TNIL);
      CHECK(lua_rawlen(L, 1) == 0);
      lua_settop(L, 3);
    }
  }
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: length, equality, traversal, on every kind") {
  for (int kind : kinds) {
    CAPTURE(kind);
    make(kind);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_settable(L, 1);
    CHECK(lua_rawlen(L, 1) == 1);
    CHECK(luaL_len(L, 1) == 1);
    lua_len(L, 1);
    CHECK(lua_tointeger(L, -1) == 1);
    lua_pushvalue(L, 1);
    CHECK(lua_rawequal(L, 1, -1));
    CHECK(lua_compare(L, 1, -1, LUA_OPEQ));
    mayfly_newweaktable(L, kind, 0);
    CHECK_FALSE(lua_rawequal(L, 1, -1));
    lua_pushnil(L);
    REQUIRE(lua_next(L, 1) == 1);
    CHECK(lua_rawequal(L, -2, 2));
    CHECK(lua_rawequal(L, -1, 3));
    lua_pop(L, 1);
    CHECK(lua_next(L, 1) == 0);
    lua_settop(L, 3);
    lua_pushnil(L);
    lua_replace(L, 2);
    if (kind == MAYFLY_WEAKVALUETABLE) lua_settop(L, 2);
    collect();
    CHECK(luaL_len(L, 1) == 0);
    lua_pushnil(L);
    CHECK(lua_next(L, 1) == 0);
    CHECK(lua_gettop(L) == (kind == MAYFLY_WEAKVALUETABLE ? 2 : 3));
  }
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: fields, positions and pointers as keys of a value table") {
  make(MAYFLY_WEAKVALUETABLE);
  lua_remove(L, 2);  // 1: the table, 2: a value
  int here = 0;
  auto push = [&] { lua_pushvalue(L, 2); };
  push();
  lua_setfield(L, 1, "field");
  push();
  lua_seti(L, 1, 5);
  push();
  lua_rawseti(L, 1, -6);
  push();
  lua_rawsetp(L, 1, &here);
  CHECK(lua_rawlen(L, 1) == 4);
  CHECK(lua_getfield(L, 1, "field") == LUA_TTABLE);
  CHECK(lua_geti(L, 1, -6) == LUA_TTABLE);
  CHECK(lua_rawgeti(L, 1, 5) == LUA_TTABLE);
  CHECK(lua_rawgetp(L, 1, &here) == LUA_TTABLE);
  for (int i = 3; i <= 6; ++i) CHECK(lua_rawequal(L, 2, i));
  CHECK(lua_getfield(L, 1, "other") == LUA_TNIL);
  CHECK(lua_geti(L, 1, 6) == LUA_TNIL);
  CHECK(lua_rawgetp(L, 1, this) == LUA_TNIL);
  lua_settop(L, 1);
  collect();
  CHECK(lua_rawlen(L, 1) == 0);
  CHECK(lua_getfield(L, 1, "field") == LUA_TNIL);
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: room for any number of entries is a hint") {
  for (int kind : kinds) {
    for (std::size_t hint : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{1000}}) {
      lua_settop(L, 0);
      mayfly_newweaktable(L, kind, hint);
      lua_createtable(L, 100, 0);
      CHECK(lua_rawlen(L, 1) == 0);
      for (int i = 1; i <= 100; ++i) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        if (kind == MAYFLY_WEAKSET) lua_pushboolean(L, 1); else lua_pushvalue(L, -1);
        lua_settable(L, 1);
        lua_rawseti(L, 2, i);
      }
      CHECK(lua_rawlen(L, 1) == 100);
    }
  }
  lua_settop(L, 0);
  lua_pushcfunction(L, [](lua_State* l) {
    mayfly_newweaktable(l, MAYFLY_WEAKKEYTABLE, static_cast<std::size_t>(-1));
    return 0;
  });
  CHECK(lua_pcall(L, 0, 0, 0) != LUA_OK);
  mayfly_gcverify(L);
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: every function that would hold what cannot be held raises, and enters nothing") {
  for (int kind : table_kinds) {
    CAPTURE(kind);
    make(kind);
    bool bad_key = kind != MAYFLY_WEAKVALUETABLE;
    for (int which = 0; which < 6; ++which) {
      CAPTURE(which);
      lua_settop(L, 3);
      lua_pushcfunction(L, [](lua_State* l) {  // the table, a good key or a value, whether the key is the bad one, which
        bool key_is_bad = lua_toboolean(l, 3) != 0;
        auto number = lua_tointeger(l, 4);
        auto push_value = [&] {
          if (key_is_bad) lua_pushvalue(l, 2); else lua_pushinteger(l, 7);
        };
        if (number < 2) {
          lua_pushinteger(l, 7);
          push_value();
          if (number == 0) lua_settable(l, 1); else lua_rawset(l, 1);
        } else {
          push_value();
          if (number == 2) lua_seti(l, 1, 7);
          if (number == 3) lua_rawseti(l, 1, 7);
          if (number == 4) lua_setfield(l, 1, "name");
          if (number == 5) lua_rawsetp(l, 1, l);
        }
        return 0;
      });
      lua_pushvalue(L, 1);
      lua_pushvalue(L, 2);
      lua_pushboolean(L, bad_key);
      lua_pushinteger(L, which);
      REQUIRE(lua_pcall(L, 4, 0, 0) == LUA_ERRRUN);
      const char* type = !bad_key ? "number" : which == 4 ? "string" : which == 5 ? "light userdata" : "number";
      CHECK(std::string(lua_tostring(L, -1)) == std::string("cannot hold a ") + type + " weakly");
      CHECK(lua_rawlen(L, 1) == 0);
    }
  }
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: userdata with user values are keys, and ephemerons lead through them") {
  for (int kind : {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKKEYTABLE | MAYFLY_WEAKLONG, MAYFLY_WEAKKVTABLE}) {
    lua_settop(L, 0);
    mayfly_newweaktable(L, kind, 0);
    lua_newuserdatauv(L, 16, 2);  // 2: held; its user value is the key of the next entry, and so on
    int links = 20;
    lua_pushvalue(L, 2);
    for (int i = 0; i < links; ++i) {
      lua_newuserdatauv(L, 16, 2);
      lua_pushvalue(L, -1);
      lua_setiuservalue(L, -3, 2);
      lua_pushvalue(L, -2);
      lua_pushvalue(L, -2);
      lua_pushvalue(L, -4);
      lua_setiuservalue(L, -2, 1);  // the value leads back to its key
      lua_settable(L, 1);
      lua_remove(L, -2);
    }
    lua_settop(L, 2);
    collect();
    CHECK(lua_rawlen(L, 1) == static_cast<lua_Unsigned>(links));
    lua_settop(L, 1);
    collect();
    CHECK(lua_rawlen(L, 1) == 0);
  }
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: a table that grows while memory runs out holds what it held") {
  for (int kind : kinds) {
    CAPTURE(kind);
    lua_settop(L, 0);
    mayfly_newweaktable(L, kind, 0);
    lua_createtable(L, 300, 0);
    lua_pushinteger(L, kind);
    collect();
    int entered = 0;
    std::size_t room = 0;
    while (entered < 300) {
      lua_pushcfunction(L, [](lua_State* l) {  // the table, the list, the kind
        lua_newtable(l);
        lua_pushvalue(l, -1);
        lua_rawseti(l, 2, static_cast<lua_Integer>(lua_rawlen(l, 2)) + 1);
        auto made = static_cast<lua_Integer>(lua_rawlen(l, 2));
        if (lua_tointeger(l, 3) == MAYFLY_WEAKVALUETABLE) lua_pushinteger(l, made); else lua_pushvalue(l, -1);
        if (lua_tointeger(l, 3) == MAYFLY_WEAKSET) lua_pushboolean(l, 1); else lua_rawgeti(l, 2, made);
        lua_settable(l, 1);  // the rehash may need a collection first
        return 0;
      });
      for (int i = 1; i <= 3; ++i) lua_pushvalue(L, i);
      limit = bytes + room;
      int status = lua_pcall(L, 3, 0, 0);
      limit = static_cast<std::size_t>(-1);
      lua_settop(L, 3);
      if (status == LUA_OK) {
        ++entered;
        room = 0;
      } else {
        REQUIRE(status == LUA_ERRMEM);
        room = room * 2 + 64;
        auto listed = static_cast<lua_Integer>(lua_rawlen(L, 2));
        if (listed > entered) {  // the object was made, its entry not
          lua_pushnil(L);
          lua_rawseti(L, 2, listed);
        }
      }
      REQUIRE(lua_rawlen(L, 1) == static_cast<lua_Unsigned>(entered));
    }
    mayfly_gcverify(L);
    for (int i = 1; i <= 300; ++i) {
      if (kind == MAYFLY_WEAKVALUETABLE) lua_pushinteger(L, i); else lua_rawgeti(L, 2, i);
      CHECK(lua_rawget(L, 1) != LUA_TNIL);
      lua_pop(L, 1);
    }
    lua_settop(L, 1);
    collect();
    CHECK(lua_rawlen(L, 1) == 0);
  }
}

TEST_CASE_FIXTURE(WeakTableFixture, "weak tables: no function that reads or stores runs callbacks or finalizers") {
  static int told;
  told = 0;
  auto tell = [](lua_State*) {
    ++told;
    return 0;
  };
  lua_gc(L, LUA_GCSTOP);
  for (int kind : kinds) {
    make(kind);
    lua_newtable(L);
    lua_pushcfunction(L, tell);
    mayfly_newweakref(L, 4, 5);
    lua_pushcfunction(L, tell);
    mayfly_finalize(L, 4, 0, 0);
    lua_remove(L, 4);
    mayfly_gcstress(L, 1);  // collections come, and what they find waits
    for (int i = 0; i < 50; ++i) {
      lua_pushvalue(L, 2);
      lua_pushvalue(L, 3);
      lua_settable(L, 1);
      lua_pushvalue(L, 2);
      lua_gettable(L, 1);
      lua_newtable(L);
      if (kind == MAYFLY_WEAKSET) lua_pushboolean(L, 1); else lua_pushvalue(L, -1);
      lua_rawset(L, 1);
      mayfly_weakpairs(L, 1);
      mayfly_weakrefs(L, 2);
      lua_pushnil(L);
      if (lua_next(L, 1) != 0) lua_pop(L, 2);
      lua_len(L, 1);
      lua_settop(L, 6);
    }
    mayfly_popweak(L, 1);
    mayfly_clearweak(L, 1);
    CHECK(told == 0);
    mayfly_gcstress(L, 0);
    collect();
    CHECK(told == 2);
    told = 0;
  }
}
