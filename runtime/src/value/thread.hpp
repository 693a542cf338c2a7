// SPDX-License-Identifier: MIT
// Threads (coroutines): the value stack, the call frames, the state of a run. `lua_State` is this structure.
#pragma once

#include <bit>
#include <csetjmp>
#include <cstddef>
#include <cstdint>

#include <lua.hpp>

#include "gc/cell.hpp"
#include "gc/liveness.hpp"
#include "gc/visitor.hpp"
#include "syntax/instruction.hpp"
#include "value/function.hpp"
#include "value/value.hpp"

namespace rt {

struct GlobalState;

// Bits of Frame::status.
enum FrameStatus : std::uint16_t {
  frame_native = 1 << 0,       // runs a C function (native or light)
  frame_entry = 1 << 1,        // the interpreter was entered for this frame: returning from it leaves `run`
  frame_protected = 1 << 2,    // native frame that catches errors of what it called (lua_pcallk, mayfly_tailpcall)
  frame_continuation = 1 << 3,  // native frame that has a continuation `k` for when its callee returns or yields
  frame_metamethod = 1 << 4,   // called in the middle of an instruction: its result finishes that instruction
  frame_finalizer = 1 << 5,    // runs a finalizer or a weak callback (name "__gc" in tracebacks)
  frame_tail_called = 1 << 6,
  frame_hooked = 1 << 7,       // a hook is running on behalf of this frame
  frame_closing = 1 << 8,      // to-be-closed variables are being closed while it returns or unwinds
  frame_resume_base = 1 << 9,  // bottom frame of a coroutine being run by the same `run` as its resumer
  frame_hook_yielded = 1 << 10,
  frame_unhookable = 1 << 11,  // hooks were off when this protected frame called (restored when an error reaches it)
  frame_close_on_return = 1 << 12,  // C function with to-be-closed slots (lua_toclose)
  frame_fresh = 1 << 13,       // Lua function whose call hook has yet to run
  frame_called_natively = 1 << 14,  // Lua function whose caller is a C function (the fast returns only know Lua callers)
  frame_negates = 1 << 15,     // Lua function in a comparison by __le that is made of __lt: the result is to be negated
};

// One activation. Frames form a doubly linked list and are kept for reuse.
struct Frame {
  Value* function;  // the called value; registers / arguments start at function + 1
  Value* top;       // native: top it may push up to; Lua: not used (see end_of_registers in vm/interpreter.hpp)
  Frame* previous;
  Frame* next;
  union {
    struct {
      const Instruction* pc;       // next instruction, saved before anything that may raise, call or collect
      const Value* constants;      // of the function's prototype
      std::int32_t extra_arguments;  // of a vararg function
    } lua;
    struct {
      lua_KFunction k;
      lua_KContext context;
      std::int32_t recover_status;  // status being delivered while closing after an error
    } native;
  };
  std::ptrdiff_t saved_handler;  // error handler to restore (protected frames)
  std::int16_t wanted_results;   // LUA_MULTRET or a count
  std::uint16_t status;          // FrameStatus bits
  // A number for whatever the frame is in the middle of: protected frames: slot number of the called function; the frame
  // that yielded: how many values; a Lua frame in `concat`: operands left; closing while it returns: values to return.
  std::int32_t transfer;

  // Both in one store: the fast returns read them in one load, which would wait for two.
  void expect(int results, unsigned new_status) {
    std::uint32_t both = static_cast<std::uint16_t>(results) | new_status << 16;
    static_assert(std::endian::native == std::endian::little);
    __builtin_memcpy(reinterpret_cast<char*>(this) + offsetof(Frame, wanted_results), &both, sizeof both);
  }
  bool is_lua() const { return (status & frame_native) == 0; }
  Value* base() const { return function + 1; }
};

// Arguments of the calls in mayfly/call.h.
struct TailRequest {
  lua_KFunction k;
  lua_KContext context;
  lua_State* coroutine;
  std::ptrdiff_t handler;
  std::int32_t arguments;
  std::int32_t results;
};

}  // namespace rt

struct lua_State {
  rt::Value* top;             // first free slot; meaningful in native frames and while calling
  rt::Frame* frame;           // running activation
  const void* const* dispatch;  // handler table in force: the state's own, or the one that intercepts every instruction (hooks, pending work)
  rt::GlobalState* global;
  rt::Value* stack;           // storage: stack_size + reserve slots
  rt::Value* stack_limit;     // stack + stack_size
  rt::Upvalue* open_upvalues;  // by descending place
  rt::Value* to_be_closed;    // newest to-be-closed variable, or stack (see vm/scope.hpp)
  rt::Frame base_frame;       // the host's level (main thread) or the place the body is called from (coroutine)
  lua_State* resumer;         // who resumed it, while it runs
  lua_State* next_thread;     // all threads of the state (GlobalState::threads)
  lua_State** previous_thread;  // the link that points here
  rt::TailRequest request;    // what the C function that just returned a negative code asks for
  lua_Hook hook;
  std::ptrdiff_t error_handler;  // stack offset of the message handler in force; 0: none
  std::uint32_t native_calls;  // low half: nesting of C calls; high half: non-yieldable calls
  std::uint32_t host_runs;     // interpreter runs entered on this thread by calls from C++ since it was resumed
  std::int32_t hook_period, hook_left;
  std::int32_t old_line_pc;   // for the line hook
  std::uint16_t first_transferred, transferred;  // during a call or return hook: which values are passed
  std::uint8_t status;        // LUA_OK, LUA_YIELD or the error that killed it
  std::uint8_t hook_mask;
  bool hooks_allowed;
  bool resumed_by_host;       // lua_resume runs it (else the interpreter itself switched to it)
  bool overflowed;            // the stack is full, and has extra room for the handling of that
  std::uint32_t frame_count;  // frames in the list, for trimming
  std::uint32_t deep_at_flip;  // Heap::flips when a stack that was too large was seen to have been in use

  // native_calls and, in the upper half, host_runs: what a call from C++ counts, in one addition.
  std::uint64_t call_counts() const {
    std::uint64_t both;
    static_assert(std::endian::native == std::endian::little);
    __builtin_memcpy(&both, reinterpret_cast<const char*>(this) + offsetof(lua_State, native_calls), sizeof both);
    return both;
  }
  void set_call_counts(std::uint64_t both) {
    static_assert(offsetof(lua_State, host_runs) == offsetof(lua_State, native_calls) + 4);
    __builtin_memcpy(reinterpret_cast<char*>(this) + offsetof(lua_State, native_calls), &both, sizeof both);
  }
};

namespace rt {

inline constexpr int max_stack = 1000000;         // LUAI_MAXSTACK
inline constexpr int stack_reserve = 5;           // slots beyond the limit for metamethod calls
inline constexpr int error_stack_reserve = 200;   // extra room while an overflow is handled
inline constexpr int initial_stack = 32;          // a Lua function that calls a C function (LUA_MINSTACK) has room
inline constexpr unsigned max_native_calls = 200;  // LUAI_MAXCCALLS

// The cell of a thread. LUA_EXTRASPACE bytes of the host lie directly before the lua_State.
struct ThreadCell : gc::Cell {
  unsigned char extra_space[LUA_EXTRASPACE];
  lua_State state;
};

inline ThreadCell* cell_of(lua_State* L) {
  return reinterpret_cast<ThreadCell*>(reinterpret_cast<char*>(L) - offsetof(ThreadCell, state));
}
inline Value Value::of(ThreadCell* t) { return {Payload{.cell = t}, Tag::thread}; }
inline ThreadCell* Value::thread() const { return static_cast<ThreadCell*>(payload.cell); }

// The new thread is reachable from nothing: root it before the next allocation. May collect.
lua_State* make_thread(GlobalState& state);

// The collector and the stack. A thread that runs, or waits for one it has resumed or called, changes without a barrier and
// is traced again at the flip. All others are traced like any cell, and whoever changes them tells the collector:
void written_while_black(lua_State* L);
// To be called after writing to the stack of a thread that may not be the running one, and before running code on it.
inline void note_written(lua_State* L) {
  if (cell_of(L)->color == gc::black) [[unlikely]] written_while_black(L);
}
// The thread ceases to run: what its open upvalues hold may have changed.
void thread_stopped(lua_State* L);
// Has thread_stopped nothing to tell the collector?
inline bool stops_quietly(lua_State* L) {
  if (cell_of(L)->color == gc::black) return false;
  const Upvalue* upvalue = L->open_upvalues;
  while (upvalue != nullptr && upvalue->color != gc::black) upvalue = upvalue->open.next;
  return upvalue == nullptr;
}

// For memory/kinds.cpp: the kind of a thread. Clears the unused part of the stack when it is visited for the last time.
std::size_t size_of_thread(const gc::Cell* cell);
std::size_t trace_thread(gc::Cell* cell, gc::Visitor& visitor, std::size_t from);
void destroy_thread(gc::Cell* cell, gc::Heap& heap);
// Between the flip and the sweep: upvalues that outlive the thread whose stack they point into are closed.
void close_upvalues_of_dead_thread(lua_State* thread, const gc::Liveness& liveness);
// Storage the thread owns.
std::size_t bytes_outside(const lua_State* L);

// A stack slot: the bytes behind the tag, which copying a Value leaves alone, link the to-be-closed variables.
inline std::uint32_t& close_link(Value* slot) {
  return *reinterpret_cast<std::uint32_t*>(reinterpret_cast<char*>(slot) + 12);  // distance in slots to the next older one
}

}  // namespace rt
