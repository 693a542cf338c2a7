// SPDX-License-Identifier: MIT
// The kinds of cell the runtime registers with the heap, in the order of registration (memory/kinds.cpp asserts it).
#pragma once

#include "gc/kind.hpp"

namespace rt {

enum RuntimeKind : gc::KindId {
  kind_short_string,
  kind_long_string,
  kind_table,
  kind_table_with_part,  // a table too: value/table.hpp
  kind_lua_function,
  kind_native_function,
  kind_userdata,
  kind_block,
  kind_thread,
  kind_prototype,
  kind_upvalue,
  runtime_kind_count,
};

inline bool is_table_kind(gc::KindId kind) { return kind == kind_table || kind == kind_table_with_part; }

}  // namespace rt
