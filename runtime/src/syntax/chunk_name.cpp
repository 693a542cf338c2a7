// SPDX-License-Identifier: MIT
// How messages show the name of a chunk.
#include "syntax/chunk_name.hpp"

#include <cstring>

#include <lua.hpp>

namespace rt {

namespace {

constexpr std::size_t room = LUA_IDSIZE - 1;  // without the final zero

char* append(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

std::size_t display_chunk_name(char* out, std::string_view source) {
  char* end = out;
  if (source.starts_with('=')) {
    end = append(end, source.substr(1, room));
  } else if (source.starts_with('@')) {
    source.remove_prefix(1);
    if (source.size() <= room) {
      end = append(end, source);
    } else {  // the end of a path says more than its beginning
      end = append(end, "...");
      end = append(end, source.substr(source.size() - (room - 3)));
    }
  } else {
    constexpr std::string_view before = "[string \"", dots = "...", after = "\"]";
    constexpr std::size_t text_room = room - before.size() - dots.size() - after.size();
    std::size_t line_end = source.find('\n');
    bool whole = line_end == std::string_view::npos && source.size() < text_room;
    end = append(end, before);
    if (whole) {
      end = append(end, source);
    } else {
      end = append(end, source.substr(0, line_end).substr(0, text_room));
      end = append(end, dots);
    }
    end = append(end, after);
  }
  *end = '\0';
  return static_cast<std::size_t>(end - out);
}

}  // namespace rt
