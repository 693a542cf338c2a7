// SPDX-License-Identifier: MIT
// The bytes of a chunk as the host's reader hands them out, piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>

#include <lua.hpp>

namespace rt {

class ChunkStream {
 public:
  ChunkStream(lua_State* L, lua_Reader reader, void* data) : L_(L), reader_(reader), data_(data) {}

  // The piece at hand. A user may move `next` up to `end`.
  const char* next = nullptr;
  const char* end = nullptr;

  // Gets the next piece when the one at hand is used up; false at the end of the chunk. May run anything.
  bool refill() {
    if (ended_) return false;
    std::size_t size = 0;
    const char* piece = reader_(L_, data_, &size);
    if (piece == nullptr || size == 0) {
      ended_ = true;
      next = end = nullptr;
      return false;
    }
    next = piece;
    end = piece + size;
    return true;
  }
  bool has_more() { return next != end || refill(); }

 private:
  lua_State* L_;
  lua_Reader reader_;
  void* data_;
  bool ended_ = false;
};

}  // namespace rt
