// SPDX-License-Identifier: MIT
// The types of the weak room, and the kinds of cell behind them.
#pragma once

#include <cstdint>

#include "gc/kind.hpp"

namespace weak {

// ORDER WeakKind: in the order in which the Registry gives them to the heap.
enum class Kind : std::uint8_t {
  shared_ref,  // a ref without callback: one per referent
  ref,         // a ref with a callback, or one that belongs to a host's handle
  proxy,
  finalizer,
  key_table,
  value_table,
  kv_table,
  set,
  cursor,
  count_,
};
inline constexpr unsigned kind_count = static_cast<unsigned>(Kind::count_);

// What scripts and hosts tell apart. ORDER WeakType (mayfly/weak.h numbers them from 1).
enum class Type : std::uint8_t { ref, key_table, value_table, kv_table, set, proxy, finalizer, cursor, count_ };
inline constexpr unsigned type_count = static_cast<unsigned>(Type::count_);

inline constexpr Type type_of_kind[kind_count] = {
    Type::ref, Type::ref, Type::proxy, Type::finalizer, Type::key_table, Type::value_table, Type::kv_table, Type::set,
    Type::cursor,
};

}  // namespace weak
