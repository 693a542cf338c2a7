// SPDX-License-Identifier: MIT
// The strings of one chunk, each once: names, string literals. Keeps them alive while the chunk is compiled, and holds
// what each name means at the moment.
#pragma once

#include <cstdint>
#include <string_view>

#include "gc/visitor.hpp"
#include "memory/global_state.hpp"
#include "syntax/arena.hpp"
#include "value/string.hpp"

namespace rt {

struct Name {
  String* string;
  std::uint32_t hash;
  std::int32_t binding;           // innermost active variable of this name (index in Scope's list), or -1
  std::uint32_t upvalue_function;  // guess: the function (serial) that has it as upvalue ...
  std::uint32_t upvalue;           // ... and the upvalue's number

  std::string_view text() const { return string->view(); }
};

class Names {
 public:
  explicit Names(GlobalState& state);
  ~Names();

  // The name with this text, new or known. May collect.
  Name* find(std::string_view text);
  void visit(gc::Visitor& visitor);

 private:
  void grow();

  GlobalState& state_;
  Arena arena_;
  Name** slots_ = nullptr;
  std::uint32_t mask_ = 0;  // number of slots - 1
  std::uint32_t count_ = 0;
};

}  // namespace rt
