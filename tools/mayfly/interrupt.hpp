// SPDX-License-Identifier: MIT
// Interrupts from the keyboard (SIGINT).
#pragma once

#include <lua.hpp>

// While one lives, an interrupt raises the error "interrupted!" in what `L` runs. When the script does not heed it, a further
// one ends the program: the second, or within a session the third.
class InterruptibleRun {
 public:
  explicit InterruptibleRun(lua_State* L);
  ~InterruptibleRun();
  // Has there been an interrupt in the run that is going on, or was the last?
  static bool was_interrupted();
  InterruptibleRun(const InterruptibleRun&) = delete;
  InterruptibleRun& operator=(const InterruptibleRun&) = delete;
};

// While one lives, an interrupt outside a run does not end the program: it is noted for the reader of lines. And the error of
// a run is one that no `pcall` of a script catches: the user gets the prompt back.
class InterruptibleSession {
 public:
  explicit InterruptibleSession(lua_State* L);
  ~InterruptibleSession();
  InterruptibleSession(const InterruptibleSession&) = delete;
  InterruptibleSession& operator=(const InterruptibleSession&) = delete;
  // Has there been an interrupt outside a run since the last question?
  static bool take_interrupt();

 private:
  lua_State* L_;
  int uncatchable_before_;
};
