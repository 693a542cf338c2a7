// SPDX-License-Identifier: MIT
// mayfly/call.h: what a C function asks for by returning. The request waits in the thread until the function has returned.
#include <mayfly/call.h>

#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"

LUA_API int mayfly_tailcallk(lua_State* L, int nargs, int nresults, lua_KContext ctx, lua_KFunction k) {
  L->request = {k, ctx, nullptr, 0, nargs, nresults};
  return rt::tail_call_code;
}

LUA_API int mayfly_tailpcallk(lua_State* L, int nargs, int nresults, int msgh, lua_KContext ctx, lua_KFunction k) {
  std::ptrdiff_t handler = 0;
  if (msgh != 0) handler = rt::save_place(L, msgh > 0 ? L->frame->function + msgh : L->top + msgh);
  L->request = {k, ctx, nullptr, handler, nargs, nresults};
  return rt::tail_protected_call_code;
}

LUA_API int mayfly_tailresume(lua_State* L, lua_State* co, int nargs, lua_KContext ctx, lua_KFunction k) {
  L->request = {k, ctx, co, 0, nargs, 0};
  return rt::tail_resume_code;
}

LUA_API int mayfly_tailyieldk(lua_State* L, int nresults, lua_KContext ctx, lua_KFunction k) {
  if (!rt::is_yieldable(L)) return rt::yield(L, nresults, ctx, k);  // raises the error
  L->request = {k, ctx, nullptr, 0, 0, nresults};
  return rt::tail_yield_code;
}

LUA_API int mayfly_tailerror(lua_State*) {
  return rt::tail_error_code;
}

LUA_API void mayfly_setiterators(lua_State* L, lua_CFunction next, lua_CFunction ipairs_iterator) {
  L->global->next_function = next;
  L->global->ipairs_function = ipairs_iterator;
}
