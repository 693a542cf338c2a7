// SPDX-License-Identifier: MIT
// The collector's beginning and end, its kinds and figures.
#include "collector.hpp"

#include <algorithm>

namespace gc {

Collector::Collector(Heap& heap, std::size_t embedder_bytes)
    : heap_(heap),
      memory_(heap, sizeof(Collector) + embedder_bytes),
      storage_(memory_, heap.storage_pages_),
      roots_(heap.handles_),
      pacer_(first_threshold),
      chronicle_(heap, memory_),
      visitor_(heap) {
  visitor_.at_flip_ = true;  // every trace is the last of its cycle
  if (!bdwgc::join(*this)) throw OutOfMemory{};
}

Collector::~Collector() {
  running_ = true;
  bdwgc::leave(*this);
  for_each_cell([this](Cell* cell) { destroy_cell(cell); });
  for (Prefix *prefix = cells_, *next; prefix != nullptr; prefix = next) {
    next = prefix->next;
    bdwgc::release(prefix);
  }
  roots_.release(memory_);
  clients_.release(memory_);
  storage_.release_all();
}

KindId Collector::add_kind(const Kind& kind, LateCells*) {
  if (kind_count_ == max_kinds) fatal("too many kinds");
  auto id = static_cast<KindId>(kind_count_++);
  kinds_[id] = kind;
  return id;
}

Statistics Collector::statistics() const {
  auto external = static_cast<std::size_t>(std::max<std::ptrdiff_t>(external_bytes_, 0));
  return {heap_.bytes_in_use(), memory_.reserved(), external, cell_count_, cycles_};
}

const char* Heap::collector_name() { return "boehm"; }

}  // namespace gc
