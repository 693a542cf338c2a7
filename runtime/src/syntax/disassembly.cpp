// SPDX-License-Identifier: MIT
// A listing of a prototype's instructions.
#include "syntax/disassembly.hpp"

#include <cstdio>

#include <lua.hpp>

#include "syntax/chunk_name.hpp"
#include "syntax/opcode_traits.hpp"
#include "value/conversion.hpp"
#include "value/table.hpp"

namespace rt {

namespace {

const char* plural(std::uint32_t count) { return count == 1 ? "" : "s"; }

class Listing {
 public:
  std::string run(const Prototype* p, bool nested) {
    function(p, nested);
    return std::move(out_);
  }
  std::string run_formally(const Prototype* p, bool full) {
    first_instruction_ = 1;
    formal_function(p, full, nullptr);
    return std::move(out_);
  }

 private:
  void formal_function(const Prototype* p, bool full, const String* outer_source) {
    const String* source = p->source != nullptr ? p->source : outer_source;
    formal_heading(p, source);
    for (std::uint32_t pc = 0; pc < p->code_size; ++pc) {
      out_ += '\t';
      instruction(p, static_cast<int>(pc));
    }
    if (full) {
      constants(p);
      locals(p);
      upvalues(p);
    }
    for (std::uint32_t i = 0; i < p->child_count; ++i) formal_function(p->children[i], full, source);
  }

  void formal_heading(const Prototype* p, const String* source) {
    char name[LUA_IDSIZE];
    display_chunk_name(name, source != nullptr ? source->view() : "=?");
    print("\n%s <%s:%d,%d> (%u instruction%s)\n", p->first_line == 0 ? "main" : "function", name, p->first_line, p->last_line, p->code_size,
          plural(p->code_size));
    print("%d%s param%s, %d slot%s, ", p->parameter_count, p->is_vararg ? "+" : "", plural(p->parameter_count), p->frame_size,
          plural(p->frame_size));
    print("%d upvalue%s, %u local%s, ", p->upvalue_count, plural(p->upvalue_count), p->local_count, plural(p->local_count));
    print("%u constant%s, %u function%s\n", p->constant_count, plural(p->constant_count), p->child_count, plural(p->child_count));
  }

  void constants(const Prototype* p) {
    print("constants (%u):\n", p->constant_count);
    for (std::uint32_t i = 0; i < p->constant_count; ++i) {
      print("\t%u\t%s\t", i, constant_kind(p->constants[i].tag));
      std::size_t start = out_.size();
      constant(p, i);
      out_.erase(start, 1);  // the blank that separates operands
      out_ += '\n';
    }
  }

  static const char* constant_kind(Tag tag) {
    switch (tag) {
      case Tag::nil: return "nil";
      case Tag::false_: case Tag::true_: return "boolean";
      case Tag::integer: return "integer";
      case Tag::number: return "float";
      case Tag::table: return "model";
      default: return "string";
    }
  }

  void locals(const Prototype* p) {
    print("locals (%u):\n", p->local_count);
    for (std::uint32_t i = 0; i < p->local_count; ++i) {
      const LocalDescription& local = p->locals[i];
      print("\t%u\t", i);
      out_ += local.name != nullptr ? local.name->view() : std::string_view("-");
      print("\t%d\t%d\n", local.start + 1, local.end + 1);
    }
  }

  void upvalues(const Prototype* p) {
    print("upvalues (%d):\n", p->upvalue_count);
    for (int i = 0; i < p->upvalue_count; ++i) {
      const UpvalueDescription& upvalue = p->upvalues[i];
      print("\t%d\t", i);
      out_ += upvalue.name != nullptr ? upvalue.name->view() : "-";
      print(upvalue.in_stack ? "\tregister %d\n" : "\tupvalue %d\n", upvalue.index);
    }
  }

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
      print("%4d [%d] %s", pc + first_instruction_, p->lines[pc], traits.name);
    else
      print("%4d [-] %s", pc + first_instruction_, traits.name);
    operand(p, traits.a, i.a, i, pc);
    operand(p, traits.b, i.b, i, pc);
    operand(p, traits.c, i.c, i, pc);
    if (i.op == Opcode::call_local) {
      print(" r%d", i.x);
    } else if (i.op == Opcode::call_upvalue) {
      upvalue(p, i.x);
    } else if (shows_x(i)) {
      print(" x%d", i.x);
    }
    out_ += '\n';
  }

  static bool shows_x(const Instruction& i) {
    switch (plain(i.op)) {
      case Opcode::get_global: case Opcode::set_global: case Opcode::set_global_k: case Opcode::get_field:
      case Opcode::set_field: case Opcode::set_field_k: case Opcode::init_field: case Opcode::init_field_k: case Opcode::self: return false;
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
      case Operand::jump16: case Operand::wide_jump: print(" ->%d", jump_target(i, pc) + first_instruction_); break;
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
      case Tag::table: model(p, value.table()); break;
      default: string(value.string()->view()); break;
    }
  }

  void model(const Prototype* p, const Table* t) {
    out_ += " {";
    for (std::uint32_t i = 0; i < p->constant_count; ++i) {
      const Value& key = p->constants[i];
      if (key.is_short_string() && get_short(t, key.string()) != &absent) string(key.string()->view());
    }
    out_ += " }";
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
  int first_instruction_ = 0;  // the number of the first one
};

}  // namespace

std::string disassemble(const Prototype* p, bool nested) { return Listing().run(p, nested); }

std::string list_function(const Prototype* p, bool full) { return Listing().run_formally(p, full); }

}  // namespace rt
