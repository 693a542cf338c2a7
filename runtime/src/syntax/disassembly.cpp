// SPDX-License-Identifier: MIT
// A listing of a prototype's instructions.
#include "syntax/disassembly.hpp"

#include <cstdio>

#include "syntax/opcode_traits.hpp"
#include "value/conversion.hpp"

namespace rt {

namespace {

class Listing {
 public:
  std::string run(const Prototype* p, bool nested) {
    function(p, nested);
    return std::move(out_);
  }

 private:
  void function(const Prototype* p, bool nested) {
    heading(p);
    for (std::uint32_t pc = 0; pc < p->code_size; ++pc) instruction(p, static_cast<int>(pc));
    if (!nested) return;
    for (std::uint32_t i = 0; i < p->child_count; ++i) {
      out_ += '\n';
      function(p->children[i], true);
    }
  }

  template <class... Arguments>
  void print(const char* format, Arguments... arguments) {
    char text[160];
    std::snprintf(text, sizeof text, format, arguments...);
    out_ += text;
  }

  void heading(const Prototype* p) {
    if (p->first_line == 0)
      out_ += "main";
    else
      print("function %d-%d", p->first_line, p->last_line);
    print(": %d parameters%s, %d registers, %d upvalues, %u constants\n", p->parameter_count, p->is_vararg ? " ..." : "",
          p->frame_size, p->upvalue_count, p->constant_count);
  }

  void instruction(const Prototype* p, int pc) {
    const Instruction& i = p->code[pc];
    const OpcodeTraits& traits = traits_of(i.op);
    if (p->lines != nullptr)
      print("%4d [%d] %s", pc, p->lines[pc], traits.name);
    else
      print("%4d [-] %s", pc, traits.name);
    operand(p, traits.a, i.a, i, pc);
    operand(p, traits.b, i.b, i, pc);
    operand(p, traits.c, i.c, i, pc);
    if (shows_x(i)) print(" x%d", i.x);
    out_ += '\n';
  }

  static bool shows_x(const Instruction& i) {
    switch (i.op) {
      case Opcode::get_global: case Opcode::set_global: case Opcode::set_global_k: case Opcode::get_field:
      case Opcode::set_field: case Opcode::set_field_k: case Opcode::self: return false;
      default: return i.x != 0;
    }
  }

  void operand(const Prototype* p, Operand kind, unsigned field, const Instruction& i, int pc) {
    switch (kind) {
      case Operand::none: break;
      case Operand::out: case Operand::in: case Operand::inout: print(" r%u", field / scale); break;
      case Operand::constant: case Operand::key: constant(p, field / scale); break;
      case Operand::upvalue: upvalue(p, field); break;
      case Operand::count: print(" %u", field); break;
      case Operand::immediate: print(" #%d", static_cast<std::int16_t>(field)); break;
      case Operand::jump16: case Operand::wide_jump: print(" ->%d", jump_target(i, pc)); break;
      case Operand::wide_int: print(" #%d", i.wide); break;
      case Operand::wide_index:
        if (i.op == Opcode::closure)
          print(" function %d", i.wide);
        else
          constant(p, static_cast<std::uint32_t>(i.wide));
        break;
    }
  }

  void upvalue(const Prototype* p, unsigned number) {
    const String* name = number < p->upvalue_count ? p->upvalues[number].name : nullptr;
    print(" u%u", number);
    if (name != nullptr) print(":%.60s", name->data);
  }

  void constant(const Prototype* p, std::uint32_t number) {
    if (number >= p->constant_count) {
      print(" k%u?", number);
      return;
    }
    const Value& value = p->constants[number];
    char text[48];
    switch (value.tag) {
      case Tag::nil: out_ += " nil"; break;
      case Tag::false_: out_ += " false"; break;
      case Tag::true_: out_ += " true"; break;
      case Tag::integer: case Tag::number:
        text[format_number(value, text)] = '\0';
        print(" %s", text);
        break;
      default: string(value.string()->view()); break;
    }
  }

  void string(std::string_view text) {
    out_ += " \"";
    for (unsigned char c : text.substr(0, 60)) {
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += static_cast<char>(c);
      } else if (c < ' ' || c == 0x7F) {
        print("\\%03d", c);
      } else {
        out_ += static_cast<char>(c);
      }
    }
    out_ += text.size() > 60 ? "\"..." : "\"";
  }

  std::string out_;
};

}  // namespace

std::string disassemble(const Prototype* p, bool nested) { return Listing().run(p, nested); }

}  // namespace rt
