// SPDX-License-Identifier: MIT
// Making closures.
#include "memory/global_state.hpp"
#include "vm/interpreter.hpp"
#include "vm/safepoint.hpp"

namespace rt {

Continuation closure_slow(const Instruction* pc, lua_State* L) {
  const Instruction i = pc[-1];
  save_state(pc, L);
  LuaFunction* outer = L->frame->function->lua_function();
  Prototype* p = outer->prototype->children[i.wide];
  LuaFunction* closure = make_lua_function(global_of(L), p);
  Value* out = register_at(L, i.a);
  *out = Value::of(closure);
  for (int n = 0; n < p->upvalue_count; ++n) {
    const UpvalueDescription& description = p->upvalues[n];
    Upvalue* upvalue = description.in_stack ? find_upvalue(L, L->frame->base() + description.index)
                                            : outer->upvalues[description.index];
    closure->upvalues[n] = upvalue;  // a collection meanwhile may have marked the closure
    global_of(L).heap.barrier(closure, upvalue);
  }
  if (has_pending_work(*L->global)) [[unlikely]] run_pending_work(L);
  return {pc, L};
}

}  // namespace rt
