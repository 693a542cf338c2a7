// SPDX-License-Identifier: MIT
// Emission of calls and table constructors.
#include "syntax/emitter.hpp"

namespace rt {

// The function (and for a method the object) is in the registers from `base` on, which are reserved.
void Emitter::call(Expression* node, int base, int wanted) {
  bool open = false;
  for (Expression* argument = node->arguments; argument != nullptr; argument = argument->next) {
    if (argument->next == nullptr && argument->has_many_values()) {
      many_values(argument, LUA_MULTRET);
      open = true;
    } else {
      next_register(argument);
    }
  }
  int arguments = free_register() - (base + 1);
  emit(Opcode::call, 0, scaled(base), open ? 0 : static_cast<unsigned>(arguments + 1), static_cast<unsigned>(wanted + 1), node->line);
  release_to(base);
}

namespace {

constexpr int list_batch = 50;  // positional fields gathered in registers before they are stored
constexpr unsigned largest_hint = 0xFFFF;

unsigned size_hint(int count) { return static_cast<unsigned>(count) < largest_hint ? static_cast<unsigned>(count) : largest_hint; }

}  // namespace

void Emitter::table(Expression* e, int target) {
  int base = free_register();
  bool list_is_open = false;
  int positional = e->positional;
  if (positional > 0) {
    const TableField* last = e->fields;
    while (last->next != nullptr) last = last->next;
    list_is_open = last->key == nullptr && last->value->has_many_values();
  }
  int place = e->count == 0 ? target : base;
  emit(Opcode::new_table, static_cast<unsigned>(base - place + (place == base ? 1 : 0)), scaled(place),
       size_hint(e->count - positional), size_hint(positional - (list_is_open ? 1 : 0)), e->line);
  if (place == base) reserve(1);
  table_list(e, base);
  release_to(base);
  if (target != place) emit(Opcode::move, 0, scaled(target), scaled(place), 0, line_of(e));
}

void Emitter::table_list(Expression* e, int table) {
  int stored = 0, pending = 0;
  auto store = [&](int count, int line) {
    auto after = static_cast<unsigned>(stored);
    bool far = after > 0xFFFF;
    emit(Opcode::set_list, far ? 1 : 0, scaled(table), static_cast<unsigned>(count), after & 0xFFFF, line);
    if (far) emit_wide(Opcode::extra, 0, static_cast<std::int32_t>(after >> 16), line);
    stored += pending;
    pending = 0;
    release_to(table + 1);
  };
  for (TableField* field = e->fields; field != nullptr; field = field->next) {
    if (field->key != nullptr) {
      table_entry(field, table);
      continue;
    }
    ++pending;
    if (field->next == nullptr && field->value->has_many_values()) {
      many_values(field->value, LUA_MULTRET);
      store(0, e->end_line);
      return;
    }
    next_register(field->value);
    if (pending == list_batch) store(pending, line_of(field->value));
  }
  if (pending > 0) store(pending, e->end_line);
}

void Emitter::table_entry(TableField* field, int table) {
  int base = free_register();
  Target target;
  target.place = table;
  unsigned key;
  if (scaled_key(field->key, &key)) {
    target.kind = Target::field;
    target.key = static_cast<std::int32_t>(key);
  } else if (is_integer_key(field->key)) {
    target.kind = Target::integer_key;
    target.key = static_cast<std::int32_t>(field->key->integer);
  } else {
    target.kind = Target::register_key;
    target.key = any_register(field->key);
  }
  if (field->value->settled == 0) field->value->settled = static_cast<int>(field->line);
  store(target, field->value, static_cast<int>(field->line));
  release_to(base);
}

}  // namespace rt
