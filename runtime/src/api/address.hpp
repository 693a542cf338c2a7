// SPDX-License-Identifier: MIT
// What the API's functions share: stack indices, and errors where no protected call is.
#pragma once

#include <cstring>

#include <lua.hpp>

#include "gc/heap.hpp"
#include "memory/global_state.hpp"
#include "value/function.hpp"
#include "value/thread.hpp"
#include "value/value.hpp"
#include "vm/call.hpp"
#include "vm/error.hpp"

namespace rt {

// Upvalues of the running function; `number` from 1. A C function without upvalues has none.
inline const Value* upvalue_address(lua_State* L, int number) {
  const Value* function = L->frame->function;
  if (function->tag != Tag::native_function) return &absent;
  NativeFunction* native = function->native_function();
  return number <= native->detail ? &native->upvalues[number - 1] : &absent;
}

// The place of an acceptable index, &absent ("none") when it is beyond the top or the upvalues. The usual ways are marked as
// likely, which keeps jumps that are taken out of them: functions as short as most of the API's consist of little else.
inline const Value* address(lua_State* L, int index) {
  if (index > 0) [[likely]] {
    const Value* place = L->frame->function + index;
    if (place < L->top) [[likely]] return place;
    return &absent;
  }
  if (index > LUA_REGISTRYINDEX) [[likely]] return L->top + index;
  if (index == LUA_REGISTRYINDEX) return &L->global->registry;
  return upvalue_address(L, LUA_REGISTRYINDEX - index);
}
inline bool is_upvalue_index(int index) { return index < LUA_REGISTRYINDEX; }

// The place of a valid stack index (no pseudo-index).
inline Value* stack_address(lua_State* L, int index) {
  Value *bottom = L->frame->function, *top = L->top;
  return (index > 0 ? bottom : top) + index;
}

inline int type_at(const Value* v) { return v == &absent ? LUA_TNONE : basic_type(*v); }

inline const Value* globals_of(lua_State* L) { return get_index(L->global->registry.table(), LUA_RIDX_GLOBALS); }

// Runs what may allocate. The heap's exception becomes a Lua error here, where the thread is known: so that it reaches
// the panic function when nothing protects the call.
template <class Body>
inline auto guarded(lua_State* L, Body body) {
  try {
    return body();
  } catch (const gc::OutOfMemory&) {
    raise_memory(L);
  }
}

// The string of a text that the host may ask for again at the same address. What is there may have changed since.
[[gnu::noinline]] inline String* find_name(lua_State* L, const char* text) {
  String* s = guarded(L, [&] { return make_string(*L->global, text); });
  if (s->is_short()) L->global->names.entry(text) = s;
  return s;
}
// The same if it is a short one and known, else null.
[[gnu::always_inline]] inline String* known_name(lua_State* L, const char* text) {
  String* known = L->global->names.entry(text);
  return known != nullptr && std::strcmp(text, known->data) == 0 ? known : nullptr;
}
inline String* name_string(lua_State* L, const char* text) {
  String* known = known_name(L, text);
  return known != nullptr ? known : find_name(L, text);
}

}  // namespace rt
