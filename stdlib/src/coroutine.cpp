// SPDX-License-Identifier: MIT
// Manual 6.2: coroutines. Resuming and yielding use the tail forms of mayfly/call.h: no C stack, no exceptions.
#include <lua.hpp>

#include <mayfly/call.h>
#include <mayfly/intrinsic.h>

namespace {

lua_State* check_coroutine(lua_State* L) {
  lua_State* thread = lua_tothread(L, 1);
  luaL_argexpected(L, thread != nullptr, 1, "thread");
  return thread;
}

enum class Status { running, dead, suspended, normal };  // ORDER Status
constexpr const char* const status_names[] = {"running", "dead", "suspended", "normal"};

Status status_of(lua_State* L, lua_State* thread) {
  if (thread == L) return Status::running;
  switch (lua_status(thread)) {
    case LUA_YIELD: return Status::suspended;
    case LUA_OK: {
      lua_Debug call;
      if (lua_getstack(thread, 0, &call) != 0) return Status::normal;     // it resumed another one
      return lua_gettop(thread) == 0 ? Status::dead : Status::suspended;  // finished, or its body still waits
    }
    default: return Status::dead;
  }
}

const char* status_name(Status status) { return status_names[static_cast<int>(status)]; }

int coroutine_create(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State* thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
  return 1;
}

// Slot 1 (the coroutine) becomes the first result.
int finish_resume(lua_State* L, int status, lua_KContext) {
  bool succeeded = status == LUA_OK || status == LUA_YIELD;
  lua_pushboolean(L, succeeded ? 1 : 0);
  lua_replace(L, 1);
  return lua_gettop(L);
}

int coroutine_resume(lua_State* L) {
  lua_State* thread = check_coroutine(L);
  return mayfly_tailresume(L, thread, lua_gettop(L) - 1, 0, finish_resume);
}

// The error value is on top. A coroutine that died of it is closed, which may change the error; text gets the position
// of the call of the wrapping function.
int propagate_error(lua_State* L, lua_State* thread, int status) {
  int thread_status = lua_status(thread);
  if (thread_status != LUA_OK && thread_status != LUA_YIELD) {
    status = lua_closethread(thread, L);
    lua_xmove(thread, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return mayfly_tailerror(L);
}

int finish_wrap(lua_State* L, int status, lua_KContext) {
  if (status == LUA_OK || status == LUA_YIELD) [[likely]]
    return lua_gettop(L);
  return propagate_error(L, lua_tothread(L, lua_upvalueindex(1)), status);
}

int call_wrapped(lua_State* L) {
  lua_State* thread = lua_tothread(L, lua_upvalueindex(1));
  return mayfly_tailresume(L, thread, lua_gettop(L), 0, finish_wrap);
}

int coroutine_wrap(lua_State* L) {
  coroutine_create(L);
  lua_pushcclosure(L, call_wrapped, 1);
  return 1;
}

int coroutine_yield(lua_State* L) { return mayfly_tailyieldk(L, lua_gettop(L), 0, nullptr); }

int coroutine_status(lua_State* L) {
  lua_pushstring(L, status_name(status_of(L, check_coroutine(L))));
  return 1;
}

int coroutine_isyieldable(lua_State* L) {
  lua_State* thread = lua_isnone(L, 1) ? L : check_coroutine(L);
  lua_pushboolean(L, lua_isyieldable(thread));
  return 1;
}

int coroutine_running(lua_State* L) {
  lua_pushboolean(L, lua_pushthread(L));
  return 2;
}

int coroutine_close(lua_State* L) {
  lua_State* thread = check_coroutine(L);
  Status status = status_of(L, thread);
  if (status != Status::dead && status != Status::suspended) {
    return luaL_error(L, "cannot close a %s coroutine", status_name(status));
  }
  if (lua_closethread(thread, L) == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(thread, L, 1);
  return 2;
}

constexpr luaL_Reg functions[] = {
    {"close", coroutine_close},   {"create", coroutine_create},   {"isyieldable", coroutine_isyieldable},
    {"resume", coroutine_resume}, {"running", coroutine_running}, {"status", coroutine_status},
    {"wrap", coroutine_wrap},     {"yield", coroutine_yield},     {nullptr, nullptr},
};

}  // namespace

int luaopen_coroutine(lua_State* L) {
  luaL_newlib(L, functions);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_COROUTINE_RESUME, coroutine_resume);
  mayfly_setcontinuation(L, MAYFLY_INTRINSIC_COROUTINE_RESUME, finish_resume);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_COROUTINE_WRAPPED, call_wrapped);
  mayfly_setcontinuation(L, MAYFLY_INTRINSIC_COROUTINE_WRAPPED, finish_wrap);
  mayfly_setintrinsic(L, MAYFLY_INTRINSIC_COROUTINE_YIELD, coroutine_yield);
  return 1;
}
