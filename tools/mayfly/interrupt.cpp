// SPDX-License-Identifier: MIT
// Interrupts from the keyboard (SIGINT).
#include "interrupt.hpp"

#include <csignal>

#include <mayfly/interrupt.h>

namespace {

// Written by the program with the signal's handler in mind, and by the handler.
lua_State* volatile running_state = nullptr;  // null: no script runs
volatile std::sig_atomic_t heedless_limit = 1;
volatile std::sig_atomic_t interrupts_of_run = 0;
volatile std::sig_atomic_t interrupted_outside = 0;
bool in_session = false;

void on_interrupt(int);

// Reads that wait for the keyboard end when the signal comes (no SA_RESTART).
void set_handler(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

void on_interrupt(int) {
  lua_State* L = running_state;
  if (L == nullptr) {
    interrupted_outside = 1;
    return;
  }
  interrupts_of_run = interrupts_of_run + 1;
  if (interrupts_of_run >= heedless_limit) set_handler(SIG_DFL);
  mayfly_interrupt(L);
}

}  // namespace

InterruptibleRun::InterruptibleRun(lua_State* L) {
  interrupts_of_run = 0;
  running_state = L;
  set_handler(on_interrupt);
}

InterruptibleRun::~InterruptibleRun() {
  lua_State* L = running_state;
  running_state = nullptr;
  if (interrupts_of_run != 0) mayfly_clearinterrupt(L);  // it may have come when all was done
  set_handler(in_session ? on_interrupt : SIG_DFL);
}

bool InterruptibleRun::was_interrupted() { return interrupts_of_run != 0; }

InterruptibleSession::InterruptibleSession(lua_State* L) : L_(L), uncatchable_before_(mayfly_setuncatchable(L, 1)) {
  in_session = true;
  heedless_limit = 2;
  set_handler(on_interrupt);
}

InterruptibleSession::~InterruptibleSession() {
  mayfly_setuncatchable(L_, uncatchable_before_);
  in_session = false;
  heedless_limit = 1;
  set_handler(SIG_DFL);
}

bool InterruptibleSession::take_interrupt() {
  bool taken = interrupted_outside != 0;
  interrupted_outside = 0;
  return taken;
}
