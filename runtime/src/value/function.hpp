// SPDX-License-Identifier: MIT
// Prototypes, closures and upvalues.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"
#include "syntax/instruction.hpp"
#include "value/string.hpp"
#include "value/value.hpp"

namespace rt {

struct GlobalState;

struct UpvalueDescription {
  String* name;           // null when stripped
  bool in_stack;          // captured from the enclosing function's registers (else from its upvalues)
  std::uint8_t index;     // register or upvalue number
  std::uint8_t attribute; // ORDER Attribute: what kind of variable it is
};

struct LocalDescription {
  String* name;           // null when stripped
  std::int32_t start;  // first instruction where the variable is active
  std::int32_t end;    // first instruction where it is dead
};

// The compiled form of one function. All arrays are storage of the cell.
struct Prototype : gc::Cell {
  Instruction* code;
  Value* constants;
  Prototype** children;
  UpvalueDescription* upvalues;
  LocalDescription* locals;   // by start; what a full collection takes for held by variables (memory/dead_registers.cpp)
  std::int32_t* lines;        // one per instruction, null when stripped
  String* source;             // null when stripped
  std::uint32_t code_size, constant_count, child_count, local_count;
  std::int32_t first_line, last_line;
  std::uint8_t upvalue_count;
  std::uint8_t frame_size;  // registers needed (at least 2)
  alignas(2) std::uint8_t parameter_count;
  bool is_vararg;  // directly behind parameter_count: a call compares both at once (enough_arguments in vm/handlers_call.hpp)
};

// A variable shared by closures. Open: `place` points into a thread's stack. Closed: it points to `closed`.
//   header: detail = 1 while open
struct Upvalue : gc::Cell {
  Value* place;
  union {
    Value closed;
    struct {
      Upvalue* next;       // open upvalues of the thread, by descending stack place
      Upvalue** previous;  // the link that points here
    } open;
  };
  bool is_open() const { return detail != 0; }
};
static_assert(sizeof(Upvalue) == 32);

//   header: detail = number of upvalues
struct LuaFunction : gc::Cell {
  Prototype* prototype;
  Upvalue* upvalues[1];
};
//   header: detail = number of upvalues
struct NativeFunction : gc::Cell {
  NativeCode code;
  Value upvalues[1];
};

// Bytes of the cells, at least one upvalue's place included.
inline std::size_t bytes_of_lua_function(unsigned upvalue_count) {
  return sizeof(LuaFunction) + (upvalue_count > 1 ? upvalue_count - 1 : 0) * sizeof(Upvalue*);
}
inline std::size_t bytes_of_native_function(unsigned upvalue_count) {
  return sizeof(NativeFunction) + (upvalue_count > 1 ? upvalue_count - 1 : 0) * sizeof(Value);
}

inline Value Value::of(LuaFunction* f) { return {Payload{.cell = f}, Tag::lua_function}; }
inline Value Value::of(NativeFunction* f) { return {Payload{.cell = f}, Tag::native_function}; }
inline LuaFunction* Value::lua_function() const { return static_cast<LuaFunction*>(payload.cell); }
inline NativeFunction* Value::native_function() const { return static_cast<NativeFunction*>(payload.cell); }

Prototype* make_prototype(GlobalState& state);                                   // empty
LuaFunction* make_lua_function(GlobalState& state, Prototype* p);                // upvalues null
NativeFunction* make_native_function(GlobalState& state, NativeCode code, int upvalue_count);  // upvalues nil
Upvalue* make_closed_upvalue(GlobalState& state);                                // nil
Upvalue* find_upvalue(lua_State* thread, Value* place);                          // open, shared by place
void close_upvalues(lua_State* thread, Value* from);                             // all at or above `from`

std::size_t bytes_outside(const Prototype* p);      // storage owned by the prototype
void free_parts(GlobalState& state, Prototype* p);  // the sweep's call for a prototype that dies

}  // namespace rt
