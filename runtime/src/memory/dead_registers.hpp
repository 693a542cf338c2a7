// SPDX-License-Identifier: MIT
// Before a full collection: what no function will read again is taken out of the stacks.
#pragma once

#include "value/thread.hpp"

namespace rt {

// For all threads. A function that has been called by an instruction for calls lies directly above what its caller still needs; a metamethod,
// a hook, a message handler lies above all registers of its caller, and those that are dead are set to nil here. Completes
// the cycle under way; does not raise.
void forget_dead_registers(GlobalState& state);

}  // namespace rt
