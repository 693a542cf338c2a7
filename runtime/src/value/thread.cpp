// SPDX-License-Identifier: MIT
// Making, tracing and destroying threads.
#include "value/thread.hpp"

#include <algorithm>
#include <cstring>

#include "memory/global_state.hpp"
#include "memory/kinds.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

std::size_t stack_slots(const lua_State* L) {
  return static_cast<std::size_t>(L->stack_limit - L->stack) + stack_reserve;
}

void clear_slots(Value* from, Value* end) {
  for (; from < end; ++from) from->set_nil();
}

void link_thread(GlobalState& state, lua_State* L) {
  L->next_thread = state.threads;
  L->previous_thread = &state.threads;
  if (state.threads != nullptr) state.threads->previous_thread = &L->next_thread;
  state.threads = L;
}

void unlink_thread(lua_State* L) {
  if (L->global->thread_to_shrink == L) L->global->thread_to_shrink = L->next_thread;
  *L->previous_thread = L->next_thread;
  if (L->next_thread != nullptr) L->next_thread->previous_thread = L->previous_thread;
}

void make_stack(GlobalState& state, lua_State* L) {
  std::size_t slots = initial_stack + stack_reserve;
  auto* stack = static_cast<Value*>(state.heap.allocate_storage(slots * sizeof(Value)));
  std::memset(static_cast<void*>(stack), 0, slots * sizeof(Value));
  L->stack = stack;
  L->stack_limit = stack + initial_stack;
  L->to_be_closed = stack;
  L->top = stack + 1;  // slot 0 stands for the function of the base frame
  L->base_frame.function = stack;
  L->base_frame.top = L->top + LUA_MINSTACK;
}

}  // namespace

lua_State* make_thread(GlobalState& state) {
  auto* cell = static_cast<ThreadCell*>(state.heap.allocate(kind_thread, sizeof(ThreadCell)));
  std::memset(reinterpret_cast<char*>(cell) + sizeof(gc::Cell), 0, sizeof(ThreadCell) - sizeof(gc::Cell));
  lua_State* L = &cell->state;
  L->global = &state;
  L->frame = &L->base_frame;
  L->dispatch = state.interruption.handlers;
  L->base_frame.status = frame_native;
  L->hooks_allowed = true;
  L->status = LUA_OK;
  link_thread(state, L);
  gc::Handle<ThreadCell> keep(state.heap, cell);
  make_stack(state, L);
  return L;
}

std::size_t size_of_thread(const gc::Cell*) {
  return sizeof(ThreadCell);
}

namespace {
// Is some function of it being executed? (A suspended one has the status LUA_YIELD, a dead one that of its error.)
bool changes_without_barrier(const lua_State* L) {
  return L == L->global->running || (L->status == LUA_OK && L->frame != &L->base_frame);
}
}  // namespace

std::size_t trace_thread(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  lua_State* L = &static_cast<ThreadCell*>(cell)->state;
  if (L->stack == nullptr) return gc::trace_complete;
  for (const Value* slot = L->stack; slot < L->top; ++slot) visit_value(visitor, *slot);
  for (Upvalue* upvalue = L->open_upvalues; upvalue != nullptr; upvalue = upvalue->open.next) visitor.visit(upvalue);
  if (L->resumer != nullptr) visitor.visit(cell_of(L->resumer));
  visitor.slice_exhausted(stack_slots(L));
  bool changes = changes_without_barrier(L);
  if (changes) visitor.trace_again_at_flip();
  if (visitor.checking()) return gc::trace_complete;
  if (!changes && is_oversized(L)) {
    note_depth(L);
    L->global->met_oversized_stack = true;
  }
  if (!changes || visitor.at_flip()) clear_slots(L->top, L->stack + stack_slots(L));
  return gc::trace_complete;
}

// What was popped off an old thread's stack may have died since: it must not be seen when new frames cover it.
void written_while_black(lua_State* L) {
  gc::Heap& heap = L->global->heap;
  if (heap.keeps_old() && !changes_without_barrier(L)) clear_slots(L->top, L->stack + stack_slots(L));
  heap.barrier_any(cell_of(L));
}

void thread_stopped(lua_State* L) {
  gc::Heap& heap = L->global->heap;
  if (!heap.marking() && !heap.keeps_old()) return;
  heap.barrier_any(cell_of(L));
  for (Upvalue* upvalue = L->open_upvalues; upvalue != nullptr; upvalue = upvalue->open.next) heap.barrier_any(upvalue);
}

void destroy_thread(gc::Cell* cell, gc::Heap& heap) {
  lua_State* L = &static_cast<ThreadCell*>(cell)->state;
  unlink_thread(L);
  for (Frame* frame = L->base_frame.next; frame != nullptr;) {
    Frame* next = frame->next;
    heap.free_storage(frame, sizeof(Frame));
    frame = next;
  }
  if (L->stack != nullptr) heap.free_storage(L->stack, stack_slots(L) * sizeof(Value));
}

std::size_t bytes_outside(const lua_State* L) {
  return (L->stack != nullptr ? stack_slots(L) * sizeof(Value) : 0) + L->frame_count * sizeof(Frame);
}

}  // namespace rt
