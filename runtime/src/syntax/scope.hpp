// SPDX-License-Identifier: MIT
// What names mean: local variables, upvalues, blocks, labels. Names are resolved while the source is read, so that errors
// come in its order.
#pragma once

#include <cstdint>

#include "syntax/emitter.hpp"
#include "syntax/session.hpp"

namespace rt {

struct Variable {
  Name* name;
  FunctionDraft* owner;      // null: the chunk's environment
  std::int32_t shadowed;     // what the name was bound to before
  std::int32_t description;  // its debug information among the owner's locals
  std::uint8_t place;        // register
  Attribute attribute;
  Value value;               // of a compile-time constant
};

struct Block {
  Block* outer;
  std::int32_t first_variable;  // index in the list of variables
  std::int32_t first_label;
  std::int32_t first_goto;
  int registers;                // in use by variables outside
  bool is_loop;
  bool must_close = false;      // a variable of it is captured or to be closed
  bool inside_to_be_closed;     // it or a block around it (of the function) has a to-be-closed variable
};

class Scope {
 public:
  Scope(Session& session, Lexer& lexer, Emitter& emitter);

  // --- functions ---
  void begin_chunk(FunctionDraft& draft, Block& body);  // with its upvalue _ENV
  void begin_function(FunctionDraft& draft, Block& body, int first_line);
  Prototype* end_function();                            // leaves the body's block

  // --- variables ---
  int declare(Name* name, Attribute attribute = Attribute::regular);  // not visible yet; returns its index
  void activate(int count);                             // the next declared ones, in the next registers
  void activate_constant(int variable, const Value& value);  // a compile-time constant: no register
  Variable& variable(int index) { return variables_[static_cast<std::size_t>(index)]; }
  int last_active() const { return active_end() - 1; }
  void mark_to_be_closed();                             // the current block has one
  void begin_description_here(int variable);            // its scope begins at the present instruction

  // --- names ---
  Expression* resolve(Name* name);                      // a variable, or the global as a field of _ENV
  void check_assignable(const Expression* e);           // raises for constants

  // --- blocks ---
  void enter(Block& block, bool is_loop);
  void leave();
  Block& block() { return *session_.function->block; }

  // --- labels and jumps to them; the name of a break is null ---
  void jump_to(Name* label, int line);
  void jump_to(Name* label, Jumps jumps, int line);     // forward only: see is_visible
  bool is_visible(Name* label) const { return find_label(label) != nullptr; }
  void check_new_label(Name* name);
  void place_label(Name* name, int line, bool ends_block);

 private:
  struct Label {
    Name* name;
    std::int32_t pc;
    int line;
    std::int32_t level;  // end of the active variables
    int registers;
  };
  struct PendingGoto {
    Name* name;
    Jumps jumps;
    int line;
    std::int32_t level;
    int registers;
    bool must_close;
  };

  FunctionDraft& draft() { return *session_.function; }
  std::int32_t active_end() const { return session_.function->first_variable + session_.function->active_variables; }
  void bind(Variable& variable, int index);
  void remove_variables(std::int32_t from);
  int upvalue_number(FunctionDraft& function, int variable);
  int add_upvalue(FunctionDraft& function, const UpvalueDraft& upvalue);
  void capture(Variable& variable, int index);
  const Label* find_label(const Name* name) const;
  bool add_label(Name* name, int line, bool ends_block);
  bool solve_gotos(const Label& label);
  void move_gotos_out(const Block& block);
  void check_limit(int count, int limit, const char* what);
  [[noreturn]] void raise_undefined(const PendingGoto& pending);
  [[noreturn]] void raise_into_scope(const PendingGoto& pending);

  Session& session_;
  Lexer& lexer_;
  Emitter& emitter_;
  Buffer<Variable> variables_;
  Buffer<Label> labels_;
  Buffer<PendingGoto> gotos_;
  Name* environment_;
};

}  // namespace rt
