// SPDX-License-Identifier: MIT
// The command line of the mayfly program, read before a state exists.
#pragma once

#include <string>
#include <vector>

// One thing to do before the script, in the order of the command line.
struct Step {
  enum Kind { execute, require, warnings_on } kind;
  const char* text;  // the statement or the library; unused by warnings_on
};

struct Options {
  std::vector<Step> steps;
  bool interactive = false;         // -i
  bool show_version = false;        // -v or -i
  bool ignore_environment = false;  // -E
  bool executes = false;            // some -e was given
  bool help = false;                // --help
  bool version = false;             // --version
  int stress_period = 0;            // --gc-stress[=n[:bytes]]
  std::size_t stress_bytes = 0;
  std::size_t memory_limit = 0;     // --mem-limit=N, in bytes; 0: none
  bool log_collections = false;     // --gc-log
  int script = 0;                   // index of the script in argv ("-" is standard input), 0 when there is none
  std::string complaint;            // what is wrong with the command line; empty when nothing is
};

Options read_options(int argc, char** argv);

// What --help prints and a wrong command line is answered with.
std::string usage(const char* program_name);
