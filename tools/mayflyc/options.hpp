// SPDX-License-Identifier: MIT
// The command line of mayflyc: that of luac, with --help and --version.
#pragma once

#include <string>

inline constexpr const char* default_output = "luac.out";

struct Options {
  int listings = 0;                // -l: 1, or 2 for all tables
  bool writes = true;              // false: -p
  bool strips = false;             // -s
  bool show_version = false;       // -v
  bool nothing_else = false;       // only the version is asked for
  bool help = false;               // --help
  const char* output = default_output;  // -o; null: standard output
  int first_file = 0;              // index in argv of the first file, argc when there is none
  std::string complaint;           // what is wrong with the command line; empty when nothing is
};

Options read_options(int argc, char** argv);

std::string usage(const char* program_name);
