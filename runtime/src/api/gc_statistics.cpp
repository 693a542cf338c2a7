// SPDX-License-Identifier: MIT
// mayfly/gc.h: statistics and events.
#include "gc/events.hpp"

#include "mayfly/gc.h"
#include "memory/global_state.hpp"

using namespace rt;

namespace {

double seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-9; }

struct Census {
  gc::Heap& heap;
  std::size_t count[gc::max_kinds] = {};
  std::size_t bytes[gc::max_kinds] = {};

  void add(const gc::Cell* cell) {
    const gc::Kind& kind = heap.kind(cell->kind);
    unsigned shown = is_table_kind(cell->kind) ? unsigned{kind_table} : cell->kind;
    ++count[shown];
    bytes[shown] += gc::round_to_granule(kind.size(cell)) + (kind.storage != nullptr ? kind.storage(cell) : 0);
  }
};

void forward(void* state, const gc::Event& event) {
  // ORDER gc::Stage
  static constexpr const char* names[gc::stage_count] = {"marking", "flip", "clearing", "sweeping"};
  static_assert(static_cast<int>(gc::Happening::cycle_ends) == MAYFLY_GCCYCLEENDS);
  const auto* to = static_cast<const HostListener*>(state);
  mayfly_GcEvent told{static_cast<int>(event.happening), names[static_cast<unsigned>(event.stage)],
                      seconds(event.nanoseconds), event.bytes_in_use, event.bytes_reserved, event.cycle};
  to->function(to->context, &told);
}

}  // namespace

LUA_API void mayfly_gcstats(lua_State* L, mayfly_GcStats* stats) {
  GlobalState& state = *L->global;
  gc::Statistics heap = state.heap.statistics();
  const gc::Times& times = state.heap.times();
  weak::Statistics weak = state.weak.statistics();
  auto in_stage = [&](gc::Stage stage) { return seconds(times.in_stage[static_cast<unsigned>(stage)]); };
  *stats = {gc::Heap::collector_name(),
            heap.bytes_in_use,
            heap.bytes_reserved,
            heap.bytes_external,
            heap.cells_in_use,
            heap.cycles,
            times.pauses,
            seconds(times.longest_pause),
            seconds(times.all_pauses),
            in_stage(gc::Stage::marking),
            in_stage(gc::Stage::flip),
            in_stage(gc::Stage::clearing),
            in_stage(gc::Stage::sweeping),
            weak.live,
            weak.dead,
            weak.cleared,
            state.finalizers_run};
}

LUA_API void mayfly_gckinds(lua_State* L, void (*visit)(void*, const char*, size_t, size_t), void* context) {
  gc::Heap& heap = L->global->heap;
  Census census{heap};
  heap.for_each_cell([](gc::Cell* cell, void* to) { static_cast<Census*>(to)->add(cell); }, &census);
  for (unsigned i = 0; i < gc::max_kinds; ++i) {
    if (census.count[i] != 0) visit(context, heap.kind(static_cast<gc::KindId>(i)).name, census.count[i], census.bytes[i]);
  }
}

LUA_API void mayfly_gclisten(lua_State* L, mayfly_GcListener listener, void* context) {
  GlobalState& state = *L->global;
  state.listener = {listener, context};
  state.heap.set_listener({listener != nullptr ? forward : nullptr, &state.listener});
}
