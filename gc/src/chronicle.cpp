// SPDX-License-Identifier: MIT
// The times of the collector's work.
#include "chronicle.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gc {

namespace {

std::uint64_t now() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count());
}

}  // namespace

void Chronicle::begin_pause() {
  if (depth_++ == 0) pause_began_ = stage_began_ = now();
}

void Chronicle::end_pause() {
  if (--depth_ != 0) return;
  close_stage();
  std::uint64_t length = stage_began_ - pause_began_;
  times_.longest_pause = std::max(times_.longest_pause, length);
  times_.all_pauses += length;
  ++times_.pauses;
  tell(Happening::pause_ends, length);
}

void Chronicle::begin_cycle() {
  ++cycle_;
  in_cycle_ = 0;
  stage_ = Stage::marking;
  tell(Happening::cycle_begins, 0);
  tell(Happening::stage_begins, 0);
}

void Chronicle::enter(Stage stage) {
  close_stage();
  stage_ = stage;
  tell(Happening::stage_begins, 0);
}

void Chronicle::end_cycle() {
  close_stage();
  tell(Happening::cycle_ends, in_cycle_);
}

std::uint64_t Chronicle::elapsed() const { return now() - pause_began_; }

// The time that has gone by belongs to the stage up to here.
void Chronicle::close_stage() {
  std::uint64_t length = std::exchange(stage_began_, now());
  length = stage_began_ - length;
  times_.in_stage[static_cast<unsigned>(stage_)] += length;
  in_cycle_ += length;
}

void Chronicle::tell(Happening happening, std::uint64_t nanoseconds) {
  if (listener_.function == nullptr) return;
  listener_.function(listener_.context,
                     {happening, stage_, nanoseconds, heap_.bytes_in_use(), memory_.reserved(), cycle_});
}

}  // namespace gc
