// SPDX-License-Identifier: MIT
// Calling values from C++, stack growth.
#pragma once

#include <cstddef>
#include <cstdint>

#include "value/thread.hpp"
#include "value/value.hpp"

namespace rt {

// Calls the value at `function` with the arguments above it up to L->top; results replace it. Uses the C stack (counts
// against max_native_calls).
void call_unyieldable(lua_State* L, Value* function, int wanted_results);
// The same for who does something about the error: what a script raises comes as a status, its value on top of the stack and the
// frames as they are, and costs no C++ exception. The numbers are what a call adds to lua_State::call_counts().
enum class Yields : std::uint64_t { allowed = 0x1'00000001, forbidden = 0x1'00010001 };
int call_caught(lua_State* L, Value* function, int wanted_results, Yields yields);
// lua_pcall: the error value is left at `function`. `handler`: the place of the message handler (save_place), 0: none.
int call_protected(lua_State* L, Value* function, int wanted_results, Yields yields, std::ptrdiff_t handler);

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
