// SPDX-License-Identifier: MIT
// Handlers: closures and scopes. Included by dispatch.cpp.

HANDLER(closure) {
  SLOW(closure_slow);
}

HANDLER(close) {
  SLOW(close_slow);
}

HANDLER(to_be_closed) {
  SLOW(to_be_closed_slow);
}

// Only ever read by the instruction in front of it.
HANDLER(extra) {
  NEXT();
}
