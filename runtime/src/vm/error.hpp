// SPDX-License-Identifier: MIT
// Raising errors.
//
// An error in flight is a value on top of the erring thread's stack plus a status. Inside the interpreter, where no host
// frame lies between the error and the protected frame, it unwinds without C++ exceptions; everywhere else it is a
// LuaError. The functions here always throw; handlers use the interpreter's own way (vm/unwind.hpp).
#pragma once

#include <lua.hpp>

#include "value/value.hpp"

namespace rt {

// The C++ exception that carries a Lua error through host frames. The error value is in `thread`'s stack top - 1.
struct LuaError {
  lua_State* thread;
  int status;  // LUA_ERRRUN, LUA_ERRMEM, LUA_ERRERR, LUA_ERRSYNTAX
};

// Raises the value on top of the stack (after the message handler, if any, has seen it).
[[noreturn]] void raise(lua_State* L, int status = LUA_ERRRUN);
// Raises a formatted message (format as lua_pushfstring) with "source:line: " in front when the current frame is a Lua one.
[[noreturn]] void raise_message(lua_State* L, const char* format, ...);
[[noreturn]] void raise_memory(lua_State* L);
// The language's own errors, with the variable's name: "attempt to <operation> a <type> value (local 'x')".
[[noreturn]] void raise_type(lua_State* L, const Value* culprit, const char* operation);
[[noreturn]] void raise_call(lua_State* L, const Value* culprit);
[[noreturn]] void raise_compare(lua_State* L, const Value* a, const Value* b);
[[noreturn]] void raise_concat(lua_State* L, const Value* a, const Value* b);
[[noreturn]] void raise_arithmetic(lua_State* L, const Value* a, const Value* b, const char* operation);
[[noreturn]] void raise_not_integer(lua_State* L, const Value* a, const Value* b);  // "number has no integer representation"
[[noreturn]] void raise_for(lua_State* L, const Value* culprit, const char* what);  // "'for' <what> must be a number"

// Runs `body(L, context)` in protected mode: on a LuaError (or gc::OutOfMemory), and when the body returns the status of an error
// that is on top of the stack, the frames above are unwound, the error value is left at `old_top`, and the status returned.
// Foreign C++ exceptions: see api/call.cpp.
using ProtectedBody = int (*)(lua_State* L, void* context);
int protect(lua_State* L, ProtectedBody body, void* context, std::ptrdiff_t old_top, std::ptrdiff_t handler);

}  // namespace rt
