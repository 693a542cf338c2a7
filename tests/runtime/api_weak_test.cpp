// SPDX-License-Identifier: MIT
// mayfly/weak.h: the weak types from C, without the library.
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include <lua.hpp>
#include <mayfly/gc.h>
#include <mayfly/weak.h>

#include "api_fixture.hpp"

namespace {
struct WeakApiFixture : ApiFixture {
  void collect() {
    lua_gc(L, LUA_GCCOLLECT);
    mayfly_gcverify(L);
  }
};

int count_call(lua_State* L) {
  auto* count = static_cast<int*>(lua_touserdata(L, lua_upvalueindex(1)));
  *count += 1 + static_cast<int>(lua_tointeger(L, 1));
  return 0;
}
}  // namespace

TEST_CASE_FIXTURE(WeakApiFixture, "refs: shared, read, dead") {
  lua_newtable(L);
  CHECK(mayfly_newweakref(L, 1, 0) == 1);
  CHECK(mayfly_newweakref(L, 1, 0) == 1);
  CHECK(lua_rawequal(L, 2, 3));
  CHECK(lua_type(L, 2) == LUA_TUSERDATA);
  CHECK(lua_touserdata(L, 2) == nullptr);
  CHECK(mayfly_weaktype(L, 2) == MAYFLY_WEAKREF);
  CHECK(std::strcmp(mayfly_typename(L, 2), "weakref") == 0);
  CHECK(mayfly_getweakref(L, 2) == LUA_TTABLE);
  CHECK(lua_rawequal(L, 1, -1));
  CHECK(mayfly_weakrefcount(L, 1) == 1);
  lua_pop(L, 1);
  lua_remove(L, 1);
  collect();
  CHECK(mayfly_getweakref(L, 1) == LUA_TNIL);
}

TEST_CASE_FIXTURE(WeakApiFixture, "refs: nil for what cannot be held") {
  lua_pushinteger(L, 1);
  CHECK(mayfly_referable(L, 1) == 0);
  CHECK(mayfly_newweakref(L, 1, 0) == 0);
  CHECK(lua_isnil(L, -1));
  CHECK(mayfly_weaktype(L, 1) == MAYFLY_WEAKNONE);
  CHECK(std::strcmp(mayfly_typename(L, 1), "number") == 0);
  CHECK(std::strcmp(mayfly_typename(L, 50), "no value") == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "refs: the callback is called by a collection") {
  int count = 0;
  lua_newtable(L);
  lua_pushlightuserdata(L, &count);
  lua_pushcclosure(L, count_call, 1);
  mayfly_newweakref(L, 1, 2);
  CHECK(mayfly_getweakcallback(L, 3) == LUA_TFUNCTION);
  lua_pop(L, 1);
  lua_remove(L, 1);
  collect();
  CHECK(count == 1);
  CHECK(mayfly_getweakcallback(L, 2) == LUA_TNIL);
}

TEST_CASE_FIXTURE(WeakApiFixture, "tables: the ordinary functions work") {
  mayfly_newweaktable(L, MAYFLY_WEAKVALUETABLE, 10);
  lua_newtable(L);
  lua_pushvalue(L, 2);
  lua_setfield(L, 1, "name");
  lua_pushvalue(L, 2);
  lua_rawseti(L, 1, 7);
  CHECK(lua_getfield(L, 1, "name") == LUA_TTABLE);
  CHECK(lua_rawgeti(L, 1, 7) == LUA_TTABLE);
  CHECK(lua_geti(L, 1, 8) == LUA_TNIL);
  lua_settop(L, 2);
  CHECK(lua_rawlen(L, 1) == 2);
  CHECK(luaL_len(L, 1) == 2);
  int entries = 0;
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) ++entries;
  CHECK(entries == 2);
  lua_settop(L, 1);
  collect();
  CHECK(lua_rawlen(L, 1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "sets and pairs") {
  mayfly_newweakset(L, 0);
  lua_newtable(L);
  lua_pushvalue(L, 2);
  lua_pushboolean(L, 1);
  lua_settable(L, 1);
  CHECK(mayfly_weakpairs(L, 1) == 3);
  lua_call(L, 2, 2);
  CHECK(lua_rawequal(L, 2, 3));
  CHECK(lua_toboolean(L, 4));
  lua_settop(L, 2);
  CHECK(mayfly_popweak(L, 1) == 1);
  CHECK(lua_rawlen(L, 1) == 0);
  CHECK(mayfly_popweak(L, 1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "what cannot be held raises") {
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE, 0);
  lua_setglobal(L, "t");
  CHECK(luaL_dostring(L, "t[1] = 2") != LUA_OK);
  CHECK(std::string(lua_tostring(L, -1)).find("cannot hold a number weakly") != std::string::npos);
}

TEST_CASE_FIXTURE(WeakApiFixture, "finalizers: run on death with their arguments, taken, kept") {
  int count = 0;
  auto push_counter = [&] {
    lua_pushlightuserdata(L, &count);
    lua_pushcclosure(L, count_call, 1);
  };
  lua_newtable(L);
  push_counter();
  lua_pushinteger(L, 10);
  mayfly_finalize(L, 1, 1, 1);
  CHECK(mayfly_weaktype(L, 2) == MAYFLY_WEAKFINALIZER);
  CHECK(mayfly_getfinalizer(L, 2) == LUA_TTABLE);
  lua_pop(L, 1);
  CHECK(mayfly_takefinalizer(L, 2, 1) == 2);
  lua_settop(L, 2);
  push_counter();
  mayfly_finalize(L, 1, 0, 1);
  CHECK(mayfly_takefinalizer(L, 3, 0) == 1);
  lua_settop(L, 2);
  lua_remove(L, 1);
  collect();
  CHECK(count == 11);
  CHECK(mayfly_getfinalizer(L, 1) == LUA_TNIL);
}

TEST_CASE("finalizers: those that wait run when the state closes, unless they are not to") {
  int count = 0;
  {
    WeakApiFixture state;
    lua_State* L = state.L;
    lua_newtable(L);
    lua_setglobal(L, "kept");
    for (int atexit : {1, 0}) {
      lua_getglobal(L, "kept");
      lua_pushlightuserdata(L, &count);
      lua_pushcclosure(L, count_call, 1);
      mayfly_finalize(L, 1, 0, atexit);
      lua_settop(L, 0);
    }
  }
  CHECK(count == 1);
}

TEST_CASE("handles: outlive their state, empty") {
  mayfly_WeakHandle* first;
  mayfly_WeakHandle* second;
  {
    WeakApiFixture state;
    lua_State* L = state.L;
    lua_newtable(L);
    first = mayfly_newweakhandle(L, 1);
    second = mayfly_newweakhandle(L, 1);
    state.collect();
    CHECK(mayfly_weakhandlealive(first) == 1);
    CHECK(mayfly_getweakhandle(L, first) == LUA_TTABLE);
    CHECK(lua_rawequal(L, 1, 2));
    WeakApiFixture other;
    CHECK(mayfly_getweakhandle(other.L, first) == LUA_TNIL);
    lua_settop(L, 0);
    state.collect();
    CHECK(mayfly_weakhandlealive(first) == 0);
    lua_pushinteger(L, 1);
    CHECK(mayfly_newweakhandle(L, 1) == nullptr);
    mayfly_freeweakhandle(second);
    mayfly_freeweakhandle(nullptr);
  }
  CHECK(mayfly_weakhandlealive(first) == 0);
  mayfly_freeweakhandle(first);
}

// --- what scripts cannot see, or see otherwise --------------------------------------------------------------------------

namespace {
void push_counter(lua_State* L, int* count) {
  lua_pushlightuserdata(L, count);
  lua_pushcclosure(L, count_call, 1);
}

// A new object, led to by a ref with callback at the index given back, and by nothing else.
int push_dying(lua_State* L, int* count) {
  lua_newtable(L);
  push_counter(L, count);
  mayfly_newweakref(L, -2, lua_gettop(L));
  lua_replace(L, -3);
  lua_pop(L, 1);
  return lua_gettop(L);
}
}  // namespace

TEST_CASE_FIXTURE(WeakApiFixture, "callbacks: called at a safe point of a script, not inside the calls of the API that allocate") {
  int count = 0;
  int ref = push_dying(L, &count);
  mayfly_gcstress(L, 1);
  lua_newtable(L);
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "field");
  for (int i = 0; i < 100; ++i) {
    lua_pushinteger(L, i);
    lua_rawseti(L, -2, i + 1);
  }
  lua_newuserdatauv(L, 10, 2);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, count_call, 1);
  lua_newthread(L);
  lua_pushfstring(L, "%s %d", "a text that is longer than those that are interned, surely", 7);
  lua_pushinteger(L, 8);
  lua_concat(L, 2);
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE, 10);
  mayfly_newweakref(L, -2, 0);
  load("local t = {}");
  CHECK(mayfly_getweakref(L, ref) == LUA_TNIL);
  CHECK(count == 0);
  mayfly_gcstress(L, 0);
  lua_settop(L, ref);
  run("for i = 1, 10 do local t = {} end");
  CHECK(count == 1);
}

TEST_CASE_FIXTURE(WeakApiFixture, "callbacks: called by lua_gc before it returns") {
  for (int what : {LUA_GCCOLLECT, LUA_GCSTEP}) {
    int count = 0;
    push_dying(L, &count);
    push_dying(L, &count);
    int calls = 0;
    for (; calls < 10000 && count < 2; ++calls) lua_gc(L, what, 0);
    CHECK(count == 2);
    if (what == LUA_GCCOLLECT) CHECK(calls == 1);
    lua_settop(L, 0);
  }
}

TEST_CASE_FIXTURE(WeakApiFixture, "callbacks: an error goes to the warning function, the next one is called") {
  struct Warnings {
    std::string text;
    static void add(void* self, const char* message, int continued) {
      static_cast<Warnings*>(self)->text.append(message).append(continued != 0 ? "" : "\n");
    }
  } warnings;
  lua_setwarnf(L, Warnings::add, &warnings);
  int count = 0;
  push_dying(L, &count);
  lua_newtable(L);
  load("local x = nil; x()");
  mayfly_newweakref(L, 2, 3);
  lua_newtable(L);
  load("local x = nil + 1");
  mayfly_finalize(L, -2, 0, 1);
  lua_replace(L, -2);
  push_dying(L, &count);
  lua_remove(L, 2);
  collect();
  CHECK(count == 2);
  CHECK(warnings.text.find("error in weak callback (test:1: attempt to call a nil value (local 'x'))\n") != std::string::npos);
  CHECK(warnings.text.find("error in weak callback (test:1: attempt to perform arithmetic on a nil value)\n") != std::string::npos);
}

TEST_CASE_FIXTURE(WeakApiFixture, "death: every way a host has to an object is lost at one instant") {
  lua_gc(L, LUA_GCINC, 0, 24, 1);  // one unit of work a step
  lua_gc(L, LUA_GCSTOP);
  int torn = 0, alive = 0, dead = 0, count = 0;
  for (int point = 0; point < 600; ++point) {
    lua_gc(L, LUA_GCCOLLECT);
    count = 0;
    lua_newtable(L);
    mayfly_newweakref(L, 1, 0);
    for (int kind : {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKVALUETABLE, MAYFLY_WEAKKVTABLE, MAYFLY_WEAKSET}) {
      mayfly_newweaktable(L, kind, 0);
      if (kind == MAYFLY_WEAKVALUETABLE) lua_pushinteger(L, 1); else lua_pushvalue(L, 1);
      if (kind == MAYFLY_WEAKSET) lua_pushboolean(L, 1); else lua_pushvalue(L, 1);
      lua_rawset(L, -3);
    }
    mayfly_newweakproxy(L, 1, 0);
    push_counter(L, &count);
    mayfly_finalize(L, 1, 0, 0);
    mayfly_WeakHandle* handle = mayfly_newweakhandle(L, 1);
    lua_remove(L, 1);  // 1: ref, 2 to 5: tables, 6: proxy, 7: finalizer
    for (int i = 0; i < point; ++i) lua_gc(L, LUA_GCSTEP, 0);
    bool is_alive = mayfly_weakhandlealive(handle) != 0;
    for (int table = 2; table <= 5; ++table) torn += (lua_rawlen(L, table) == 1) != is_alive;
    torn += (mayfly_getfinalizer(L, 7) == LUA_TTABLE) != is_alive;
    torn += (mayfly_getweakref(L, 1) == LUA_TTABLE) != is_alive;
    torn += (mayfly_getweakref(L, 6) == LUA_TTABLE) != is_alive;
    torn += (mayfly_getweakhandle(L, handle) == LUA_TTABLE) != is_alive;
    for (int table = 2; table <= 5; ++table) {
      lua_pushnil(L);
      torn += (lua_next(L, table) != 0) != is_alive;
    }
    torn += is_alive && count != 0;
    ++(is_alive ? alive : dead);
    mayfly_freeweakhandle(handle);
    lua_settop(L, 0);
  }
  CHECK(torn == 0);
  CHECK(alive > 4);
  CHECK(dead > 100);
}

TEST_CASE_FIXTURE(WeakApiFixture, "no memory: everything is cleared, and the callbacks are called when there is some again") {
  int count = 0;
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE, 100);
  lua_createtable(L, 100, 0);
  lua_createtable(L, 100, 0);
  for (int i = 1; i <= 50; ++i) {
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_pushinteger(L, i);
    lua_rawset(L, 1);
    push_counter(L, &count);
    mayfly_newweakref(L, -2, lua_gettop(L));
    lua_rawseti(L, 2, i);
    lua_pop(L, 1);
    lua_rawseti(L, 3, i);
  }
  lua_settop(L, 2);
  limit = bytes;
  lua_gc(L, LUA_GCCOLLECT);
  CHECK(lua_rawlen(L, 1) == 0);
  for (int i = 1; i <= 50; ++i) {
    lua_rawgeti(L, 2, i);
    CHECK(mayfly_getweakref(L, -1) == LUA_TNIL);
    lua_pop(L, 2);
  }
  limit = static_cast<std::size_t>(-1);
  run("for i = 1, 10 do local t = {} end");
  CHECK(count == 50);
}

TEST_CASE_FIXTURE(WeakApiFixture, "no memory: what makes weak values raises, and leaves all as it was") {
  lua_newtable(L);
  for (int which = 0; which < 7; ++which) {
    for (std::size_t room = 0;; room += 8) {
      int top = lua_gettop(L);
      lua_pushcfunction(L, [](lua_State* l) {
        switch (lua_tointeger(l, 2)) {
          case 0: mayfly_newweakref(l, 1, 0); break;
          case 1: mayfly_newweakproxy(l, 1, 0); break;
          case 2: mayfly_newweaktable(l, MAYFLY_WEAKKEYTABLE, 100); break;
          case 3:
            lua_pushcfunction(l, count_call);
            lua_pushinteger(l, 1);
            mayfly_finalize(l, 1, 1, 0);
            break;
          case 4: mayfly_freeweakhandle(mayfly_newweakhandle(l, 1)); break;
          case 5: mayfly_weakrefs(l, 1); break;
          default:
            mayfly_newweakset(l, 0);
            lua_pushvalue(l, 1);
            lua_pushboolean(l, 1);
            lua_rawset(l, -3);
        }
        return 0;
      });
      lua_pushvalue(L, 1);
      lua_pushinteger(L, which);
      collect();
      limit = bytes + room;
      int status = lua_pcall(L, 2, 0, 0);
      limit = static_cast<std::size_t>(-1);
      mayfly_gcverify(L);
      lua_settop(L, top);
      if (status == LUA_OK) break;
      CHECK(status == LUA_ERRMEM);
      REQUIRE(room < 100000);
    }
  }
  collect();
  CHECK(mayfly_weakrefcount(L, 1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "names: mayfly_typename and mayfly_pushtypename of everything") {
  lua_newtable(L);
  mayfly_newweakref(L, 1, 0);
  for (int kind : {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKVALUETABLE, MAYFLY_WEAKKVTABLE, MAYFLY_WEAKSET}) mayfly_newweaktable(L, kind, 0);
  mayfly_newweakproxy(L, 1, 0);
  lua_pushcfunction(L, count_call);
  mayfly_finalize(L, 1, 0, 0);
  lua_pushinteger(L, 5);
  const char* names[] = {"table",   "weakref",   "weakkeytable",  "weakvaluetable", "weakkvtable",
                         "weakset", "weakproxy", "weakfinalizer", "number"};
  for (int i = 1; i <= 9; ++i) {
    CHECK(std::string(mayfly_typename(L, i)) == names[i - 1]);
    mayfly_pushtypename(L, i);
    CHECK(std::string(lua_tostring(L, -1)) == names[i - 1]);
    lua_pop(L, 1);
    CHECK(mayfly_weaktype(L, i) == (i >= 2 && i <= 8 ? i - 1 : MAYFLY_WEAKNONE));
    CHECK(mayfly_referable(L, i) == (i <= 8));
    if (i >= 2 && i <= 8) {
      CHECK(lua_type(L, i) == LUA_TUSERDATA);
      CHECK(lua_isuserdata(L, i));
      CHECK(lua_touserdata(L, i) == nullptr);
      CHECK(lua_topointer(L, i) != nullptr);
      CHECK_FALSE(lua_islightuserdata(L, i));
    }
  }
}

TEST_CASE_FIXTURE(WeakApiFixture, "refs: listed newest first behind the shared one, and counted") {
  int count = 0;
  lua_newtable(L);
  push_counter(L, &count);
  mayfly_newweakref(L, 1, 2);
  mayfly_newweakref(L, 1, 2);
  mayfly_newweakref(L, 1, 0);
  mayfly_newweakproxy(L, 1, 2);
  mayfly_weakrefs(L, 1);
  CHECK(lua_rawlen(L, -1) == 3);
  CHECK(mayfly_weakrefcount(L, 1) == 3);
  int order[] = {5, 4, 3};
  for (int i = 0; i < 3; ++i) {
    lua_rawgeti(L, 7, i + 1);
    CHECK(lua_rawequal(L, -1, order[i]));
    lua_pop(L, 1);
  }
  CHECK(lua_compare(L, 3, 5, LUA_OPEQ));
  CHECK_FALSE(lua_rawequal(L, 3, 5));
  lua_pushliteral(L, "text");
  mayfly_weakrefs(L, -1);
  CHECK(lua_rawlen(L, -1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "proxies: lead to their object, and tell of its death") {
  int count = 0;
  lua_newtable(L);
  push_counter(L, &count);
  CHECK(mayfly_newweakproxy(L, 1, 2) == 1);
  CHECK(mayfly_getweakref(L, 3) == LUA_TTABLE);
  CHECK(lua_rawequal(L, 1, -1));
  CHECK(mayfly_getweakcallback(L, 3) == LUA_TFUNCTION);
  lua_pushboolean(L, 1);
  CHECK(mayfly_newweakproxy(L, -1, 0) == 0);
  lua_replace(L, 1);
  lua_settop(L, 3);
  collect();
  CHECK(mayfly_getweakref(L, 3) == LUA_TNIL);
  CHECK(count == 1);
}

TEST_CASE_FIXTURE(WeakApiFixture, "tables: entries go, removed by lua_next's loop, all at once, and the newest first") {
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE | MAYFLY_WEAKLONG, 0);
  CHECK(mayfly_islongweak(L, 1) == 1);
  lua_createtable(L, 100, 0);
  auto fill = [&] {
    for (int i = 1; i <= 100; ++i) {
      lua_newtable(L);
      lua_pushvalue(L, -1);
      lua_pushinteger(L, i);
      lua_settable(L, 1);
      lua_rawseti(L, 2, i);
    }
  };
  fill();
  int visits = 0;
  for (lua_pushnil(L); lua_next(L, 1) != 0; ++visits) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, 1);
    if (visits % 10 == 0) lua_gc(L, LUA_GCCOLLECT);
  }
  CHECK(visits == 100);
  CHECK(lua_rawlen(L, 1) == 0);
  fill();
  for (int i = 100; i > 90; --i) {
    CHECK(mayfly_popweak(L, 1) == 1);
    CHECK(lua_tointeger(L, -1) == i);
    lua_pop(L, 2);
  }
  CHECK(lua_rawlen(L, 1) == 90);
  mayfly_clearweak(L, 1);
  CHECK(lua_rawlen(L, 1) == 0);
  CHECK(luaL_len(L, 1) == 0);
  mayfly_newweaktable(L, MAYFLY_WEAKKEYTABLE, 0);
  CHECK(mayfly_islongweak(L, -1) == 0);
}

TEST_CASE_FIXTURE(WeakApiFixture, "errors: what each function says of what it cannot take") {
  lua_pushinteger(L, 1);
  CHECK(error_of([](lua_State* l) { return mayfly_weakpairs(l, 1); }) == "weak table or set expected, got number");
  lua_pushinteger(L, 1);
  CHECK(error_of([](lua_State* l) {
          lua_pushcfunction(l, count_call);
          mayfly_finalize(l, 1, 0, 1);
          return 0;
        }) == "cannot hold a number weakly");
  lua_newtable(L);
  CHECK(error_of([](lua_State* l) {
          lua_pushcfunction(l, count_call);
          lua_pushvalue(l, 1);
          mayfly_finalize(l, 1, 1, 1);
          return 0;
        }) == "the finalizer of an object cannot hold that object: it would never run");
  mayfly_newweakset(L, 0);
  CHECK(error_of([](lua_State* l) {
          lua_newtable(l);
          lua_pushinteger(l, 1);
          lua_settable(l, 1);
          return 0;
        }) == "value of a weak set's member must be true or nil, not a number");
  mayfly_newweaktable(L, MAYFLY_WEAKVALUETABLE, 0);
  CHECK(error_of([](lua_State* l) {
          lua_pushnil(l);
          lua_newtable(l);
          lua_rawset(l, 1);
          return 0;
        }) == "table index is nil");
  lua_settop(L, 0);
  lua_pushinteger(L, 1);
  CHECK(mayfly_popweak(L, 1) == 0);
  CHECK(mayfly_islongweak(L, 1) == 0);
  CHECK(mayfly_takefinalizer(L, 1, 0) == 0);
  CHECK(mayfly_getfinalizer(L, 1) == LUA_TNIL);
  CHECK(mayfly_getweakref(L, 1) == LUA_TNIL);
  CHECK(mayfly_getweakcallback(L, 1) == LUA_TNIL);
  CHECK(mayfly_finalizeratexit(L, 1, 1) == 0);
  mayfly_clearweak(L, 1);
  CHECK(lua_gettop(L) == 4);
}

TEST_CASE_FIXTURE(WeakApiFixture, "finalizers: whether they run at the close can be asked and changed") {
  int count = 0;
  lua_newtable(L);
  push_counter(L, &count);
  mayfly_finalize(L, 1, 0, 1);
  CHECK(mayfly_finalizeratexit(L, 2, -1) == 1);
  CHECK(mayfly_finalizeratexit(L, 2, 0) == 1);
  CHECK(mayfly_finalizeratexit(L, 2, -1) == 0);
  CHECK(mayfly_finalizeratexit(L, 2, 1) == 0);
  CHECK(mayfly_finalizeratexit(L, 2, -1) == 1);
  mayfly_takefinalizer(L, 2, 0);  // the counter does not live until the close
}

TEST_CASE_FIXTURE(WeakApiFixture, "handles: many to one object and to many, given back in any order") {
  constexpr int total = 200;
  mayfly_WeakHandle* handles[total];
  lua_createtable(L, total, 0);
  for (int i = 0; i < total; ++i) {
    lua_newtable(L);
    handles[i] = mayfly_newweakhandle(L, i % 4 == 0 ? 1 : -1);
    lua_rawseti(L, 1, i + 1);
  }
  collect();
  for (int i = 0; i < total; i += 3) mayfly_freeweakhandle(handles[i]);
  for (int i = 0; i < total; i += 2) {
    lua_pushnil(L);
    lua_rawseti(L, 1, i + 1);
  }
  collect();
  for (int i = 0; i < total; ++i) {
    if (i % 3 == 0) continue;
    CHECK((mayfly_weakhandlealive(handles[i]) != 0) == (i % 4 == 0 || i % 2 != 0));
    mayfly_freeweakhandle(handles[i]);
  }
  collect();
}

TEST_CASE_FIXTURE(WeakApiFixture, "no memory: the ephemerons of __mode tables are found all the same") {
  // A chain of 500 keys in one table, entered backwards, so that every entry waits for its key. No memory for waiting.
  lua_newtable(L);  // 1: the first key
  lua_newtable(L);  // 2: t, weak by keys
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, 2);
  lua_createtable(L, 500, 0);  // 3: the keys
  lua_pushvalue(L, 1);
  lua_rawseti(L, 3, 1);
  for (int i = 2; i <= 500; ++i) {
    lua_newtable(L);
    lua_rawseti(L, 3, i);
  }
  for (int i = 499; i >= 1; --i) {
    lua_rawgeti(L, 3, i);
    lua_rawgeti(L, 3, i + 1);
    lua_rawset(L, 2);
  }
  lua_settop(L, 2);
  auto count = [&] {
    int entries = 0;
    for (lua_pushnil(L); lua_next(L, 2) != 0; lua_pop(L, 1)) ++entries;
    return entries;
  };
  limit = bytes;
  lua_gc(L, LUA_GCCOLLECT);
  CHECK(count() == 499);
  lua_pushnil(L);
  lua_replace(L, 1);
  lua_gc(L, LUA_GCCOLLECT);
  CHECK(count() == 0);
  limit = static_cast<std::size_t>(-1);
  mayfly_gcverify(L);
}

// Metatables of the types: made by the first value. The key is the name of the type.
namespace {
int metatables_made;
bool metatable_fails;

void push_counted_metatable(lua_State* L, int type) {
  ++metatables_made;
  if (metatable_fails) luaL_error(L, "no metatable");
  lua_newtable(L);
  lua_pushinteger(L, type);
  lua_setfield(L, -2, "type");
}

int type_in_metatable(lua_State* L, int index) {
  if (lua_getmetatable(L, index) == 0) return MAYFLY_WEAKNONE;
  lua_getfield(L, -1, "type");
  auto type = static_cast<int>(lua_tointeger(L, -1));
  lua_pop(L, 2);
  return type;
}
}  // namespace

TEST_CASE_FIXTURE(WeakApiFixture, "metatables of types: made by the first value of each") {
  metatables_made = 0;
  metatable_fails = false;
  mayfly_newweakset(L, 0);
  CHECK(type_in_metatable(L, 1) == MAYFLY_WEAKNONE);
  mayfly_setweakmetatables(L, push_counted_metatable);
  CHECK(metatables_made == 1);  // for the type that has a value
  CHECK(type_in_metatable(L, 1) == MAYFLY_WEAKSET);
  CHECK(lua_gettop(L) == 1);
  for (int type : {MAYFLY_WEAKKEYTABLE, MAYFLY_WEAKVALUETABLE, MAYFLY_WEAKKVTABLE}) {
    mayfly_newweaktable(L, type, 0);
    mayfly_newweaktable(L, type | MAYFLY_WEAKLONG, 0);
    CHECK(type_in_metatable(L, -1) == type);
    CHECK(type_in_metatable(L, -2) == type);
  }
  CHECK(metatables_made == 4);
  lua_settop(L, 0);
  lua_newtable(L);
  CHECK(mayfly_newweakref(L, 1, 0) == 1);
  CHECK(mayfly_newweakproxy(L, -2, 0) == 1);
  lua_pushcfunction(L, count_call);
  mayfly_finalize(L, 1, 0, 0);
  CHECK(lua_gettop(L) == 4);
  CHECK(type_in_metatable(L, 2) == MAYFLY_WEAKREF);
  CHECK(type_in_metatable(L, 3) == MAYFLY_WEAKPROXY);
  CHECK(type_in_metatable(L, 4) == MAYFLY_WEAKFINALIZER);
  CHECK(metatables_made == 7);
  collect();
  lua_pushnil(L);  // what the host sets, it keeps
  lua_setmetatable(L, 2);
  CHECK(mayfly_newweakref(L, 3, 0) == 1);
  CHECK(lua_getmetatable(L, -1) == 0);
  CHECK(metatables_made == 7);
}

TEST_CASE_FIXTURE(WeakApiFixture, "metatables of types: an error is that of who makes the value") {
  metatables_made = 0;
  metatable_fails = true;
  mayfly_setweakmetatables(L, push_counted_metatable);
  auto make = [](lua_State* l) {
    mayfly_newweakset(l, 0);
    return 1;
  };
  lua_pushcfunction(L, make);
  CHECK(lua_pcall(L, 0, 1, 0) == LUA_ERRRUN);
  CHECK(std::strcmp(lua_tostring(L, -1), "no metatable") == 0);
  metatable_fails = false;
  lua_pushcfunction(L, make);
  CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK);
  CHECK(type_in_metatable(L, -1) == MAYFLY_WEAKSET);
  CHECK(metatables_made == 2);
}
