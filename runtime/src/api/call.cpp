// SPDX-License-Identifier: MIT
// lua.h: calls, protected calls, loading and dumping chunks, raising errors.
//
// A foreign C++ exception that leaves a C function passes through lua_callk and lua_pcallk as through every other frame: it is
// not turned into a Lua error (vm/host_call.cpp).
#include "api/address.hpp"
#include "syntax/compile.hpp"
#include "vm/interpreter.hpp"
#include "vm/scope.hpp"

using namespace rt;

namespace {

// What a call has pushed beyond the frame's room is the frame's now.
void adopt_results(lua_State* L, int wanted_results) {
  if (wanted_results == LUA_MULTRET && L->frame->top < L->top) L->frame->top = L->top;
}

void set_continuation(Frame* frame, lua_KFunction k, lua_KContext context) {
  frame->native.k = k;
  frame->native.context = context;
  frame->status |= frame_continuation;
}

void end_continuation(Frame* frame) {
  frame->status &= static_cast<std::uint16_t>(~(frame_continuation | frame_protected | frame_unhookable));
}

[[gnu::noinline]] void call_continuably(lua_State* L, Value* function, int results, lua_KContext context, lua_KFunction k) {
  Frame* frame = L->frame;
  set_continuation(frame, k, context);
  int status = call_caught(L, function, results, Yields::allowed);
  if (status != LUA_OK) throw_error(L, status);
  end_continuation(frame);
  adopt_results(L, results);
}

// Should the callee yield, this C function is gone when it goes on: the frame says what is to be done then.
[[gnu::noinline]] int call_protected_continuably(lua_State* L, Value* function, int results, std::ptrdiff_t handler, lua_KContext context,
                                                 lua_KFunction k) {
  Frame* frame = L->frame;
  set_continuation(frame, k, context);
  frame->saved_handler = L->error_handler;
  frame->transfer = static_cast<std::int32_t>(function - L->stack);
  frame->status |= frame_protected;
  if (!L->hooks_allowed) frame->status |= frame_unhookable;
  int status = call_protected(L, function, results, Yields::allowed, handler);
  end_continuation(frame);
  adopt_results(L, results);
  return status;
}

[[gnu::noinline]] void call_for_all(lua_State* L, Value* function) {
  call_unyieldable(L, function, LUA_MULTRET);
  adopt_results(L, LUA_MULTRET);
}

[[gnu::noinline]] int call_protected_for_all(lua_State* L, Value* function, std::ptrdiff_t handler) {
  int status = call_protected(L, function, LUA_MULTRET, Yields::forbidden, handler);
  adopt_results(L, LUA_MULTRET);
  return status;
}

}  // namespace

LUA_API void lua_callk(lua_State* L, int arguments, int results, lua_KContext context, lua_KFunction k) {
  Value* function = L->top - (arguments + 1);
  if (k != nullptr && is_yieldable(L)) [[unlikely]] return call_continuably(L, function, results, context, k);
  if (results == LUA_MULTRET) return call_for_all(L, function);
  call_unyieldable(L, function, results);
}

LUA_API int lua_pcallk(lua_State* L, int arguments, int results, int handler, lua_KContext context, lua_KFunction k) {
  std::ptrdiff_t handler_place = handler == 0 ? 0 : save_place(L, stack_address(L, handler));
  Value* function = L->top - (arguments + 1);
  if (k != nullptr && is_yieldable(L)) [[unlikely]] {
    return call_protected_continuably(L, function, results, handler_place, context, k);
  }
  if (results == LUA_MULTRET) return call_protected_for_all(L, function, handler_place);
  return call_protected(L, function, results, Yields::forbidden, handler_place);
}

LUA_API int lua_load(lua_State* L, lua_Reader reader, void* data, const char* chunk_name, const char* mode) {
  struct Request {
    lua_Reader reader;
    void* data;
    const char* chunk_name;
    const char* mode;
    static int run(lua_State* thread, void* context) {
      auto* request = static_cast<Request*>(context);
      LuaFunction* f = load(thread, request->reader, request->data, request->chunk_name, request->mode);
      if (f->detail == 0) return LUA_OK;
      const Value* globals = globals_of(thread);
      *f->upvalues[0]->place = *globals;
      thread->global->heap.barrier_any(f->upvalues[0]);
      return LUA_OK;
    }
  };
  Request request{reader, data, chunk_name != nullptr ? chunk_name : "?", mode};
  std::uint32_t native_calls = L->native_calls;
  L->native_calls += unyieldable;  // the reader cannot yield
  int status = protect(L, Request::run, &request, save_place(L, L->top), L->error_handler);
  L->native_calls = native_calls;
  return status;
}

LUA_API int lua_dump(lua_State* L, lua_Writer writer, void* data, int strip) {
  const Value& function = L->top[-1];
  if (function.tag != Tag::lua_function) return 1;
  return guarded(L, [&] { return dump(L, function.lua_function(), writer, data, strip != 0); });
}

LUA_API int lua_error(lua_State* L) {
  const Value& error = L->top[-1];
  raise(L, error.is_string() && error.string() == L->global->memory_message ? LUA_ERRMEM : LUA_ERRRUN);
}
