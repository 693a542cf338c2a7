// SPDX-License-Identifier: MIT
// The lines of earlier sessions, in $XDG_STATE_HOME/mayfly/history (~/.local/state when that is not set): one line of text each.
#pragma once

#include <string>
#include <vector>

class HistoryFile {
 public:
  // Without a home the history is that of the session alone.
  HistoryFile();
  // The newest lines, oldest first.
  std::vector<std::string> read();
  // Added at once, so that sessions side by side and sessions that end badly lose nothing.
  void append(const std::string& line);

 private:
  void shorten(const std::vector<std::string>& lines);
  std::string path_;  // empty: nothing is kept
};
