// SPDX-License-Identifier: MIT
// Strings: short ones (up to 40 bytes) are interned, so equality is identity; long ones are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "gc/cell.hpp"
#include "value/kinds.hpp"
#include "value/value.hpp"

namespace rt {

inline constexpr std::size_t max_short_length = 40;

//   header: detail = length of a short string, or 1 once the hash of a long one is known; extra = hash
struct String : gc::Cell {
  union {
    String* next_interned;    // short: next string in its bucket of the intern table
    std::size_t long_length;  // long
  };
  char data[1];  // length() bytes and a '\0'

  bool is_short() const { return kind == kind_short_string; }
  std::size_t length() const { return is_short() ? detail : long_length; }
  std::string_view view() const { return {data, length()}; }
};
inline constexpr std::size_t string_header_bytes = 16;

inline Value Value::of(String* s) { return {Payload{.cell = s}, s->is_short() ? Tag::short_string : Tag::long_string}; }
inline String* Value::string() const { return static_cast<String*>(payload.cell); }

// memcpy, for lengths where the call would cost more than the copy.
inline void copy_bytes(char* to, const char* from, std::size_t length) {
  if (length > 16) {
    std::memcpy(to, from, length);
  } else if (length >= 8) {
    std::uint64_t first, last;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, from + length - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + length - 8, &last, 8);
  } else if (length >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + length - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + length - 4, &last, 4);
  } else if (length != 0) {
    char first = from[0], middle = from[length / 2], last = from[length - 1];
    to[0] = first;
    to[length / 2] = middle;
    to[length - 1] = last;
  }
}

struct GlobalState;
struct InternTable;

// All of these may collect and may throw (not enough memory).
String* make_string(GlobalState& state, std::string_view text);  // interned when short
String* make_long_string(GlobalState& state, std::size_t length);  // contents to be filled; length > max_short_length
// Hash of any string (computed once for long ones). Never allocates.
std::uint32_t hash_of(String* s);
// Equality of contents; identity for short strings.
bool equal(const String* a, const String* b);

// For memory/: the intern table's life, and the sweep's call for a short string that dies.
void open_intern_table(GlobalState& state);
// A slice of giving back buckets after many strings have died: true when nothing is left to be done. In the collector's cycle.
bool shorten_intern_table(GlobalState& state, std::size_t budget);
void note_strings_at_flip(InternTable& table);
void close_intern_table(GlobalState& state);
void forget_interned(GlobalState& state, String* s);

}  // namespace rt
