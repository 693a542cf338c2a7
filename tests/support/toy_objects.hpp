// SPDX-License-Identifier: MIT
// A tiny embedder without Lua. Leaf: no edges. Box: one edge. Pair: two. Row: any number of edges inside the cell, traced
// in slices. Buffer: edges in storage. Stack: edges in storage that change without a barrier, traced again at the flip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gc/heap.hpp"
#include "gc/root.hpp"
#include "gc/visitor.hpp"

namespace toy {

enum ToyKind : gc::KindId { kind_leaf, kind_box, kind_pair, kind_row, kind_buffer, kind_stack };

struct Leaf : gc::Cell {
  std::int64_t value;
};
struct Box : gc::Cell {
  gc::Cell* content;
};
struct Pair : gc::Cell {
  gc::Cell* first;
  gc::Cell* second;
};
//   header: extra = number of slots
struct Row : gc::Cell {
  gc::Cell** slots() { return reinterpret_cast<gc::Cell**>(this + 1); }
};
//   header: extra = number of slots. Also the form of a Stack.
struct Buffer : gc::Cell {
  gc::Cell** slots;
  std::size_t bytes() const { return extra * sizeof(gc::Cell*); }
};
struct Stack : Buffer {};

// What the kinds have seen.
struct Events {
  std::size_t destroyed_boxes = 0;
  std::size_t destroyed_buffers = 0;
  std::size_t row_slices = 0;  // calls of trace_row,
  std::size_t row_traces = 0;  // those that began with the first edge
};
inline Events events;

template <class T>
std::size_t fixed_size(const gc::Cell*) {
  return sizeof(T);
}
inline std::size_t row_size(const gc::Cell* cell) { return sizeof(Row) + cell->extra * sizeof(gc::Cell*); }

inline std::size_t trace_box(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  visitor.visit(static_cast<Box*>(cell)->content);
  return gc::trace_complete;
}
inline std::size_t trace_pair(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  visitor.visit(static_cast<Pair*>(cell)->first);
  visitor.visit(static_cast<Pair*>(cell)->second);
  return gc::trace_complete;
}
inline std::size_t trace_slots(gc::Cell** slots, std::size_t count, gc::Visitor& visitor, std::size_t from) {
  for (std::size_t index = from; index < count; ++index) {
    if (index % 8 == 7 && visitor.slice_exhausted(8)) return index;
    visitor.visit(slots[index]);
  }
  return gc::trace_complete;
}
inline std::size_t trace_row(gc::Cell* cell, gc::Visitor& visitor, std::size_t from) {
  ++events.row_slices;
  if (from == 0) ++events.row_traces;
  return trace_slots(static_cast<Row*>(cell)->slots(), cell->extra, visitor, from);
}
inline std::size_t trace_buffer(gc::Cell* cell, gc::Visitor& visitor, std::size_t from) {
  return trace_slots(static_cast<Buffer*>(cell)->slots, cell->extra, visitor, from);
}

inline void destroy_box(gc::Cell*, gc::Heap&) { ++events.destroyed_boxes; }
inline void destroy_buffer(gc::Cell* cell, gc::Heap& heap) {
  auto* buffer = static_cast<Buffer*>(cell);
  heap.free_storage(buffer->slots, buffer->bytes());
  ++events.destroyed_buffers;
}

inline void add_kinds(gc::Heap& heap) {
  static const gc::Kind kinds[] = {
      {"leaf", fixed_size<Leaf>, nullptr, nullptr},
      {"box", fixed_size<Box>, trace_box, destroy_box},
      {"pair", fixed_size<Pair>, trace_pair, nullptr},
      {"row", row_size, trace_row, nullptr},
      {"buffer", fixed_size<Buffer>, trace_buffer, destroy_buffer},
      {"stack", fixed_size<Stack>, trace_buffer, destroy_buffer, true},
  };
  for (const gc::Kind& kind : kinds) heap.add_kind(kind);
}

inline Leaf* make_leaf(gc::Heap& heap, std::int64_t value = 0) {
  auto* leaf = static_cast<Leaf*>(heap.allocate(kind_leaf, sizeof(Leaf)));
  leaf->value = value;
  return leaf;
}
inline Box* make_box(gc::Heap& heap, gc::Cell* content = nullptr) {
  gc::Handle<gc::Cell> kept(heap, content);
  auto* box = static_cast<Box*>(heap.allocate(kind_box, sizeof(Box)));
  box->content = content;
  return box;
}
inline Pair* make_pair(gc::Heap& heap, gc::Cell* first = nullptr, gc::Cell* second = nullptr) {
  gc::Handle<gc::Cell> kept_first(heap, first);
  gc::Handle<gc::Cell> kept_second(heap, second);
  auto* pair = static_cast<Pair*>(heap.allocate(kind_pair, sizeof(Pair)));
  pair->first = first;
  pair->second = second;
  return pair;
}
inline Row* make_row(gc::Heap& heap, std::uint32_t count) {
  auto* row = static_cast<Row*>(heap.allocate(kind_row, sizeof(Row) + count * sizeof(gc::Cell*)));
  row->extra = count;
  std::memset(row->slots(), 0, count * sizeof(gc::Cell*));
  return row;
}
template <class T = Buffer>
T* make_buffer(gc::Heap& heap, std::uint32_t count, ToyKind kind = kind_buffer) {
  void* slots = heap.allocate_storage(count * sizeof(gc::Cell*));
  if (slots != nullptr) std::memset(slots, 0, count * sizeof(gc::Cell*));
  gc::Cell* cell;
  try {
    cell = heap.allocate(kind, sizeof(T));
  } catch (...) {
    heap.free_storage(slots, count * sizeof(gc::Cell*));
    throw;
  }
  cell->extra = count;
  static_cast<T*>(cell)->slots = static_cast<gc::Cell**>(slots);
  return static_cast<T*>(cell);
}
inline Stack* make_stack(gc::Heap& heap, std::uint32_t count) { return make_buffer<Stack>(heap, count, kind_stack); }

}  // namespace toy
