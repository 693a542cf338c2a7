// SPDX-License-Identifier: MIT
// Edges from the host's objects to cells.
#include "gc/host_edge.hpp"

#include "collector.hpp"

namespace gc {

bool shares_heap_with_host() { return true; }

void* make_host_edge(Heap& heap, const HostEdgeContent& content) {
  auto* edge = static_cast<HostEdge*>(bdwgc::allocate(sizeof(HostEdge), false));
  if (edge == nullptr) throw OutOfMemory{};
  Collector& collector = Collector::of(heap);
  *edge = {{}, content, collector.host_edges};
  edge->tag.set(collector.anchor, Tagged::host_edge);
  collector.host_edges = edge;
  return edge;
}

bool read_host_edge(const Heap& heap, const void* place, HostEdgeContent* content) {
  auto* edge = static_cast<const HostEdge*>(place);
  if (edge->tag.owner<Anchor>() != Collector::of(heap).anchor) return false;
  *content = edge->content;
  return true;
}

}  // namespace gc
