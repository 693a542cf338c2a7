// SPDX-License-Identifier: MIT
// What a cycle does and how long it takes, told to a listener and summed up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gc {

// The parts of a cycle whose time is measured. The flip is the pause between marking and clearing.
enum class Stage : std::uint8_t { marking, flip, clearing, sweeping };
inline constexpr unsigned stage_count = 4;

enum class Happening : std::uint8_t {
  cycle_begins,
  stage_begins,  // `stage` has begun
  pause_ends,    // the collector gives way to the program after `nanoseconds`
  cycle_ends,
};

struct Event {
  Happening happening;
  Stage stage;
  std::uint64_t nanoseconds;   // pause_ends: length of the pause; cycle_ends: the collector's time in this cycle; else 0
  std::size_t bytes_in_use;    // of cells and storage, at this moment
  std::size_t bytes_reserved;  // held from the allocator
  std::uint64_t cycle;         // number of the cycle, from 1
};

// Called while the collector is at work: it may do nothing with the heap.
struct Listener {
  void (*function)(void* context, const Event& event) = nullptr;
  void* context = nullptr;
};

// Sums since the heap was made, in nanoseconds. What allocations sweep for themselves counts for the program.
struct Times {
  std::uint64_t in_stage[stage_count] = {};
  std::uint64_t longest_pause = 0;
  std::uint64_t all_pauses = 0;
  std::uint64_t pauses = 0;  // how many
};

}  // namespace gc
