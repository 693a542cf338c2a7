// SPDX-License-Identifier: MIT
// How handlers are written so that one source gives both forms of the interpreter: functions chained by guaranteed tail
// calls with the interpreter's registers in machine registers (clang), or labels of one function reached by computed goto.
// Included by dispatch.cpp only, as are the handlers_*.hpp files.
//
//   HANDLER(name) { ... }   the body of an opcode; sees pc (behind the instruction), base, L, constants, dispatch
//   NEXT();                 go to the instruction at pc
//   GO_TO_PLAIN(table, i);  go to the instruction i by itself, even if it is fused with the next
//   SLOW(function);         leave to a slow path
//   GO_TO_INTRINSIC(place); go on with the library function at this place of GlobalState::intrinsics
//   CONTINUE_IN(name);      the rest of the instruction is in another handler (defined above), to keep the common part small
//   INLINE_HANDLER(name)    a handler that is the second of fused pairs (handlers_fused.hpp), reached there by CONTINUE_INLINE(name)
//   STEP_TO_SECOND();       the second of a fused pair becomes the current instruction
//   FRAME, SET_FRAME(f);    the running frame, L->frame, kept in a register: it changes by SET_FRAME or RELOAD_REGISTERS() only
//   RELOAD_DISPATCH();      at backward jumps, calls and returns: this is where interrupts and hooks get in
// Each way out must be the last thing executed on its path. On the fast path nothing may be called: a call
// would give the whole handler a stack frame.
#pragma once

#include "value/conversion.hpp"
#include "value/function.hpp"
#include "value/thread.hpp"
#include "vm/interpreter.hpp"

#if defined(__clang__) && __has_attribute(preserve_none) && __has_cpp_attribute(clang::musttail) && !defined(MAYFLY_COMPUTED_GOTO)
#define MAYFLY_TAIL_CALLS 1
#else
#define MAYFLY_TAIL_CALLS 0
#endif

#define RELOAD_DISPATCH() (dispatch = L->dispatch)

// An entry may be overwritten by an interrupt meanwhile (vm/interrupt.hpp). The processor reads a word whole; told so, the compiler
// would no longer jump through memory and need an instruction more.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MAYFLY_ATOMIC_HANDLERS 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define MAYFLY_ATOMIC_HANDLERS 1
#endif
#ifdef MAYFLY_ATOMIC_HANDLERS
#define TABLE_ENTRY(table, op) __atomic_load_n(&static_cast<const void* const*>(static_cast<const void*>(table))[op], __ATOMIC_RELAXED)
#define HANDLER_AT(table, op) reinterpret_cast<Handler>(const_cast<void*>(TABLE_ENTRY(table, op)))
#else
#define TABLE_ENTRY(table, op) (table)[op]
#define HANDLER_AT(table, op) static_cast<const Handler*>(static_cast<const void*>(table))[op]
#endif

#if MAYFLY_TAIL_CALLS

// `word` is the current instruction, pc[-1], in one load; `running` is L->frame, for calls and returns, which would wait for its way through
// memory.
#define INTERPRETER_REGISTERS \
  [[maybe_unused]] const Instruction *pc, [[maybe_unused]] char *base, [[maybe_unused]] lua_State *L, \
      [[maybe_unused]] const char *constants, [[maybe_unused]] const void *const *dispatch, [[maybe_unused]] std::uint64_t word, [[maybe_unused]] Frame *running
#define REGISTERS pc, base, L, constants, dispatch, word, running
#define FRAME running
#define SET_FRAME(called_or_calling) (L->frame = running = (called_or_calling))

#define RELOAD_REGISTERS() \
  (running = L->frame, base = reinterpret_cast<char*>(running->base()), constants = reinterpret_cast<const char*>(running->lua.constants), \
   RELOAD_DISPATCH())

#define HANDLER(name) __attribute__((preserve_none, noinline)) static void handle_##name(INTERPRETER_REGISTERS)
// The handler itself, and the same again where CONTINUE_INLINE asks for it.
#define INLINE_HANDLER(name) \
  __attribute__((preserve_none, always_inline)) static inline void inlined_##name(INTERPRETER_REGISTERS); \
  HANDLER(name) { \
    [[clang::musttail]] return inlined_##name(REGISTERS); \
  } \
  __attribute__((preserve_none, always_inline)) static inline void inlined_##name(INTERPRETER_REGISTERS)
#define CONTINUE_INLINE(name) [[clang::musttail]] return inlined_##name(REGISTERS)
// `nomerge`: each way out has its own indirect jump, which the processor predicts apart from the others.
#define GO_TO(table, instruction) \
  do { \
    pc = (instruction); \
    word = word_of(pc); \
    [[clang::nomerge]] [[clang::musttail]] return HANDLER_AT(table, static_cast<std::uint8_t>(word))(pc + 1, base, L, constants, dispatch, word, running); \
  } while (0)
#define GO_TO_PLAIN(table, instruction) \
  do { \
    pc = (instruction); \
    [[clang::musttail]] return HANDLER_AT(table, static_cast<unsigned>(plain(pc->op)))(pc + 1, base, L, constants, dispatch, word_of(pc), running); \
  } while (0)
#define STEP_TO_SECOND() (word = word_of(pc++))
#define NEXT() GO_TO(dispatch, pc)
#define SLOW(function) [[clang::musttail]] return continue_with<function>(REGISTERS)
#define CONTINUE_IN(name) [[clang::musttail]] return handle_##name(REGISTERS)
#define GO_TO_INTRINSIC(place) [[clang::musttail]] return intrinsic_table[place](REGISTERS)

namespace rt {

static_assert(std::endian::native == std::endian::little);
inline std::uint64_t word_of(const Instruction* instruction) {
  std::uint64_t word;
  static_assert(sizeof word == sizeof *instruction);
  __builtin_memcpy(&word, instruction, sizeof word);
  return word;
}

using Handler = __attribute__((preserve_none)) void (*)(INTERPRETER_REGISTERS);

template <SlowPath function>
__attribute__((preserve_none, noinline)) void continue_with(INTERPRETER_REGISTERS) {
  Continuation next = function(pc, L);
  pc = next.pc;
  L = next.L;
  RELOAD_REGISTERS();
  NEXT();
}

}  // namespace rt

#else

#define FRAME (L->frame)
#define SET_FRAME(called_or_calling) (L->frame = (called_or_calling))
#define RELOAD_REGISTERS() \
  (base = reinterpret_cast<char*>(L->frame->base()), constants = reinterpret_cast<const char*>(L->frame->lua.constants), RELOAD_DISPATCH())

#define HANDLER(name) handle_##name:
#define INLINE_HANDLER(name) HANDLER(name)
#define CONTINUE_INLINE(name) goto handle_##name
#define GO_TO(table, instruction) \
  do { \
    const Instruction* target = (instruction); \
    pc = target + 1; \
    goto* TABLE_ENTRY(table, static_cast<unsigned>(target->op)); \
  } while (0)
#define GO_TO_PLAIN(table, instruction) \
  do { \
    const Instruction* target = (instruction); \
    pc = target + 1; \
    goto* TABLE_ENTRY(table, static_cast<unsigned>(plain(target->op))); \
  } while (0)
#define STEP_TO_SECOND() (++pc)
#define NEXT() GO_TO(dispatch, pc)
#define SLOW(function) \
  do { \
    Continuation next = function(pc, L); \
    pc = next.pc; \
    L = next.L; \
    goto resume; \
  } while (0)
#define CONTINUE_IN(name) goto handle_##name
#define GO_TO_INTRINSIC(place) goto*(intrinsic_labels)[place]

#endif

// Closes the upvalues at `from` and above; what the collector must be told of is left, with the rest, to a slow path.
#define CLOSE_UPVALUES(from, otherwise) \
  for (Upvalue* upvalue; (upvalue = L->open_upvalues) != nullptr && upvalue->place >= (from);) { \
    Value value = *upvalue->place; \
    if (must_tell_collector(upvalue, value)) [[unlikely]] SLOW(otherwise); \
    Upvalue* next = upvalue->open.next; \
    L->open_upvalues = next; \
    if (next != nullptr) next->open.previous = &L->open_upvalues; \
    upvalue->closed = value; \
    upvalue->place = &upvalue->closed; \
    upvalue->detail = 0; \
  }

// At the end of every round of a loop: one more jump taken, which the processor's history tells apart from the indirect one behind it
// (README.md, "Where the handlers lie").
#if defined(__x86_64__)
#define MARK_ROUND() __asm__ volatile("jmp 1f\n\t.skip 8, 0xCC\n1:")
#else
#define MARK_ROUND() static_cast<void>(0)
#endif

// Operands of the current instruction: registers and constants by the field that names them.
#if MAYFLY_TAIL_CALLS
#define OPERAND_X (static_cast<std::uint8_t>(word >> 8))
#define OPERAND_A (static_cast<std::uint32_t>(word) >> 16)
#define OPERAND_B (static_cast<std::uint16_t>(word >> 32))
#define OPERAND_C (word >> 48)
#else
#define OPERAND_X (pc[-1].x)
#define OPERAND_A (pc[-1].a)
#define OPERAND_B (pc[-1].b)
#define OPERAND_C (pc[-1].c)
#endif
#define RA (*reinterpret_cast<Value*>(base + OPERAND_A))
#define RB (*reinterpret_cast<Value*>(base + OPERAND_B))
#define RC (*reinterpret_cast<Value*>(base + OPERAND_C))
#define KB (*reinterpret_cast<const Value*>(constants + OPERAND_B))
#define KC (*reinterpret_cast<const Value*>(constants + OPERAND_C))
#define SIGNED_B (static_cast<std::int16_t>(OPERAND_B))
#define SIGNED_C (static_cast<std::int16_t>(OPERAND_C))

namespace rt {

// Arguments of a call (its field b) against a prototype: all parameters given, and not a vararg function.
inline bool enough_arguments(const Prototype* p, unsigned b) {
  std::uint16_t parameters_and_vararg;
  static_assert(offsetof(Prototype, is_vararg) == offsetof(Prototype, parameter_count) + 1);
  __builtin_memcpy(&parameters_and_vararg, &p->parameter_count, sizeof parameters_and_vararg);
  return b > parameters_and_vararg;
}

// wanted_results and status at once: 0 or 1 when the frame was called by an instruction that takes so many results.
inline std::uint32_t expectation_of(const Frame* frame) {
  std::uint32_t both;
  static_assert(offsetof(Frame, status) == offsetof(Frame, wanted_results) + 2);
  __builtin_memcpy(&both, &frame->wanted_results, sizeof both);
  return both;
}

// The same when C++ has called and wants no results; each that it wants adds one.
inline constexpr std::uint32_t expected_by_host = std::uint32_t{frame_entry | frame_called_natively} << 16;

inline LuaFunction* running_function(char* base) {
  return reinterpret_cast<Value*>(base)[-1].lua_function();
}

}  // namespace rt
