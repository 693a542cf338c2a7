// SPDX-License-Identifier: MIT
// Keeps the times of the collector's work, and tells the listener. The clock is read twice a pause and once a stage.
#pragma once

#include "gc/events.hpp"
#include "memory.hpp"

namespace gc {

class Chronicle {
 public:
  Chronicle(const Heap& heap, const Memory& memory) : heap_(heap), memory_(memory) {}

  // The collector goes to work, and gives way again. May be nested: the outermost pair is the pause.
  void begin_pause();
  void end_pause();
  // Within a pause. What follows belongs to `stage`.
  void begin_cycle();
  void enter(Stage stage);
  void end_cycle();

  void set_listener(const Listener& listener) { listener_ = listener; }
  const Listener& listener() const { return listener_; }
  const Times& times() const { return times_; }
  // Nanoseconds since the present pause began.
  std::uint64_t elapsed() const;

 private:
  void close_stage();
  void tell(Happening happening, std::uint64_t nanoseconds);

  const Heap& heap_;
  const Memory& memory_;
  Listener listener_;
  Times times_;
  Stage stage_ = Stage::marking;
  unsigned depth_ = 0;
  std::uint64_t pause_began_ = 0;
  std::uint64_t stage_began_ = 0;
  std::uint64_t in_cycle_ = 0;
  std::uint64_t cycle_ = 0;
};

}  // namespace gc
