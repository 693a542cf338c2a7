// SPDX-License-Identifier: MIT
// Stopping scripts from outside, and budgets (mayfly/interrupt.h).
//
// Each state has a handler table of its own, the one its threads dispatch through. Who interrupts, on whatever thread or in a
// signal handler, sets `requested` and then overwrites the table's entries with the handler that stops; the running script
// meets one of them at its next dispatch. So an interrupt needs to know neither which coroutine runs nor anything else of the
// state, and a script that is not interrupted executes nothing for it. The state's thread puts the table back before it
// takes the request: what is overwritten later belongs to a later request, or stops once for nothing.
#pragma once

#include <cstdint>

#include "vm/handler_table.hpp"

struct lua_State;

namespace rt {

struct GlobalState;

struct Interruption {
  const void* handlers[handler_count];  // where lua_State::dispatch points when no thread has a reason to stop
  bool requested = false;      // read and written atomically: from other threads, too
  bool out_of_budget = false;  // why: else by mayfly_interrupt
  bool uncatchable = false;    // the mode that the host has chosen
  bool unwinding = false;      // an uncatchable error is on its way to the host: `requested` stays set
  bool has_budget = false;
  std::int64_t budget = -1;    // what is left of it; 0: used up; -1: never had one
};

// The state's table as it should be: after its making, and after a change of the budget.
void restore_handlers(GlobalState& state);
bool is_interrupted(const GlobalState& state);
bool is_unwinding_uncatchably(const GlobalState& state);
// Takes the request and pushes the error's message. The caller raises it.
void take_interrupt(lua_State* L);
// An error has been caught in C++: by the host, if nothing of the state is running below it.
void note_caught(GlobalState& state);
// Takes `work` from the budget; when it is used up, an interrupt is requested.
void charge_budget(GlobalState& state, std::int64_t work);

}  // namespace rt
