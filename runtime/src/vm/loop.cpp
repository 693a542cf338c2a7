// SPDX-License-Identifier: MIT
// Loops: preparing numeric ones, calling the iterators of generic ones.
#include <algorithm>

#include "memory/global_state.hpp"
#include "value/conversion.hpp"
#include "vm/error.hpp"
#include "vm/interpreter.hpp"
#include "vm/intrinsic.hpp"
#include "vm/scope.hpp"
#include "vm/weak_access.hpp"

namespace rt {

namespace {

// The limit of an integer loop as an integer. False: the loop does not run.
bool integer_limit(lua_State* L, const Value& limit, std::int64_t start, std::int64_t step, std::int64_t* result) {
  double number;
  if (to_integer(limit, result, step < 0 ? Rounding::ceil : Rounding::floor)) {
    return step > 0 ? start <= *result : start >= *result;
  }
  if (!to_number(limit, &number)) raise_for(L, &limit, "limit");
  // Beyond the integers, or NaN, which counts as the lowest limit there is.
  *result = number > 0 ? INT64_MAX : INT64_MIN;
  return (step > 0) == (number > 0);
}

std::uint64_t iterations_after_first(std::int64_t start, std::int64_t limit, std::int64_t step) {
  auto from = static_cast<std::uint64_t>(start);
  auto to = static_cast<std::uint64_t>(limit);
  if (step > 0) return step == 1 ? to - from : (to - from) / static_cast<std::uint64_t>(step);
  return (from - to) / (static_cast<std::uint64_t>(-(step + 1)) + 1);  // -INT64_MIN does not overflow this way
}

bool prepare_integer_loop(lua_State* L, Value* loop) {
  std::int64_t start = loop[0].payload.integer;
  std::int64_t step = loop[2].payload.integer;
  std::int64_t limit;
  if (step == 0) raise_message(L, "'for' step is zero");
  if (!integer_limit(L, loop[1], start, step, &limit)) return false;
  loop[1].set_integer(static_cast<std::int64_t>(iterations_after_first(start, limit, step)));
  loop[3].set_integer(start);
  return true;
}

bool prepare_float_loop(lua_State* L, Value* loop) {
  double start, limit, step;
  if (!to_number(loop[1], &limit)) raise_for(L, &loop[1], "limit");
  if (!to_number(loop[2], &step)) raise_for(L, &loop[2], "step");
  if (!to_number(loop[0], &start)) raise_for(L, &loop[0], "initial value");
  if (step == 0) raise_message(L, "'for' step is zero");
  if (step > 0 ? limit < start : start < limit) return false;  // NaN: one iteration
  loop[0].set_number(start);
  loop[1].set_number(limit);
  loop[2].set_number(step);
  loop[3].set_number(start);
  return true;
}

// May the loop keep a position instead of calling `next`?
bool is_plain_traversal(lua_State* L, const Value* loop, unsigned variables) {
  return loop[0].tag == Tag::light_function && loop[0].payload.code == L->global->next_function &&
         loop[1].is_table() && loop[2].is_nil() && variables <= 2 && L->hook_mask == 0;
}

}  // namespace

Continuation for_prepare_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  Value* loop = register_at(L, pc[-1].a);
  bool runs = loop[0].is_integer() && loop[2].is_integer() ? prepare_integer_loop(L, loop) : prepare_float_loop(L, loop);
  return {runs ? pc : pc + pc[-1].wide, L};
}

Continuation generic_prepare_slow(const Instruction* pc, lua_State* L) {
  save_state(pc, L);
  mark_to_be_closed(L, register_at(L, pc[-1].a) + 3);
  return {pc + pc[-1].wide, L};
}

Continuation generic_call_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  Value* loop = register_at(L, i.a);
  if (loop[2].tag == Tag::index) {  // of a veiled table
    std::uint64_t position = next_position(loop[1].table(), loop[2].payload.bits, &loop[4], &loop[5]);
    if (position == 0) {
      loop[4].set_nil();
      return {pc, L};
    }
    loop[2].payload.bits = position;
    return {pc + 1 + pc->wide, L};
  }
  if (is_plain_traversal(L, loop, i.b)) {
    loop[2] = {Payload{.bits = 0}, Tag::index};
    return {pc - 1, L};
  }
  if (is_weak_iterator(loop[0]) && L->hook_mask == 0) {
    weak_advance(loop[0], &loop[4], &loop[5]);
    for (unsigned n = 2; n < i.b; ++n) loop[4 + n].set_nil();
    return {pc, L};
  }
  bool wrapped = is_wrapped(L, loop[0]);
  if ((loop[0].tag == Tag::native_function || loop[0].tag == Tag::light_function) && !wrapped) return iterate_native_slow(pc, L);
  std::copy(loop, loop + 3, loop + 4);
  L->top = loop + 7;
  L->frame->lua.pc = pc;
  Continuation next;
  if (wrapped && resume_wrapped(pc, L, loop + 4, loop + 7, i.b, &next)) return next;
  return begin_call(L, loop + 4, i.b, 0);
}

}  // namespace rt
