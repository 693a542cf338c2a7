// SPDX-License-Identifier: MIT
// Is the code of a prototype from outside sound?
#include "syntax/code_check.hpp"

#include "syntax/opcode_traits.hpp"

namespace rt {

namespace {

class CodeCheck {
 public:
  explicit CodeCheck(const Prototype* p) : p_(p), size_(static_cast<int>(p->code_size)) {}

  const char* run() {
    if (size_ == 0 || !ends(at(size_ - 1).op)) return "code without end";
    if ((at(0).op == Opcode::vararg_prepare) != p_->is_vararg) return "misplaced instruction";
    for (int pc = 0; pc < size_; ++pc) {
      const Instruction& i = at(pc);
      if (static_cast<int>(i.op) >= opcode_count) return "unknown instruction";
      const OpcodeTraits& traits = traits_of(i.op);
      if (!operand(traits.a, i.a, i, pc) || !operand(traits.b, i.b, i, pc) || !operand(traits.c, i.c, i, pc)) return "bad operand";
      if (!registers(i)) return "register out of range";
      if (!constants(i)) return "constant of wrong type";
      if (!place(i, pc)) return "misplaced instruction";
    }
    return nullptr;
  }

 private:
  const Instruction& at(int pc) const { return p_->code[pc]; }

  static bool ends(Opcode op) {
    switch (op) {
      case Opcode::return_: case Opcode::return_none: case Opcode::return_one: case Opcode::jump: return true;
      default: return false;
    }
  }

  bool operand(Operand kind, unsigned field, const Instruction& i, int pc) const {
    switch (kind) {
      case Operand::out: case Operand::in: case Operand::inout: return field % scale == 0 && field / scale < p_->frame_size;
      case Operand::constant:
        return field % scale == 0 && field / scale < p_->constant_count && !p_->constants[field / scale].is_table();
      case Operand::key:
        return field % scale == 0 && field / scale < p_->constant_count && p_->constants[field / scale].is_short_string();
      case Operand::upvalue: return field < p_->upvalue_count;
      case Operand::jump16: case Operand::wide_jump: return leads_somewhere(i, pc);
      case Operand::wide_index:
        if (i.op == Opcode::closure) return static_cast<std::uint32_t>(i.wide) < p_->child_count;
        return static_cast<std::uint32_t>(i.wide) < p_->constant_count &&
               p_->constants[i.wide].is_table() == (i.op == Opcode::new_record);
      default: return true;
    }
  }

  bool leads_somewhere(const Instruction& i, int pc) const {
    std::int64_t target = std::int64_t{pc} + 1 + (traits_of(i.op).is_wide() ? i.wide : static_cast<std::int16_t>(i.c));
    return target >= 0 && target < size_ && at(static_cast<int>(target)).op != Opcode::extra &&
           at(static_cast<int>(target)).op != Opcode::vararg_prepare && !takes_open(at(static_cast<int>(target)));
  }

  bool fits(unsigned first, unsigned count) const { return first + count <= p_->frame_size; }

  // Instructions that use more registers than their operands name.
  bool registers(const Instruction& i) const {
    unsigned a = i.a / scale;
    switch (i.op) {
      case Opcode::load_nil: return i.b >= 1 && fits(a, i.b);
      case Opcode::self: return fits(a, 2);
      case Opcode::new_table: case Opcode::new_record: return a + i.x <= p_->frame_size;
      case Opcode::set_list: return fits(a, 1u + i.b);
      case Opcode::concat: return i.b >= 1 && fits(a, i.b);
      case Opcode::call: return fits(a, i.b > 0 ? i.b : 1) && fits(a, i.c > 0 ? i.c - 1 : 0);
      case Opcode::call_local: return i.x < p_->frame_size && i.b == 1 && i.c == 2;
      case Opcode::call_upvalue: return i.x < p_->upvalue_count && i.b == 1 && i.c == 2;
      case Opcode::tail_call: return fits(a, i.b > 0 ? i.b : 1);
      case Opcode::return_: case Opcode::vararg: return fits(a, i.b > 0 ? i.b - 1 : 0);
      case Opcode::for_prepare: case Opcode::for_loop: return fits(a, 4);
      case Opcode::generic_prepare: return fits(a, 4);
      case Opcode::generic_call: return fits(a, 4u + (i.b > 3 ? i.b : 3)) && i.b >= 1;
      case Opcode::generic_loop: return fits(a, 5);
      case Opcode::vararg_prepare: return i.b == p_->parameter_count;
      default: return true;
    }
  }

  bool constants(const Instruction& i) const {
    switch (i.op) {
      case Opcode::add_k: case Opcode::sub_k: case Opcode::mul_k: case Opcode::mod_k: case Opcode::pow_k: case Opcode::div_k:
      case Opcode::idiv_k: return p_->constants[i.c / scale].is_numeric();
      case Opcode::band_k: case Opcode::bor_k: case Opcode::bxor_k: return p_->constants[i.c / scale].is_integer();
      case Opcode::jump_eq_nil: case Opcode::jump_ne_nil: return i.x <= static_cast<unsigned>(Tag::true_);
      default: return true;
    }
  }

  static bool leaves_open(const Instruction& i) {  // a tail call of a C function leaves its results to a return_
    return i.op == Opcode::tail_call || (i.op == Opcode::call && i.c == 0) || (i.op == Opcode::vararg && i.b == 0);
  }
  static bool takes_open(const Instruction& i) {
    switch (i.op) {
      case Opcode::call: case Opcode::tail_call: case Opcode::return_: case Opcode::set_list: return i.b == 0;
      default: return false;
    }
  }

  bool place(const Instruction& i, int pc) const {
    bool after_open = pc > 0 && leaves_open(at(pc - 1));
    if (takes_open(i) != after_open) return false;
    if (after_open && at(pc - 1).a < i.a + (i.op == Opcode::return_ ? 0 : scale)) return false;
    bool wants_extra = i.op == Opcode::set_list && i.x != 0;
    bool has_extra = pc + 1 < size_ && at(pc + 1).op == Opcode::extra;
    if (wants_extra != has_extra) return false;
    switch (i.op) {
      case Opcode::extra: return pc > 0 && i.wide >= 0;
      case Opcode::vararg_prepare: return pc == 0;
      case Opcode::vararg: return p_->is_vararg;
      case Opcode::return_none: case Opcode::return_one: return !p_->is_vararg;
      case Opcode::load_false_skip: return pc + 2 < size_ && at(pc + 1).op == Opcode::load_true;
      default: return true;
    }
  }

  const Prototype* p_;
  int size_;
};

}  // namespace

const char* find_fault_in_code(const Prototype* p) { return CodeCheck(p).run(); }

}  // namespace rt
