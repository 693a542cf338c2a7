// SPDX-License-Identifier: MIT
// The global `_` of a session: the last result.
#pragma once

#include <string_view>

#include <lua.hpp>
#include <mayfly/weak.h>

// `_` is strong for the input that follows, so that `_` can be used there. While an input that does not name `_` runs, an object
// is held weakly: a collection sees it as if nobody had looked at it. A script that has a global `_` of its own keeps it.
class LastResult {
 public:
  explicit LastResult(lua_State* L);
  ~LastResult();
  LastResult(const LastResult&) = delete;
  LastResult& operator=(const LastResult&) = delete;

  void before_run(std::string_view input);  // [-0, +0, m]
  void after_run();                         // [-0, +0, m]  `_` is the last result again, when it is still alive
  void set(int index);                      // [-0, +0, m]  the result of a run

 private:
  void push_held();  // [-0, +1, -]
  void forget();

  lua_State* L_;
  bool is_ours_ = true;
  mayfly_WeakHandle* object_ = nullptr;  // the value when it is an object
  int plain_ = LUA_NOREF;                // else: in the registry
};
