// SPDX-License-Identifier: MIT
// Text so that it can be read on a terminal.
#include "quoting.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "keywords.hpp"

namespace {

// Bytes of the character of UTF-8 at the beginning of the text; 0 when there is none that can be shown.
std::size_t character_length(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first < ' ' || first == 0x7F ? 0 : 1;
  std::size_t length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xC2 && first < 0xE0 ? 2 : 0;
  if (length == 0 || text.size() < length) return 0;
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte & 0x3Fu);
  }
  bool too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  bool unassigned = (code >= 0x80 && code < 0xA0) || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF;
  return too_long || unassigned ? 0 : length;
}

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    default: {
      char text[8];
      std::snprintf(text, sizeof text, "\\x%02X", c);
      out += text;
    }
  }
}

void append_escaped(std::string& out, std::string_view text, std::string_view special) {
  while (!text.empty()) {
    std::size_t length = character_length(text);
    if (length == 0) {
      append_escape(out, static_cast<unsigned char>(text[0]));
      length = 1;
    } else {
      if (special.find(text[0]) != std::string_view::npos) out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string quoted(std::string_view text, std::size_t limit) {
  std::string_view start = text;
  if (text.size() > limit) {
    while (limit > 0 && continues_character(text[limit])) --limit;
    start = text.substr(0, limit);
  }
  std::string out = "\"";
  append_escaped(out, start, "\"\\");
  out += '"';
  if (start.size() < text.size()) out += "... (" + std::to_string(text.size()) + " bytes)";
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text, "");
  return out;
}

bool is_field_name(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return plain && !std::binary_search(std::begin(keywords), std::end(keywords), text);
}
