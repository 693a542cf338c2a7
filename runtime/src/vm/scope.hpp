// SPDX-License-Identifier: MIT
// To-be-closed variables: marking them, and closing them for C++ callers. The interpreter closes its own frames'
// variables one call at a time (scope.cpp, unwind.cpp), so that `__close` may yield.
//
// The pending variables of a thread form a list through their stack slots (close_link): L->to_be_closed is the newest,
// and the list ends at slot 0 of the stack, which is never a variable.
#pragma once

#include <cstddef>

#include "value/thread.hpp"

namespace rt {

inline constexpr int closing_normally = -1;  // instead of a status: no error object, `__close` gets nil

// Marks the value at `place` as to be closed; false values are ignored. Raises "variable 'x' got a non-closable value".
void mark_to_be_closed(lua_State* L, Value* place);
inline bool has_to_be_closed(const lua_State* L, const Value* from) {
  return L->to_be_closed >= from && L->to_be_closed != L->stack;
}
// What lies between belongs to functions that have ended. Variables that are yet to be closed stay; the rest is set to nil, so that
// it does not live until they are. Closes upvalues.
void forget_finished(lua_State* L, Value* from, Value* end);
// Closes upvalues and to-be-closed variables at or above `from` (a save_place offset) without yielding. With an error
// status the error object is on top of the stack; every `__close` gets it. May raise, may move the stack.
void close_scope(lua_State* L, std::ptrdiff_t from, int status);
// The same for after an error: an error in a `__close` replaces the one in flight. The error value (none when the result
// is LUA_OK) is on top of the stack. Returns the final status.
int close_scope_protected(lua_State* L, std::ptrdiff_t from, int status);

}  // namespace rt
