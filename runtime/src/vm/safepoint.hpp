// SPDX-License-Identifier: MIT
// Points between two instructions where other things than the script may run: finalizers, weak callbacks, hooks.
#pragma once

#include "value/thread.hpp"

namespace rt {

// The running thread stops at its next call, return or backward jump, and runs what is pending. Cheap; may be called at
// any time, from the collector too (the flip does).
void request_safepoint(GlobalState& state);
// At the flip: asks for a safepoint if one is needed, for work that waits or to give back stack memory.
void request_safepoint_if_needed(GlobalState& state);
// Is there work that waits for a safepoint?
bool has_pending_work(const GlobalState& state);
// Runs it (finalizers, callbacks; their errors become warnings). L: the running thread. May move the stack.
void run_pending_work(lua_State* L);

}  // namespace rt
