// SPDX-License-Identifier: MIT
// Emission of calls and table constructors.
#include <algorithm>

#include "syntax/emitter.hpp"
#include "value/table.hpp"

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

// Has the model just these keys?
bool is_model_of(const Table* model, const Value* const* keys, int count) {
  int used = 0;
  for (std::uint32_t i = 0; i <= model->node_mask; ++i) used += model->nodes[i].key_tag != Tag::nil;
  if (used != count) return false;
  return std::all_of(keys, keys + count, [model](const Value* key) { return get_short(model, key->string()) != &absent; });
}

unsigned size_hint(int count) { return static_cast<unsigned>(count) < largest_hint ? static_cast<unsigned>(count) : largest_hint; }

}  // namespace

// A constructor of a few named fields: the table is made as a copy of a model that has all the keys in place. Constructors of one
// function with the same names share it; only the last few are looked at, which is enough for data.
bool Emitter::model_of(const Expression* e, std::uint32_t* number) {
  if (e->count == 0 || e->count > max_model_fields || e->positional != 0) return false;
  const Value* keys[max_model_fields];
  unsigned fields[max_model_fields];
  int count = 0;
  for (const TableField* field = e->fields; field != nullptr; field = field->next) {
    if (!scaled_key(field->key, &fields[count])) return false;
    bool known = std::find(fields, fields + count, fields[count]) != fields + count;
    if (!known) ++count;
  }
  Value* constants = session_.constants.data() + draft().constant_base;
  for (int i = 0; i < count; ++i) keys[i] = constants + fields[i] / scale;
  for (std::uint32_t candidate : draft().models) {
    if (candidate == no_model || !is_model_of(constants[candidate].table(), keys, count)) continue;
    *number = candidate;
    return true;
  }
  gc::Handle<Table> model(session_.state.heap, make_table(session_.state, 0, static_cast<std::size_t>(count)));
  *number = constant(Value::of(model.get()));
  constants = session_.constants.data() + draft().constant_base;
  for (int i = 0; i < count; ++i) set_string(session_.state, model.get(), constants[fields[i] / scale].string(), Value::boolean(false));
  draft().models[draft().next_model++ % FunctionDraft::model_count] = *number;
  return true;
}

void Emitter::table(Expression* e, int target) {
  int base = free_register();
  bool ends_in_varargs = false;  // of a call one value is expected
  int positional = e->positional;
  if (positional > 0) {
    const TableField* last = e->fields;
    while (last->next != nullptr) last = last->next;
    ends_in_varargs = last->key == nullptr && last->value->has_many_values() && !last->value->is_call();
  }
  int place = e->count == 0 ? target : base;
  auto dead = static_cast<unsigned>(base - place + (place == base ? 1 : 0));
  std::uint32_t model;
  bool is_record = model_of(e, &model);
  if (is_record) {
    at(emit_wide(Opcode::new_record, scaled(place), static_cast<std::int32_t>(model), e->line)).x = static_cast<std::uint8_t>(dead);
  } else {
    emit(Opcode::new_table, dead, scaled(place), size_hint(e->count - positional), size_hint(positional - (ends_in_varargs ? 1 : 0)), e->line);
  }
  if (place == base) reserve(1);
  table_list(e, base, is_record);
  release_to(base);
  if (target != place) emit(Opcode::move, 0, scaled(target), scaled(place), 0, line_of(e));
}

void Emitter::table_list(Expression* e, int table, bool is_record) {
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
      table_entry(field, table, is_record);
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

void Emitter::table_entry(TableField* field, int table, bool is_record) {
  int base = free_register();
  Target target;
  target.place = table;
  unsigned key;
  if (scaled_key(field->key, &key)) {
    target.kind = is_record ? Target::record_field : Target::field;
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
