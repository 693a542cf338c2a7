// SPDX-License-Identifier: MIT
// Emission of truth: conditions as jumps, and, or, not.
#include "syntax/emitter.hpp"

namespace rt {

namespace {

bool is_not(const Expression* e) {
  return e->kind == ExpressionKind::unary && static_cast<Opcode>(e->operation) == Opcode::not_;
}
// Has the expression's value to be made from jumps?
bool is_boolean_test(const Expression* e) { return e->kind == ExpressionKind::comparison || is_not(e); }

}  // namespace

void Emitter::test(int reg, bool when, Jumps& jumps, int line) {
  add_jump(jumps, emit_wide(when ? Opcode::jump_true : Opcode::jump_false, scaled(reg), 0, line));
}

void Emitter::condition(Expression* e, bool when, Jumps& jumps) {
  if (e->is_constant()) {
    if (e->is_falsy_constant() != when) jump(jumps, line_of(e));
    return;
  }
  if (is_not(e)) {
    condition(e->left, !when, jumps);
    return;
  }
  int base = free_register();
  switch (e->kind) {
    case ExpressionKind::and_:
    case ExpressionKind::or_: {
      bool stop = e->kind == ExpressionKind::or_;  // the truth that decides the whole at once
      Jumps past;
      for (Expression* operand = e->list.first; operand != e->list.last; operand = operand->next)
        condition(operand, stop, stop == when ? jumps : past);
      condition(e->list.last, when, jumps);
      patch_here(past);
      break;
    }
    case ExpressionKind::comparison: {
      Expression* leaf = e->left;
      bool equality = e->operation <= static_cast<int>(Comparison::ne);
      bool keep = leaf->is_numeral() || (equality && leaf->is_constant());
      compare(e, keep ? -1 : any_register(leaf), when, jumps);
      break;
    }
    default: test(any_register(e), when, jumps, line_of(e)); break;
  }
  release_to(base);
}

// A boolean from jumps alone (not of a comparison, of an `and`, of an `or`).
void Emitter::truth(Expression* e, int target) {
  Exits exits;
  condition(e, true, exits.make_true);
  finish_exits(false, target, exits, e->line);
}

void Emitter::logical(Expression* e, int target) {
  Exits exits;
  bool has_value = logical_operands(e, target, exits);
  finish_exits(has_value, target, exits, line_of(e));
}

// All operands of an and/or: leaves through `exits` once the value is known, else goes on behind with the value of the last
// operand in the target (true), or with the value false still to be made (false).
bool Emitter::logical_operands(Expression* e, int target, Exits& exits) {
  bool stop = e->kind == ExpressionKind::or_;
  for (Expression* operand = e->list.first; operand != e->list.last; operand = operand->next)
    exit_with_value(operand, stop, target, exits);
  Expression* last = e->list.last;
  if (is_boolean_test(last)) {
    condition(last, true, exits.make_true);
    return false;
  }
  if (last->kind == ExpressionKind::and_ || last->kind == ExpressionKind::or_) return logical_operands(last, target, exits);
  into(last, target);
  return true;
}

// Leaves with the operand's value when its truth is `stop`, goes on otherwise. The target is written only when leaving, or
// when it is a fresh register that nobody reads.
void Emitter::exit_with_value(Expression* e, bool stop, int target, Exits& exits) {
  if (e->is_constant()) {
    if (e->is_falsy_constant() == stop) return;
    into(e, target);
    jump(exits.done, line_of(e));
    return;
  }
  if (is_boolean_test(e)) {
    condition(e, stop, stop ? exits.make_true : exits.make_false);
    return;
  }
  if (e->kind == ExpressionKind::and_ || e->kind == ExpressionKind::or_) {
    bool inner_stop = e->kind == ExpressionKind::or_;
    Jumps past;
    for (Expression* operand = e->list.first; operand != e->list.last; operand = operand->next) {
      if (inner_stop == stop)
        exit_with_value(operand, stop, target, exits);
      else
        condition(operand, inner_stop, past);
    }
    exit_with_value(e->list.last, stop, target, exits);
    patch_here(past);
    return;
  }
  int base = free_register();
  if (target == base && e->kind != ExpressionKind::local) {
    into(e, target);
    require(1);
    test(target, stop, exits.done, line_of(e));
    return;
  }
  int reg = any_register(e);
  release_to(base);
  if (reg == target) {
    test(target, stop, exits.done, line_of(e));
  } else {
    Opcode op = stop ? Opcode::test_set_true : Opcode::test_set_false;
    add_jump(exits.done, emit(op, 0, scaled(target), scaled(reg), 0, line_of(e)));
  }
}

// Where all ways out of a logical expression meet: makes the booleans that are wanted. has_value: the way that falls
// through has its value in the target already; otherwise its value is false.
void Emitter::finish_exits(bool has_value, int target, Exits& exits, int line) {
  bool wants_true = !exits.make_true.empty(), wants_false = !exits.make_false.empty() || !has_value;
  if (has_value && (wants_true || wants_false)) jump(exits.done, line);
  if (wants_false) {
    patch_here(exits.make_false);
    emit(wants_true ? Opcode::load_false_skip : Opcode::load_false, 0, scaled(target), 0, 0, line);
  }
  if (wants_true) {
    patch_here(exits.make_true);
    emit(Opcode::load_true, 0, scaled(target), 0, 0, line);
    place_label();
  }
  patch_here(exits.done);
}

}  // namespace rt
