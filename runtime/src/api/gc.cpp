// SPDX-License-Identifier: MIT
// lua.h: lua_gc.
#include <algorithm>
#include <cstdarg>

#include "api/address.hpp"
#include "memory/dead_registers.hpp"
#include "memory/finalize.hpp"
#include "vm/interpreter.hpp"

using namespace rt;

namespace {

// Parameters are kept as Lua 5.4 does, which shows in what collectgarbage returns: a multiple of 4, below 1024; or a byte.
int quarter(int percent) { return (percent / 4 & 0xff) * 4; }
int byte(int value) { return value & 0xff; }

void apply(gc::Heap& heap, const CollectorSettings& settings) {
  heap.set_generational(settings.generational, static_cast<unsigned>(settings.minor_multiplier),
                        static_cast<unsigned>(settings.major_multiplier));
  heap.set_pacing(static_cast<unsigned>(settings.pause), static_cast<unsigned>(settings.step_multiplier));
}

int exchange_mode(gc::Heap& heap, CollectorSettings& settings, bool generational) {
  int before = settings.generational ? LUA_GCGEN : LUA_GCINC;
  settings.generational = generational;
  apply(heap, settings);
  return before;
}

int exchange_parameter(gc::Heap& heap, CollectorSettings& settings, int& parameter, int value) {
  int before = parameter;
  parameter = quarter(value);
  apply(heap, settings);
  return before;
}

// One step, worth `kilobytes` of allocation; 0: the size of an ordinary step, or in the generational mode a minor cycle.
// True when it finished a cycle.
bool step(lua_State* L, int kilobytes) {
  GlobalState& state = *L->global;
  std::size_t bytes = kilobytes > 0 ? static_cast<std::size_t>(kilobytes) * 1024
                                    : std::size_t{1} << state.collector.step_size;
  bool finished = true;
  if (kilobytes <= 0 && state.heap.generational()) {
    state.heap.collect_young();
  } else {
    finished = state.heap.step(bytes);
  }
  run_pending(L);
  return finished;
}

int control(lua_State* L, int what, std::va_list* arguments) {
  GlobalState& state = *L->global;
  CollectorSettings& settings = state.collector;
  gc::Heap& heap = state.heap;
  auto argument = [arguments] { return va_arg(*arguments, int); };
  switch (what) {
    case LUA_GCSTOP: heap.stop(); return 0;
    case LUA_GCRESTART: heap.restart(); return 0;
    case LUA_GCCOLLECT:
      // What waits to be run holds what it refers to, which the collection could not free.
      heap.complete_cycle();
      run_all_pending(L);
      forget_dead_registers(state);
      state.thread_to_shrink = state.threads;
      shrink_stacks(state, SIZE_MAX);
      heap.collect();
      run_all_pending(L);
      return 0;
    case LUA_GCCOUNT: return static_cast<int>(heap.bytes_in_use() >> 10);
    case LUA_GCCOUNTB: return static_cast<int>(heap.bytes_in_use() & 0x3ff);
    case LUA_GCSTEP: return step(L, argument());
    case LUA_GCSETPAUSE: return exchange_parameter(heap, settings, settings.pause, argument());
    case LUA_GCSETSTEPMUL: return exchange_parameter(heap, settings, settings.step_multiplier, argument());
    case LUA_GCISRUNNING: return !heap.stopped();
    case LUA_GCGEN: {
      int minor = argument(), major = argument();
      if (minor != 0) settings.minor_multiplier = byte(minor);
      if (major != 0) settings.major_multiplier = quarter(major);
      return exchange_mode(heap, settings, true);
    }
    case LUA_GCINC: {
      int pause = argument(), multiplier = argument(), size = argument();
      if (pause != 0) settings.pause = quarter(pause);
      if (multiplier != 0) settings.step_multiplier = quarter(multiplier);
      if (size != 0) settings.step_size = std::min(byte(size), 30);
      return exchange_mode(heap, settings, false);
    }
    default: return -1;
  }
}

}  // namespace

LUA_API int lua_gc(lua_State* L, int what, ...) {
  // Neither a finalizer nor a state being closed controls the collector (as in Lua 5.4).
  if (L->global->running_finalizer || L->global->closing) return -1;
  std::va_list arguments;
  va_start(arguments, what);
  struct End {
    std::va_list* list;
    ~End() { va_end(*list); }
  } end{&arguments};
  return guarded(L, [&] { return control(L, what, &arguments); });
}
