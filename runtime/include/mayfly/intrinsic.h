/* SPDX-License-Identifier: MIT
 * Library functions that the interpreter knows: a call of one of them with arguments of the usual types is done without calling it.
 */
#ifndef MAYFLY_INTRINSIC_H
#define MAYFLY_INTRINSIC_H

#ifdef __cplusplus
extern "C" { /* lua.h too, which does not say so itself */
#endif

#include <lua.h>

enum {
  MAYFLY_INTRINSIC_ASSERT = 1,
  MAYFLY_INTRINSIC_GETMETATABLE,
  MAYFLY_INTRINSIC_IPAIRS,
  MAYFLY_INTRINSIC_NEXT,
  MAYFLY_INTRINSIC_PAIRS,
  MAYFLY_INTRINSIC_PCALL,
  MAYFLY_INTRINSIC_RAWGET,
  MAYFLY_INTRINSIC_RAWSET,
  MAYFLY_INTRINSIC_SELECT,
  MAYFLY_INTRINSIC_SETMETATABLE,
  MAYFLY_INTRINSIC_TONUMBER,
  MAYFLY_INTRINSIC_TOSTRING,
  MAYFLY_INTRINSIC_TYPE,
  MAYFLY_INTRINSIC_MATH_ABS,
  MAYFLY_INTRINSIC_MATH_CEIL,
  MAYFLY_INTRINSIC_MATH_FLOOR,
  MAYFLY_INTRINSIC_MATH_MAX,
  MAYFLY_INTRINSIC_MATH_MIN,
  MAYFLY_INTRINSIC_MATH_SQRT,
  MAYFLY_INTRINSIC_STRING_BYTE,
  MAYFLY_INTRINSIC_STRING_CHAR,
  MAYFLY_INTRINSIC_STRING_LEN,
  MAYFLY_INTRINSIC_STRING_SUB,
  MAYFLY_INTRINSIC_TABLE_INSERT,
  MAYFLY_INTRINSIC_TABLE_REMOVE,
  MAYFLY_INTRINSIC_TABLE_UNPACK,
  MAYFLY_INTRINSIC_COROUTINE_RESUME,
  MAYFLY_INTRINSIC_COROUTINE_YIELD,
  MAYFLY_INTRINSIC_COROUTINE_WRAPPED, /* what coroutine.wrap returns: a C closure, the coroutine its first upvalue */
  MAYFLY_INTRINSIC_WEAKREF_GET, /* the method of refs */
  MAYFLY_INTRINSIC_END
};

/* [-0, +0, -]  Says that `function` (as lua_pushcfunction pushes it, without upvalues unless said otherwise) is the function of the manual that
 * `intrinsic` names. It must behave as the manual says: scripts cannot tell whether it was called, except by hooks, with
 * which it is always called; so are all its errors its own. Another function for the same intrinsic takes the place of the
 * one before; NULL: there is none. Numbers that name no intrinsic are ignored. */
LUA_API void mayfly_setintrinsic(lua_State *L, int intrinsic, lua_CFunction function);

/* [-0, +0, -]  For the functions that resume coroutines (COROUTINE_RESUME, COROUTINE_WRAPPED): the continuation that they give to
 * mayfly_tailresume, with the context 0 and the coroutine's arguments taken off their stack. It is called where the coroutine
 * fails, and in all but the usual cases; without one the functions are always called. Other numbers are ignored. */
LUA_API void mayfly_setcontinuation(lua_State *L, int intrinsic, lua_KFunction k);

#ifdef __cplusplus
}
#endif
#endif
