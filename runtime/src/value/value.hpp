// SPDX-License-Identifier: MIT
// The representation of a Lua value: a 64-bit payload and a tag byte.
#pragma once

#include <cstdint>

#include "gc/cell.hpp"

struct lua_State;

namespace rt {

struct String;
struct Table;
struct LuaFunction;
struct NativeFunction;
struct Userdata;
struct ThreadCell;

// ORDER Tag: the falsy values first; then values without a cell; from `short_string` on the payload is a gc::Cell*.
// The weak room relies on: tag < 8 has no cell, 8 and 9 are strings (cells that are never weak), >= 10 may be weak.
enum class Tag : std::uint8_t {
  nil = 0,
  false_ = 1,
  true_ = 2,
  integer = 3,
  number = 4,  // a double
  light_userdata = 5,
  light_function = 6,  // a lua_CFunction without upvalues
  index = 7,           // internal: position of a traversal in a hidden register; never seen by scripts
  short_string = 8,
  long_string = 9,
  table = 10,
  lua_function = 11,
  native_function = 12,  // a lua_CFunction with upvalues
  userdata = 13,
  thread = 14,
  weak = 15,  // every cell of the weak room; its gc kind tells which
  dead_key = 16,  // only as the key tag of a table node: the key's cell is gone, the payload still compares for `next`
};

using NativeCode = int (*)(lua_State*);

union Payload {
  std::int64_t integer;
  double number;
  void* pointer;
  NativeCode code;
  gc::Cell* cell;
  std::uint64_t bits;
};

// Copying touches the payload and the tag only: inside a table node the bytes behind the tag hold the key's tag and
// link (see table.hpp), so a Value must never be copied as 16 raw bytes into a node.
struct Value {
  Payload payload;
  Tag tag;

  Value() = default;
  constexpr Value(Payload p, Tag t) : payload(p), tag(t) {}
  Value(const Value&) = default;
  Value& operator=(const Value& other) {
    payload.bits = other.payload.bits;
    tag = other.tag;
    return *this;
  }

  static Value nil() { return {Payload{.bits = 0}, Tag::nil}; }
  static Value boolean(bool b) { return {Payload{.bits = 0}, b ? Tag::true_ : Tag::false_}; }
  static Value integer(std::int64_t i) { return {Payload{.integer = i}, Tag::integer}; }
  static Value number(double d) { return {Payload{.number = d}, Tag::number}; }
  static Value light_userdata(void* p) { return {Payload{.pointer = p}, Tag::light_userdata}; }
  static Value light_function(NativeCode f) { return {Payload{.code = f}, Tag::light_function}; }
  static Value of(Tag tag, gc::Cell* cell) { return {Payload{.cell = cell}, tag}; }
  static inline Value of(String* s);
  static inline Value of(Table* t);
  static inline Value of(LuaFunction* f);
  static inline Value of(NativeFunction* f);
  static inline Value of(Userdata* u);
  static inline Value of(ThreadCell* t);

  void set_nil() { tag = Tag::nil; }
  void set_integer(std::int64_t i) { payload.integer = i; tag = Tag::integer; }
  void set_number(double d) { payload.number = d; tag = Tag::number; }
  void set_boolean(bool b) { tag = b ? Tag::true_ : Tag::false_; }

  bool is_nil() const { return tag == Tag::nil; }
  bool is_falsy() const { return tag <= Tag::false_; }
  bool is_boolean() const { return tag == Tag::false_ || tag == Tag::true_; }
  bool is_integer() const { return tag == Tag::integer; }
  bool is_number() const { return tag == Tag::number; }
  bool is_numeric() const { return tag == Tag::integer || tag == Tag::number; }
  bool is_string() const { return tag == Tag::short_string || tag == Tag::long_string; }
  bool is_short_string() const { return tag == Tag::short_string; }
  bool is_table() const { return tag == Tag::table; }
  bool is_function() const {
    return tag == Tag::lua_function || tag == Tag::light_function || tag == Tag::native_function;
  }
  bool is_userdata() const { return tag == Tag::userdata; }
  bool is_thread() const { return tag == Tag::thread; }
  bool is_weak() const { return tag == Tag::weak; }
  bool has_cell() const { return tag >= Tag::short_string; }

  gc::Cell* cell() const { return payload.cell; }
  inline String* string() const;
  inline Table* table() const;
  inline LuaFunction* lua_function() const;
  inline NativeFunction* native_function() const;
  inline Userdata* userdata() const;
  inline ThreadCell* thread() const;
};
static_assert(sizeof(Value) == 16);

}  // namespace rt
