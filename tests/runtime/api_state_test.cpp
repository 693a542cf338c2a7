// SPDX-License-Identifier: MIT
// lua.h: states, collector control, finalizers, warnings, panic.
#include <doctest/doctest.h>

#include <csetjmp>
#include <cstring>
#include <stdexcept>

#include "api_fixture.hpp"

namespace {

std::string log;

int log_name(lua_State* L) {  // __gc of a table with a name
  lua_getfield(L, 1, "name");
  log += lua_tostring(L, -1);
  return 0;
}

// An object with a name that logs its death; left on the stack.
void push_mortal(lua_State* L, const char* name, lua_CFunction finalizer = log_name) {
  lua_newtable(L);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "name");
  lua_newtable(L);
  lua_pushcfunction(L, finalizer);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
}

}  // namespace

TEST_SUITE("api/state") {
  TEST_CASE("a state gives all memory back") {
    ApiFixture fixture;
    fixture.run("local t = {} for i = 1, 1000 do t[i] = {i, tostring, 'k' .. i} end x = t");
    lua_close(fixture.L);
    fixture.L = nullptr;
    CHECK(fixture.bytes == 0);
  }

  TEST_CASE("a state that memory does not suffice for is not made") {
    for (std::size_t limit = 0; limit < 40000; limit += 500) {
      std::size_t used[2] = {0, limit};
      lua_Alloc allocator = [](void* context, void* pointer, std::size_t old_size, std::size_t new_size) -> void* {
        auto* u = static_cast<std::size_t*>(context);
        std::size_t had = pointer != nullptr ? old_size : 0;
        if (new_size > had && u[0] + new_size - had > u[1]) return nullptr;
        u[0] += new_size - had;
        if (new_size == 0) {
          std::free(pointer);
          return nullptr;
        }
        return std::realloc(pointer, new_size);
      };
      lua_State* L = lua_newstate(allocator, used);
      if (L != nullptr) lua_close(L);
      CHECK(used[0] == 0);
    }
  }

  TEST_CASE_FIXTURE(ApiFixture, "version, allocator, extra space") {
    CHECK(lua_version(L) == 504);
    void* context = nullptr;
    CHECK((lua_getallocf(L, &context) == ApiFixture::serve));
    CHECK(context == this);
    lua_setallocf(L, ApiFixture::serve, this);
    std::memset(lua_getextraspace(L), 0x5A, LUA_EXTRASPACE);
    lua_State* co = lua_newthread(L);
    CHECK(std::memcmp(lua_getextraspace(co), lua_getextraspace(L), LUA_EXTRASPACE) == 0);
    std::memset(lua_getextraspace(co), 0, LUA_EXTRASPACE);
    CHECK(*static_cast<unsigned char*>(lua_getextraspace(L)) == 0x5A);
    CHECK(lua_setcstacklimit(L, 500) == 200);
  }

  TEST_CASE_FIXTURE(ApiFixture, "collector control") {
    lua_gc(L, LUA_GCINC, 0, 0, 0);
    CHECK(lua_gc(L, LUA_GCISRUNNING) == 1);
    CHECK(lua_gc(L, LUA_GCSTOP) == 0);
    CHECK(lua_gc(L, LUA_GCISRUNNING) == 0);
    CHECK(lua_gc(L, LUA_GCRESTART) == 0);
    CHECK(lua_gc(L, LUA_GCISRUNNING) == 1);
    CHECK(lua_gc(L, LUA_GCCOUNT) > 0);
    CHECK(lua_gc(L, LUA_GCCOUNTB) < 1024);
    CHECK(lua_gc(L, LUA_GCSETPAUSE, 150) == 200);
    CHECK(lua_gc(L, LUA_GCSETPAUSE, 200) == 148);
    CHECK(lua_gc(L, LUA_GCSETSTEPMUL, 300) == 100);
    CHECK(lua_gc(L, LUA_GCSETSTEPMUL, 100) == 300);
    CHECK(lua_gc(L, LUA_GCGEN, 0, 0) == LUA_GCINC);
    CHECK(lua_gc(L, LUA_GCGEN, 10, 50) == LUA_GCGEN);
    CHECK(lua_gc(L, LUA_GCSTEP, 0) == 1);
    CHECK(lua_gc(L, LUA_GCINC, 0, 0, 0) == LUA_GCGEN);
    CHECK(lua_gc(L, LUA_GCINC, 120, 200, 10) == LUA_GCINC);
    CHECK(lua_gc(L, LUA_GCSETPAUSE, 200) == 120);
    CHECK(lua_gc(L, 999) == -1);
    lua_gc(L, LUA_GCCOLLECT);
    int before = lua_gc(L, LUA_GCCOUNT);
    lua_newuserdatauv(L, 1000000, 0);
    CHECK(lua_gc(L, LUA_GCCOUNT) >= before + 970);
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(lua_gc(L, LUA_GCCOUNT) <= before + 10);
  }

  TEST_CASE_FIXTURE(ApiFixture, "steps finish a cycle") {
    lua_gc(L, LUA_GCSTOP);
    for (int i = 0; i < 1000; ++i) lua_newtable(L), lua_settop(L, 0);
    int steps = 0;
    while (lua_gc(L, LUA_GCSTEP, 1) == 0) REQUIRE(++steps < 10000);
    lua_gc(L, LUA_GCRESTART);
    CHECK(lua_gc(L, LUA_GCSTEP, 1000000) == 1);
  }

  TEST_CASE_FIXTURE(ApiFixture, "finalizers run once, newest first, when their object is unreachable") {
    log.clear();
    push_mortal(L, "a");
    push_mortal(L, "b");
    push_mortal(L, "c");
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log.empty());
    lua_settop(L, 1);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log == "cb");
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log == "cb");
    lua_close(L);
    L = nullptr;
    CHECK(log == "cba");
  }

  TEST_CASE_FIXTURE(ApiFixture, "a __gc set after setmetatable does not count, false does") {
    log.clear();
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setmetatable(L, -3);
    lua_pushcfunction(L, log_name);
    lua_setfield(L, -2, "__gc");
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log.empty());
    push_mortal(L, "x");  // marked by any value, called by the one that is there then
    lua_getmetatable(L, -1);
    lua_pushnil(L);
    lua_setfield(L, -2, "__gc");
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log.empty());
  }

  TEST_CASE_FIXTURE(ApiFixture, "an object may be saved by its finalizer, and get another") {
    log.clear();
    push_mortal(L, "r", [](lua_State* state) {
      log += "r";
      lua_pushvalue(state, 1);
      lua_setglobal(state, "saved");
      return 0;
    });
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log == "r");
    CHECK(lua_getglobal(L, "saved") == LUA_TTABLE);
    lua_getmetatable(L, -1);
    lua_setmetatable(L, -2);  // marks it again
    lua_settop(L, 0);
    lua_pushnil(L);
    lua_setglobal(L, "saved");
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log == "rr");
  }

  TEST_CASE_FIXTURE(ApiFixture, "errors in finalizers are warnings, and the others still run") {
    static std::string warnings;
    warnings.clear();
    log.clear();
    lua_setwarnf(L, [](void* context, const char* text, int more) {
      *static_cast<std::string*>(context) += text;
      if (more == 0) *static_cast<std::string*>(context) += "\n";
    }, &warnings);
    push_mortal(L, "first");
    push_mortal(L, "bad", [](lua_State* state) {
      lua_pushliteral(state, "no way");
      return lua_error(state);
    });
    push_mortal(L, "worse", [](lua_State* state) {
      lua_newtable(state);
      return lua_error(state);
    });
    push_mortal(L, "last");
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log == "lastfirst");
    CHECK(warnings == "error in __gc (error object is not a string)\nerror in __gc (no way)\n");
    lua_warning(L, "by hand", 0);
    CHECK(warnings.find("by hand\n") != std::string::npos);
    lua_setwarnf(L, nullptr, nullptr);
    lua_warning(L, "nobody listens", 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "a finalizer cannot control the collector") {
    log.clear();
    push_mortal(L, "g", [](lua_State* state) {
      log += std::to_string(lua_gc(state, LUA_GCCOLLECT)) + std::to_string(lua_gc(state, LUA_GCCOUNT));
      return 0;
    });
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    CHECK(log == "-1-1");
  }

  TEST_CASE_FIXTURE(ApiFixture, "closing runs every finalizer; objects made meanwhile get none") {
    log.clear();
    push_mortal(L, "1");
    lua_newuserdatauv(L, 4, 0);
    lua_getmetatable(L, 1);
    lua_pushcfunction(L, [](lua_State* state) {
      log += lua_type(state, 1) == LUA_TUSERDATA ? "u" : "t";
      push_mortal(state, "never");
      return 0;
    });
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_close(L);
    L = nullptr;
    CHECK(log == "ut");
  }

  TEST_CASE_FIXTURE(ApiFixture, "closing closes the pending variables of the main thread") {
    log.clear();
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcfunction(L, [](lua_State*) {
      log += "closed";
      return 0;
    });
    lua_setfield(L, -2, "__close");
    lua_setmetatable(L, -2);
    lua_toclose(L, -1);
    lua_close(L);
    L = nullptr;
    CHECK(log == "closed");
  }

  TEST_CASE_FIXTURE(ApiFixture, "an error outside of any protected call reaches the panic function") {
    lua_CFunction before = lua_atpanic(L, [](lua_State* state) -> int {
      throw std::runtime_error(lua_tostring(state, -1));
    });
    CHECK((before == nullptr));
    std::string message;
    try {
      lua_pushliteral(L, "nobody catches");
      lua_error(L);
    } catch (const std::runtime_error& e) {
      message = e.what();
    }
    CHECK(message == "nobody catches");
    message.clear();
    limit = bytes;
    try {
      lua_newuserdatauv(L, 1000000, 0);
    } catch (const std::runtime_error& e) {
      message = e.what();
    }
    limit = static_cast<std::size_t>(-1);
    CHECK(message == "not enough memory");
    CHECK((lua_atpanic(L, nullptr) != nullptr));
  }
}
