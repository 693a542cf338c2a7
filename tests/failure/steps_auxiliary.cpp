// SPDX-License-Identifier: MIT
// The auxiliary library, and the libraries opened one by one.
#include <cerrno>
#include <cstring>

#include <mayfly/gc.h>
#include <mayfly/weak.h>

#include "steps.hpp"

namespace {

int fill_buffers(lua_State* L) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 0; i < 300; ++i) {
    luaL_addchar(&buffer, 'x');
    luaL_addlstring(&buffer, "with length", 11);
    luaL_addstring(&buffer, "terminated");
    lua_pushinteger(L, i);
    luaL_addvalue(&buffer);
  }
  std::memset(luaL_prepbuffsize(&buffer, 5000), 'y', 5000);
  luaL_addsize(&buffer, 5000);
  luaL_addgsub(&buffer, "a-b-c", "-", "+");
  luaL_pushresult(&buffer);
  luaL_Buffer sized;
  std::memset(luaL_buffinitsize(L, &sized, 3000), 'z', 3000);
  luaL_pushresultsize(&sized, 3000);
  luaL_gsub(L, "one two", " ", "_");
  return lua_rawlen(L, -2) == 3000 ? 0 : luaL_error(L, "buffer");
}

int arguments(lua_State* L) {
  static const char* const names[] = {"one", "two", nullptr};
  lua_pushinteger(L, 1);
  lua_pushnumber(L, 2.5);
  lua_pushstring(L, "two");
  lua_newtable(L);
  luaL_checkany(L, 1);
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_Integer sum = luaL_checkinteger(L, 1) + luaL_optinteger(L, 9, 5);
  lua_Number other = luaL_checknumber(L, 2) + luaL_optnumber(L, 9, 1);
  luaL_checklstring(L, 1, nullptr);
  luaL_optlstring(L, 9, "default", nullptr);
  luaL_argexpected(L, lua_istable(L, 4), 4, "table");
  return sum == 6 && other == 3.5 && luaL_checkoption(L, 3, nullptr, names) == 1 ? 0 : luaL_error(L, "arguments");
}

int fail_option(lua_State* L) {
  static const char* const names[] = {"one", nullptr};
  lua_settop(L, 0);
  lua_pushstring(L, "three");
  return luaL_checkoption(L, 1, nullptr, names);
}
int fail_argument(lua_State* L) { return luaL_argerror(L, 1, "bad in every way"); }
int fail_type(lua_State* L) {
  lua_settop(L, 0);
  lua_newtable(L);
  return luaL_typeerror(L, 1, "number");
}

int argument_errors(lua_State* L) {
  for (lua_CFunction f : {fail_option, fail_argument, fail_type}) {
    lua_pushcfunction(L, f);
    int status = lua_pcall(L, 0, 0, 0);
    if (status != LUA_ERRRUN) return lua_error(L);
    lua_pop(L, 1);
  }
  return 0;
}

int files(lua_State* L) {
  errno = ENOENT;
  luaL_fileresult(L, 0, "name");
  luaL_execresult(L, 0);
  if (luaL_loadfilex(L, "/nonexistent/file", nullptr) != LUA_ERRFILE) return lua_error(L);
  return 0;
}

int describe(lua_State* L) {
  luaL_checkversion(L);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, [](lua_State* state) {
    lua_pushstring(state, "described at some length");
    return 1;
  });
  lua_setfield(L, -2, "__tostring");
  lua_setmetatable(L, 1);
  luaL_tolstring(L, 1, nullptr);
  lua_pushnumber(L, 0.1);
  luaL_tolstring(L, -1, nullptr);
  luaL_tolstring(L, LUA_REGISTRYINDEX, nullptr);
  return luaL_callmeta(L, 1, "__tostring") && luaL_getmetafield(L, 1, "__tostring") == LUA_TFUNCTION ? 0 : luaL_error(L, "meta");
}

int open_libraries(lua_State* L) {
  for (lua_CFunction open : {luaopen_base, luaopen_package, luaopen_coroutine, luaopen_table, luaopen_io, luaopen_os, luaopen_string,
                             luaopen_math, luaopen_utf8, luaopen_debug, luaopen_weak, luaopen_gc}) {
    luaL_requiref(L, "opened anew", open, 0);
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "opened anew");
  }
  static const luaL_Reg functions[] = {{"one", fill_buffers}, {"two", arguments}, {"none", nullptr}, {nullptr, nullptr}};
  luaL_newlib(L, functions);
  lua_pushinteger(L, 5);
  luaL_setfuncs(L, functions, 1);
  luaL_openlibs(L);
  return 0;
}

}  // namespace

const std::vector<Step> auxiliary_steps = {
    {"C++: fill buffers", fill_buffers}, {"C++: arguments", arguments}, {"C++: argument errors", argument_errors},
    {"C++: files", files},               {"C++: describe", describe},   {"C++: open libraries", open_libraries},
};
