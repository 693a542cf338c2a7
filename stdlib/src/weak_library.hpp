// SPDX-License-Identifier: MIT
// What the files of the weak library share.
#pragma once

#include <lua.hpp>

namespace stdlib {

// "table", "light userdata", ...: what errors call the value.
const char* weak_value_name(lua_State* L, int index);
// Raises "bad argument #n to 'f' (cannot hold a <type> weakly)", also for an argument that is missing.
void check_referable(lua_State* L, int argument);
// The callback at `argument`: 0 when it is nil or missing, else `argument`. Raises for what cannot be called.
int optional_callback(lua_State* L, int argument);
void check_callable(lua_State* L, int argument);
// Raises unless the value at `argument` has the weak type (MAYFLY_WEAKREF ...); `name` is what it should have been.
void check_weak(lua_State* L, int argument, int type, const char* name);
// Makes a metatable with these functions and `__name`, and its `__index` from `methods` (may be null). Pushes it.
void push_metatable(lua_State* L, const char* name, const luaL_Reg* events, const luaL_Reg* methods);
// Gives the userdata on top the metatable of this name, which is made with its first userdata; `type` gives the name, too.
void set_named_metatable(lua_State* L, const char* name, const luaL_Reg* events, const luaL_Reg* methods);

// The metatables of the weak types: most programs use few of them, and they are made when the first value is.
void push_ref_metatable(lua_State* L);
void push_table_metatable(lua_State* L, int type);
void push_set_metatable(lua_State* L);
void push_finalizer_metatable(lua_State* L);
void push_proxy_metatable(lua_State* L);

// Each adds its functions to the table on top of the stack.
void open_weak_refs(lua_State* L);       // weak_ref.cpp
void open_weak_tables(lua_State* L);     // weak_table.cpp
void open_weak_sets(lua_State* L);       // weak_set.cpp
void open_weak_finalizers(lua_State* L); // weak_finalize.cpp
void open_weak_proxies(lua_State* L);    // weak_proxy.cpp
void open_weak_methods(lua_State* L);    // weak_method.cpp
void open_weak_notices(lua_State* L);    // weak_notice.cpp

}  // namespace stdlib
