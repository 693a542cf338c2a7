// SPDX-License-Identifier: MIT
// Finding the frames that may have dead registers, and clearing these.
#include "memory/dead_registers.hpp"

#include <algorithm>
#include <optional>

#include "memory/global_state.hpp"
#include "syntax/register_liveness.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

bool is_call(Opcode op) {
  switch (op) {
    case Opcode::call:
    case Opcode::call_local:
    case Opcode::call_upvalue:
    case Opcode::tail_call:
    case Opcode::generic_call: return true;
    default: return false;
  }
}

// What has been found out about the functions met last: deep stacks have few different ones.
class KnownFunctions {
 public:
  explicit KnownFunctions(gc::Heap& heap) : heap_(heap) {}

  const RegisterLiveness& of(const Prototype* p) {
    for (const auto& entry : entries_) {
      if (entry.has_value() && entry->prototype() == p) return *entry;
    }
    auto& entry = entries_[next_++ % std::size(entries_)];
    entry.reset();
    return entry.emplace(heap_, p);
  }

 private:
  gc::Heap& heap_;
  std::optional<RegisterLiveness> entries_[8];
  unsigned next_ = 0;
};

class StackCleaner {
 public:
  StackCleaner(lua_State* L, KnownFunctions& functions)
      : L_(L), functions_(functions), pending_(L->to_be_closed), captured_(L->open_upvalues) {}

  void clean() {
    const Frame* callee = nullptr;
    for (const Frame* frame = L_->frame; frame != &L_->base_frame; frame = frame->previous) {
      if (frame->is_lua()) clean_frame(frame, callee);
      callee = frame;
    }
  }

 private:
  bool is_dead() const { return L_->status > LUA_YIELD; }

  // Nothing is cleared where it is not known how the frame will go on: the one on top, and one that a finalizer interrupts.
  void clean_frame(const Frame* frame, const Frame* callee) {
    bool hooked = (frame->status & frame_hooked) != 0;
    int instruction = current_instruction(frame);
    if (instruction < 0) return;
    const Prototype* p = prototype_of(frame);
    Opcode op = plain(p->code[instruction].op);
    if (is_dead()) {
      unsigned end = is_call(op) && callee != nullptr ? p->code[instruction].a / scale : p->frame_size;
      clear(frame, variables_in_scope(p, instruction), end, RegisterSet());
      return;
    }
    if ((frame->status & frame_finalizer) != 0 || (!hooked && callee == nullptr)) return;
    bool between = hooked || (callee->status & frame_metamethod) != 0 || !is_call(op);
    if (!between || (callee != nullptr && callee->function < end_of_registers(frame))) return;
    unsigned first = variables_in_scope(p, instruction);
    if (!holds_cells(frame, first)) return;
    const RegisterLiveness& liveness = functions_.of(p);
    if (!liveness.known()) return;
    RegisterSet needed = hooked ? liveness.before(instruction) : liveness.during(instruction);
    if (!hooked) add_operands(frame, p->code[instruction], needed);
    clear(frame, first, p->frame_size, needed);
  }

  static bool holds_cells(const Frame* frame, unsigned first) {
    return std::any_of(frame->base() + first, end_of_registers(frame), [](const Value& v) { return v.has_cell(); });
  }

  // Those of which the number is in the frame.
  static void add_operands(const Frame* frame, const Instruction& i, RegisterSet& needed) {
    unsigned a = i.a / scale;
    unsigned count = static_cast<unsigned>(std::clamp(frame->transfer, 0, static_cast<int>(prototype_of(frame)->frame_size - a)));
    if (plain(i.op) == Opcode::return_) needed.add_range(a, a + count);
    if (plain(i.op) == Opcode::concat && count > 2) needed.add_range(a, a + count - 2);
  }

  // Variables yet to be closed and those that closures share are in scope, if not by name.
  void clear(const Frame* frame, unsigned first, unsigned end, RegisterSet needed) {
    Value* base = frame->base();
    Value* limit = end_of_registers(frame);
    for (; pending_ != L_->stack && pending_ >= base; pending_ -= close_link(pending_)) {
      if (pending_ < limit) needed.add(static_cast<unsigned>(pending_ - base));
    }
    for (; captured_ != nullptr && captured_->place >= base; captured_ = captured_->open.next) {
      if (captured_->place < limit) needed.add(static_cast<unsigned>(captured_->place - base));
    }
    for (unsigned r = first; r < end; ++r) {
      if (!needed.has(r)) base[r].set_nil();
    }
  }

  lua_State* L_;
  KnownFunctions& functions_;
  Value* pending_;    // the newest that may belong to the frame or to one below
  Upvalue* captured_;  // likewise
};

}  // namespace

// Threads that are dead and not yet swept may have lost their functions: there are none when no cycle is under way.
void forget_dead_registers(GlobalState& state) {
  state.heap.complete_cycle();
  if (state.heap.phase() != gc::Phase::idle) return;
  KnownFunctions functions(state.heap);
  for (lua_State* L = state.threads; L != nullptr; L = L->next_thread) StackCleaner(L, functions).clean();
}

}  // namespace rt
