// SPDX-License-Identifier: MIT
// Handlers of the pseudo instructions, and the one that stops before every instruction. Included by dispatch.cpp.

HANDLER(leave) {
  return;
}

HANDLER(native) {
  SLOW(native_slow);
}

HANDLER(resume) {
  SLOW(resume_slow);
}

// Calls and returns take their slow paths: there the call and return hooks are.
HANDLER(intercept) {
  Continuation go_on = intercept_slow(pc, L);
  pc = go_on.pc;
  L = go_on.L;
  RELOAD_REGISTERS();
  switch (pc->op) {
    case Opcode::call:
      ++pc;
      SLOW(call_slow);
    case Opcode::tail_call:
      ++pc;
      SLOW(tail_call_slow);
    case Opcode::return_none:
    case Opcode::return_one:
    case Opcode::return_:
      ++pc;
      SLOW(return_slow);
    default:
      GO_TO(normal_table, pc);
  }
}
