// SPDX-License-Identifier: MIT
// Upvalues: the variables closures share, open while their function runs, closed afterwards.
#include "memory/global_state.hpp"
#include "value/function.hpp"
#include "value/thread.hpp"

namespace rt {

namespace {

void link_upvalue(Upvalue* upvalue, Upvalue** link) {
  upvalue->open.next = *link;
  upvalue->open.previous = link;
  if (*link != nullptr) (*link)->open.previous = &upvalue->open.next;
  *link = upvalue;
}

void unlink_upvalue(Upvalue* upvalue) {
  *upvalue->open.previous = upvalue->open.next;
  if (upvalue->open.next != nullptr) upvalue->open.next->open.previous = upvalue->open.previous;
}

void close_upvalue(Upvalue* upvalue) {
  Value value = *upvalue->place;  // `closed` shares its room with the links
  upvalue->closed = value;
  upvalue->place = &upvalue->closed;
  upvalue->detail = 0;
}

}  // namespace

Upvalue* make_closed_upvalue(GlobalState& state) {
  auto* upvalue = static_cast<Upvalue*>(state.heap.allocate(kind_upvalue, sizeof(Upvalue)));
  upvalue->closed = Value::nil();
  upvalue->place = &upvalue->closed;
  upvalue->detail = 0;
  return upvalue;
}

Upvalue* find_upvalue(lua_State* thread, Value* place) {
  Upvalue** link = &thread->open_upvalues;
  while (*link != nullptr && (*link)->place > place) link = &(*link)->open.next;
  if (*link != nullptr && (*link)->place == place) return *link;
  // The allocation may collect, but neither opens nor closes upvalues of a live thread: `link` stays right.
  auto* upvalue = static_cast<Upvalue*>(thread->global->heap.allocate(kind_upvalue, sizeof(Upvalue)));
  upvalue->detail = 1;
  upvalue->place = place;
  link_upvalue(upvalue, link);
  return upvalue;
}

void close_upvalues(lua_State* thread, Value* from) {
  gc::Heap& heap = thread->global->heap;
  while (Upvalue* upvalue = thread->open_upvalues) {
    if (upvalue->place < from) return;
    unlink_upvalue(upvalue);
    close_upvalue(upvalue);
    if (upvalue->closed.has_cell()) heap.barrier(upvalue, upvalue->closed.cell());
  }
}

void close_upvalues_of_dead_thread(lua_State* thread, const gc::Liveness& liveness) {
  // Those that live have had their values marked (kinds.cpp); the others die with the thread.
  while (Upvalue* upvalue = thread->open_upvalues) {
    unlink_upvalue(upvalue);
    if (liveness.survives(upvalue)) close_upvalue(upvalue);
  }
}

}  // namespace rt
