// SPDX-License-Identifier: MIT
// Reads the command line of mayflyc.
#include "options.hpp"

#include <cstring>
#include <string_view>

namespace {

// The name behind -o. Returns false when there is none.
bool read_output(const char* name, Options& options) {
  if (name == nullptr || name[0] == '\0' || (name[0] == '-' && name[1] != '\0')) return false;
  options.output = std::strcmp(name, "-") == 0 ? nullptr : name;
  return true;
}

}  // namespace

Options read_options(int argc, char** argv) {
  Options options;
  int versions = 0, i = 1;
  for (; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument.empty() || argument[0] != '-' || argument == "-") break;
    if (argument == "--") {
      ++i;
      if (versions != 0) ++versions;
      break;
    }
    if (argument == "-l") {
      ++options.listings;
    } else if (argument == "-o") {
      ++i;
      if (!read_output(i < argc ? argv[i] : nullptr, options)) options.complaint = "'-o' needs argument";
    } else if (argument == "-p") {
      options.writes = false;
    } else if (argument == "-s") {
      options.strips = true;
    } else if (argument == "-v" || argument == "--version") {
      ++versions;
    } else if (argument == "--help") {
      options.help = true;
    } else {
      options.complaint = std::string("unrecognized option '") + argv[i] + "'";
    }
    if (!options.complaint.empty()) return options;
  }
  options.show_version = versions != 0;
  options.nothing_else = versions == argc - 1;
  options.first_file = i;
  return options;
}

std::string usage(const char* program_name) {
  return std::string("usage: ") + program_name +
         " [options] [filenames]\n"
         "Available options are:\n"
         "  -l       list (use -l -l for full listing)\n"
         "  -o name  output to file 'name' (default is \"luac.out\")\n"
         "  -p       parse only\n"
         "  -s       strip debug information\n"
         "  -v       show version information\n"
         "  --       stop handling options\n"
         "  -        stop handling options and process stdin\n"
         "  --help   show this help\n"
         "  --version  show version information\n";
}
