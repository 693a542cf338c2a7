// SPDX-License-Identifier: MIT
// Manual 6.9: the operating system, except dates and times (date.cpp).
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <unistd.h>

#include <lua.hpp>

#include "date.hpp"

namespace {

int os_execute(lua_State* L) {
  const char* command = luaL_optstring(L, 1, nullptr);
  errno = 0;
  int status = std::system(command);
  if (command != nullptr) return luaL_execresult(L, status);
  lua_pushboolean(L, status);
  return 1;
}

int os_remove(lua_State* L) {
  const char* file_name = luaL_checkstring(L, 1);
  errno = 0;
  return luaL_fileresult(L, std::remove(file_name) == 0 ? 1 : 0, file_name);
}

int os_rename(lua_State* L) {
  const char* old_name = luaL_checkstring(L, 1);
  const char* new_name = luaL_checkstring(L, 2);
  errno = 0;
  return luaL_fileresult(L, std::rename(old_name, new_name) == 0 ? 1 : 0, nullptr);
}

int os_tmpname(lua_State* L) {
  char name[] = "/tmp/lua_XXXXXX";
  int descriptor = mkstemp(name);
  if (descriptor == -1) return luaL_error(L, "unable to generate a unique filename");
  close(descriptor);
  lua_pushstring(L, name);
  return 1;
}

int os_getenv(lua_State* L) {
  lua_pushstring(L, std::getenv(luaL_checkstring(L, 1)));  // nil for null
  return 1;
}

int os_clock(lua_State* L) {
  lua_pushnumber(L, static_cast<lua_Number>(std::clock()) / static_cast<lua_Number>(CLOCKS_PER_SEC));
  return 1;
}

int os_setlocale(lua_State* L) {
  // ORDER category
  constexpr const char* const names[] = {"all", "collate", "ctype", "monetary", "numeric", "time", nullptr};
  constexpr int categories[] = {LC_ALL, LC_COLLATE, LC_CTYPE, LC_MONETARY, LC_NUMERIC, LC_TIME};
  const char* locale = luaL_optstring(L, 1, nullptr);
  int category = luaL_checkoption(L, 2, "all", names);
  lua_pushstring(L, std::setlocale(categories[category], locale));
  return 1;
}

int os_exit(lua_State* L) {
  int status;
  if (lua_isboolean(L, 1)) {
    status = lua_toboolean(L, 1) != 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } else {
    status = static_cast<int>(luaL_optinteger(L, 1, EXIT_SUCCESS));
  }
  if (lua_toboolean(L, 2) != 0) lua_close(L);
  std::exit(status);
}

constexpr luaL_Reg functions[] = {
    {"clock", os_clock},       {"date", stdlib::os_date}, {"difftime", stdlib::os_difftime},
    {"execute", os_execute},   {"exit", os_exit},         {"getenv", os_getenv},
    {"remove", os_remove},     {"rename", os_rename},     {"setlocale", os_setlocale},
    {"time", stdlib::os_time}, {"tmpname", os_tmpname},   {nullptr, nullptr},
};

}  // namespace

int luaopen_os(lua_State* L) {
  luaL_newlib(L, functions);
  return 1;
}
