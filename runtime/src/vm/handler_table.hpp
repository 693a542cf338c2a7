// SPDX-License-Identifier: MIT
// The tables of the interpreter's handlers, and the copy of one that each state has.
#pragma once

#include "syntax/instruction.hpp"

namespace rt {

// Instructions that no prototype contains: what to do when the frame on top is not a Lua function's.
enum PseudoOpcode : std::uint8_t {
  pseudo_leave = all_opcode_count,  // return from `run`
  pseudo_native,                // call the C function of the frame on top
  pseudo_resume,                // the callee of the C function on top has returned: its continuation, or its next step
  handler_count,
};

static_assert(handler_count <= 256);

// One handler per opcode. lua_State::dispatch points to a state's own table or to the table `intercept`.
struct HandlerTables {
  const void* const* normal;
  const void* const* intercept;  // every instruction stops first: hooks, work that waits (hook.cpp)
  const void* const* charged;    // calls, returns and backward jumps are charged to the budget (interrupt.cpp)
};
HandlerTables handler_tables();  // dispatch.cpp

}  // namespace rt
