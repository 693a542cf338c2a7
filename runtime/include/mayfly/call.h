/* SPDX-License-Identifier: MIT
 * Calls that a C function makes by returning: they use no C stack, can be yielded across, and cost no exception.
 *
 * Each is used as the return expression of a C function: `return mayfly_tailpcallk(L, ...);`. The interpreter does what
 * was asked after the function has returned and then calls the continuation `k`, whose results are the function's.
 */
#ifndef MAYFLY_CALL_H
#define MAYFLY_CALL_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

/* [-(nargs + 1), +?, -]  Calls the function below its nargs arguments, as lua_callk does; then k(L, LUA_YIELD, ctx) with
 * the results on the stack. A null k: the results of the call are the results of the C function. */
LUA_API int mayfly_tailcallk(lua_State *L, int nargs, int nresults, lua_KContext ctx, lua_KFunction k);

/* [-(nargs + 1), +?, -]  The same in protected mode, as lua_pcallk does; `k` gets LUA_YIELD when the call succeeded (as
 * after a yield) or the error status, with the error value on the stack. msgh: stack index of the message handler or 0. */
LUA_API int mayfly_tailpcallk(lua_State *L, int nargs, int nresults, int msgh, lua_KContext ctx, lua_KFunction k);

/* [-nargs, +?, -]  Resumes coroutine `co` with the nargs values on top of L's stack. `k` gets LUA_YIELD (it yielded), LUA_OK (it
 * returned) or an error status; the yielded or returned values, or the error value, are on top of L's stack, and their
 * number is the top above what was there before. A coroutine that cannot be resumed gives LUA_ERRRUN and the message. */
LUA_API int mayfly_tailresume(lua_State *L, lua_State *co, int nargs, lua_KContext ctx, lua_KFunction k);

/* [-nresults, +?, v]  Yields, as lua_yieldk does: on resumption `k` (null: the arguments of the resumption are the results of
 * the C function) gets LUA_YIELD. lua_yieldk itself never returns to its caller, so it has to throw; this does not. */
LUA_API int mayfly_tailyieldk(lua_State *L, int nresults, lua_KContext ctx, lua_KFunction k);

/* [-0, +?, -]  Closes a thread, as the manual of Lua 5.4.6 says: older headers do not declare it. The C calls of `from` count. */
LUA_API int lua_closethread(lua_State *L, lua_State *from);

/* [-1, +0, v]  Raises the value on top of the stack as an error, as lua_error does. */
LUA_API int mayfly_tailerror(lua_State *L);

/* [-0, +0, -]  Tells the interpreter which C functions (without upvalues) are `next` and the iterator that `ipairs` returns, so
 * that generic loops over plain tables step without calling them. They must behave as those of the manual. */
LUA_API void mayfly_setiterators(lua_State *L, lua_CFunction next, lua_CFunction ipairs_iterator);

#ifdef __cplusplus
}
#endif
#endif
