// SPDX-License-Identifier: MIT
// What the terminal can do, as far as the environment and the kernel tell.
#include "terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace {

constexpr int usual_width = 80;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

bool is_dialogue() { return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0; }

bool can_edit_lines() {
  std::string_view terminal = variable("TERM");
  return !terminal.empty() && terminal != "dumb";
}

bool shows_colours(int file) {
  if (!variable("NO_COLOR").empty() || isatty(file) == 0) return false;
  std::string_view terminal = variable("TERM");
  bool monochrome = terminal.empty() || terminal == "dumb" || terminal.substr(0, 2) == "vt" ||
                    terminal.find("-m", terminal.size() < 2 ? 0 : terminal.size() - 2) != std::string_view::npos;
  return !monochrome || !variable("COLORTERM").empty();
}

int terminal_width() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col;
}
