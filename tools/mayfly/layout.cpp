// SPDX-License-Identifier: MIT
// Values as text for people.
#include "layout.hpp"

#include <algorithm>

namespace {

constexpr int indentation = 2;

// Characters of UTF-8 text: bytes that do not continue one.
int width_of(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Layout {
 public:
  explicit Layout(int width) : width_(width) {}

  // `column`: where the text begins; `after`: how much follows on the same line.
  void add(const Shown& value, int depth, int column, int after) {
    std::string line;
    append_line(value, line);
    if (!value.braced || value.members.empty() || column + width_of(line) + after <= width_) {
      out_ += line;
      return;
    }
    out_ += value.label + value.text + "{\n";
    for (std::size_t i = 0; i < value.members.size();) i = add_row(value.members, i, depth + 1);
    indent(depth);
    out_ += '}';
  }
  std::string take() { return std::move(out_); }

 private:
  static bool is_plain(const Shown& value) { return !value.braced && value.label.empty(); }

  static void append_line(const Shown& value, std::string& line) {
    line += value.label + value.text;
    if (!value.braced) return;
    line += '{';
    for (const Shown& member : value.members) {
      if (&member != &value.members.front()) line += ", ";
      append_line(member, line);
    }
    line += '}';
  }

  void indent(int depth) { out_.append(static_cast<std::size_t>(depth * indentation), ' '); }

  // One member, or as many plain ones as a line takes. Returns the number of the next.
  std::size_t add_row(const std::vector<Shown>& members, std::size_t first, int depth) {
    indent(depth);
    if (!is_plain(members[first])) {
      add(members[first], depth, depth * indentation, 1);
      out_ += first + 1 < members.size() ? ",\n" : "\n";
      return first + 1;
    }
    int column = depth * indentation;
    std::size_t i = first;
    for (; i < members.size() && is_plain(members[i]); ++i) {
      int needed = width_of(members[i].text) + 1;
      if (i != first && column + 1 + needed > width_) break;
      if (i != first) out_ += ' ';
      out_ += members[i].text;
      if (i + 1 < members.size()) out_ += ',';
      column += needed + (i != first ? 1 : 0);
    }
    out_ += '\n';
    return i;
  }

  int width_;
  std::string out_;
};

}  // namespace

std::string lay_out(const Shown& value, int width) {
  Layout layout(width);
  layout.add(value, 0, 0, 0);
  return layout.take();
}
