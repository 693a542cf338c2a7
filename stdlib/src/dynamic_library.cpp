// SPDX-License-Identifier: MIT
// Native libraries through dlopen.
//
// The registry's table `_CLIBS` maps each path to its handle and lists the handles in the order of their opening; its
// finalizer closes them in the opposite order. It is created with the package library, so it dies after all objects
// whose finalizers the libraries define.
#include "dynamic_library.hpp"

#include <dlfcn.h>

namespace {

constexpr const char libraries_field[] = "_CLIBS";

int close_libraries(lua_State* L) {
  for (lua_Integer i = luaL_len(L, 1); i >= 1; --i) {
    lua_rawgeti(L, 1, i);
    dlclose(lua_touserdata(L, -1));
    lua_pop(L, 1);
  }
  return 0;
}

void* find_library(lua_State* L, const char* path) {
  lua_getfield(L, LUA_REGISTRYINDEX, libraries_field);
  lua_getfield(L, -1, path);
  void* library = lua_touserdata(L, -1);
  lua_pop(L, 2);
  return library;
}

void remember_library(lua_State* L, const char* path, void* library) {
  lua_getfield(L, LUA_REGISTRYINDEX, libraries_field);
  lua_pushlightuserdata(L, library);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, path);
  lua_rawseti(L, -2, luaL_len(L, -2) + 1);
  lua_pop(L, 1);
}

}  // namespace

stdlib::LoadResult stdlib::load_native(lua_State* L, const char* path, const char* function) {
  bool everything = *function == '*';
  void* library = find_library(L, path);
  if (library == nullptr) {
    library = dlopen(path, RTLD_NOW | (everything ? RTLD_GLOBAL : RTLD_LOCAL));
    if (library == nullptr) {
      lua_pushstring(L, dlerror());
      return LoadResult::no_library;
    }
    remember_library(L, path, library);
  }
  if (everything) {
    lua_pushboolean(L, 1);
    return LoadResult::loaded;
  }
  auto code = reinterpret_cast<lua_CFunction>(dlsym(library, function));
  if (code == nullptr) {
    lua_pushstring(L, dlerror());
    return LoadResult::no_function;
  }
  lua_pushcfunction(L, code);
  return LoadResult::loaded;
}

void stdlib::prepare_native_libraries(lua_State* L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, libraries_field);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, close_libraries);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}
