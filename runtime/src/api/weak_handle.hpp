// SPDX-License-Identifier: MIT
// A host's weak handles outlive the state.
#pragma once

namespace rt {

struct GlobalState;

// The state closes: all its handles are empty from now on.
void empty_weak_handles(GlobalState& state);

}  // namespace rt
