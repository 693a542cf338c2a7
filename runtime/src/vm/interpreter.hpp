// SPDX-License-Identifier: MIT
// What the interpreter's files share.
//
// A handler that cannot finish on its fast path leaves to a slow path: an ordinary function that takes (pc, L), works on
// the stack and the frames, and says where to go on. Nothing of the handler's registers survives it: they are loaded
// again from L->frame.
//
//   pc      always points behind the current instruction: that one is pc[-1]
//   frame   L->frame->lua.pc is saved before anything that may call, raise or collect
//   top     L->top is exact before anything that may call, raise or collect: the end of the frame's registers, or the end
//           of an open list of values (`multi`)
//   pseudo  instructions that no prototype contains: what to do when the frame on top is not a Lua function's
#pragma once

#include <cstdint>

#include "syntax/instruction.hpp"
#include "value/function.hpp"
#include "value/thread.hpp"
#include "value/value.hpp"
#include "vm/call.hpp"
#include "vm/event.hpp"
#include "vm/handler_table.hpp"

namespace rt {

// Where to go on: the instruction to execute next and the thread to execute it in.
struct Continuation {
  const Instruction* pc;
  lua_State* L;
};
using SlowPath = Continuation (*)(const Instruction* pc, lua_State* L);

// --- entering ----------------------------------------------------------------------------------------------------------
extern const Instruction leave_code[1], native_code[1], resume_code[1];  // of the pseudo instructions
void enter(const Instruction* pc, lua_State* L);     // executes from pc on until `leave_code` (dispatch.cpp)
// The same for the first instruction of the function on top, with what would have to be loaded from its frame.
void enter_function(const Instruction* code, lua_State* L, Value* base, const Value* constants);

// Negative results of C functions (mayfly/call.h); values no miscounting C function returns by accident.
enum TailCode : int {
  tail_call_code = -0x4d460001,
  tail_protected_call_code = -0x4d460002,
  tail_resume_code = -0x4d460003,
  tail_yield_code = -0x4d460004,
  tail_error_code = -0x4d460005,
};

// Thrown through host frames (with continuations) by a coroutine that yields; caught by who resumed it.
struct YieldUnwinding {
  lua_State* thread;
};

// --- the running Lua frame ---------------------------------------------------------------------------------------------
inline Prototype* prototype_of(const Frame* frame) { return frame->function->lua_function()->prototype; }
inline Value* end_of_registers(const Frame* frame) { return frame->base() + prototype_of(frame)->frame_size; }
inline Value* register_at(lua_State* L, unsigned offset) {
  return reinterpret_cast<Value*>(reinterpret_cast<char*>(L->frame->base()) + offset);
}
inline const Value* constant_at(lua_State* L, unsigned offset) {
  return reinterpret_cast<const Value*>(reinterpret_cast<const char*>(L->frame->lua.constants) + offset);
}
// Before anything that may call, raise or collect, where no open list of values is in use.
inline void save_state(const Instruction* pc, lua_State* L) {
  L->frame->lua.pc = pc;
  L->top = end_of_registers(L->frame);
}

// --- calls (call.cpp) --------------------------------------------------------------------------------------------------
Frame* new_frame(lua_State* L);  // the next frame of the list; may collect
// Begins a call of the value at `function` with the arguments up to L->top. Follows `__call`; with frame_entry it is a function.
Continuation begin_call(lua_State* L, Value* function, int wanted_results, unsigned status);
// The same for a C function, called from the Lua function on top: it is called at once.
Continuation call_native(lua_State* L, Value* function, int wanted_results);
// The frame on top returns the `count` values at `first`.
Continuation return_values(lua_State* L, Value* first, int count);
// The C function on top has returned `result`: a count or a TailCode.
Continuation after_native(lua_State* L, int result);
// The C function on top goes on with its continuation, which gets `status`; without one it returns the values at `first`.
Continuation resume_native(lua_State* L, int status, Value* first);
// Interprets until the frame on top, which has frame_entry, has returned; or, when L->resumed_by_host, until the coroutine L
// has returned or yielded. The error that no frame above catches ends it: its status, the value on top of the stack. Yields through
// host frames leave it as exceptions.
int run(lua_State* L, const Instruction* pc);
void reallocate_stack(lua_State* L, std::size_t slots);  // without the reserve (stack.cpp)
bool wants_smaller_stack(const lua_State* L);
void shrink_stack(lua_State* L);        // gives back what a deep recursion needed; moves the stack
// The same for threads at rest, from GlobalState::thread_to_shrink on. Only where no function of the API is at work on one of them.
void shrink_stacks(GlobalState& state, std::size_t budget);
bool has_stacks_to_shrink(const GlobalState& state);
bool is_oversized(const lua_State* L);  // of a thread at rest: worth it,
void note_depth(lua_State* L);          // unless it is deep now and then: sets deep_at_flip where it has been
Value* prepend_call_metamethod(lua_State* L, Value* function);  // shifts the arguments; null: an error message is on top
inline Frame* next_frame(lua_State* L) { return L->frame->next != nullptr ? L->frame->next : new_frame(L); }
inline constexpr std::uint32_t unyieldable = 0x10000;
inline unsigned native_depth(const lua_State* L) { return L->native_calls & 0xffff; }
inline bool is_yieldable(const lua_State* L) { return (L->native_calls >> 16) == 0; }

// The continuation of a `pcall` done in place: [function of pcall] [results or the error value].
int finish_pcall(lua_State* L, int status, lua_KContext context);

// --- metamethods called in the middle of an instruction (metamethod.cpp) -----------------------------------------------
Continuation call_metamethod(lua_State* L, const Value& method, const Value& a, const Value& b);
Continuation call_metamethod(lua_State* L, const Value& method, const Value& a, const Value& b, const Value& c);  // no result
// The metamethod has returned; its result is at L->top - 1 (if the instruction wants one).
Continuation finish_instruction(lua_State* L);
// How an instruction goes on with what a metamethod has returned.
enum class MetamethodUse : std::uint8_t { other, result, jump_when_true, jump_when_false, nothing };
extern const MetamethodUse metamethod_use[opcode_count];
// Jumps (or not) as the comparison pc[-1] says, given its outcome.
Continuation conditional(const Instruction* pc, lua_State* L, bool outcome);

// --- errors in the interpreter (unwind.cpp) ----------------------------------------------------------------------------
// The error value is on top of the stack. `signal_error` lets the message handler see it first.
Continuation unwind(lua_State* L, int status);
Continuation signal_error(lua_State* L);
void call_message_handler(lua_State* L);  // replaces the value on top; may throw
// The next step of the C function on top, which closes its variables: after an error, or before it returns.
Continuation continue_closing(lua_State* L);
// The error in flight in thread L to its handler within the run: false when there is none.
bool find_handler(lua_State* L, int status, Continuation* handler);
// An error has been caught: room that was needed by what overflowed the stack, or ran out of memory, is given back.
void shrink_stack_after(lua_State* L, int status);
// Runs the body; an error becomes the result, with its value on top of the stack and the frame as it was before.
int catch_errors(lua_State* L, int (*body)(lua_State* L, void* context), void* context);
// Leaves for the next C++ frame that catches errors; calls the panic function when there is none.
[[noreturn]] void throw_error(lua_State* L, int status);

// Calls `__close` of the newest pending variable, one of the Lua function on top; then the instruction is executed again.
Continuation close_next(lua_State* L);
Value* pop_to_be_closed(lua_State* L);  // takes the newest off the list (scope.cpp)

// --- coroutines (coroutine.cpp) ----------------------------------------------------------------------------------------
Continuation resume_from_native(lua_State* L);      // executes L->request
Continuation start_or_continue(lua_State* L, int argument_count);  // a coroutine with these arguments on its stack
void switch_to(lua_State* L);                       // it is the running thread from now on
Continuation yield_values(lua_State* L, int count);  // the values on top
Continuation deliver_yield(lua_State* L);            // to the resumer, in this run
// What coroutine `co` yields or returns, the `count` values on its top, to where the instruction that resumed it wants them; false
// when the C function of the frame on top of L has to go on. (coroutine_switch.cpp)
bool hand_over(lua_State* co, lua_State* L, int count, Continuation* next);
// The function of a coroutine.wrap, called with the arguments from behind them up to `end`; false when it has to be called.
bool resume_wrapped(const Instruction* pc, lua_State* L, Value* function, Value* end, int wanted_results, Continuation* next);
Continuation coroutine_finished(lua_State* L, int count);
Continuation coroutine_died(lua_State* L, int status);

// --- slow paths --------------------------------------------------------------------------------------------------------
Continuation index_slow(const Instruction* pc, lua_State* L);
Continuation inherited_slow(const Instruction* pc, lua_State* L);  // get_field, get_global, self: a value that lacks the key may inherit it
Continuation set_index_slow(const Instruction* pc, lua_State* L);
Continuation insert_slow(const Instruction* pc, lua_State* L);  // a table without `__newindex` lacks the key; the value is not nil
Continuation barrier_slow(const Instruction* pc, lua_State* L);
Continuation length_slow(const Instruction* pc, lua_State* L);
Continuation new_table_slow(const Instruction* pc, lua_State* L);
Continuation set_list_slow(const Instruction* pc, lua_State* L);
Continuation arithmetic_slow(const Instruction* pc, lua_State* L);
Continuation unary_slow(const Instruction* pc, lua_State* L);
Continuation concat_slow(const Instruction* pc, lua_State* L);
Continuation continue_concat(const Instruction* pc, lua_State* L, int operands);
Continuation equal_slow(const Instruction* pc, lua_State* L);
Continuation compare_slow(const Instruction* pc, lua_State* L);
Continuation call_slow(const Instruction* pc, lua_State* L);
Continuation call_native_slow(const Instruction* pc, lua_State* L);  // `call` or `tail_call` of a C function, nothing to close
Continuation tail_call_slow(const Instruction* pc, lua_State* L);
Continuation return_slow(const Instruction* pc, lua_State* L);
Continuation vararg_slow(const Instruction* pc, lua_State* L);
Continuation vararg_prepare_slow(const Instruction* pc, lua_State* L);
Continuation native_slow(const Instruction* pc, lua_State* L);
Continuation resume_slow(const Instruction* pc, lua_State* L);
Continuation closure_slow(const Instruction* pc, lua_State* L);
Continuation close_slow(const Instruction* pc, lua_State* L);
Continuation to_be_closed_slow(const Instruction* pc, lua_State* L);
Continuation for_prepare_slow(const Instruction* pc, lua_State* L);
Continuation generic_prepare_slow(const Instruction* pc, lua_State* L);
Continuation generic_call_slow(const Instruction* pc, lua_State* L);
Continuation iterate_native_slow(const Instruction* pc, lua_State* L);
Continuation intercept_slow(const Instruction* pc, lua_State* L);
Continuation charge_slow(const Instruction* pc, lua_State* L);  // the budget is used up

// --- hooks (hook.cpp) --------------------------------------------------------------------------------------------------
// Puts the right table into L->dispatch: after a change of hooks or of pending work.
void choose_dispatch(lua_State* L);
void call_hook(lua_State* L, int event, int line, int first_transferred, int transferred);
void hook_native_call(lua_State* L);  // the C function on top is about to be called
Value* hook_return(lua_State* L, Value* first, int count);  // the function on top returns these; the stack may move

// --- names (names.cpp) -------------------------------------------------------------------------------------------------
inline int current_instruction(const Frame* frame) {
  return static_cast<int>(frame->lua.pc - prototype_of(frame)->code) - 1;
}
int line_of(const Prototype* p, int instruction);  // -1 when stripped
// Kind of name ("local", "global", "method", ...) of what register `r` holds at instruction `pc`, or null.
const char* name_of_register(const Prototype* p, int pc, int r, const char** name);
// How the instruction that called names its callee, or null.
const char* name_of_called(lua_State* L, const Prototype* p, int pc, const char** name);
const char* local_name(const Prototype* p, int number, int pc);  // the number-th active local variable, or null

}  // namespace rt
