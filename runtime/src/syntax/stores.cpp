// SPDX-License-Identifier: MIT
// Emission of assignments and returns.
#include "syntax/emitter.hpp"

namespace rt {

namespace {

// Is the variable that `e` reads among the targets from `later` on?
bool is_assigned_in(const Expression* e, const Expression* later) {
  if (e->kind != ExpressionKind::local && e->kind != ExpressionKind::upvalue) return false;
  for (; later != nullptr; later = later->next) {
    if (later->kind == e->kind && later->place == e->place) return true;
  }
  return false;
}

bool is_leaf(const Expression* e) { return e->kind < ExpressionKind::index; }

// Does evaluating the values call nothing (but perhaps metamethods)? False where that is hard to see.
bool calls_nothing(const Expression* e) {
  for (; e != nullptr; e = e->next) {
    const Expression* node = e;
    for (; !is_leaf(node); node = node->left) {
      if (node->kind != ExpressionKind::index && node->kind != ExpressionKind::arithmetic) return false;
      const Expression* right = node->right;
      if (!is_leaf(right) && (right->kind != ExpressionKind::index || !is_leaf(right->left) || !is_leaf(right->right))) return false;
    }
  }
  return true;
}

// A metatable may get another parent: an instruction must store it that tells the cache of inherited fields (vm/inheritance.hpp).
bool is_name_of_parent(const Expression* key) { return key->kind == ExpressionKind::string && key->string->string->view() == "__index"; }

}  // namespace

// Table and key of an indexed target are evaluated now; where a variable among them is itself assigned by this statement,
// a copy is kept.
Target Emitter::prepare_target(Expression* variable, const Expression* later, const Expression* values) {
  Target target;
  if (variable->kind != ExpressionKind::index) {
    target.kind = variable->kind == ExpressionKind::local ? Target::local : Target::upvalue;
    target.place = variable->place;
    target.key = 0;
    return target;
  }
  Expression *table = variable->left, *key = variable->right;
  unsigned field;
  bool key_in_reach = !is_name_of_parent(key) && scaled_key(key, &field);
  if (table->kind == ExpressionKind::upvalue && key_in_reach && !is_assigned_in(table, later)) {
    target.kind = Target::upvalue_field;
    target.place = table->place;
    target.key = static_cast<std::int32_t>(field);
    return target;
  }
  // As when reading, an upvalue is read after the key has been evaluated: here, or by the instruction that stores.
  bool table_last = table->kind == ExpressionKind::upvalue && !is_assigned_in(table, later) && !is_integer_key(key);
  if (table_last && !key_in_reach && calls_nothing(values)) {
    target.kind = Target::upvalue_element;
    target.place = table->place;
    target.key = is_assigned_in(key, later) ? next_register(key) : any_register(key);
    return target;
  }
  if (!table_last) target.place = is_assigned_in(table, later) ? next_register(table) : any_register(table);
  if (key_in_reach) {
    target.kind = Target::field;
    target.key = static_cast<std::int32_t>(field);
  } else if (is_integer_key(key)) {
    target.kind = Target::integer_key;
    target.key = static_cast<std::int32_t>(key->integer);
  } else {
    target.kind = Target::register_key;
    target.key = is_assigned_in(key, later) ? next_register(key) : any_register(key);
  }
  if (table_last) target.place = next_register(table);
  return target;
}

void Emitter::store(const Target& target, Expression* value, int line) {
  int base = free_register();
  if (target.kind == Target::local) {
    into(value, target.place);
  } else if (target.kind == Target::upvalue) {
    store_register(target, any_register(value), line);
  } else {
    ValueOperand operand = value_operand(value);
    store_field(target, operand, line);
  }
  release_to(base);
}

void Emitter::store_field(const Target& target, ValueOperand value, int line) {
  auto key = static_cast<unsigned>(target.key);
  switch (target.kind) {
    case Target::upvalue_field:
      emit(value.is_constant ? Opcode::set_global_k : Opcode::set_global, 0, static_cast<unsigned>(target.place), key, value.field, line);
      break;
    case Target::upvalue_element:
      emit(value.is_constant ? Opcode::set_upvalue_table_k : Opcode::set_upvalue_table, 0, static_cast<unsigned>(target.place), scaled(key), value.field, line);
      break;
    case Target::field:
      emit(value.is_constant ? Opcode::set_field_k : Opcode::set_field, 0, scaled(target.place), key, value.field, line);
      break;
    case Target::record_field:
      emit(value.is_constant ? Opcode::init_field_k : Opcode::init_field, 0, scaled(target.place), key, value.field, line);
      break;
    case Target::integer_key:
      emit(value.is_constant ? Opcode::set_integer_k : Opcode::set_integer, 0, scaled(target.place), key, value.field, line);
      break;
    default:
      emit(value.is_constant ? Opcode::set_table_k : Opcode::set_table, 0, scaled(target.place), scaled(key), value.field, line);
      break;
  }
}

void Emitter::store_register(const Target& target, int reg, int line) {
  if (target.kind == Target::local) {
    if (reg != target.place) emit(Opcode::move, 0, scaled(target.place), scaled(reg), 0, line);
  } else if (target.kind == Target::upvalue) {
    emit(Opcode::set_upvalue, 0, scaled(reg), static_cast<unsigned>(target.place), 0, line);
  } else {
    store_field(target, {false, scaled(reg)}, line);
  }
}

void Emitter::emit_return(ExpressionList list, int count, bool inside_to_be_closed) {
  int base = free_register();
  // Vararg functions and open variables need the long form; finish_function() sees to variables captured later on.
  bool plain = !draft().is_vararg && !inside_to_be_closed;
  unsigned closing = inside_to_be_closed ? 1 : 0;
  if (count == 0) {
    if (plain)
      emit(Opcode::return_none, 0, 0, 0, 0, line());
    else
      emit(Opcode::return_, closing, 0, 1, 0, line());
    return;
  }
  if (list.last->has_many_values()) {
    bool tail_call = count == 1 && list.last->is_call() && !inside_to_be_closed;
    for (Expression* e = list.first; e != list.last; e = e->next) next_register(e);
    many_values(list.last, LUA_MULTRET);
    Instruction& last = at(pc() - 1);
    if (tail_call) {
      last.op = Opcode::tail_call;
      last.c = 0;
    }
    // After a tail call too: it returns the results of a C function, which is called in place.
    emit(Opcode::return_, closing, scaled(base), 0, 0, line());
  } else if (count == 1) {
    int reg = any_register(list.first);
    if (plain)
      emit(Opcode::return_one, 0, scaled(reg), 0, 0, line());
    else
      emit(Opcode::return_, closing, scaled(reg), 2, 0, line());
  } else {
    for (Expression* e = list.first; e != nullptr; e = e->next) next_register(e);
    emit(Opcode::return_, closing, scaled(base), static_cast<unsigned>(count + 1), 0, line());
  }
  release_to(base);
}

}  // namespace rt
