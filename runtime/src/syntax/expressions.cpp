// SPDX-License-Identifier: MIT
// Emission of expressions: leaves, chains of left operands, indexing.
//
// Left operands nest without limit in source text (a + b + c ..., a.b.c ..., f()()() ...), so they are not followed by
// recursion: chain() goes down to the innermost, linking the nodes upwards through `next`, and then works its way up.
#include "syntax/emitter.hpp"

namespace rt {

void Emitter::into(Expression* e, int target) {
  switch (e->kind) {
    case ExpressionKind::index:
    case ExpressionKind::call:
    case ExpressionKind::method:
    case ExpressionKind::arithmetic:
    case ExpressionKind::comparison: chain(e, target, 1); break;
    case ExpressionKind::unary: unary(e, target); break;
    case ExpressionKind::concat: concat(e, target); break;
    case ExpressionKind::and_:
    case ExpressionKind::or_: logical(e, target); break;
    case ExpressionKind::table: table(e, target); break;
    default: load_leaf(e, target); break;
  }
}

void Emitter::load_leaf(Expression* e, int target) {
  Value value;
  if (constant_value(e, &value)) {
    load_constant(target, value, line_of(e));
    return;
  }
  switch (e->kind) {
    case ExpressionKind::local:
      if (e->place != target) emit(Opcode::move, 0, scaled(target), scaled(e->place), 0, line_of(e));
      break;
    case ExpressionKind::upvalue:
      emit(Opcode::get_upvalue, 0, scaled(target), static_cast<unsigned>(e->place), 0, line_of(e));
      break;
    case ExpressionKind::vararg: emit(Opcode::vararg, 0, scaled(target), 2, 0, e->line); break;
    default: emit_wide(Opcode::closure, scaled(target), e->child, e->line); break;
  }
}

int Emitter::next_register(Expression* e) {
  into(e, free_register());
  return reserve(1);
}

int Emitter::any_register(Expression* e) {
  return e->kind == ExpressionKind::local ? e->place : next_register(e);
}

void Emitter::many_values(Expression* e, int wanted) {
  if (e->kind != ExpressionKind::vararg) {
    chain(e, free_register(), wanted);
  } else if (wanted != 0) {
    require(1);
    emit(Opcode::vararg, 0, scaled(free_register()), static_cast<unsigned>(wanted + 1), 0, e->line);
  }
}

void Emitter::call_statement(Expression* e) { chain(e, free_register(), 0); }

// Marks a left operand that is a constant and is loaded (or used in place) only after the right one.
static constexpr int not_loaded = -1;

// Is it a call without arguments of a local variable or an upvalue? Then, for one result, the callee need not be loaded.
static bool is_called_in_place(const Expression* node) {
  ExpressionKind callee = node->left->kind;
  return node->kind == ExpressionKind::call && node->arguments == nullptr &&
         (callee == ExpressionKind::local || callee == ExpressionKind::upvalue);
}

void Emitter::chain(Expression* e, int target, int wanted) {
  Expression* node = e;
  while (node->left->is_linked_left()) {
    node->left->next = node;
    node = node->left;
  }
  int base = free_register();
  Expression* leaf = node->left;
  bool takes_constants = node->kind == ExpressionKind::arithmetic || node->kind == ExpressionKind::comparison;
  int left;
  if (leaf->kind == ExpressionKind::local && node->kind != ExpressionKind::call) {
    left = leaf->place;
  } else if (is_called_in_place(node) && (node != e || wanted == 1)) {
    left = leaf->kind == ExpressionKind::local ? leaf->place : not_loaded;
    reserve(1);
  } else if (takes_constants && (leaf->is_numeral() || (node->operation <= 1 && node->kind == ExpressionKind::comparison && leaf->is_constant()))) {
    left = not_loaded;
  } else if (node->kind == ExpressionKind::index && leaf->kind == ExpressionKind::upvalue) {
    left = not_loaded;
  } else {
    left = next_register(leaf);
  }
  for (;; node = node->next) {
    bool last = node == e;
    chain_link(node, left, base, last ? target : base, last ? wanted : 1);
    release_to(base);
    if (last) return;
    left = reserve(1);
  }
}

// One node of a chain. Its left operand is in register `left`: a local variable or `base`.
void Emitter::chain_link(Expression* node, int left, int base, int target, int wanted) {
  switch (node->kind) {
    case ExpressionKind::index: index(node, left, target); break;
    case ExpressionKind::arithmetic: arithmetic(node, left, target); break;
    case ExpressionKind::comparison: comparison_value(node, left, target); break;
    case ExpressionKind::call:
      if (left != base) {
        bool is_local = left != not_loaded;
        emit(is_local ? Opcode::call_local : Opcode::call_upvalue, static_cast<unsigned>(node->left->place), scaled(base), 1, 2, node->line);
      } else {
        call(node, base, wanted);
      }
      if (target != base && wanted == 1) emit(Opcode::move, 0, scaled(target), scaled(base), 0, line_of(node));
      break;
    default: {  // method
      unsigned key;
      int function = left == base ? base : reserve(1);
      reserve(1);
      Expression name;
      name.kind = ExpressionKind::string;
      name.string = node->name;
      if (scaled_key(&name, &key)) {
        emit(Opcode::self, 0, scaled(function), scaled(left), key, node->settled);
      } else {  // the name is too long or too far among the constants
        emit(Opcode::move, 0, scaled(function + 1), scaled(left), 0, node->settled);
        int key_register = reserve(1);
        emit_wide(Opcode::load_constant, scaled(key_register), static_cast<std::int32_t>(constant(node->name)), node->settled);
        emit(Opcode::get_table, 0, scaled(function), scaled(function + 1), scaled(key_register), node->settled);
        release_to(key_register);
      }
      call(node, base, wanted);
      if (target != base && wanted == 1) emit(Opcode::move, 0, scaled(target), scaled(base), 0, line_of(node));
      break;
    }
  }
}

// `object` is the register, or not_loaded for an upvalue, which is read after the key has been evaluated, mostly by the same instruction.
void Emitter::index(Expression* node, int object, int target) {
  int base = free_register();
  Expression *upvalue = node->left, *key = node->right;
  unsigned field;
  int line = line_of(node);
  if (scaled_key(key, &field)) {
    if (object == not_loaded)
      emit(Opcode::get_global, 0, scaled(target), static_cast<unsigned>(upvalue->place), field, line);
    else
      emit(Opcode::get_field, 0, scaled(target), scaled(object), field, line);
  } else if (is_integer_key(key)) {
    if (object == not_loaded) object = next_register(upvalue);
    emit(Opcode::get_integer, 0, scaled(target), scaled(object), static_cast<unsigned>(key->integer), line);
  } else {
    unsigned key_register = scaled(any_register(key));
    if (object == not_loaded)
      emit(Opcode::get_upvalue_table, 0, scaled(target), static_cast<unsigned>(upvalue->place), key_register, line);
    else
      emit(Opcode::get_table, 0, scaled(target), scaled(object), key_register, line);
  }
  release_to(base);
}

// Evaluates a list to exactly `wanted` registers.
void Emitter::values(ExpressionList list, int count, int wanted) {
  int base = free_register();
  bool exact = false;
  for (Expression* e = list.first; e != nullptr; e = e->next) {
    if (e == list.last && e->has_many_values()) {
      int missing = wanted - (count - 1);
      many_values(e, missing > 0 ? missing : 0);
      exact = true;
    } else {
      next_register(e);
    }
  }
  if (!exact && wanted > count) load_nil(free_register(), wanted - count, line());
  int surplus = free_register() - (base + wanted);
  if (surplus > 0)
    release_to(base + wanted);
  else
    reserve(-surplus);
}

}  // namespace rt
