// SPDX-License-Identifier: MIT
// How messages show the name of a chunk (the `short_src` of lua_Debug).
#pragma once

#include <cstddef>
#include <string_view>

namespace rt {

// Writes the display form of `source` ("=name", "@file" or the text itself) with a final zero; at most LUA_IDSIZE bytes.
// Returns its length.
std::size_t display_chunk_name(char* out, std::string_view source);

}  // namespace rt
