// SPDX-License-Identifier: MIT
// The auxiliary library beyond checks and buffers: references, modules, conversion, tracebacks, results, new states.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "lua_fixture.hpp"

namespace {

std::string top_text(lua_State* L) {
  size_t length;
  const char* text = luaL_tolstring(L, -1, &length);
  std::string copy(text, length);
  lua_pop(L, 1);
  return copy;
}

int add_reference(lua_State* L, const char* text) {
  lua_pushstring(L, text);
  return luaL_ref(L, 1);
}

}  // namespace

TEST_SUITE("auxlib") {
  TEST_CASE_FIXTURE(LuaFixture, "references are reused newest first") {
    lua_newtable(L);
    CHECK(add_reference(L, "a") == 1);
    CHECK(add_reference(L, "b") == 2);
    CHECK(add_reference(L, "c") == 4);  // 3 heads the list of the free ones
    CHECK(add_reference(L, "d") == 5);
    lua_pushnil(L);
    CHECK(luaL_ref(L, 1) == LUA_REFNIL);
    luaL_unref(L, 1, LUA_REFNIL);
    luaL_unref(L, 1, LUA_NOREF);
    luaL_unref(L, 1, 2);
    luaL_unref(L, 1, 4);
    CHECK(add_reference(L, "e") == 4);
    CHECK(add_reference(L, "f") == 2);
    CHECK(add_reference(L, "g") == 6);
    lua_rawgeti(L, 1, 2);
    CHECK(top_text(L) == "f");
  }

  TEST_CASE_FIXTURE(LuaFixture, "a reference to a number is no free one") {
    lua_newtable(L);
    lua_pushinteger(L, 77);
    int reference = luaL_ref(L, 1);
    luaL_unref(L, 1, reference);
    lua_pushinteger(L, 78);
    CHECK(luaL_ref(L, 1) == reference);
    lua_pushinteger(L, 79);
    CHECK(luaL_ref(L, 1) != reference);
    lua_rawgeti(L, 1, reference);
    CHECK(lua_tointeger(L, -1) == 78);
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_setfuncs shares upvalues and keeps places for later") {
    auto count = [](lua_State* thread) {
      lua_pushinteger(thread, lua_tointeger(thread, lua_upvalueindex(1)) + lua_tointeger(thread, lua_upvalueindex(2)));
      return 1;
    };
    const luaL_Reg functions[] = {{"one", count}, {"later", nullptr}, {"two", count}, {nullptr, nullptr}};
    lua_newtable(L);
    lua_pushinteger(L, 30);
    lua_pushinteger(L, 4);
    luaL_setfuncs(L, functions, 2);
    CHECK(lua_gettop(L) == 1);
    lua_setglobal(L, "library");
    CHECK(run("return library.one(), library.two(), library.later") == "34 34 false");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_getsubtable") {
    lua_newtable(L);
    CHECK(luaL_getsubtable(L, 1, "sub") == 0);
    lua_pop(L, 1);
    CHECK(luaL_getsubtable(L, 1, "sub") == 1);
    lua_pop(L, 1);
    lua_pushinteger(L, 5);
    lua_setfield(L, 1, "sub");
    CHECK(luaL_getsubtable(L, -1, "sub") == 0);
    CHECK(lua_gettop(L) == 2);
  }

  TEST_CASE("a state with all libraries holds at most 32 KB") {
    struct Held {
      std::size_t bytes = 0;
      static void* allocate(void* context, void* block, std::size_t old_size, std::size_t new_size) {
        auto* held = static_cast<Held*>(context);
        held->bytes += new_size - (block != nullptr ? old_size : 0);
        if (new_size != 0) return std::realloc(block, new_size);
        std::free(block);
        return nullptr;
      }
    } held;
    lua_State* L = lua_newstate(Held::allocate, &held);
    luaL_openlibs(L);
    CHECK(held.bytes <= 32 * 1024);
    CHECK(luaL_dostring(L, "local p = weak.proxy({}) return weak.ref({}):get(), #weak.set{}, weak.queue():poll(), weak.method({}, print)") == LUA_OK);
    lua_close(L);
    CHECK(held.bytes == 0);
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_requiref opens once") {
    auto open = [](lua_State* thread) {
      lua_settop(thread, 1);
      lua_newtable(thread);
      lua_insert(thread, 1);
      lua_setfield(thread, 1, "name");
      return 1;
    };
    luaL_requiref(L, "mine", open, 0);
    CHECK(lua_gettop(L) == 1);
    CHECK(run("return mine, package.loaded.mine.name") == "nil mine");
    luaL_requiref(L, "mine", open, 1);
    CHECK(lua_rawequal(L, 1, 2) == 1);
    CHECK(run("return mine == require 'mine'") == "true");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_tolstring") {
    lua_pushnumber(L, 3.0);
    CHECK(top_text(L) == "3.0");
    CHECK(lua_type(L, 1) == LUA_TNUMBER);
    lua_pushlightuserdata(L, nullptr);
    CHECK(top_text(L).rfind("userdata: ", 0) == 0);
    lua_pushnil(L);
    CHECK(top_text(L) == "nil");
  }

  TEST_CASE_FIXTURE(LuaFixture, "metafields") {
    CHECK(run("object = setmetatable({}, {__field = 5, __call_me = function(o) return o, 2 end})") == "");
    lua_getglobal(L, "object");
    CHECK(luaL_getmetafield(L, -1, "__field") == LUA_TNUMBER);
    lua_pop(L, 1);
    CHECK(luaL_getmetafield(L, -1, "__nothing") == LUA_TNIL);
    CHECK(lua_gettop(L) == 1);
    CHECK(luaL_callmeta(L, -1, "__call_me") == 1);
    CHECK(lua_rawequal(L, 1, 2) == 1);
    CHECK(lua_gettop(L) == 2);
    lua_pushinteger(L, 1);
    CHECK(luaL_callmeta(L, -1, "__call_me") == 0);
    CHECK(lua_gettop(L) == 3);
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_traceback leaves out the middle of deep stacks") {
    lua_pushcfunction(L, [](lua_State* thread) {
      luaL_traceback(thread, thread, "message", 0);
      return 1;
    });
    lua_setglobal(L, "trace");
    std::string shallow = run("return trace()");
    CHECK(shallow == "message\nstack traceback:\n\t[C]: in function 'trace'\n\ttest:1: in main chunk");
    std::string deep = run("local function f(n) if n == 0 then return (trace()) end return (f(n - 1)) end return (f(50))");
    CHECK(deep.find("\n\t...\t(skipping ") != std::string::npos);
    size_t lines = 1;
    for (char c : deep) lines += c == '\n' ? 1 : 0;
    CHECK(lines == 2 + 10 + 1 + 11);
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_traceback of another thread") {
    lua_State* thread = lua_newthread(L);
    luaL_loadstring(thread, "local function inner() coroutine.yield() end inner() return 1");
    int results;
    REQUIRE(lua_resume(thread, L, 0, &results) == LUA_YIELD);
    luaL_traceback(L, thread, nullptr, 0);
    std::string text = top_text(L);
    CHECK(text.rfind("stack traceback:\n\t[C]: in function 'coroutine.yield'\n\t", 0) == 0);
    CHECK(text.find("in local 'inner'") != std::string::npos);
    luaL_traceback(L, thread, "beyond", 100);
    CHECK(top_text(L) == "beyond\nstack traceback:");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_fileresult and luaL_execresult") {
    errno = ENOENT;
    CHECK(luaL_fileresult(L, 0, "name") == 3);
    CHECK(lua_tointeger(L, -1) == ENOENT);
    CHECK(std::string(lua_tostring(L, -2)) == "name: No such file or directory");
    CHECK(luaL_fileresult(L, 1, nullptr) == 1);
    errno = 0;
    CHECK(luaL_fileresult(L, 0, nullptr) == 3);
    CHECK(std::string(lua_tostring(L, -2)) == "(no extra info)");
    errno = 0;
    CHECK(luaL_execresult(L, 0) == 3);
    CHECK(lua_toboolean(L, -3) == 1);
    errno = 0;
    luaL_execresult(L, 3 << 8);
    CHECK(std::string(lua_tostring(L, -2)) == "exit");
    CHECK(lua_tointeger(L, -1) == 3);
    luaL_execresult(L, 9);
    CHECK(std::string(lua_tostring(L, -2)) == "signal");
    CHECK(lua_isnil(L, -3));
    errno = EAGAIN;
    luaL_execresult(L, -1);
    CHECK(lua_tointeger(L, -1) == EAGAIN);
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_checkversion") {
    luaL_checkversion(L);
    lua_pushcfunction(L, [](lua_State* thread) {
      luaL_checkversion_(thread, 503, LUAL_NUMSIZES);
      return 0;
    });
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
    CHECK(top_text(L) == "version mismatch: app. needs 503.0, Lua core provides 504.0");
    lua_pushcfunction(L, [](lua_State* thread) {
      luaL_checkversion_(thread, LUA_VERSION_NUM, 1);
      return 0;
    });
    CHECK(lua_pcall(L, 0, 0, 0) == LUA_ERRRUN);
    CHECK(top_text(L) == "core and library have incompatible numeric types");
  }

  TEST_CASE_FIXTURE(LuaFixture, "luaL_loadfilex") {
    CHECK(luaL_loadfilex(L, "/no such file", nullptr) == LUA_ERRFILE);
    CHECK(top_text(L) == "cannot open /no such file: No such file or directory");
    CHECK(luaL_loadfilex(L, "/", nullptr) == LUA_ERRFILE);
    CHECK(top_text(L) == "cannot read /: Is a directory");
    char name[] = "/tmp/mayfly_XXXXXX";
    int descriptor = mkstemp(name);
    REQUIRE(descriptor != -1);
    const char text[] = "\xEF\xBB\xBF# a comment\nreturn ...";
    REQUIRE(write(descriptor, text, sizeof(text) - 1) == static_cast<ssize_t>(sizeof(text) - 1));
    close(descriptor);
    int before = lua_gettop(L);
    CHECK(luaL_loadfilex(L, name, "t") == LUA_OK);
    CHECK(lua_gettop(L) == before + 1);
    lua_pushinteger(L, 6);
    CHECK(lua_pcall(L, 1, 1, 0) == LUA_OK);
    CHECK(lua_tointeger(L, -1) == 6);
    CHECK(luaL_loadfilex(L, name, "b") == LUA_ERRSYNTAX);
    std::remove(name);
  }

  TEST_CASE("a chunk name that is no string literal, an empty buffer") {
    LuaFixture fixture;
    lua_State* L = fixture.L;
    CHECK(luaL_loadbufferx(L, "x x", 3, "=name", nullptr) == LUA_ERRSYNTAX);
    CHECK(top_text(L) == "name:1: syntax error near 'x'");
    CHECK(luaL_loadbufferx(L, "", 0, "empty", nullptr) == LUA_OK);
    CHECK(luaL_loadbufferx(L, nullptr, 0, "empty", nullptr) == LUA_OK);
    CHECK(luaL_loadstring(L, "return 1,") == LUA_ERRSYNTAX);
  }

  TEST_CASE("luaL_openlibs") {
    LuaFixture fixture;
    CHECK(fixture.run("return type(string), type(table), type(math), type(utf8), type(io), type(os), type(debug), type(coroutine), "
                      "type(package), type(weak)") == "table table table table table table table table table table");
    CHECK(fixture.run("return package.loaded.weak == weak, require 'weak' == weak, package.loaded._G == _G") == "true true true");
  }
}
