// SPDX-License-Identifier: MIT
// The collector's beginning and end, its kinds and figures.
#include "collector.hpp"

#include <algorithm>

namespace gc {

Collector::Collector(Heap& heap, std::size_t embedder_bytes)
    : heap_(heap),
      memory_(heap, sizeof(Collector) + embedder_bytes),
      blocks_(memory_, heap.free_cells_),
      large_(memory_),
      storage_(memory_, heap.storage_pages_),
      marker_(heap, memory_, *this, kinds_),
      roots_(heap.handles_),
      pacer_(first_threshold),
      chronicle_(heap, memory_) {}

Collector::~Collector() {
  running_ = true;
  for_each_cell([this](Cell* cell) { destroy_cell(cell); });
  marker_.release();
  roots_.release(memory_);
  clients_.release(memory_);
  large_.release_all();
  blocks_.release();
  storage_.release_all();
}

KindId Collector::add_kind(const Kind& kind, LateCells* late) {
  if (kind_count_ == max_kinds) fatal("too many kinds");
  auto id = static_cast<KindId>(kind_count_++);
  kinds_[id] = &kind;
  if (kind.destroy != nullptr) destroying_kinds_ |= std::uint32_t{1} << id;
  if (kind.fetch_dead != nullptr) fetching_dead_kinds_ |= std::uint32_t{1} << id;
  marker_.add_kind(id, kind, late);
  return id;
}

Statistics Collector::statistics() const {
  auto external = static_cast<std::size_t>(std::max<std::ptrdiff_t>(external_bytes_, 0));
  return {heap_.bytes_in_use(), memory_.reserved(), external, cells_in_use(), cycles_};
}

const char* Heap::collector_name() { return "precise"; }

}  // namespace gc
