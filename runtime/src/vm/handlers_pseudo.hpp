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

// With a budget, calls, returns and jumps are charged first: a backward jump with the length of the loop, a return with the
// way from the function's beginning.
HANDLER(charged) {
  const Instruction i = pc[-1];
  std::int64_t cost = 1;
  switch (i.op) {
    case Opcode::return_:
    case Opcode::return_none:
    case Opcode::return_one:
    case Opcode::tail_call: cost += pc - running_function(base)->prototype->code; break;
    case Opcode::generic_call: cost -= pc->wide; break;  // it does the jump of the generic_loop behind it
    case Opcode::generic_loop: break;
    case Opcode::call:
    case Opcode::call_local:
    case Opcode::call_upvalue: break;
    default: {
      std::int64_t distance = jumps_far(i.op) ? i.wide : static_cast<std::int16_t>(i.c);
      if (distance < 0) cost -= distance;
    }
  }
  Interruption& interruption = L->global->interruption;
  if ((interruption.budget -= cost) < 0) SLOW(charge_slow);
  GO_TO(normal_table, pc - 1);
}

// Calls and returns take their slow paths: there the call and return hooks are.
HANDLER(intercept) {
  Continuation go_on = intercept_slow(pc, L);
  pc = go_on.pc;
  L = go_on.L;
  RELOAD_REGISTERS();
  if (L->global->interruption.unwinding) NEXT();  // where the error was caught, not one instruction is executed
  switch (pc->op) {
    case Opcode::call_local:
      *reinterpret_cast<Value*>(base + pc->a) = *reinterpret_cast<const Value*>(base + pc->x * std::size_t{scale});
      ++pc;
      SLOW(call_slow);
    case Opcode::call_upvalue:
      *reinterpret_cast<Value*>(base + pc->a) = *running_function(base)->upvalues[pc->x]->place;
      ++pc;
      SLOW(call_slow);
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
      GO_TO_PLAIN(normal_table, pc);
  }
}
