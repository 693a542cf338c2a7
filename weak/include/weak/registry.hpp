// SPDX-License-Identifier: MIT
// One per heap: knows the weak references and containers, follows the collector's cycle, queues death notices.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cycle_client.hpp"
#include "gc/heap.hpp"
#include "weak/slot.hpp"

namespace weak {

// What the weak room needs to know about the embedder's values.
struct Embedder {
  // Hash and equality of string cells that are not unique by identity (tags below first_mortal_tag with a cell).
  std::uint32_t (*hash)(const Slot&);
  bool (*equal)(const Slot&, const Slot&);
};

class Registry final : public gc::CycleClient {
 public:
  explicit Registry(gc::Heap& heap, Embedder embedder);
  ~Registry() override;

  void watched_cell_marked(gc::Cell* cell, gc::Visitor& visitor) override;
  void before_resurrection(const gc::Liveness& liveness) override;
  void after_resurrection(const gc::Liveness& liveness) override;
  bool clear_slice(const gc::Liveness& liveness, std::size_t budget) override;
  void cycle_started() override;
  void cycle_finished() override;
};

}  // namespace weak
