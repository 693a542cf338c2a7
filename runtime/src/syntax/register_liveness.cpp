// SPDX-License-Identifier: MIT
// Liveness of registers: the usual backward data flow, repeated until nothing changes. Of the compiler's code a second round finds nothing
// new: variables count as needed wherever they are in scope, and what else is in registers is used up before a jump backwards.
#include "syntax/register_liveness.hpp"

#include <cstring>

#include "syntax/opcode_traits.hpp"

namespace rt {

namespace {

constexpr int most_rounds = 16;          // code from outside may need any number
constexpr unsigned all_registers = 256;  // the end of open lists, and of what a call writes over

constexpr unsigned number_of(unsigned scaled) { return scaled / scale; }

// Where the instruction does not say how many: all that follow.
unsigned end_of_list(unsigned first, unsigned count_and_one) {
  return count_and_one != 0 ? first + count_and_one - 1 : all_registers;
}

bool falls_through(Opcode op) {
  switch (op) {
    case Opcode::jump:
    case Opcode::generic_prepare:
    case Opcode::load_false_skip:
    case Opcode::return_:
    case Opcode::return_none:
    case Opcode::return_one: return false;
    default: return true;
  }
}

void add_captured(const Prototype* child, RegisterSet& reads) {
  for (unsigned n = 0; n < child->upvalue_count; ++n) {
    if (child->upvalues[n].in_stack) reads.add(child->upvalues[n].index);
  }
}

// The registers the instruction reads, and those it writes whichever way it goes on. A function it calls writes all from its own place on.
void effects_of(const Prototype* p, const Instruction& i, RegisterSet& reads, RegisterSet& writes) {
  unsigned a = number_of(i.a);
  switch (plain(i.op)) {
    case Opcode::load_nil: writes.add_range(a, a + i.b); return;
    case Opcode::self:
      reads.add(number_of(i.b));
      writes.add_range(a, a + 2);
      return;
    case Opcode::closure:
      add_captured(p->children[i.wide], reads);
      writes.add(a);
      return;
    case Opcode::set_list: reads.add_range(a, i.b != 0 ? a + i.b + 1 : all_registers); return;
    case Opcode::concat:
      reads.add_range(a, a + i.b);
      writes.add(a);
      return;
    case Opcode::close: return;
    case Opcode::call:
    case Opcode::tail_call:
      reads.add_range(a, i.b != 0 ? a + i.b : all_registers);
      writes.add_range(a, all_registers);
      return;
    case Opcode::call_local: reads.add(i.x); [[fallthrough]];
    case Opcode::call_upvalue: writes.add_range(a, all_registers); return;
    case Opcode::return_: reads.add_range(a, end_of_list(a, i.b)); return;
    case Opcode::vararg: writes.add_range(a, end_of_list(a, i.b)); return;
    case Opcode::vararg_prepare: reads.add_range(0, i.b); return;
    case Opcode::for_prepare:
    case Opcode::for_loop:
      reads.add_range(a, a + 3);
      writes.add(a + 3);
      return;
    case Opcode::generic_prepare: reads.add_range(a, a + 4); return;
    case Opcode::generic_call:
      reads.add_range(a, a + 4);
      writes.add_range(a + 4, all_registers);
      return;
    case Opcode::generic_loop: reads.add(a + 4); return;
    case Opcode::test_set_true:
    case Opcode::test_set_false: reads.add(number_of(i.b)); return;
    default: break;
  }
  const OpcodeTraits& traits = traits_of(i.op);
  if (traits.a == Operand::in) reads.add(a);
  if (traits.b == Operand::in) reads.add(number_of(i.b));
  if (traits.c == Operand::in) reads.add(number_of(i.c));
  if (traits.a == Operand::out) writes.add(a);
}

bool sets_when_it_jumps(Opcode op) { return op == Opcode::test_set_true || op == Opcode::test_set_false; }

}  // namespace

unsigned variables_in_scope(const Prototype* p, int instruction) {
  unsigned count = 0;
  for (std::uint32_t n = 0; n < p->local_count && p->locals[n].start <= instruction; ++n) count += instruction < p->locals[n].end;
  return count;
}

RegisterLiveness::RegisterLiveness(gc::Heap& heap, const Prototype* p) : heap_(heap), p_(p), words_((p->frame_size + 63u) / 64) {
  sets_ = static_cast<std::uint64_t*>(heap.storage_if_any(p->code_size * words_ * sizeof(std::uint64_t)));
  scopes_ = static_cast<std::uint8_t*>(heap.storage_if_any(p->code_size));
  if (sets_ == nullptr || scopes_ == nullptr) return;
  compute_scopes();
  known_ = compute_sets();
}

RegisterLiveness::~RegisterLiveness() {
  if (sets_ != nullptr) heap_.free_storage(sets_, p_->code_size * words_ * sizeof(std::uint64_t));
  if (scopes_ != nullptr) heap_.free_storage(scopes_, p_->code_size);
}

// First how many come into scope or leave it, modulo 256.
void RegisterLiveness::compute_scopes() {
  std::memset(scopes_, 0, p_->code_size);
  for (std::uint32_t n = 0; n < p_->local_count; ++n) {
    const LocalDescription& local = p_->locals[n];
    if (local.start >= local.end) continue;
    ++scopes_[local.start];
    if (static_cast<std::uint32_t>(local.end) < p_->code_size) --scopes_[local.end];
  }
  for (std::uint32_t pc = 1; pc < p_->code_size; ++pc) scopes_[pc] = static_cast<std::uint8_t>(scopes_[pc] + scopes_[pc - 1]);
}

bool RegisterLiveness::compute_sets() {
  std::memset(sets_, 0, p_->code_size * words_ * sizeof(std::uint64_t));
  for (int round = 0; round < most_rounds; ++round) {
    bool changed = false;
    for (int pc = static_cast<int>(p_->code_size) - 1; pc >= 0; --pc) changed |= update(pc);
    if (!changed) return true;
  }
  return false;
}

RegisterSet RegisterLiveness::needed(int instruction) const {
  RegisterSet set;
  const std::uint64_t* from = sets_ + static_cast<std::size_t>(instruction) * words_;
  for (unsigned n = 0; n < words_; ++n) set.word(n) = from[n];
  return set;
}

// What the instructions that may come next need, with the result in its place where the jump makes one.
RegisterSet RegisterLiveness::during(int pc) const {
  const Instruction& i = p_->code[pc];
  Opcode op = plain(i.op);
  RegisterSet set;
  if (traits_of(op).jumps()) set = needed(jump_target(i, pc));
  if (op == Opcode::load_false_skip) set = needed(pc + 2);
  if (sets_when_it_jumps(op) || op == Opcode::generic_loop) set.remove(number_of(i.a) + (op == Opcode::generic_loop ? 2 : 0));
  if (falls_through(op)) set |= needed(pc + 1);
  if (!sets_when_it_jumps(op) && (traits_of(op).a == Operand::out || op == Opcode::concat)) set.remove(number_of(i.a));
  set.add_range(0, scopes_[pc]);
  return set;
}

RegisterSet RegisterLiveness::before(int instruction) const { return needed(instruction); }

bool RegisterLiveness::update(int pc) {
  RegisterSet reads, writes;
  effects_of(p_, p_->code[pc], reads, writes);
  RegisterSet set = during(pc);
  set -= writes;
  set |= reads;
  set.add_range(0, scopes_[pc]);
  std::uint64_t* to = sets_ + static_cast<std::size_t>(pc) * words_;
  bool changed = false;
  for (unsigned n = 0; n < words_; ++n) {
    changed |= to[n] != set.word(n);
    to[n] = set.word(n);
  }
  return changed;
}

}  // namespace rt
