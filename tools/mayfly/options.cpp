// SPDX-License-Identifier: MIT
// Reads the command line: the options of the lua program, and ours, which begin with two dashes.
#include "options.hpp"

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

constexpr std::string_view stress_option = "--gc-stress";
constexpr std::string_view limit_option = "--mem-limit=";

// "n" or "n:bytes". Returns false when it is neither.
bool read_stress(const char* text, Options& options) {
  char* end = nullptr;
  long period = std::strtol(text, &end, 10);
  if (end == text || period < 0 || period > INT_MAX) return false;
  options.stress_period = static_cast<int>(period);
  if (*end == '\0') return true;
  if (*end != ':' || end[1] < '0' || end[1] > '9') return false;
  options.stress_bytes = std::strtoul(end + 1, &end, 10);
  return *end == '\0';
}

// A number of bytes, or with a suffix of K, M or G. Returns false when it is none, zero, or too large.
bool read_bytes(const char* text, std::size_t& bytes) {
  if (*text < '0' || *text > '9') return false;
  char* end = nullptr;
  errno = 0;
  unsigned long long count = std::strtoull(text, &end, 10);
  static constexpr std::string_view suffixes = "KMG";
  std::size_t suffix = *end == '\0' ? suffixes.npos : suffixes.find(*end);
  std::size_t shift = suffix == suffixes.npos ? 0 : 10 * (suffix + 1);
  if (errno != 0 || count == 0 || count > SIZE_MAX >> shift) return false;
  bytes = static_cast<std::size_t>(count) << shift;
  return *end == '\0' || (suffix != suffixes.npos && end[1] == '\0');
}

// Reads our long options. Returns false when `argument` is none of them.
bool read_long_option(std::string_view argument, Options& options) {
  if (argument == "--help") {
    options.help = true;
    return true;
  }
  if (argument == "--version") {
    options.version = true;
    return true;
  }
  if (argument == "--gc-log") return options.log_collections = true;
  if (argument.starts_with(limit_option)) return read_bytes(argument.data() + limit_option.size(), options.memory_limit);
  if (argument.substr(0, stress_option.size()) != stress_option) return false;
  argument.remove_prefix(stress_option.size());
  if (argument.empty()) {
    options.stress_period = 1;
    return true;
  }
  return argument[0] == '=' && read_stress(argument.data() + 1, options);
}

// The text of -e or -l: the rest of the argument, or the next one when that does not look like an option.
const char* step_text(int argc, char** argv, int& index) {
  const char* rest = argv[index] + 2;
  if (*rest != '\0') return rest;
  if (index + 1 >= argc || argv[index + 1][0] == '-') return nullptr;
  return argv[++index];
}

// Reads one option. Returns false when it is not understood (the complaint says why).
bool read_option(int argc, char** argv, int& index, Options& options) {
  const char* argument = argv[index];
  if (argument[1] == 'e' || argument[1] == 'l') {
    const char* text = step_text(argc, argv, index);
    if (text == nullptr) {
      options.complaint = std::string("'") + argument + "' needs argument";
      return false;
    }
    if (argument[1] == 'e') options.executes = true;
    options.steps.push_back({argument[1] == 'e' ? Step::execute : Step::require, text});
    return true;
  }
  if (std::strcmp(argument, "-i") == 0) {
    options.interactive = options.show_version = true;
  } else if (std::strcmp(argument, "-v") == 0) {
    options.show_version = true;
  } else if (std::strcmp(argument, "-E") == 0) {
    options.ignore_environment = true;
  } else if (std::strcmp(argument, "-W") == 0) {
    options.steps.push_back({Step::warnings_on, nullptr});
  } else if (!read_long_option(argument, options)) {
    options.complaint = std::string("unrecognized option '") + argument + "'";
    return false;
  }
  return true;
}

}  // namespace

Options read_options(int argc, char** argv) {
  Options options;
  int index = 1;
  for (; index < argc; ++index) {
    const char* argument = argv[index];
    if (argument[0] != '-' || argument[1] == '\0') break;  // a script, or "-"
    if (std::strcmp(argument, "--") == 0) {
      ++index;
      break;
    }
    if (!read_option(argc, argv, index, options)) return options;
  }
  if (index < argc) options.script = index;
  return options;
}

std::string usage(const char* program_name) {
  return std::string("usage: ") + program_name +
         " [options] [script [args]]\n"
         "Available options are:\n"
         "  -e stat   execute string 'stat'\n"
         "  -i        enter interactive mode after executing 'script'\n"
         "  -l mod    require library 'mod' into global 'mod'\n"
         "  -l g=mod  require library 'mod' into global 'g'\n"
         "  -v        show version information\n"
         "  -E        ignore environment variables\n"
         "  -W        turn warnings on\n"
         "  --        stop handling options\n"
         "  -         stop handling options and execute stdin\n"
         "  --gc-stress[=n[:bytes]]  collect and verify the heap at every allocation, or at every n-th;\n"
         "            with bytes, one step of that much work in place of a full collection\n"
         "  --gc-log  tell of each collection on standard error\n"
         "  --mem-limit=n  hold at most n bytes (or nK, nM, nG) of memory\n"
         "  --help    show this help\n"
         "  --version show version information and stop\n";
}
