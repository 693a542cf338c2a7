// SPDX-License-Identifier: MIT
// Binary chunks, written.
#include <cstring>
#include <string_view>

#include "syntax/binary_format.hpp"
#include "syntax/compile.hpp"
#include "value/table.hpp"

namespace rt {

namespace {

class Dumper {
 public:
  Dumper(lua_State* L, lua_Writer writer, void* data, bool strip) : L_(L), writer_(writer), data_(data), strip_(strip) {}

  int run(const Prototype* p) {
    header();
    byte(p->upvalue_count);
    function(p, nullptr);
    std::uint64_t checksum = checksum_.value();
    raw(&checksum, sizeof checksum);
    flush();
    return status_;
  }

 private:
  void flush() {
    if (status_ == 0 && used_ != 0) status_ = writer_(L_, piece_, used_, data_);
    used_ = 0;
  }
  void raw(const void* data, std::size_t size) {
    if (status_ != 0) return;
    checksum_.add(data, size);
    if (size > sizeof piece_ - used_) {
      flush();
      if (size > sizeof piece_) {
        if (status_ == 0) status_ = writer_(L_, data, size, data_);
        return;
      }
    }
    std::memcpy(piece_ + used_, data, size);
    used_ += size;
  }
  void byte(unsigned value) {
    auto b = static_cast<std::uint8_t>(value);
    raw(&b, 1);
  }
  void count(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<unsigned>(value & 0x7F) | 0x80);
    byte(static_cast<unsigned>(value));
  }
  void text(std::string_view s) {
    count(s.size());
    raw(s.data(), s.size());
  }
  void name(const String* s) {  // 0: none
    count(s == nullptr || strip_ ? 0 : s->length() + 1);
    if (s != nullptr && !strip_) raw(s->data, s->length());
  }

  void header() {
    raw(binary::signature, binary::signature_length);
    byte(binary::version);
    raw(binary::sizes, sizeof binary::sizes);
    raw(&binary::test_integer, sizeof binary::test_integer);
    raw(&binary::test_number, sizeof binary::test_number);
    std::uint32_t fingerprint = binary::instruction_set_fingerprint();
    raw(&fingerprint, sizeof fingerprint);
  }

  void function(const Prototype* p, const Prototype* outer) {
    if (strip_ || p->source == nullptr) {
      byte(static_cast<unsigned>(binary::Source::none));
    } else if (outer != nullptr && outer->source == p->source) {
      byte(static_cast<unsigned>(binary::Source::of_outer));
    } else {
      byte(static_cast<unsigned>(binary::Source::own));
      text(p->source->view());
    }
    count(static_cast<std::uint64_t>(p->first_line));
    count(static_cast<std::uint64_t>(p->last_line));
    byte(p->parameter_count);
    byte(p->is_vararg ? 1 : 0);
    byte(p->frame_size);
    code(p);
    count(p->constant_count);
    for (std::uint32_t i = 0; i < p->constant_count; ++i) constant(p, p->constants[i]);
    byte(p->upvalue_count);
    for (int i = 0; i < p->upvalue_count; ++i) {
      const UpvalueDescription& upvalue = p->upvalues[i];
      byte(upvalue.in_stack ? 1 : 0);
      byte(upvalue.index);
      byte(upvalue.attribute);
      name(upvalue.name);
    }
    count(p->child_count);
    for (std::uint32_t i = 0; i < p->child_count; ++i) function(p->children[i], p);
    debug_information(p);
  }

  void code(const Prototype* p) {
    count(p->code_size);
    for (std::uint32_t i = 0; i < p->code_size; ++i) {
      Instruction instruction = p->code[i];
      instruction.op = plain(instruction.op);
      if (binary::has_hint(instruction.op)) instruction.x = 0;
      if (instruction.op == Opcode::tail_call) instruction.c = 0;  // a guess too
      raw(&instruction, sizeof instruction);
    }
  }

  void constant(const Prototype* p, const Value& value) {
    using binary::Constant;
    auto tag = [this](Constant kind) { byte(static_cast<unsigned>(kind)); };
    switch (value.tag) {
      case Tag::nil: tag(Constant::nil); break;
      case Tag::false_: tag(Constant::false_); break;
      case Tag::true_: tag(Constant::true_); break;
      case Tag::integer: tag(Constant::integer); raw(&value.payload, 8); break;
      case Tag::number: tag(Constant::number); raw(&value.payload, 8); break;
      case Tag::table: tag(Constant::model); model(p, value.table()); break;
      default: tag(Constant::string); text(value.string()->view()); break;
    }
  }

  // The keys are constants of the function themselves, in front of the model.
  void model(const Prototype* p, const Table* t) {
    std::uint64_t keys = 0;
    for (std::uint32_t i = 0; i <= t->node_mask; ++i) keys += t->nodes[i].key_tag == Tag::short_string;
    count(keys);
    for (std::uint32_t i = 0; i < p->constant_count && keys != 0; ++i) {
      if (!p->constants[i].is_short_string() || get_short(t, p->constants[i].string()) == &absent) continue;
      count(i);
      --keys;
    }
  }

  void debug_information(const Prototype* p) {
    count(p->local_count);
    for (std::uint32_t i = 0; i < p->local_count; ++i) {
      count(static_cast<std::uint64_t>(p->locals[i].start));
      count(static_cast<std::uint64_t>(p->locals[i].end));
      name(p->locals[i].name);
    }
    bool lines = !strip_ && p->lines != nullptr;
    byte(lines ? 1 : 0);
    std::int64_t before = 0;
    for (std::uint32_t i = 0; lines && i < p->code_size; ++i) {
      std::int64_t change = p->lines[i] - before;
      before = p->lines[i];
      count(static_cast<std::uint64_t>(change < 0 ? -change * 2 - 1 : change * 2));
    }
  }

  lua_State* L_;
  lua_Writer writer_;
  void* data_;
  bool strip_;
  int status_ = 0;
  binary::Checksum checksum_;
  std::size_t used_ = 0;
  unsigned char piece_[1024];
};

}  // namespace

int dump(lua_State* L, const LuaFunction* function, lua_Writer writer, void* data, bool strip) {
  return Dumper(L, writer, data, strip).run(function->prototype);
}

}  // namespace rt
