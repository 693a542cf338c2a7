// SPDX-License-Identifier: MIT
// The root set: providers and handles.
#pragma once

#include "gc/root.hpp"
#include "sequence.hpp"

namespace gc {

class Roots {
 public:
  explicit Roots(HandleLink& handles) : handles_(handles) {}

  bool add(Memory& memory, RootProvider& provider) { return providers_.push(memory, &provider); }
  void remove(RootProvider& provider) { providers_.remove(&provider); }
  void visit(Visitor& visitor);
  void clear_stale();
  // The heap ends: handles that outlive it become null.
  void release(Memory& memory);

 private:
  HandleLink& handles_;
  Sequence<RootProvider*> providers_;
};

}  // namespace gc
