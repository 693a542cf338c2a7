/* SPDX-License-Identifier: MIT
 * Compiled chunks: what a compiler as a program needs beyond lua_load and lua_dump. Notes in brackets as in the Lua manual:
 * [values popped, pushed, errors].
 */
#ifndef MAYFLY_CHUNK_H
#define MAYFLY_CHUNK_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* [-count, +(0|1), m]  Joins the `count` functions on top of the stack, main functions as lua_load pushes them, into one main
 * function that calls them one after the other, without arguments. All share its _ENV. The functions themselves are not to be
 * called any more. Returns 1; when one of them is no main function, 0, and nothing is popped or pushed. */
LUA_API int mayfly_joinchunks(lua_State *L, int count);

/* [-0, +1, m]  Pushes a listing of the Lua function at `index` and of all functions inside it, as text for people: for each
 * instruction its number, its line, its name and its operands, with the names of upvalues and the values of constants. With
 * `full` not 0, also each function's constants, local variables (with the instructions between which they are active) and upvalues.
 * Pushes nil for any other value. Returns the type pushed. The form of the text may change from version to version. */
LUA_API int mayfly_pushlisting(lua_State *L, int index, int full);

#ifdef __cplusplus
}
#endif
#endif
