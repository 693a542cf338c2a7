// SPDX-License-Identifier: MIT
// Finding a string in a string.
#pragma once

#include <cstddef>

namespace stdlib {

/// The first place of `needle` in `text`; null when it is not there.
const char* find_text(const char* text, std::size_t length, const char* needle, std::size_t needle_length);

}  // namespace stdlib
