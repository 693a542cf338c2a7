// SPDX-License-Identifier: MIT
// Handlers: closures and scopes. Included by dispatch.cpp.

// When there are no cells at hand for all of it, it is left with the upvalues it has, and made anew.
HANDLER(closure) {
  constexpr unsigned most_upvalues = 16;
  static_assert(sizeof(LuaFunction) + (most_upvalues - 1) * sizeof(Upvalue*) <= gc::max_small_cell);
  const LuaFunction* outer = running_function(base);
  Prototype* p = outer->prototype->children[pc[-1].wide];
  unsigned count = p->upvalue_count;
  if (count > most_upvalues) [[unlikely]] SLOW(closure_slow);
  gc::Heap& heap = L->global->heap;
  gc::Cell* cell = heap.allocate_at_once(kind_lua_function, gc::cell_class_of(bytes_of_lua_function(count)));
  if (cell == nullptr) [[unlikely]] SLOW(closure_slow);
  auto* closure = static_cast<LuaFunction*>(cell);
  closure->prototype = p;
  closure->detail = static_cast<std::uint8_t>(count);
#pragma GCC unroll 1
  for (unsigned n = 0; n < count; ++n) {
    const UpvalueDescription& description = p->upvalues[n];
    if (!description.in_stack) {
      closure->upvalues[n] = outer->upvalues[description.index];
    } else {
      Value* place = reinterpret_cast<Value*>(base) + description.index;
      Upvalue** link = &L->open_upvalues;
      while (*link != nullptr && (*link)->place > place) link = &(*link)->open.next;
      Upvalue* upvalue = *link;
      if (upvalue == nullptr || upvalue->place != place) {
        gc::Cell* fresh = heap.allocate_at_once(kind_upvalue, gc::cell_class_of(sizeof(Upvalue)));
        if (fresh == nullptr) [[unlikely]] {
          for (; n < count; ++n) closure->upvalues[n] = nullptr;
          SLOW(closure_slow);
        }
        auto* opened = static_cast<Upvalue*>(fresh);
        opened->detail = 1;
        opened->place = place;
        opened->open.next = upvalue;
        opened->open.previous = link;
        if (upvalue != nullptr) upvalue->open.previous = &opened->open.next;
        *link = upvalue = opened;
      }
      closure->upvalues[n] = upvalue;
    }
  }
  RA = Value::of(closure);
  NEXT();
}

HANDLER(close) {
  Value* from = &RA;
  if (L->to_be_closed >= from) SLOW(close_slow);
  CLOSE_UPVALUES(from, close_slow);
  NEXT();
}

HANDLER(to_be_closed) {
  SLOW(to_be_closed_slow);
}

// Only ever read by the instruction in front of it.
HANDLER(extra) {
  NEXT();
}
