// SPDX-License-Identifier: MIT
// The pieces of work done in C++: between them they call every function of the API.
#pragma once

#include <vector>

#include <lua.hpp>

struct Step {
  const char* name;
  lua_CFunction body;
};

// What each file contributes.
extern const std::vector<Step> stack_steps, table_steps, call_steps, debug_steps, auxiliary_steps, mayfly_steps;

inline std::vector<const Step*> all_steps() {
  std::vector<const Step*> all;
  for (const auto* part : {&stack_steps, &table_steps, &call_steps, &debug_steps, &auxiliary_steps, &mayfly_steps}) {
    for (const Step& step : *part) all.push_back(&step);
  }
  return all;
}
