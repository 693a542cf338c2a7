// SPDX-License-Identifier: MIT
// What all parts of one compilation share: the functions under construction and everything the collector must see.
#pragma once

#include <cstdint>

#include "gc/root.hpp"
#include "memory/global_state.hpp"
#include "syntax/arena.hpp"
#include "syntax/ast.hpp"
#include "syntax/buffer.hpp"
#include "syntax/constant_index.hpp"
#include "syntax/names.hpp"
#include "value/function.hpp"

namespace rt {

// ORDER Attribute: UpvalueDescription::attribute.
enum class Attribute : std::uint8_t { regular, constant, to_be_closed, compile_time };

// Pending forward jumps to one place: a chain in Session::jump_links.
struct Jumps {
  std::int32_t head = -1;
  bool empty() const { return head < 0; }
};
struct JumpLink {
  std::int32_t pc;
  std::int32_t next;
};

// A jump too long for its instruction: expanded when the function is finished.
struct LongJump {
  std::int32_t pc;
  std::int32_t target;
};

struct UpvalueDraft {
  Name* name;
  std::int32_t next;      // of the same function, in order; -1: none
  bool in_stack;
  std::uint8_t index;
  Attribute attribute;
};

// Where an assignment stores: what has to be evaluated for it has been.
struct Target {
  enum Kind : std::uint8_t { local, upvalue, upvalue_field, upvalue_element, field, record_field, integer_key, register_key } kind;
  std::int32_t place;  // register or upvalue number; the table
  std::int32_t key;    // scaled constant, integer or register
};

struct Block;

inline constexpr std::uint32_t no_model = UINT32_MAX;

// A function under construction. Its code and the like are the upper parts of the session's buffers.
struct FunctionDraft {
  FunctionDraft* outer;
  std::uint32_t serial;
  int depth;
  int first_line;
  int last_line = 0;
  // where its part of each buffer begins
  std::int32_t code_base, constant_base, child_base, local_base, long_jump_base;
  // its upvalues: a chain in Session::upvalues, because inner functions add to it
  std::int32_t first_upvalue = -1, last_upvalue = -1;
  int upvalue_count = 0;
  // its variables and labels in Scope's lists
  std::int32_t first_variable = 0, first_label = 0;
  int active_variables = 0;
  int active_registers = 0;  // those of them that have one
  Block* block = nullptr;
  int free_register = 0;    // first one not in use: above the locals and the pending temporaries
  int frame_size = 2;
  int merge_barrier = 0;    // pc: a jump may lead here, so nothing before may be merged with what follows
  int parameter_count = 0;
  static constexpr std::size_t model_count = 4;
  std::uint32_t models[model_count] = {no_model, no_model, no_model, no_model};  // constants: the last ones made
  std::size_t next_model = 0;
  bool is_vararg = false;
  bool captures = false;    // an inner function has captured one of its variables: returns must close
};

struct Session final : gc::RootProvider {
  Session(lua_State* L, GlobalState& state);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  void visit_roots(gc::Visitor& visitor) override;
  void clear_stale_roots() override {}

  lua_State* L;
  GlobalState& state;
  Names names;
  Arena trees;
  FunctionDraft* function = nullptr;
  std::uint32_t last_serial = 0;
  String* source = nullptr;
  Prototype* unfinished = nullptr;

  Buffer<Instruction> code;
  Buffer<std::int32_t> lines;
  Buffer<Value> constants;
  Buffer<Prototype*> children;
  Buffer<UpvalueDraft> upvalues;
  std::int32_t free_upvalue = -1;
  Buffer<LocalDescription> locals;
  Buffer<LongJump> long_jumps;
  Buffer<Target> targets;
  Buffer<JumpLink> jump_links;
  std::int32_t free_jump_link = -1;
  ConstantIndex constant_index;

  Expression* make(ExpressionKind kind) {
    Expression* e = trees.make<Expression>();
    e->kind = kind;
    return e;
  }
};

}  // namespace rt
