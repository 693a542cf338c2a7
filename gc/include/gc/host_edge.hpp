// SPDX-License-Identifier: MIT
// Edges from the host's own memory into the heap, where host and heap share bdwgc's (collector=boehm).
#pragma once

#include <cstdint>

#include "gc/heap.hpp"

namespace gc {

// Are the host's objects in the same heap as the cells?
bool shares_heap_with_host();

// What the edge leads to: a cell, which it keeps alive, or null; and two words of the embedder.
struct HostEdgeContent {
  Cell* target;
  std::uint64_t words[2];
};

// A new object in the host's heap. It lives, and keeps the target alive, as long as bdwgc finds its address: in objects of
// the host that live, on the C stack, in static data, in what Visitor::visit_words is given. Nobody releases it. May
// collect (the target must be rooted). Throws OutOfMemory. Null where no heap is shared.
void* make_host_edge(Heap& heap, const HostEdgeContent& content);

// What an edge leads to. An edge of a heap that is no more, or of another one, leads nowhere: false. So does one that was
// unreachable at a flip, which only finalizers of the host's objects can still see.
bool read_host_edge(const Heap& heap, const void* edge, HostEdgeContent* content);

}  // namespace gc
