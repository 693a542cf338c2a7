// SPDX-License-Identifier: MIT
// The runtime's types as the collector sees them.
#pragma once

#include "gc/heap.hpp"
#include "value/value.hpp"

namespace rt {

// Registers every RuntimeKind, before any other kind of the heap. Returns the heap.
gc::Heap& add_runtime_kinds(gc::Heap& heap);

inline void visit_value(gc::Visitor& visitor, const Value& v) {
  if (v.has_cell()) visitor.visit(v.cell());
}

}  // namespace rt
