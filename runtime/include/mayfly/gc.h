/* SPDX-License-Identifier: MIT
 * The collector as a host that tests its own code sees it.
 */
#ifndef MAYFLY_GC_H
#define MAYFLY_GC_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* [-0, +0, -]  From now on collects at every `period`-th allocation and verifies the heap after every phase; 0 ends it. Shows
 * a host the values it holds without rooting them. Returns the period that was in force. */
LUA_API int mayfly_gcstress(lua_State *L, int period);

/* [-0, +0, -]  The same with one step of about `bytes` of work in place of each full collection: cycles then run between the
 * allocations of the program, in small pieces. 0 bytes make it mayfly_gcstress. */
LUA_API int mayfly_gcstresssteps(lua_State *L, int period, size_t bytes);

/* [-0, +0, -]  Checks every invariant of the heap that holds at this moment; ends the program with a description of the first one
 * that is broken. */
LUA_API void mayfly_gcverify(lua_State *L);

#ifdef __cplusplus
}
#endif
#endif
