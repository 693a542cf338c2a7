// SPDX-License-Identifier: MIT
// The value stack of a thread: growing, moving, shrinking; frames.
#include <algorithm>
#include <cstring>

#include "memory/global_state.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

std::size_t stack_size(const lua_State* L) {
  return static_cast<std::size_t>(L->stack_limit - L->stack);
}

// Everything that points into the stack, after it has moved by `distance` bytes.
void relocate(lua_State* L, std::ptrdiff_t distance) {
  auto moved = [distance](Value* place) {  // some of them may be null, or belong to a stack that is gone
    return reinterpret_cast<Value*>(reinterpret_cast<std::uintptr_t>(place) + static_cast<std::uintptr_t>(distance));
  };
  L->top = moved(L->top);
  L->to_be_closed = moved(L->to_be_closed);
  for (Upvalue* upvalue = L->open_upvalues; upvalue != nullptr; upvalue = upvalue->open.next) {
    upvalue->place = moved(upvalue->place);
  }
  for (Frame* frame = L->frame; frame != nullptr; frame = frame->previous) {
    frame->function = moved(frame->function);
    frame->top = moved(frame->top);
  }
}

std::size_t slots_in_use(const lua_State* L) {
  const Value* end = L->top;
  for (const Frame* frame = L->frame; frame != nullptr; frame = frame->previous) {
    end = std::max<const Value*>(end, frame->is_lua() ? end_of_registers(frame) : frame->top);
  }
  return std::max<std::size_t>(static_cast<std::size_t>(end - L->stack) + 1, LUA_MINSTACK);
}

void free_frame_behind(lua_State* L, Frame* kept) {
  Frame* freed = kept->next;
  kept->next = freed->next;
  if (freed->next != nullptr) freed->next->previous = kept;
  L->global->heap.free_storage(freed, sizeof(Frame));
  --L->frame_count;
}

// Frames beyond the one on top are kept for reuse: half of them.
void free_unused_frames(lua_State* L) {
  for (Frame* kept = L->frame->next; kept != nullptr && kept->next != nullptr; kept = kept->next) free_frame_behind(L, kept);
}

// All but a few; returns how many were freed, at most `most`.
std::size_t free_most_frames(lua_State* L, std::size_t most) {
  constexpr int spare = 4;
  Frame* kept = L->frame;
  for (int n = 0; n < spare && kept->next != nullptr; ++n) kept = kept->next;
  std::size_t freed = 0;
  for (; freed < most && kept->next != nullptr; ++freed) free_frame_behind(L, kept);
  return freed;
}

void fit_stack(lua_State* L) {
  std::size_t used = slots_in_use(L);
  std::size_t most = std::min<std::size_t>(used * 3, max_stack);
  if (used <= max_stack - LUA_MINSTACK) L->overflowed = false;
  if (used <= max_stack - LUA_MINSTACK && stack_size(L) > most) {
    reallocate_stack(L, std::min<std::size_t>(std::max<std::size_t>(used * 2, initial_stack), max_stack));
  }
}

// Neither runs nor waits for one that it has resumed: nobody holds pointers into its stack.
bool is_at_rest(const lua_State* L) {
  const GlobalState& state = *L->global;
  if (L->stack == nullptr || (L->status == LUA_OK && L->frame != &L->base_frame)) return false;
  for (const lua_State* busy = state.running; busy != nullptr; busy = busy->resumer) {
    if (busy == L) return false;
  }
  return true;
}

}  // namespace

// A stack that cannot be had in a smaller size stays as it is.
void reallocate_stack(lua_State* L, std::size_t slots) {
  std::size_t old_bytes = (stack_size(L) + stack_reserve) * sizeof(Value);
  std::size_t new_bytes = (slots + stack_reserve) * sizeof(Value);
  Value* old_stack = L->stack;
  gc::Heap& heap = L->global->heap;
  void* storage = new_bytes > old_bytes ? heap.resize_storage(old_stack, old_bytes, new_bytes)
                                        : heap.shrink_storage(old_stack, old_bytes, new_bytes);
  if (storage == nullptr) return;
  if (new_bytes > old_bytes) std::memset(static_cast<char*>(storage) + old_bytes, 0, new_bytes - old_bytes);
  L->stack = static_cast<Value*>(storage);
  L->stack_limit = L->stack + slots;
  relocate(L, reinterpret_cast<char*>(L->stack) - reinterpret_cast<char*>(old_stack));
}

void grow_stack(lua_State* L, std::size_t slots) {
  std::size_t size = stack_size(L);
  if (L->overflowed) {  // what handles it has used up the room that was added for that
    push(L, Value::nil());
    throw_error(L, LUA_ERRERR);
  }
  std::size_t needed = static_cast<std::size_t>(L->top - L->stack) + slots + 1;
  if (needed <= max_stack) {
    reallocate_stack(L, std::min<std::size_t>(std::max(size * 2, needed), max_stack));
    return;
  }
  // A stack that could not be made smaller after the last overflow may be larger than any.
  reallocate_stack(L, std::max<std::size_t>(size, max_stack) + error_stack_reserve);
  L->overflowed = true;
  raise_message(L, "stack overflow");
}

namespace {

bool uses_an_eighth(const lua_State* L) { return static_cast<std::size_t>(L->top - L->stack) >= stack_size(L) / 8; }

}  // namespace

bool wants_smaller_stack(const lua_State* L) {
  constexpr std::size_t not_worth_it = 1000;
  return stack_size(L) > not_worth_it && !uses_an_eighth(L);
}

bool is_oversized(const lua_State* L) {
  constexpr std::size_t not_worth_it = 128;
  return stack_size(L) > not_worth_it && !uses_an_eighth(L);
}

// Slots in the upper part are cleared whenever the thread is traced: those that are not have been used since.
void note_depth(lua_State* L) {
  auto is_used = [](const Value& v) { return v.tag != Tag::nil; };
  if (std::any_of(L->stack + 2 * (L->top - L->stack), L->stack_limit, is_used)) L->deep_at_flip = L->global->heap.flips();
}

void shrink_stack(lua_State* L) {
  fit_stack(L);
  free_unused_frames(L);
}

namespace {

bool is_deep_now_and_then(lua_State* L) {
  constexpr std::uint32_t cycles_at_rest = 4;
  if (!is_oversized(L)) return false;
  note_depth(L);
  return L->global->heap.flips() - L->deep_at_flip < cycles_at_rest;
}

}  // namespace

// From the flip to the end of the sweep a dead thread's open upvalues may be gone.
bool has_stacks_to_shrink(const GlobalState& state) {
  return state.thread_to_shrink != nullptr && state.heap.phase() <= gc::Phase::marking;
}

// SIZE_MAX: all of them, whether they are deep now and then or not. Of `budget` a thread takes 1, a frame 1, a stack that is made anew 32.
void shrink_stacks(GlobalState& state, std::size_t budget) {
  constexpr std::size_t stack_cost = 32;
  bool all = budget == SIZE_MAX;
  while (has_stacks_to_shrink(state) && budget > 1) {
    lua_State* L = state.thread_to_shrink;
    --budget;
    if (is_at_rest(L) && !all && is_deep_now_and_then(L)) {
      state.met_oversized_stack = true;  // to be looked at again
    } else if (is_at_rest(L)) {
      if (is_oversized(L)) {
        fit_stack(L);
        budget -= std::min(budget, stack_cost);
      }
      budget -= free_most_frames(L, budget);
      if (budget == 0) return;  // it may have more
    }
    state.thread_to_shrink = L->next_thread;
  }
}

Frame* new_frame(lua_State* L) {
  auto* frame = static_cast<Frame*>(L->global->heap.allocate_storage(sizeof(Frame)));
  std::memset(static_cast<void*>(frame), 0, sizeof(Frame));
  L->frame->next = frame;
  frame->previous = L->frame;
  ++L->frame_count;
  return frame;
}

}  // namespace rt
