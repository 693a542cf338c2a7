// SPDX-License-Identifier: MIT
// Library functions that the interpreter does itself (mayfly/intrinsic.h): which they are, and their slow paths.
//
// The instruction that calls keeps a guess of which function it calls (byte x of `call`, operand c of `tail_call`); whether
// GlobalState::intrinsics has the function at that place decides, so any guess is right. A handler that finds anything
// unusual (types, numbers of arguments, results out of range, errors) leaves to the ordinary call of the function.
#pragma once

#include <mayfly/intrinsic.h>

#include "memory/global_state.hpp"
#include "vm/interpreter.hpp"

namespace rt {

inline constexpr unsigned intrinsic_places = 64;  // of GlobalState::intrinsics; 0 and those above the last are empty
inline constexpr unsigned no_intrinsic = intrinsic_places - 1;
static_assert(MAYFLY_INTRINSIC_END <= no_intrinsic);

// Operand c of a `tail_call`: no guess, or a guess above this (so that it differs from every usual c of a `call`).
inline constexpr unsigned tail_guess = 0x1000;

// Is it what coroutine.wrap returns?
inline bool is_wrapped(const lua_State* L, const Value& function) {
  return function.tag == Tag::native_function && function.native_function()->code == L->global->intrinsics[MAYFLY_INTRINSIC_COROUTINE_WRAPPED];
}

// Writes the guess for the function the instruction is about to call.
void guess_intrinsic(const Instruction* call, const GlobalState& state, NativeCode code);

Continuation next_slow(const Instruction* pc, lua_State* L);
Continuation tostring_slow(const Instruction* pc, lua_State* L);
Continuation tonumber_slow(const Instruction* pc, lua_State* L);
Continuation character_slow(const Instruction* pc, lua_State* L);  // string.char of one number, string.sub of one character
Continuation substring_slow(const Instruction* pc, lua_State* L);
Continuation resume_slow_in_place(const Instruction* pc, lua_State* L);  // coroutine_switch.cpp
Continuation call_wrapped_slow(const Instruction* pc, lua_State* L);     // a function of coroutine.wrap
Continuation yield_slow(const Instruction* pc, lua_State* L);
Continuation append_slow(const Instruction* pc, lua_State* L);  // table.insert(t, v) on a plain table

}  // namespace rt
