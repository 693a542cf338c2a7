// SPDX-License-Identifier: MIT
// Blocks, labels, and the jumps to them.
#include <cstdio>

#include "syntax/scope.hpp"

namespace rt {

void Scope::enter(Block& block, bool is_loop) {
  Block* outer = draft().block;
  block.outer = outer;
  block.first_variable = active_end();
  block.first_label = labels_.count();
  block.first_goto = gotos_.count();
  block.registers = draft().active_registers;
  block.is_loop = is_loop;
  block.inside_to_be_closed = outer != nullptr && outer->inside_to_be_closed;
  draft().block = &block;
}

void Scope::leave() {
  Block& left = block();
  remove_variables(left.first_variable);
  bool closed = left.is_loop && add_label(nullptr, 0, false);
  if (!closed && left.outer != nullptr && left.must_close) emitter_.close_from(left.registers, emitter_.line());
  emitter_.release_to(left.registers);
  labels_.truncate(static_cast<std::size_t>(left.first_label));
  draft().block = left.outer;
  if (left.outer != nullptr)
    move_gotos_out(left);
  else if (gotos_.count() > left.first_goto)
    raise_undefined(gotos_[static_cast<std::size_t>(left.first_goto)]);
}

// --- jumps to labels ---------------------------------------------------------------------------------------------------

void Scope::jump_to(Name* name, int line) {
  const Label* label = name == nullptr ? nullptr : find_label(name);
  if (label == nullptr) {
    Jumps jumps;
    emitter_.jump(jumps, emitter_.line());
    jump_to(name, jumps, line);
    return;
  }
  if (draft().active_registers > label->registers) emitter_.close_from(label->registers, emitter_.line());
  emitter_.jump_back(label->pc, emitter_.line());
}

void Scope::jump_to(Name* name, Jumps jumps, int line) {
  gotos_.push({name, jumps, line, active_end(), draft().active_registers, false});
}

const Scope::Label* Scope::find_label(const Name* name) const {
  for (auto i = static_cast<std::size_t>(session_.function->first_label); i < labels_.size(); ++i) {
    if (labels_[i].name == name) return &labels_[i];
  }
  return nullptr;
}

void Scope::check_new_label(Name* name) {
  const Label* known = find_label(name);
  if (known == nullptr) return;
  Buffer<char> message(session_.state.heap);
  char line[40];
  auto append = [&](std::string_view text) { message.append(text.data(), text.size()); };
  append("label '");
  append(name->text());
  append({line, static_cast<std::size_t>(std::snprintf(line, sizeof line, "' already defined on line %d", known->line))});
  lexer_.error_without_token({message.data(), message.size()});
}

void Scope::place_label(Name* name, int line, bool ends_block) { add_label(name, line, ends_block); }

// Returns whether a `close` had to be placed behind the label. A label at the end of its block counts as outside the scope
// of the block's variables.
bool Scope::add_label(Name* name, int line, bool ends_block) {
  std::int32_t level = ends_block ? block().first_variable : active_end();
  Label label{name, emitter_.place_label(), line, level, ends_block ? block().registers : draft().active_registers};
  if (name != nullptr) labels_.push(label);
  if (!solve_gotos(label)) return false;
  emitter_.close_from(draft().active_registers, emitter_.line());
  return true;
}

// Leads the block's pending jumps to the label. True when one of them leaves variables that have to be closed.
bool Scope::solve_gotos(const Label& label) {
  bool must_close = false;
  auto kept = static_cast<std::size_t>(block().first_goto);
  for (std::size_t i = kept; i < gotos_.size(); ++i) {
    PendingGoto& pending = gotos_[i];
    if (pending.name != label.name) {
      gotos_[kept++] = pending;
      continue;
    }
    if (pending.level < label.level) raise_into_scope(pending);
    must_close = must_close || pending.must_close;
    emitter_.patch(pending.jumps, label.pc);
  }
  gotos_.truncate(kept);
  return must_close;
}

void Scope::move_gotos_out(const Block& left) {
  for (auto i = static_cast<std::size_t>(left.first_goto); i < gotos_.size(); ++i) {
    PendingGoto& pending = gotos_[i];
    if (pending.registers > left.registers) pending.must_close = pending.must_close || left.must_close;
    pending.level = left.first_variable;
    pending.registers = left.registers;
  }
}

void Scope::raise_undefined(const PendingGoto& pending) {
  Buffer<char> message(session_.state.heap);
  char line[40];
  auto append = [&](std::string_view text) { message.append(text.data(), text.size()); };
  auto append_line = [&](const char* format) {
    append({line, static_cast<std::size_t>(std::snprintf(line, sizeof line, format, pending.line))});
  };
  if (pending.name == nullptr) {
    append_line("break outside loop at line %d");
  } else {
    append("no visible label '");
    append(pending.name->text());
    append_line("' for <goto> at line %d");
  }
  lexer_.error_without_token({message.data(), message.size()});
}

void Scope::raise_into_scope(const PendingGoto& pending) {
  Buffer<char> message(session_.state.heap);
  char line[60];
  auto append = [&](std::string_view text) { message.append(text.data(), text.size()); };
  append("<goto ");
  append(pending.name->text());
  append({line, static_cast<std::size_t>(std::snprintf(line, sizeof line, "> at line %d jumps into the scope of local '", pending.line))});
  append(variable(pending.level).name->text());
  append("'");
  lexer_.error_without_token({message.data(), message.size()});
}

}  // namespace rt
