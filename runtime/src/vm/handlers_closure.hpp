// SPDX-License-Identifier: MIT
// Handlers: closures and scopes. Included by dispatch.cpp.

HANDLER(closure) {
  SLOW(closure_slow);
}

HANDLER(close) {
  const Value* from = &RA;
  if ((L->open_upvalues != nullptr && L->open_upvalues->place >= from) || L->to_be_closed >= from) SLOW(close_slow);
  NEXT();
}

HANDLER(to_be_closed) {
  SLOW(to_be_closed_slow);
}

// Only ever read by the instruction in front of it.
HANDLER(extra) {
  NEXT();
}
