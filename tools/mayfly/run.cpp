// SPDX-License-Identifier: MIT
// Running chunks for the mayfly program: protected calls with traceback, and what is said about errors.
#include "run.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "interrupt.hpp"

const char* program_name = "mayfly";

namespace {

// Message handler: a string gets a traceback, an object that can describe itself speaks for itself.
int add_traceback(lua_State* L) {
  const char* message = lua_tostring(L, 1);
  if (message == nullptr) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
    message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, message, 1);
  return 1;
}

int run_loaded(lua_State* L, int status) {
  if (status == LUA_OK) status = call_protected(L, 0, 0);
  return report(L, status);
}

// Pushes the elements of the global `arg` from 1 on. Returns how many.
int push_arguments(lua_State* L) {
  if (lua_getglobal(L, "arg") != LUA_TTABLE) luaL_error(L, "'arg' is not a table");
  int count = static_cast<int>(luaL_len(L, -1));
  luaL_checkstack(L, count + 3, "too many arguments to script");
  for (int i = 1; i <= count; ++i) lua_rawgeti(L, -i, i);
  lua_remove(L, -(count + 1));
  return count;
}

}  // namespace

void complain(const char* message) {
  if (program_name != nullptr) lua_writestringerror("%s: ", program_name);
  lua_writestringerror("%s\n", message);
}

int report(lua_State* L, int status) {
  if (status == LUA_OK) return status;
  const char* message = lua_tostring(L, -1);
  complain(message != nullptr ? message : "(error message not a string)");
  lua_pop(L, 1);
  return status;
}

int call_protected(lua_State* L, int nargs, int nresults) {
  int base = lua_gettop(L) - nargs;
  lua_pushcfunction(L, add_traceback);
  lua_insert(L, base);
  InterruptibleRun interruptible(L);
  int status = lua_pcall(L, nargs, nresults, base);
  lua_remove(L, base);
  return status;
}

int run_string(lua_State* L, const char* text, const char* chunk_name) {
  return run_loaded(L, luaL_loadbuffer(L, text, std::strlen(text), chunk_name));
}

int run_file(lua_State* L, const char* file_name) { return run_loaded(L, luaL_loadfile(L, file_name)); }

int require_library(lua_State* L, const char* library) {
  const char* equals = std::strchr(library, '=');
  const char* module = equals == nullptr ? library : equals + 1;
  // Without a name of its own the global leaves out what follows a dash, as versions of one module do.
  std::size_t length = equals == nullptr ? std::strcspn(library, "-") : static_cast<std::size_t>(equals - library);
  lua_getglobal(L, "require");
  lua_pushstring(L, module);
  int status = call_protected(L, 1, 1);
  if (status == LUA_OK) {
    lua_pushglobaltable(L);
    lua_pushlstring(L, library, length);
    lua_rotate(L, -3, -1);
    lua_settable(L, -3);
    lua_pop(L, 1);
  }
  return report(L, status);
}

int run_environment(lua_State* L) {
  const char* variable = "LUA_INIT" LUA_VERSUFFIX;
  const char* value = std::getenv(variable);
  if (value == nullptr) {
    variable = "LUA_INIT";
    value = std::getenv(variable);
  }
  if (value == nullptr) return LUA_OK;
  if (value[0] == '@') return run_file(L, value + 1);
  return run_string(L, value, (std::string("=") + variable).c_str());
}

int run_script(lua_State* L, const char* file_name) {
  int status = luaL_loadfile(L, file_name);
  if (status == LUA_OK) {
    int count = push_arguments(L);
    status = call_protected(L, count, LUA_MULTRET);
  }
  return report(L, status);
}
