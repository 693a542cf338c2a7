// SPDX-License-Identifier: MIT
// Manual 6.3: require and the package library.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <lua.hpp>

#include "dynamic_library.hpp"

namespace {

constexpr const char open_prefix[] = "luaopen_";

using stdlib::LoadResult;

bool is_readable(const char* file_name) {
  FILE* file = std::fopen(file_name, "r");
  if (file == nullptr) return false;
  std::fclose(file);
  return true;
}

// Pushes the message that tells which files of an expanded path do not exist.
void push_not_found(lua_State* L, const char* path) {
  luaL_Buffer message;
  luaL_buffinit(L, &message);
  luaL_addstring(&message, "no file '");
  luaL_addgsub(&message, path, LUA_PATH_SEP, "'\n\tno file '");
  luaL_addstring(&message, "'");
  luaL_pushresult(&message);
}

// Pushes the name of the first readable file and returns it; else pushes the message and returns null.
const char* search_path(lua_State* L, const char* name, const char* path, const char* separator,
                        const char* directory_separator) {
  if (*separator != '\0' && std::strchr(name, *separator) != nullptr) {
    name = luaL_gsub(L, name, separator, directory_separator);
  }
  const char* expanded = luaL_gsub(L, path, LUA_PATH_MARK, name);
  for (const char* rest = expanded;;) {
    size_t length = std::strcspn(rest, LUA_PATH_SEP);
    const char* candidate = lua_pushlstring(L, rest, length);
    if (is_readable(candidate)) return candidate;
    lua_pop(L, 1);
    if (rest[length] == '\0') break;
    rest += length + 1;
  }
  push_not_found(L, expanded);
  return nullptr;
}

int package_searchpath(lua_State* L) {
  const char* replacement = luaL_optstring(L, 4, LUA_DIRSEP);  // the last one first, as lua5.4 checks them
  const char* separator = luaL_optstring(L, 3, ".");
  const char* path = luaL_checkstring(L, 2);
  const char* name = luaL_checkstring(L, 1);
  if (search_path(L, name, path, separator, replacement) != nullptr) return 1;
  luaL_pushfail(L);
  lua_insert(L, -2);
  return 2;
}

int package_loadlib(lua_State* L) {
  const char* path = luaL_checkstring(L, 1);
  const char* function = luaL_checkstring(L, 2);
  LoadResult result = stdlib::load_native(L, path, function);
  if (result == LoadResult::loaded) return 1;
  luaL_pushfail(L);
  lua_insert(L, -2);
  lua_pushstring(L, result == LoadResult::no_library ? "open" : "init");
  return 3;
}

// Searchers. Each has the package table as its upvalue, gets the module's name, and returns a loader with its extra
// argument or a text that tells why there is none.

const char* find_file(lua_State* L, const char* name, const char* path_field, const char* directory_separator) {
  lua_getfield(L, lua_upvalueindex(1), path_field);
  const char* path = lua_tostring(L, -1);
  if (path == nullptr) luaL_error(L, "'package.%s' must be a string", path_field);
  return search_path(L, name, path, ".", directory_separator);
}

// The loader, or the message of the error, is on top.
int finish_search(lua_State* L, bool loaded, const char* file_name) {
  if (loaded) {
    lua_pushstring(L, file_name);
    return 2;
  }
  return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", lua_tostring(L, 1), file_name,
                    lua_tostring(L, -1));
}

int search_preload(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  if (lua_getfield(L, -1, name) == LUA_TNIL) {
    lua_pushfstring(L, "no field package.preload['%s']", name);
    return 1;
  }
  lua_pushliteral(L, ":preload:");
  return 2;
}

int search_script(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* file_name = find_file(L, name, "path", LUA_DIRSEP);
  if (file_name == nullptr) return 1;
  return finish_search(L, luaL_loadfile(L, file_name) == LUA_OK, file_name);
}

// The opening function of a module: luaopen_ and the name with underscores for dots. With a hyphen in the name, the
// part before it counts ("a-b": luaopen_a), or else the part behind it (as old versions had it: luaopen_b).
LoadResult load_opener(lua_State* L, const char* file_name, const char* module) {
  module = luaL_gsub(L, module, ".", "_");
  if (const char* hyphen = std::strchr(module, '-')) {
    const char* stem = lua_pushlstring(L, module, static_cast<size_t>(hyphen - module));
    const char* opener = lua_pushfstring(L, "%s%s", open_prefix, stem);
    LoadResult result = stdlib::load_native(L, file_name, opener);
    if (result != LoadResult::no_function) return result;
    module = hyphen + 1;
  }
  return stdlib::load_native(L, file_name, lua_pushfstring(L, "%s%s", open_prefix, module));
}

int search_native(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* file_name = find_file(L, name, "cpath", LUA_DIRSEP);
  if (file_name == nullptr) return 1;
  return finish_search(L, load_opener(L, file_name, name) == LoadResult::loaded, file_name);
}

// A submodule inside the library of its root: "a.b.c" in the library of "a".
int search_native_root(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* dot = std::strchr(name, '.');
  if (dot == nullptr) return 0;
  const char* root = lua_pushlstring(L, name, static_cast<size_t>(dot - name));
  const char* file_name = find_file(L, root, "cpath", LUA_DIRSEP);
  if (file_name == nullptr) return 1;
  LoadResult result = load_opener(L, file_name, name);
  if (result == LoadResult::no_function) {
    lua_pushfstring(L, "no module '%s' in file '%s'", name, file_name);
    return 1;
  }
  return finish_search(L, result == LoadResult::loaded, file_name);
}

// Asks the searchers in turn. Leaves the loader and its extra argument on top.
void find_loader(lua_State* L, const char* name) {
  if (lua_getfield(L, lua_upvalueindex(1), "searchers") != LUA_TTABLE) {
    luaL_error(L, "'package.searchers' must be a table");
  }
  int searchers = lua_gettop(L);
  luaL_Buffer reasons;
  luaL_buffinit(L, &reasons);
  for (lua_Integer position = 1;; ++position) {
    if (lua_rawgeti(L, searchers, position) == LUA_TNIL) {
      lua_pop(L, 1);
      luaL_pushresult(&reasons);
      luaL_error(L, "module '%s' not found:%s", name, lua_tostring(L, -1));
    }
    lua_pushstring(L, name);
    lua_call(L, 1, 2);
    if (lua_isfunction(L, -2)) return;
    lua_pop(L, 1);
    if (lua_isstring(L, -1) != 0) {
      lua_pushliteral(L, "\n\t");
      lua_insert(L, -2);
      lua_concat(L, 2);
      luaL_addvalue(&reasons);
    } else {
      lua_pop(L, 1);
    }
  }
}

int package_require(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  constexpr int loaded = 2;
  lua_settop(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, loaded, name);
  if (lua_toboolean(L, -1) != 0) return 1;
  lua_pop(L, 1);
  find_loader(L, name);
  lua_rotate(L, -2, 1);  // the extra argument, a result too, goes below the loader
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -3);
  lua_call(L, 2, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
  } else {
    lua_setfield(L, loaded, name);
  }
  if (lua_getfield(L, loaded, name) == LUA_TNIL) {  // neither the loader nor its module set it
    lua_pushboolean(L, 1);
    lua_copy(L, -1, -2);
    lua_setfield(L, loaded, name);
  }
  lua_rotate(L, -2, 1);
  return 2;
}

// Set-up.

bool ignores_environment(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  bool ignores = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return ignores;
}

// Pushes `path` with its first ";;" replaced by the default.
void push_completed_path(lua_State* L, const char* path, const char* fallback) {
  constexpr const char gap[] = LUA_PATH_SEP LUA_PATH_SEP;
  const char* found = std::strstr(path, gap);
  if (found == nullptr) {
    lua_pushstring(L, path);
    return;
  }
  luaL_Buffer completed;
  luaL_buffinit(L, &completed);
  if (found != path) {
    luaL_addlstring(&completed, path, static_cast<size_t>(found - path));
    luaL_addstring(&completed, LUA_PATH_SEP);
  }
  luaL_addstring(&completed, fallback);
  const char* rest = found + std::strlen(gap);
  if (*rest != '\0') {
    luaL_addstring(&completed, LUA_PATH_SEP);
    luaL_addstring(&completed, rest);
  }
  luaL_pushresult(&completed);
}

// The package table is on top. Variables: the one for this version, the general one.
void set_path(lua_State* L, const char* field, const char* versioned, const char* general, const char* fallback) {
  const char* path = std::getenv(versioned);
  if (path == nullptr) path = std::getenv(general);
  if (path == nullptr || ignores_environment(L)) {
    lua_pushstring(L, fallback);
  } else {
    push_completed_path(L, path, fallback);
  }
  lua_setfield(L, -2, field);
}

void set_searchers(lua_State* L) {
  constexpr lua_CFunction searchers[] = {search_preload, search_script, search_native, search_native_root};
  lua_createtable(L, 4, 0);
  lua_Integer position = 1;
  for (lua_CFunction searcher : searchers) {
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, searcher, 1);
    lua_rawseti(L, -2, position++);
  }
  lua_setfield(L, -2, "searchers");
}

constexpr luaL_Reg functions[] = {
    {"loadlib", package_loadlib},
    {"searchpath", package_searchpath},
    {"preload", nullptr},
    {"cpath", nullptr},  // set below
    {"path", nullptr},
    {"searchers", nullptr},
    {"loaded", nullptr},
    {nullptr, nullptr},
};

}  // namespace

int luaopen_package(lua_State* L) {
  stdlib::prepare_native_libraries(L);
  luaL_newlib(L, functions);
  set_searchers(L);
  set_path(L, "path", "LUA_PATH" LUA_VERSUFFIX, "LUA_PATH", LUA_PATH_DEFAULT);
  set_path(L, "cpath", "LUA_CPATH" LUA_VERSUFFIX, "LUA_CPATH", LUA_CPATH_DEFAULT);
  lua_pushliteral(L, LUA_DIRSEP "\n" LUA_PATH_SEP "\n" LUA_PATH_MARK "\n!\n-\n");
  lua_setfield(L, -2, "config");
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_setfield(L, -2, "loaded");
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_setfield(L, -2, "preload");
  lua_pushglobaltable(L);
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, package_require, 1);
  lua_setfield(L, -2, "require");
  lua_pop(L, 1);
  return 1;
}
