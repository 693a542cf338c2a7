// SPDX-License-Identifier: MIT
// Interrupts from the keyboard (SIGINT).
#include "interrupt.hpp"

#include <csignal>

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

// Runs as a hook, so between two instructions: a signal handler itself may not raise.
void raise_interrupt(lua_State* L, lua_Debug*) {
  lua_sethook(L, nullptr, 0, 0);
  luaL_error(L, "interrupted!");
}

void on_interrupt(int) {
  lua_State* L = running_state;
  if (L == nullptr) {
    interrupted_outside = 1;
    return;
  }
  interrupts_of_run = interrupts_of_run + 1;
  if (interrupts_of_run >= heedless_limit) set_handler(SIG_DFL);
  lua_sethook(L, raise_interrupt, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
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
  if (interrupts_of_run != 0) lua_sethook(L, nullptr, 0, 0);  // it may have come when all was done
  set_handler(in_session ? on_interrupt : SIG_DFL);
}

bool InterruptibleRun::was_interrupted() { return interrupts_of_run != 0; }

InterruptibleSession::InterruptibleSession() {
  in_session = true;
  heedless_limit = 2;
  set_handler(on_interrupt);
}

InterruptibleSession::~InterruptibleSession() {
  in_session = false;
  heedless_limit = 1;
  set_handler(SIG_DFL);
}

bool InterruptibleSession::take_interrupt() {
  bool taken = interrupted_outside != 0;
  interrupted_outside = 0;
  return taken;
}
