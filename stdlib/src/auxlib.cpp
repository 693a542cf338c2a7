// SPDX-License-Identifier: MIT
// lauxlib.h: metatables, conversion to text, tables and modules, references, results of system calls.
#include <cerrno>
#include <climits>
#include <cstring>

#include <sys/wait.h>

#include <lua.hpp>

// Metatables.

int luaL_newmetatable(lua_State* L, const char* type_name) {
  if (luaL_getmetatable(L, type_name) != LUA_TNIL) return 0;
  lua_pop(L, 1);
  lua_createtable(L, 0, 2);
  lua_pushstring(L, type_name);
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, type_name);
  return 1;
}

void luaL_setmetatable(lua_State* L, const char* type_name) {
  luaL_getmetatable(L, type_name);
  lua_setmetatable(L, -2);
}

int luaL_getmetafield(lua_State* L, int object, const char* field) {
  if (lua_getmetatable(L, object) == 0) return LUA_TNIL;
  lua_pushstring(L, field);
  int type = lua_rawget(L, -2);
  if (type == LUA_TNIL) {
    lua_pop(L, 2);
  } else {
    lua_remove(L, -2);
  }
  return type;
}

int luaL_callmeta(lua_State* L, int object, const char* event) {
  object = lua_absindex(L, object);
  if (luaL_getmetafield(L, object, event) == LUA_TNIL) return 0;
  lua_pushvalue(L, object);
  lua_call(L, 1, 1);
  return 1;
}

// Conversion.

namespace {

void push_default_text(lua_State* L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING: lua_pushvalue(L, index); break;
    case LUA_TNUMBER:
      lua_pushvalue(L, index);
      lua_tolstring(L, -1, nullptr);  // converts the copy
      break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) != 0 ? "true" : "false"); break;
    case LUA_TNIL: lua_pushliteral(L, "nil"); break;
    default: {
      int name_type = luaL_getmetafield(L, index, "__name");
      const char* kind = name_type == LUA_TSTRING ? lua_tostring(L, -1) : luaL_typename(L, index);
      lua_pushfstring(L, "%s: %p", kind, lua_topointer(L, index));
      if (name_type != LUA_TNIL) lua_remove(L, -2);
    }
  }
}

}  // namespace

const char* luaL_tolstring(lua_State* L, int index, size_t* length) {
  index = lua_absindex(L, index);
  if (luaL_callmeta(L, index, "__tostring") == 0) {
    push_default_text(L, index);
  } else if (lua_isstring(L, -1) == 0) {
    luaL_error(L, "'__tostring' must return a string");
  }
  return lua_tolstring(L, -1, length);
}

lua_Integer luaL_len(lua_State* L, int index) {
  lua_len(L, index);
  int converted;
  lua_Integer length = lua_tointegerx(L, -1, &converted);
  if (converted == 0) luaL_error(L, "object length is not an integer");
  lua_pop(L, 1);
  return length;
}

// Tables and modules.

void luaL_setfuncs(lua_State* L, const luaL_Reg* functions, int upvalues) {
  luaL_checkstack(L, upvalues, "too many upvalues");
  for (; functions->name != nullptr; ++functions) {
    if (functions->func == nullptr) {
      lua_pushboolean(L, 0);  // a field that the library fills in later
    } else {
      for (int i = 0; i < upvalues; ++i) lua_pushvalue(L, -upvalues);
      lua_pushcclosure(L, functions->func, upvalues);
    }
    lua_setfield(L, -(upvalues + 2), functions->name);
  }
  lua_pop(L, upvalues);
}

int luaL_getsubtable(lua_State* L, int index, const char* field) {
  if (lua_getfield(L, index, field) == LUA_TTABLE) return 1;
  lua_pop(L, 1);
  index = lua_absindex(L, index);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, index, field);
  return 0;
}

void luaL_requiref(lua_State* L, const char* module, lua_CFunction open, int global) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, module);
  if (lua_toboolean(L, -1) == 0) {
    lua_pop(L, 1);
    lua_pushcfunction(L, open);
    lua_pushstring(L, module);
    lua_call(L, 1, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, module);
  }
  lua_remove(L, -2);
  if (global != 0) {
    lua_pushvalue(L, -1);
    lua_setglobal(L, module);
  }
}

// References. Free ones form a list: t[free_list] is the newest, t[that] the one before, 0 the end.

namespace {
constexpr int free_list = LUA_RIDX_LAST + 1;
}

int luaL_ref(lua_State* L, int table) {
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return LUA_REFNIL;
  }
  table = lua_absindex(L, table);
  int reference = 0;
  if (lua_rawgeti(L, table, free_list) == LUA_TNIL) {
    lua_pushinteger(L, 0);
    lua_rawseti(L, table, free_list);
  } else {
    reference = static_cast<int>(lua_tointeger(L, -1));
  }
  lua_pop(L, 1);
  if (reference != 0) {
    lua_rawgeti(L, table, reference);
    lua_rawseti(L, table, free_list);
  } else {
    reference = static_cast<int>(lua_rawlen(L, table)) + 1;
  }
  lua_rawseti(L, table, reference);
  return reference;
}

void luaL_unref(lua_State* L, int table, int reference) {
  if (reference < 0) return;  // LUA_NOREF, LUA_REFNIL
  table = lua_absindex(L, table);
  lua_rawgeti(L, table, free_list);
  lua_rawseti(L, table, reference);
  lua_pushinteger(L, reference);
  lua_rawseti(L, table, free_list);
}

// Results of system calls.

int luaL_fileresult(lua_State* L, int succeeded, const char* file_name) {
  int code = errno;  // before any call that may change it
  if (succeeded != 0) {
    lua_pushboolean(L, 1);
    return 1;
  }
  const char* reason = code != 0 ? std::strerror(code) : "(no extra info)";
  luaL_pushfail(L);
  if (file_name != nullptr) {
    lua_pushfstring(L, "%s: %s", file_name, reason);
  } else {
    lua_pushstring(L, reason);
  }
  lua_pushinteger(L, code);
  return 3;
}

int luaL_execresult(lua_State* L, int status) {
  if (status != 0 && errno != 0) return luaL_fileresult(L, 0, nullptr);
  const char* what = "exit";
  if (WIFEXITED(status)) {
    status = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    status = WTERMSIG(status);
    what = "signal";
  }
  if (status == 0 && *what == 'e') {
    lua_pushboolean(L, 1);
  } else {
    luaL_pushfail(L);
  }
  lua_pushstring(L, what);
  lua_pushinteger(L, status);
  return 3;
}
