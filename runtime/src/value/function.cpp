// SPDX-License-Identifier: MIT
// Making prototypes and closures.
#include "value/function.hpp"

#include <algorithm>

#include "memory/global_state.hpp"

namespace rt {

Prototype* make_prototype(GlobalState& state) {
  auto* cell = state.heap.allocate(kind_prototype, sizeof(Prototype));
  auto* p = static_cast<Prototype*>(cell);
  gc::Cell header = *cell;
  *p = Prototype{};
  static_cast<gc::Cell&>(*p) = header;
  return p;
}

LuaFunction* make_lua_function(GlobalState& state, Prototype* p) {
  auto* f = static_cast<LuaFunction*>(state.heap.allocate(kind_lua_function, bytes_of_lua_function(p->upvalue_count)));
  f->detail = p->upvalue_count;
  f->prototype = p;
  std::fill_n(f->upvalues, p->upvalue_count, nullptr);
  return f;
}

NativeFunction* make_native_function(GlobalState& state, NativeCode code, int upvalue_count) {
  auto count = static_cast<std::uint8_t>(upvalue_count);
  auto* f = static_cast<NativeFunction*>(state.heap.allocate(kind_native_function, bytes_of_native_function(count)));
  f->detail = count;
  f->code = code;
  std::fill_n(f->upvalues, count, Value::nil());
  return f;
}

void free_parts(GlobalState& state, Prototype* p) {
  gc::Heap& heap = state.heap;
  heap.free_storage(p->code, p->code_size * sizeof(Instruction));
  heap.free_storage(p->constants, p->constant_count * sizeof(Value));
  heap.free_storage(p->children, p->child_count * sizeof(Prototype*));
  heap.free_storage(p->upvalues, p->upvalue_count * sizeof(UpvalueDescription));
  heap.free_storage(p->locals, p->local_count * sizeof(LocalDescription));
  if (p->lines != nullptr) heap.free_storage(p->lines, p->code_size * sizeof(std::int32_t));
}

std::size_t bytes_outside(const Prototype* p) {
  return p->code_size * (sizeof(Instruction) + (p->lines != nullptr ? sizeof(std::int32_t) : 0)) +
         p->constant_count * sizeof(Value) + p->child_count * sizeof(Prototype*) +
         p->upvalue_count * sizeof(UpvalueDescription) + p->local_count * sizeof(LocalDescription);
}

}  // namespace rt
