// SPDX-License-Identifier: MIT
// A string whose length is known before its characters.
#pragma once

#include <mayfly/string.h>

#include <cstddef>
#include <lua.hpp>

namespace stdlib {

/// Give the memory its characters, then push; nothing else may be left on the stack in between.
class NewString {
 public:
  NewString(lua_State* L, std::size_t length)
      : L_(L), length_(length), bytes_(length > MAYFLY_MAXSHORTSTRING ? mayfly_newstring(L, length) : short_) {}

  NewString(const NewString&) = delete;
  NewString& operator=(const NewString&) = delete;

  char* bytes() { return bytes_; }

  void push() {
    if (length_ <= MAYFLY_MAXSHORTSTRING) lua_pushlstring(L_, short_, length_);  // a long one is on the stack already
  }

 private:
  lua_State* const L_;
  const std::size_t length_;
  char* const bytes_;
  char short_[MAYFLY_MAXSHORTSTRING];
};

}  // namespace stdlib
