// SPDX-License-Identifier: MIT
// Tests whose place is more than 16 bits away.
#pragma once

#include "syntax/session.hpp"

namespace rt {

// Turns every test of the current function that jumps too far (session.long_jumps) into the opposite test over a `jump`;
// everything behind moves, so all jumps, lines and scopes of variables of the function are adapted.
void expand_long_jumps(Session& session);

}  // namespace rt
