// SPDX-License-Identifier: MIT
// Making full userdata, and blocks.
#include "value/userdata.hpp"

#include <algorithm>

#include "memory/global_state.hpp"

namespace rt {

Userdata* make_userdata(GlobalState& state, std::size_t size, unsigned user_value_count) {
  if (size > PTRDIFF_MAX / 2) throw gc::OutOfMemory{};
  std::size_t bytes = sizeof(Userdata) + user_value_count * sizeof(Value) + size;
  auto* u = static_cast<Userdata*>(state.heap.allocate(kind_userdata, bytes));
  u->extra = user_value_count;
  u->metatable = nullptr;
  u->size = size;
  std::fill_n(u->user_values(), user_value_count, Value::nil());
  return u;
}

Block* make_block(GlobalState& state) {
  auto* block = static_cast<Block*>(state.heap.allocate(kind_block, sizeof(Block)));
  block->extra = 0;
  block->metatable = nullptr;
  block->size = sizeof(Block) - sizeof(Userdata);
  block->data = nullptr;
  block->capacity = 0;
  return block;
}

}  // namespace rt
