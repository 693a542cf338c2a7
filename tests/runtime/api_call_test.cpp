// SPDX-License-Identifier: MIT
// lua.h: calls, errors, chunks, coroutines, to-be-closed slots.
#include <doctest/doctest.h>

#include <cstring>
#include <stdexcept>

#include "api_fixture.hpp"

namespace {

int raise_top(lua_State* L) { return lua_error(L); }

int append(lua_State*, const void* piece, std::size_t size, void* text) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(piece), size);
  return 0;
}

struct Counted {
  int& count;
  explicit Counted(int& n) : count(n) {}
  ~Counted() { ++count; }
};

}  // namespace

TEST_SUITE("api/call") {
  TEST_CASE_FIXTURE(ApiFixture, "results are adjusted") {
    for (int wanted : {0, 1, 2, 3, 4}) {
      run("return 1, 2, 3", wanted);
      CHECK(lua_gettop(L) == wanted);
      CHECK((wanted < 4 || lua_isnil(L, 4)));
      lua_settop(L, 0);
    }
    run("return 1, 2, 3", LUA_MULTRET);
    CHECK(lua_gettop(L) == 3);
    lua_settop(L, 0);
    load("return ...");
    lua_checkstack(L, 201);
    for (int i = 0; i < 200; ++i) lua_pushinteger(L, i);
    lua_call(L, 200, LUA_MULTRET);
    CHECK(lua_gettop(L) == 200);
    CHECK(lua_tointeger(L, -1) == 199);
  }

  TEST_CASE_FIXTURE(ApiFixture, "a protected call gives status and error value") {
    load("return 5");
    CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK);
    CHECK(lua_tointeger(L, -1) == 5);
    load("local x = nil; x()");
    CHECK(lua_pcall(L, 0, 5, 0) == LUA_ERRRUN);
    CHECK(text_at(-1) == "test:1: attempt to call a nil value (local 'x')");
    CHECK(lua_gettop(L) == 2);
    lua_pushcfunction(L, raise_top);
    lua_newtable(L);
    CHECK(lua_pcall(L, 1, 0, 0) == LUA_ERRRUN);
    CHECK(lua_istable(L, -1));
    lua_pushcfunction(L, raise_top);
    lua_pushnil(L);
    CHECK(lua_pcall(L, 1, 0, 0) == LUA_ERRRUN);
    CHECK(lua_isnil(L, -1));
    lua_pushinteger(L, 1);
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
    CHECK(text_at(-1) == "attempt to call a number value");
  }

  TEST_CASE_FIXTURE(ApiFixture, "a message handler sees the error where it was raised") {
    lua_pushcfunction(L, [](lua_State* state) {
      lua_pushfstring(state, "<%s>", lua_tostring(state, 1));
      return 1;
    });
    load("local t = {} t.x.y = 1");
    CHECK(lua_pcall(L, 0, 0, 1) == LUA_ERRRUN);
    CHECK(text_at(-1) == "<test:1: attempt to index a nil value (field 'x')>");
    lua_settop(L, 0);
    lua_pushcfunction(L, raise_top);  // a handler that fails itself
    load("local x = nil + 1");
    int status = lua_pcall(L, 0, 0, 1);
    CHECK((status == LUA_ERRERR || status == LUA_ERRRUN));
    CHECK(lua_gettop(L) == 2);
  }

  TEST_CASE_FIXTURE(ApiFixture, "memory running out is an error of its own") {
    lua_pushcfunction(L, [](lua_State* state) {
      for (;;) {
        lua_checkstack(state, 2);
        lua_newuserdatauv(state, 10000, 0);
      }
      return 0;
    });
    limit = bytes + 1000000;
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRMEM);
    limit = static_cast<std::size_t>(-1);
    CHECK(text_at(-1) == "not enough memory");
    load("return 1");
    CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK);
  }

  TEST_CASE_FIXTURE(ApiFixture, "errors run the destructors of C++ functions") {
    static int destroyed;
    destroyed = 0;
    lua_pushcfunction(L, [](lua_State* state) {
      Counted counted(destroyed);
      lua_pushliteral(state, "up");
      return lua_error(state);
    });
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
    CHECK(destroyed == 1);
  }

  TEST_CASE_FIXTURE(ApiFixture, "too many levels of C") {
    lua_pushcfunction(L, [](lua_State* state) {
      lua_pushvalue(state, 1);
      lua_pushvalue(state, 1);
      lua_call(state, 1, 0);
      return 0;
    });
    lua_pushvalue(L, -1);
    CHECK(lua_pcall(L, 1, 0, 0) == LUA_ERRRUN);
    CHECK(text_at(-1).find("C stack overflow") != std::string::npos);
    load("return 1");
    CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK);
  }

  TEST_CASE_FIXTURE(ApiFixture, "loading: text, modes, errors, pieces") {
    auto load_status = [this](const std::string& text, const char* mode) {
      return luaL_loadbufferx(L, text.data(), text.size(), "=test", mode);
    };
    CHECK(load_status("return 1", "t") == LUA_OK);
    CHECK(load_status("return 1", "b") == LUA_ERRSYNTAX);
    CHECK(text_at(-1) == "attempt to load a text chunk (mode is 'b')");
    CHECK(load_status("x =", nullptr) == LUA_ERRSYNTAX);
    CHECK(text_at(-1) == "test:1: unexpected symbol near <eof>");
    lua_settop(L, 0);
    struct Pieces {
      const char* list[4] = {"return ", "1", " + 41", nullptr};
      int next = 0;
    } pieces;
    lua_Reader reader = [](lua_State*, void* data, std::size_t* size) {
      auto* p = static_cast<Pieces*>(data);
      const char* piece = p->list[p->next++];
      *size = piece != nullptr ? std::strlen(piece) : 0;
      return piece;
    };
    CHECK(lua_load(L, reader, &pieces, nullptr, nullptr) == LUA_OK);
    lua_call(L, 0, 1);
    CHECK(lua_tointeger(L, -1) == 42);
    lua_Reader failing = [](lua_State* state, void*, std::size_t*) -> const char* {
      lua_pushliteral(state, "reader failed");
      lua_error(state);
      return nullptr;
    };
    CHECK(lua_load(L, failing, nullptr, "=x", nullptr) == LUA_ERRRUN);
    CHECK(text_at(-1) == "reader failed");
    lua_settop(L, 0);
    lua_Reader nothing = [](lua_State*, void*, std::size_t*) -> const char* { return nullptr; };
    CHECK(lua_load(L, nothing, nullptr, "=x", nullptr) == LUA_OK);
    lua_call(L, 0, LUA_MULTRET);
    CHECK(lua_gettop(L) == 0);
  }

  TEST_CASE_FIXTURE(ApiFixture, "a loaded chunk has the globals as its first upvalue") {
    load("x = 1");
    CHECK(std::string(lua_getupvalue(L, 1, 1)) == "_ENV");
    lua_pushglobaltable(L);
    CHECK(lua_rawequal(L, -1, -2));
  }

  TEST_CASE_FIXTURE(ApiFixture, "dumped functions load again") {
    load("local a, b = ... local function f(x) return x * b end return f(a), 'text', 2.5");
    std::string binary;
    CHECK(lua_dump(L, append, &binary, 0) == 0);
    CHECK(binary[0] == LUA_SIGNATURE[0]);
    CHECK(lua_gettop(L) == 1);
    CHECK(luaL_loadbufferx(L, binary.data(), binary.size(), "=binary", "t") == LUA_ERRSYNTAX);
    CHECK(luaL_loadbufferx(L, binary.data(), binary.size(), "=binary", "b") == LUA_OK);
    lua_pushinteger(L, 6);
    lua_pushinteger(L, 7);
    lua_call(L, 2, 3);
    CHECK(lua_tointeger(L, -3) == 42);
    CHECK(text_at(-2) == "text");
    for (std::size_t cut = 1; cut < binary.size(); ++cut) {
      lua_settop(L, 0);
      CHECK(luaL_loadbufferx(L, binary.data(), cut, "=cut", nullptr) == LUA_ERRSYNTAX);
    }
    lua_settop(L, 0);
    lua_pushcfunction(L, raise_top);
    CHECK(lua_dump(L, append, &binary, 0) == 1);
    lua_settop(L, 0);
    load("return 1");
    lua_Writer failing = [](lua_State*, const void*, std::size_t, void*) { return 33; };
    CHECK(lua_dump(L, failing, nullptr, 1) == 33);
  }

  TEST_CASE_FIXTURE(ApiFixture, "to-be-closed slots") {
    static std::string log;
    log.clear();
    auto push_closable = [this](const char* name) {
      lua_newtable(L);
      lua_newtable(L);
      lua_pushstring(L, name);
      lua_pushcclosure(L, [](lua_State* state) {
        log += lua_tostring(state, lua_upvalueindex(1));
        log += lua_isnil(state, 2) ? "." : "!";
        return 0;
      }, 1);
      lua_setfield(L, -2, "__close");
      lua_setmetatable(L, -2);
    };
    push_closable("a");
    lua_toclose(L, -1);
    push_closable("b");
    lua_toclose(L, -1);
    lua_pushnil(L);
    lua_toclose(L, -1);
    lua_pop(L, 2);
    CHECK(log == "b.");
    lua_closeslot(L, 1);
    CHECK(log == "b.a.");
    CHECK(lua_isnil(L, 1));
    lua_settop(L, 0);
    log.clear();
    push_closable("c");
    lua_pushcclosure(L, [](lua_State* state) {  // closed at return
      lua_pushvalue(state, lua_upvalueindex(1));
      lua_toclose(state, -1);
      lua_pushinteger(state, 5);
      return 1;
    }, 1);
    lua_call(L, 0, 1);
    CHECK(log == "c.");
    CHECK(lua_tointeger(L, -1) == 5);
    lua_settop(L, 0);
    push_closable("d");
    lua_pushcclosure(L, [](lua_State* state) {  // closed by an error
      lua_pushvalue(state, lua_upvalueindex(1));
      lua_toclose(state, -1);
      lua_pushliteral(state, "oops");
      return lua_error(state);
    }, 1);
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
    CHECK(log == "c.d!");
    CHECK(text_at(-1) == "oops");
  }

  TEST_CASE_FIXTURE(ApiFixture, "coroutines") {
    lua_State* co = lua_newthread(L);
    CHECK(lua_status(co) == LUA_OK);
    CHECK(!lua_isyieldable(L));
    int results = -1;
    CHECK(lua_resume(co, L, 0, &results) == LUA_ERRRUN);  // nothing to run
    CHECK(std::string(lua_tostring(co, -1)) == "cannot resume dead coroutine");
    co = lua_newthread(L);
    lua_pushcfunction(co, [](lua_State* state) {
      CHECK(lua_isyieldable(state));
      return lua_yieldk(state, lua_gettop(state), 7, [](lua_State* thread, int status, lua_KContext context) {
        CHECK(status == LUA_YIELD);
        CHECK(context == 7);
        lua_pushliteral(thread, "end");
        return lua_gettop(thread);
      });
    });
    lua_pushinteger(co, 1);
    lua_pushinteger(co, 2);
    CHECK(lua_resume(co, L, 2, &results) == LUA_YIELD);
    CHECK(results == 2);
    CHECK(lua_tointeger(co, -1) == 2);
    CHECK(lua_status(co) == LUA_YIELD);
    lua_pop(co, results);
    lua_pushliteral(co, "in");
    CHECK(lua_resume(co, L, 1, &results) == LUA_OK);
    CHECK(std::string(lua_tostring(co, -1)) == "end");
    CHECK(std::string(lua_tostring(co, -2)) == "in");
  }

  TEST_CASE_FIXTURE(ApiFixture, "a protected call with a continuation is resumed in it") {
    lua_State* co = lua_newthread(L);
    lua_pushcfunction(co, [](lua_State* state) {
      lua_KFunction finish = [](lua_State* thread, int status, lua_KContext) {
        lua_pushinteger(thread, status);
        return 2;
      };
      lua_pushcfunction(state, [](lua_State* inner) {
        return lua_yieldk(inner, 0, 0, [](lua_State* thread, int, lua_KContext) {
          lua_pushliteral(thread, "late error");
          return lua_error(thread);
        });
      });
      int status = lua_pcallk(state, 0, 0, 0, 0, finish);
      return finish(state, status, 0);
    });
    int results = 0;
    CHECK(lua_resume(co, L, 0, &results) == LUA_YIELD);
    CHECK(lua_resume(co, L, 0, &results) == LUA_OK);
    CHECK(results == 2);
    CHECK(std::string(lua_tostring(co, -2)) == "late error");
    CHECK(lua_tointeger(co, -1) == LUA_ERRRUN);
  }

  TEST_CASE_FIXTURE(ApiFixture, "yields where none is possible") {
    CHECK(error_of([](lua_State* state) { return lua_yield(state, 0); }) == "attempt to yield from outside a coroutine");
    lua_State* co = lua_newthread(L);
    lua_pushcfunction(co, [](lua_State* state) {
      lua_pushcfunction(state, [](lua_State* inner) { return lua_yield(inner, 0); });
      lua_call(state, 0, 0);  // without continuation
      return 0;
    });
    int results = 0;
    CHECK(lua_resume(co, L, 0, &results) == LUA_ERRRUN);
    CHECK(std::string(lua_tostring(co, -1)) == "attempt to yield across a C-call boundary");
    CHECK(lua_status(co) == LUA_ERRRUN);
    CHECK(lua_resetthread(co) == LUA_ERRRUN);
    CHECK(lua_status(co) == LUA_OK);
    CHECK(lua_gettop(co) == 1);
  }
}
