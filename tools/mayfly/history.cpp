// SPDX-License-Identifier: MIT
// The file that keeps the lines of earlier sessions. Failing to read or write it is no error: there is less history then.
#include "history.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr std::size_t kept_lines = 1000;
constexpr std::size_t tolerated_lines = 2 * kept_lines;  // more than that are cut to kept_lines

// An absolute path from the environment (the XDG rules ignore others), or nothing.
std::string directory_from(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] == '/' ? value : "";
}

std::string history_directory() {
  std::string state = directory_from("XDG_STATE_HOME");
  if (state.empty()) {
    state = directory_from("HOME");
    if (state.empty()) return state;
    state += "/.local/state";
  }
  return state + "/mayfly";
}

bool make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST && errno != EISDIR && errno != EROFS && errno != EACCES) return false;
    if (end == std::string::npos) return access(path.c_str(), W_OK | X_OK) == 0;
  }
}

bool write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    ssize_t count = write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

HistoryFile::HistoryFile() {
  std::string directory = history_directory();
  if (!directory.empty() && make_directories(directory)) path_ = directory + "/history";
}

std::vector<std::string> HistoryFile::read() {
  std::vector<std::string> lines;
  if (path_.empty()) return lines;
  std::FILE* file = std::fopen(path_.c_str(), "re");  // (a stream would bring the locales of libstdc++ along: half of the program)
  if (file == nullptr) return lines;
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t length; (length = getline(&line, &room, file)) >= 0;) {
    std::string_view text(line, static_cast<std::size_t>(length));
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (!text.empty()) lines.emplace_back(text);
  }
  std::free(line);
  std::fclose(file);
  if (lines.size() > kept_lines) {
    bool too_many = lines.size() > tolerated_lines;
    lines.erase(lines.begin(), lines.end() - kept_lines);
    if (too_many) shorten(lines);
  }
  return lines;
}

void HistoryFile::append(const std::string& line) {
  if (path_.empty()) return;
  int file = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  write_all(file, line + "\n");
  close(file);
}

// The new file takes the place of the old one in one step.
void HistoryFile::shorten(const std::vector<std::string>& lines) {
  std::string text, fresh = path_ + ".XXXXXX";
  for (const std::string& line : lines) text += line + "\n";
  int file = mkostemp(fresh.data(), O_CLOEXEC);
  if (file < 0) return;
  bool written = write_all(file, text);
  if (close(file) != 0 || !written || std::rename(fresh.c_str(), path_.c_str()) != 0) unlink(fresh.c_str());
}
