// SPDX-License-Identifier: MIT
// Library functions done without a call: those that allocate, convert or search.
#include "vm/intrinsic.hpp"

#include <algorithm>
#include <cstring>

#include "memory/global_state.hpp"
#include "value/conversion.hpp"
#include "vm/safepoint.hpp"

namespace rt {

static_assert(sizeof(GlobalState::intrinsics) / sizeof(NativeCode) == intrinsic_places);

namespace {

constexpr std::size_t number_room = 48;  // format_number

// The values at `first` are the results of the function at R[a].
Continuation finish(const Instruction* pc, lua_State* L, const Value* first, int count) {
  const Instruction i = pc[-1];
  Value* out = register_at(L, i.a);
  int wanted = i.op == Opcode::tail_call ? LUA_MULTRET : i.c - 1;
  if (wanted == LUA_MULTRET) {
    L->top = std::copy(first, first + count, out);
    return {pc, L};
  }
  int present = std::min(count, wanted);
  std::copy(first, first + present, out);
  for (int n = present; n < wanted; ++n) out[n].set_nil();
  return {pc, L};
}

Continuation finish(const Instruction* pc, lua_State* L, const Value& result) { return finish(pc, L, &result, 1); }

// Before something that may collect: the arguments are the last values that are needed.
void save_arguments(const Instruction* pc, lua_State* L) {
  L->frame->lua.pc = pc;
  L->top = end_of_registers(L->frame);
}

// After it. What waits is run where values up to the top are kept: the result has been stored.
Continuation finish_new(const Instruction* pc, lua_State* L, String* s) {
  *register_at(L, pc[-1].a) = Value::of(s);
  if (has_pending_work(*L->global)) [[unlikely]] run_pending_work(L);
  return finish(pc, L, *register_at(L, pc[-1].a));
}

// The string of this character, kept if there is memory for that.
String* character(GlobalState& state, unsigned char code) {
  if (String* kept = state.characters[code]) return kept;
  char text = static_cast<char>(code);
  String* made = make_string(state, {&text, 1});
  if (state.characters == no_characters) {
    void* memory = state.heap.reallocate(nullptr, 0, sizeof no_characters);
    if (memory == nullptr) return made;
    state.characters = static_cast<String* const*>(std::memset(memory, 0, sizeof no_characters));
  }
  state.heap.pin(made);
  const_cast<String**>(state.characters)[code] = made;
  return made;
}

std::uint64_t from_start(std::int64_t position, std::uint64_t length) {
  if (position >= 0) return static_cast<std::uint64_t>(position);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(static_cast<std::int64_t>(length) + position + 1, 0));
}

bool has_conversion(const GlobalState& state, const Value& v) {
  Table* metatable = state.type_metatables[basic_type(v)];
  return metatable != nullptr && !get_short(metatable, state.event_names[static_cast<int>(Event::tostring)])->is_nil();
}

}  // namespace

void guess_intrinsic(const Instruction* call, const GlobalState& state, NativeCode code) {
  unsigned place = MAYFLY_INTRINSIC_END - 1;
  while (place != 0 && state.intrinsics[place] != code) --place;
  if (place == 0) place = no_intrinsic;
  // The operand is nothing but a guess: the code counts as constant.
  auto* instruction = const_cast<Instruction*>(call);
  if (call->op == Opcode::call) {
    instruction->x = static_cast<std::uint8_t>(place);
  } else if (call->op == Opcode::tail_call) {  // the others have no room for one
    instruction->c = static_cast<std::uint16_t>(tail_guess + place);
  }
}

Continuation next_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  const Value* arguments = register_at(L, i.a) + 1;
  if ((i.b != 2 && i.b != 3) || !arguments[0].is_table()) return call_native_slow(pc, L);
  Value entry[2] = {i.b == 3 ? arguments[1] : Value::nil(), Value::nil()};
  bool valid;
  bool more = next(arguments[0].table(), &entry[0], &entry[1], &valid);
  if (!valid) return call_native_slow(pc, L);
  if (!more) return finish(pc, L, Value::nil());
  return finish(pc, L, entry, 2);
}

Continuation tostring_slow(const Instruction* pc, lua_State* L) {
  GlobalState& state = global_of(L);
  const Value value = register_at(L, pc[-1].a)[1];
  if ((!value.is_string() && !value.is_numeric()) || has_conversion(state, value)) return call_native_slow(pc, L);
  if (value.is_string()) return finish(pc, L, value);
  save_arguments(pc, L);
  char text[number_room];
  return finish_new(pc, L, make_string(state, {text, format_number(value, text)}));
}

Continuation tonumber_slow(const Instruction* pc, lua_State* L) {
  const Value& text = register_at(L, pc[-1].a)[1];
  if (!text.is_string()) return call_native_slow(pc, L);
  Value number;
  if (!parse_number(text.string()->view(), &number)) number = Value::nil();
  return finish(pc, L, number);
}

Continuation character_slow(const Instruction* pc, lua_State* L) {
  const Value* arguments = register_at(L, pc[-1].a) + 1;
  save_arguments(pc, L);
  unsigned char code;
  if (arguments[0].is_integer()) {
    code = static_cast<unsigned char>(arguments[0].payload.integer);
  } else {
    const String* s = arguments[0].string();
    code = static_cast<unsigned char>(s->data[from_start(arguments[1].payload.integer, s->length()) - 1]);
  }
  return finish_new(pc, L, character(global_of(L), code));
}

Continuation substring_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  const Value* arguments = register_at(L, i.a) + 1;
  String* s = arguments[0].string();
  std::uint64_t length = s->length();
  std::uint64_t first = std::max<std::uint64_t>(from_start(arguments[1].payload.integer, length), 1);
  std::uint64_t last = length;
  if (i.b == 4) {
    if (!arguments[2].is_integer()) return call_native_slow(pc, L);
    last = std::min(from_start(arguments[2].payload.integer, length), length);
  }
  if (first == 1 && last == length) return finish(pc, L, arguments[0]);
  save_arguments(pc, L);
  if (first > last) return finish_new(pc, L, make_string(global_of(L), {}));
  if (first == last) return finish_new(pc, L, character(global_of(L), static_cast<unsigned char>(s->data[first - 1])));
  return finish_new(pc, L, make_string(global_of(L), s->view().substr(first - 1, last - first + 1)));
}

Continuation append_slow(const Instruction* pc, lua_State* L) {
  const Value* arguments = register_at(L, pc[-1].a) + 1;
  Table* t = arguments[0].table();
  std::uint64_t place = length(t);
  save_arguments(pc, L);
  set_integer(global_of(L), t, static_cast<std::int64_t>(place) + 1, arguments[1]);
  if (place < t->array_size()) t->border = static_cast<std::uint32_t>(place + (arguments[1].is_nil() ? 0 : 1));
  if (has_pending_work(*L->global)) [[unlikely]] run_pending_work(L);
  return {pc, L};
}

}  // namespace rt

LUA_API void mayfly_setintrinsic(lua_State* L, int intrinsic, lua_CFunction function) {
  if (intrinsic > 0 && intrinsic < MAYFLY_INTRINSIC_END) L->global->intrinsics[intrinsic] = function;
}
