// SPDX-License-Identifier: MIT
// Calling values from C++, stack growth.
#pragma once

#include <cstddef>

#include "value/thread.hpp"
#include "value/value.hpp"

namespace rt {

// Calls the value at `function` with the arguments above it up to L->top; results replace it. Uses the C stack (counts
// against max_native_calls). `call_unyieldable` forbids yields meanwhile.
void call(lua_State* L, Value* function, int wanted_results);
void call_unyieldable(lua_State* L, Value* function, int wanted_results);
// The same for who is going to catch the error anyway: what a script raises comes as a status, its value on top of the stack,
// and costs no C++ exception.
int call_caught(lua_State* L, Value* function, int wanted_results, bool yieldable);

// Makes sure `slots` free slots lie above L->top. May move the stack (pointers into it are then stale: keep offsets).
void grow_stack(lua_State* L, std::size_t slots);  // raises "stack overflow" or memory errors
inline void ensure_stack(lua_State* L, std::size_t slots) {
  if (static_cast<std::size_t>(L->stack_limit - L->top) <= slots) grow_stack(L, slots);
}
inline std::ptrdiff_t save_place(lua_State* L, const Value* place) {
  return reinterpret_cast<const char*>(place) - reinterpret_cast<const char*>(L->stack);
}
inline Value* restore_place(lua_State* L, std::ptrdiff_t offset) {
  return reinterpret_cast<Value*>(reinterpret_cast<char*>(L->stack) + offset);
}
inline void push(lua_State* L, const Value& v) {
  *L->top++ = v;
  note_written(L);
}

// Coroutines (the semantics of lua_resume, lua_yieldk, lua_closethread; api/ wraps them).
int resume(lua_State* L, lua_State* from, int argument_count, int* result_count);
int yield(lua_State* L, int result_count, lua_KContext context, lua_KFunction k);
int close_thread(lua_State* L, lua_State* from);

}  // namespace rt
