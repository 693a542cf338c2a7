// SPDX-License-Identifier: MIT
// Manual 6.1: load, loadfile, dofile.
#include <lua.hpp>

#include <mayfly/call.h>

#include "base.hpp"

namespace {

// Of load's arguments: the function that gives the pieces, and a slot beyond them that keeps the piece being read
// alive.
constexpr int reader_slot = 1;
constexpr int piece_slot = 5;

const char* read_piece(lua_State* L, void*, size_t* size) {
  luaL_checkstack(L, 2, "too many nested functions");
  lua_pushvalue(L, reader_slot);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    *size = 0;
    return nullptr;
  }
  if (lua_isstring(L, -1) == 0) luaL_error(L, "reader function must return a string");
  lua_replace(L, piece_slot);
  return lua_tolstring(L, piece_slot, size);
}

// The results of load and loadfile. `environment`: index of the value for the first upvalue, or 0.
int finish_load(lua_State* L, int status, int environment) {
  if (status != LUA_OK) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (environment != 0) {
    lua_pushvalue(L, environment);
    if (lua_setupvalue(L, -2, 1) == nullptr) lua_pop(L, 1);  // a chunk without upvalues
  }
  return 1;
}

}  // namespace

int stdlib::base_load(lua_State* L) {
  size_t size;
  const char* text = lua_tolstring(L, 1, &size);
  const char* mode = luaL_optstring(L, 3, "bt");
  int environment = lua_isnone(L, 4) ? 0 : 4;
  int status;
  if (text != nullptr) {
    const char* name = luaL_optstring(L, 2, text);
    status = luaL_loadbufferx(L, text, size, name, mode);
  } else {
    const char* name = luaL_optstring(L, 2, "=(load)");
    luaL_checktype(L, reader_slot, LUA_TFUNCTION);
    lua_settop(L, piece_slot);
    status = lua_load(L, read_piece, nullptr, name, mode);
  }
  return finish_load(L, status, environment);
}

int stdlib::base_loadfile(lua_State* L) {
  const char* file_name = luaL_optstring(L, 1, nullptr);
  const char* mode = luaL_optstring(L, 2, nullptr);
  int environment = lua_isnone(L, 3) ? 0 : 3;
  return finish_load(L, luaL_loadfilex(L, file_name, mode), environment);
}

int stdlib::base_dofile(lua_State* L) {
  const char* file_name = luaL_optstring(L, 1, nullptr);
  lua_settop(L, 1);
  if (luaL_loadfile(L, file_name) != LUA_OK) return mayfly_tailerror(L);
  return mayfly_tailcallk(L, 0, LUA_MULTRET, 0, nullptr);
}
