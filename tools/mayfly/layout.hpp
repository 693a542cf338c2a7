// SPDX-License-Identifier: MIT
// Values as text for people: a tree, laid out on one line when it fits, else one member per line.
#pragma once

#include <string>
#include <vector>

struct Shown {
  std::string label;           // what leads to it: "name = ", "[7] = ", or nothing
  std::string text;            // a plain value, or what precedes the brace
  bool braced = false;         // has members, in braces
  std::vector<Shown> members;
};

std::string lay_out(const Shown& value, int width);
