// SPDX-License-Identifier: MIT
// Full userdata: a block of host memory with a metatable and user values.
#pragma once

#include <cstddef>

#include "gc/cell.hpp"
#include "value/table.hpp"
#include "value/value.hpp"

namespace rt {

//   header: extra = number of user values
struct Userdata : gc::Cell {
  Table* metatable;
  std::size_t size;
  // extra user values, then `size` bytes of the host

  Value* user_values() { return reinterpret_cast<Value*>(this + 1); }
  void* block() { return user_values() + extra; }
};
static_assert(sizeof(Userdata) == 24);

// A userdata whose memory is storage, so that it can grow (mayfly/string.h): it has no user values.
struct Block : Userdata {
  char* data;
  std::size_t capacity;
};

inline Value Value::of(Userdata* u) { return {Payload{.cell = u}, Tag::userdata}; }
inline Userdata* Value::userdata() const { return static_cast<Userdata*>(payload.cell); }

// Empty, without storage.
Block* make_block(GlobalState& state);
Userdata* make_userdata(GlobalState& state, std::size_t size, unsigned user_value_count);

}  // namespace rt
