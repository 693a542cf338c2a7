// SPDX-License-Identifier: MIT
// Names for messages: what a register holds, found by looking backwards for the instruction that filled it, and how a
// function was called.
#include <string_view>

#include "memory/global_state.hpp"
#include "syntax/opcode_traits.hpp"
#include "vm/interpreter.hpp"

namespace rt {

namespace {

constexpr unsigned number_of(unsigned scaled) {
  return scaled / scale;
}

// Does the instruction change register `r`?
bool changes(const Instruction& i, unsigned r) {
  unsigned a = number_of(i.a);
  switch (plain(i.op)) {
    case Opcode::load_nil: return a <= r && r < a + i.b;
    case Opcode::self: return r == a || r == a + 1;
    case Opcode::call:
    case Opcode::call_local:
    case Opcode::call_upvalue:
    case Opcode::tail_call: return r >= a;
    case Opcode::vararg: return i.b == 0 ? r >= a : a <= r && r + 1 < a + i.b;
    case Opcode::for_prepare:
    case Opcode::for_loop: return a <= r && r <= a + 3;
    case Opcode::generic_call: return r >= a + 4;
    case Opcode::generic_loop: return r == a + 2;
    case Opcode::generic_prepare: return false;
    default: {
      Operand meaning = traits_of(i.op).a;
      return (meaning == Operand::out || meaning == Operand::inout) && r == a;
    }
  }
}

// The instruction before `last` that filled register `r` on every way to `last`, or -1.
int find_filler(const Prototype* p, int last, unsigned r) {
  int filler = -1;
  int target = 0;  // code before it may have been jumped over
  for (int pc = 0; pc < last; ++pc) {
    const Instruction& i = p->code[pc];
    if (traits_of(i.op).jumps()) {
      int destination = jump_target(i, pc);
      if (destination > pc && destination <= last && destination > target) target = destination;
    }
    if (changes(i, r)) filler = pc < target ? -1 : pc;
  }
  return filler;
}

const char* text_of(const String* s) {
  return s != nullptr ? s->data : "?";
}

bool is_environment(const char* name) {
  return name != nullptr && std::string_view(name) == "_ENV";
}

const char* kind_of_field(const char* table_name) {
  return is_environment(table_name) ? "global" : "field";
}

const char* constant_text(const Prototype* p, std::uint32_t index) {
  const Value& constant = p->constants[index];
  return constant.is_string() ? constant.string()->data : "?";
}

// The string constant that register `r` holds, or "?".
const char* name_in_register(const Prototype* p, int pc, unsigned r) {
  const char* name = nullptr;
  const char* kind = name_of_register(p, pc, static_cast<int>(r), &name);
  return kind != nullptr && *kind == 'c' ? name : "?";
}

}  // namespace

int line_of(const Prototype* p, int instruction) {
  return p->lines != nullptr && instruction >= 0 ? p->lines[instruction] : -1;
}

const char* local_name(const Prototype* p, int number, int pc) {
  for (std::uint32_t n = 0; n < p->local_count && p->locals[n].start <= pc; ++n) {
    if (pc < p->locals[n].end && --number == 0) return p->locals[n].name != nullptr ? p->locals[n].name->data : nullptr;
  }
  return nullptr;
}

const char* name_of_register(const Prototype* p, int last, int r, const char** name) {
  const Instruction& at = p->code[last];
  if (r == static_cast<int>(number_of(at.a))) {  // what is called lies elsewhere
    if (at.op == Opcode::call_local) r = at.x;
    if (at.op == Opcode::call_upvalue) {
      *name = text_of(p->upvalues[at.x].name);
      return "upvalue";
    }
  }
  *name = local_name(p, r + 1, last);
  if (*name != nullptr) return "local";
  int pc = find_filler(p, last, static_cast<unsigned>(r));
  if (pc < 0) return nullptr;
  const Instruction& i = p->code[pc];
  switch (plain(i.op)) {
    case Opcode::move: return i.b < i.a ? name_of_register(p, pc, static_cast<int>(number_of(i.b)), name) : nullptr;
    case Opcode::get_global:
      *name = constant_text(p, number_of(i.c));
      return kind_of_field(text_of(p->upvalues[i.b].name));
    case Opcode::get_table:
      *name = name_in_register(p, pc, number_of(i.c));
      return kind_of_field(local_name(p, static_cast<int>(number_of(i.b)) + 1, pc));
    case Opcode::get_upvalue_table: *name = name_in_register(p, pc, number_of(i.c)); return "field";
    case Opcode::get_integer: *name = "integer index"; return "field";
    case Opcode::get_field:
      *name = constant_text(p, number_of(i.c));
      return kind_of_field(local_name(p, static_cast<int>(number_of(i.b)) + 1, pc));
    case Opcode::get_upvalue: *name = text_of(p->upvalues[i.b].name); return "upvalue";
    case Opcode::load_constant:
      if (!p->constants[i.wide].is_string()) return nullptr;
      *name = constant_text(p, static_cast<std::uint32_t>(i.wide));
      return "constant";
    case Opcode::self: *name = constant_text(p, number_of(i.c)); return "method";
    default: return nullptr;
  }
}

namespace {

// The event whose metamethod the instruction may call.
Event event_of(const Instruction& i) {
  Opcode op = plain(i.op);
  if (op >= Opcode::add && op <= Opcode::shr) {
    return static_cast<Event>(static_cast<int>(Event::add) + static_cast<int>(op) - static_cast<int>(Opcode::add));
  }
  if (op >= Opcode::add_k && op <= Opcode::bxor_k) {
    return static_cast<Event>(static_cast<int>(Event::add) + static_cast<int>(op) - static_cast<int>(Opcode::add_k));
  }
  switch (op) {
    case Opcode::get_global:
    case Opcode::get_table:
    case Opcode::get_upvalue_table:
    case Opcode::get_integer:
    case Opcode::get_field:
    case Opcode::self: return Event::index;
    case Opcode::set_global:
    case Opcode::set_global_k:
    case Opcode::set_table:
    case Opcode::set_table_k:
    case Opcode::set_upvalue_table:
    case Opcode::set_upvalue_table_k:
    case Opcode::set_integer:
    case Opcode::set_integer_k:
    case Opcode::set_field:
    case Opcode::set_field_k:
    case Opcode::init_field:
    case Opcode::init_field_k: return Event::newindex;
    case Opcode::add_i: return i.x == 2 ? Event::sub : Event::add;
    case Opcode::shl_i: return Event::shl;
    case Opcode::shr_i: return Event::shr;
    case Opcode::unm: return Event::unm;
    case Opcode::bnot: return Event::bnot;
    case Opcode::len: return Event::len;
    case Opcode::concat: return Event::concat;
    case Opcode::jump_eq:
    case Opcode::jump_ne:
    case Opcode::jump_eq_k:
    case Opcode::jump_ne_k: return Event::eq;
    case Opcode::jump_lt:
    case Opcode::jump_nlt:
    case Opcode::jump_lt_i:
    case Opcode::jump_nlt_i:
    case Opcode::jump_gt_i:
    case Opcode::jump_ngt_i: return Event::lt;
    case Opcode::jump_le:
    case Opcode::jump_nle:
    case Opcode::jump_le_i:
    case Opcode::jump_nle_i:
    case Opcode::jump_ge_i:
    case Opcode::jump_nge_i: return Event::le;
    case Opcode::close:
    case Opcode::return_: return Event::close;
    default: return Event::count_;
  }
}

}  // namespace

const char* name_of_called(lua_State* L, const Prototype* p, int pc, const char** name) {
  const Instruction& i = p->code[pc];
  switch (plain(i.op)) {
    case Opcode::call:
    case Opcode::call_local:
    case Opcode::call_upvalue:
    case Opcode::tail_call: return name_of_register(p, pc, static_cast<int>(number_of(i.a)), name);
    case Opcode::generic_call: *name = "for iterator"; return "for iterator";
    default: break;
  }
  Event event = event_of(i);
  if (event == Event::count_) return nullptr;
  *name = global_of(L).event_names[static_cast<int>(event)]->data + 2;  // without "__"
  return "metamethod";
}

}  // namespace rt
