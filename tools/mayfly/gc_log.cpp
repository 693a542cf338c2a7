// SPDX-License-Identifier: MIT
// --gc-log: one line for each event but the short pauses.
#include "gc_log.hpp"

#include <cstdio>

void log_collection(void*, const mayfly_GcEvent* event) {
  constexpr double worth_a_line = 1e-3;
  std::size_t used = event->bytes >> 10, held = event->reserved >> 10;
  double milliseconds = event->seconds * 1e3;
  switch (event->what) {
    case MAYFLY_GCCYCLEBEGINS:
      std::fprintf(stderr, "gc %llu: begins, %zu KB in use, %zu KB held\n", event->cycle, used, held);
      break;
    case MAYFLY_GCPHASEBEGINS:
      std::fprintf(stderr, "gc %llu: %s, %zu KB in use\n", event->cycle, event->phase, used);
      break;
    case MAYFLY_GCPAUSEENDS:
      if (event->seconds >= worth_a_line) {
        std::fprintf(stderr, "gc %llu: pause of %.3f ms, %s\n", event->cycle, milliseconds, event->phase);
      }
      break;
    default:
      std::fprintf(stderr, "gc %llu: ends after %.3f ms, %zu KB in use, %zu KB held\n", event->cycle, milliseconds, used,
                   held);
  }
}
