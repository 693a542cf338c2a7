// SPDX-License-Identifier: MIT
// Handlers: metamethods of tables that are Lua functions get their frame here. Included by dispatch.cpp.
//
// Whatever is not as usual (no such metamethod, a C function, parameters to be filled, hooks) is left to the slow path of the instruction.

// The metamethod of a table, if it is a Lua function that takes no more than two arguments. Of a value that is no table: null.
#define PLAIN_METHOD(method, value, event) \
  const LuaFunction* method = nullptr; \
  if ((value).is_table() && (value).table()->metatable != nullptr && L->hook_mask == 0) { \
    const Node* found = plain_node((value).table()->metatable, L->global->event_names[static_cast<int>(event)]); \
    if (found != nullptr && found->value_tag == Tag::lua_function) { \
      method = reinterpret_cast<const Value*>(found)->lua_function(); \
      if (method->prototype->is_vararg || method->prototype->parameter_count > 2) method = nullptr; \
    } \
  }

// Calls it with these two in the middle of the instruction.
#define CALL_METHOD(method, first, second, slow_path) \
  const Prototype* p = method->prototype; \
  Value* function = reinterpret_cast<Value*>(base) + running_function(base)->prototype->frame_size; \
  Frame* frame = L->frame; \
  Frame* callee = frame->next; \
  if (callee == nullptr || function + 1 + p->frame_size > L->stack_limit) [[unlikely]] SLOW(slow_path); \
  Value right_operand = second; \
  function[1] = first; \
  function[2] = right_operand; \
  function[0] = Value::of(const_cast<LuaFunction*>(method)); \
  frame->lua.pc = pc; \
  callee->function = function; \
  callee->expect(1, frame_metamethod); \
  callee->lua.constants = p->constants; \
  callee->transfer = 0; \
  SET_FRAME(callee); \
  pc = p->code; \
  base = reinterpret_cast<char*>(function + 1); \
  constants = reinterpret_cast<const char*>(p->constants); \
  RELOAD_DISPATCH(); \
  NEXT()

// The left operand decides; right: a register or a constant.
HANDLER(arithmetic_of_table) {
  Opcode op = plain(pc[-1].op);
  bool with_constant = op >= Opcode::add_k;
  if (op > Opcode::bxor_k || OPERAND_X != 0) SLOW(arithmetic_slow);
  int which = static_cast<int>(op) - static_cast<int>(with_constant ? Opcode::add_k : Opcode::add);
  const Value& left = RB;
  PLAIN_METHOD(method, left, static_cast<int>(Event::add) + which);
  if (method == nullptr) SLOW(arithmetic_slow);
  CALL_METHOD(method, left, with_constant ? KC : RC, arithmetic_slow);
}
static_assert(static_cast<int>(Event::shr) - static_cast<int>(Event::add) == static_cast<int>(Opcode::shr) - static_cast<int>(Opcode::add));
static_assert(static_cast<int>(Event::bxor) - static_cast<int>(Event::add) == static_cast<int>(Opcode::bxor_k) - static_cast<int>(Opcode::add_k));

// `<` or `<=` of two registers.
HANDLER(order_of_table) {
  Event event = pc[-1].op <= Opcode::jump_nlt ? Event::lt : Event::le;
  const Value& left = RA;
  PLAIN_METHOD(method, left, event);
  if (method == nullptr) SLOW(compare_slow);
  CALL_METHOD(method, left, RB, compare_slow);
}

// Two tables that are not the same.
HANDLER(equality_of_tables) {
  const Value& left = RA;
  constexpr unsigned eq = 1u << static_cast<unsigned>(Event::eq);
  const Table* x = left.table()->metatable;
  const Table* y = RB.table()->metatable;
  if ((x == nullptr || (x->detail & eq) != 0) && (y == nullptr || (y->detail & eq) != 0)) {
    if (pc[-1].op == Opcode::jump_ne) {
      pc += SIGNED_C;
      RELOAD_DISPATCH();
    }
    NEXT();
  }
  PLAIN_METHOD(method, left, Event::eq);
  if (method == nullptr) SLOW(equal_slow);
  CALL_METHOD(method, left, RB, equal_slow);
}

// A table is called that has `__call`: it becomes the first argument.
HANDLER(call_table) {
  Value* function = &RA;
  const Node* method = plain_node(function->table()->metatable, L->global->event_names[static_cast<int>(Event::call)]);
  unsigned count = pc[-1].b;
  if (method == nullptr || method->value_tag != Tag::lua_function || count == 0) SLOW(call_slow);
  const Prototype* p = reinterpret_cast<const Value*>(method)->lua_function()->prototype;
  Value* end = function + count + 1;
  Frame* frame = L->frame;
  Frame* callee = frame->next;
  if (p->is_vararg || callee == nullptr || end > L->stack_limit || function + 1 + p->frame_size > L->stack_limit) SLOW(call_slow);
  for (Value* to = function + count; to != function; --to) *to = to[-1];
  *function = *reinterpret_cast<const Value*>(method);
  for (Value* parameters_end = function + 1 + p->parameter_count; end < parameters_end; ++end) end->set_nil();
  frame->lua.pc = pc;
  callee->function = function;
  callee->expect(pc[-1].c - 1, 0);
  callee->lua.constants = p->constants;
  SET_FRAME(callee);
  pc = p->code;
  base = reinterpret_cast<char*>(function + 1);
  constants = reinterpret_cast<const char*>(p->constants);
  RELOAD_DISPATCH();
  NEXT();
}

// `__index` is a function. The key is a constant, a register or a number in the instruction; the object may be an upvalue.
HANDLER(get_computed_field) {
  Opcode op = plain(pc[-1].op);
  const Value& object = op == Opcode::get_upvalue_table ? *running_function(base)->upvalues[pc[-1].b]->place : RB;
  PLAIN_METHOD(method, object, Event::index);
  if (method == nullptr || is_veiled(object.table())) {
    if (op == Opcode::get_field) SLOW(inherited_slow);
    SLOW(index_slow);
  }
  Value key = op == Opcode::get_field ? KC : op == Opcode::get_integer ? Value::integer(pc[-1].c) : RC;
  CALL_METHOD(method, object, key, index_slow);
}

#undef CALL_METHOD
#undef PLAIN_METHOD
