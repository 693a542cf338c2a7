/* SPDX-License-Identifier: MIT
 * Long strings without a copy: for native code that knows the length of what it is going to write.
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

#ifdef __cplusplus
}
#endif
#endif
