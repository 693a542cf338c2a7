// SPDX-License-Identifier: MIT
// The work of a library's loop, reported to the runtime in portions: there the loop can be stopped.
#pragma once

#include <mayfly/interrupt.h>

#include <cstddef>
#include <lua.hpp>

namespace stdlib {

class Work {
 public:
  explicit Work(lua_State* L) : L_(L) {}

  /// Makes `L` the thread that gets the error.
  void enter(lua_State* L) { L_ = L; }

  /// Some more instructions' worth has been done, or is about to be. May raise an error.
  void add(std::size_t units) {
    done_ += units;
    if (done_ >= portion) [[unlikely]]
      report();
  }

 private:
  static constexpr std::size_t portion = 500;

  [[gnu::noinline]] void report() {
    const std::size_t done = done_;
    done_ = 0;
    mayfly_safepoint(L_, done);
  }

  lua_State* L_;
  std::size_t done_ = 0;
};

}  // namespace stdlib
