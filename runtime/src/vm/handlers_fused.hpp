// SPDX-License-Identifier: MIT
// Handlers of fused pairs (syntax/fused.def). Included by dispatch.cpp.
//
// The usual case of the first instruction, and the second one's handler, inlined, without a jump through the table. Every other case of
// the first is left to its own handler, which executes it by itself, from the beginning. So nothing may have been changed by then that
// the second attempt would not change again.

#define FIRST_move RA = RB

#define FIRST_load_integer RA.set_integer(pc[-1].wide)

#define FIRST_load_constant RA = reinterpret_cast<const Value*>(constants)[static_cast<std::uint32_t>(pc[-1].wide)]

#define FIRST_get_upvalue RA = *running_function(base)->upvalues[pc[-1].b]->place

#define FIRST_set_upvalue \
  Upvalue* upvalue = running_function(base)->upvalues[pc[-1].b]; \
  const Value& stored = RA; \
  if (must_tell_collector(upvalue, stored)) [[unlikely]] CONTINUE_IN(set_upvalue); \
  *upvalue->place = stored

#define FIRST_get_global \
  const Value& environment = *running_function(base)->upvalues[pc[-1].b]->place; \
  if (!environment.is_table()) [[unlikely]] CONTINUE_IN(get_global); \
  Node* node = hinted_place(environment.table(), KC.string(), OPERAND_X); \
  if (node == nullptr) [[unlikely]] CONTINUE_IN(get_global); \
  Value field = *node->value(); \
  if (field.is_nil() && environment.table()->metatable != nullptr) [[unlikely]] CONTINUE_IN(get_global); \
  RA = field

#define FIRST_get_field \
  const Value& record = RB; \
  if (!record.is_table()) [[unlikely]] CONTINUE_IN(get_field); \
  Node* node = hinted_place(record.table(), KC.string(), OPERAND_X); \
  if (node == nullptr) [[unlikely]] CONTINUE_IN(get_field); \
  Value field = *node->value(); \
  if (field.is_nil() && record.table()->metatable != nullptr) [[unlikely]] CONTINUE_IN(get_field); \
  RA = field

#define FIRST_set_field \
  const Value& record = RA; \
  if (!record.is_table()) [[unlikely]] CONTINUE_IN(set_field); \
  Node* node = hinted_node(record.table(), KB.string(), OPERAND_X); \
  const Value& stored = RC; \
  if (node == nullptr || must_tell_collector(record.table(), stored)) [[unlikely]] CONTINUE_IN(set_field); \
  *node->value() = stored

// The method is inherited and the guess right.
#define FIRST_self \
  const Value& object = RB; \
  if (!object.is_table()) [[unlikely]] CONTINUE_IN(self); \
  const Table* t = object.table(); \
  const String* key = KC.string(); \
  const InheritedField* inherited = &L->global->inherited[OPERAND_X % inherited_slots]; \
  if (own_node(t, key) != nullptr || is_veiled(t)) [[unlikely]] CONTINUE_IN(self); \
  if (inherited->metatable != t->metatable || inherited->key != key) [[unlikely]] CONTINUE_IN(self); \
  Value method = *inherited->node->value(); \
  if (method.is_nil()) [[unlikely]] CONTINUE_IN(self); \
  Value* out = &RA; \
  out[1] = object; \
  out[0] = method

#define FIRST_GET_ELEMENT(object, handler) \
  const Value& array = object; \
  Value* slot; \
  if (!array.is_table() || !RC.is_integer() || !find_slot(array.table(), RC.payload.integer, &slot)) [[unlikely]] CONTINUE_IN(handler); \
  Value element = *slot; \
  if (element.is_nil()) [[unlikely]] CONTINUE_IN(handler); \
  RA = element

#define FIRST_get_table FIRST_GET_ELEMENT(RB, get_table)
#define FIRST_get_upvalue_table FIRST_GET_ELEMENT(*running_function(base)->upvalues[pc[-1].b]->place, get_upvalue_table)

#define FIRST_SET_ELEMENT(source, handler) \
  const Value& array = RA; \
  Value* slot; \
  if (!array.is_table() || !RB.is_integer() || !find_slot(array.table(), RB.payload.integer, &slot)) [[unlikely]] CONTINUE_IN(handler); \
  Value value = source; \
  if (slot->is_nil() || must_tell_collector(array.table(), value)) [[unlikely]] CONTINUE_IN(handler); \
  *slot = value

#define FIRST_set_table FIRST_SET_ELEMENT(RC, set_table)
#define FIRST_set_table_k FIRST_SET_ELEMENT(KC, set_table_k)

#define FIRST_ARITHMETIC(handler, right, operator_) \
  const Value& x = RB; \
  const Value& y = right; \
  if (x.is_integer() && y.is_integer()) [[likely]] { \
    RA.set_integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(x.payload.integer) operator_ static_cast<std::uint64_t>(y.payload.integer))); \
  } else { \
    if (!x.is_number() || !y.is_number()) [[unlikely]] CONTINUE_IN(handler); \
    RA.set_number(x.payload.number operator_ y.payload.number); \
  }

#define FIRST_add FIRST_ARITHMETIC(add, RC, +)
#define FIRST_sub FIRST_ARITHMETIC(sub, RC, -)
#define FIRST_mul FIRST_ARITHMETIC(mul, RC, *)
#define FIRST_mul_k FIRST_ARITHMETIC(mul_k, KC, *)

#define FIRST_add_i \
  const Value& x = RB; \
  if (!x.is_integer()) [[unlikely]] CONTINUE_IN(add_i); \
  RA.set_integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(x.payload.integer) + static_cast<std::uint64_t>(std::int64_t{SIGNED_C})))

#define FIRST_BITWISE(handler, right, operator_) \
  const Value& x = RB; \
  const Value& y = right; \
  if (!x.is_integer() || !y.is_integer()) [[unlikely]] CONTINUE_IN(handler); \
  RA.set_integer(x.payload.integer operator_ y.payload.integer)

#define FIRST_bxor FIRST_BITWISE(bxor, RC, ^)
#define FIRST_band_k FIRST_BITWISE(band_k, KC, &)

#define FIRST_shr_i \
  const Value& x = RB; \
  auto distance = static_cast<std::uint16_t>(SIGNED_C); \
  if (!x.is_integer() || distance >= 64) [[unlikely]] CONTINUE_IN(shr_i); \
  RA.set_integer(static_cast<std::int64_t>(x.payload.bits >> distance))

#define FIRST_mod_k \
  const Value& x = RB; \
  const Value& y = KC; \
  if (!x.is_integer() || !y.is_integer() || (x.payload.bits | y.payload.bits) >> 32 != 0 || y.payload.bits == 0) CONTINUE_IN(mod_k); \
  RA.set_integer(static_cast<std::uint32_t>(x.payload.bits) % static_cast<std::uint32_t>(y.payload.bits))

#define FIRST_len \
  const Value& object = RB; \
  if (object.is_short_string()) { \
    RA.set_integer(object.string()->detail); \
  } else { \
    if (!object.is_table() || object.table()->metatable != nullptr) CONTINUE_IN(len); \
    const Table* t = object.table(); \
    std::uint32_t border = t->border; \
    if (border - 1 >= t->array_size() || t->array[border - 1].is_nil()) CONTINUE_IN(len); \
    if (border < t->array_size() ? !t->array[border].is_nil() : has_hash_part(t)) CONTINUE_IN(len); \
    RA.set_integer(border); \
  }

#define MAYFLY_FUSED(first, second) \
  HANDLER(first##_then_##second) { \
    FIRST_##first; \
    STEP_TO_SECOND(); \
    CONTINUE_INLINE(second); \
  }
#include "syntax/fused.def"
#undef MAYFLY_FUSED
