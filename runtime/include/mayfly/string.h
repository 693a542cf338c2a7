/* SPDX-License-Identifier: MIT
 * Long strings without a copy: for native code that knows the length of what it is going to write. Blocks: for who does not.
 */
#ifndef MAYFLY_STRING_H
#define MAYFLY_STRING_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* Strings up to this length are shared by content and cannot be filled in place: lua_pushlstring makes them. */
#define MAYFLY_MAXSHORTSTRING 40

/* [-0, +1, m]  Pushes a string of `length` characters, more than MAYFLY_MAXSHORTSTRING, and returns its memory. The
 * caller fills it before any script can see the string, and never writes it again. */
LUA_API char *mayfly_newstring(lua_State *L, size_t length);

/* [-0, +1, m]  Pushes a full userdata that owns `size` bytes, and returns their address: for text that grows before it becomes a
 * string. The memory counts as the state's, and goes back when the userdata is collected. */
LUA_API char *mayfly_newblock(lua_State *L, size_t size);

/* [-0, +0, m]  Makes the block at `index`, which mayfly_newblock has pushed, `size` bytes long, and returns its new address (NULL
 * when it has become empty): contents kept as far as they go. After a memory error it is as it was. */
LUA_API char *mayfly_resizeblock(lua_State *L, int index, size_t size);

#ifdef __cplusplus
}
#endif
#endif
