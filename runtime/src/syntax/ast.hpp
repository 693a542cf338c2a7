// SPDX-License-Identifier: MIT
// Syntax trees of expressions. A tree lives from the parsing of its statement to the end of the emission of that
// statement; statements themselves are emitted as they are read and have no trees. Names are resolved in the tree already.
#pragma once

#include <cstdint>

#include "syntax/instruction.hpp"
#include "syntax/names.hpp"

namespace rt {

enum class ExpressionKind : std::uint8_t {
  // constants
  nil,
  false_,
  true_,
  integer,
  number,
  string,
  // others
  vararg,
  local,       // variable of the function itself
  upvalue,
  closure,     // function ... end: the prototype is made already
  index,       // left[right]; a global name is upvalue _ENV indexed
  call,        // left(list)
  method,      // left:name(list)
  arithmetic,  // left op right, also bitwise
  comparison,  // left op right
  unary,       // op left
  concat,      // list of two or more
  and_,        // list of two or more
  or_,         // list of two or more
  table,       // list of fields
};

// ORDER Comparison: each odd one is the opposite of the one before.
enum class Comparison : std::uint8_t { eq, ne, lt, nlt, le, nle };

struct Expression;

struct ExpressionList {
  Expression* first;
  Expression* last;

  void add(Expression* e);
};

struct Expression {
  ExpressionKind kind;
  std::uint8_t operation = 0;   // Opcode of an arithmetic (register form) or unary expression, or Comparison
  bool parenthesized = false;   // not assignable, exactly one value
  bool swapped = false;         // comparison: the operands were written the other way round (a > b)
  std::int32_t line = 0;        // of the instruction that does it: operator, call
  std::int32_t settled = 0;     // line where its value was asked for: loads, tests, moves
  std::int32_t count = 0;       // elements of the list; constant: 1 + the compile-time variable (Scope's list) it stands for
  Expression* next = nullptr;   // in a list; within a chain of left operands, the expression above
  union {
    std::int64_t integer;
    double number;
    Name* string;
    std::int32_t child;         // closure: number of the prototype
    struct {
      std::int32_t place;       // register or number of the upvalue
      std::int32_t variable;    // index in Scope's list
    };
    struct {
      Expression* left;
      union {
        Expression* right;
        Name* name;
      };
      Expression* arguments;    // first of the list
    };
    struct {
      ExpressionList list;
    };
    struct {
      struct TableField* fields;  // count: all fields
      std::int32_t positional;    // how many have no key
      std::int32_t end_line;      // of the closing brace
    };
  };

  bool is_constant() const { return kind <= ExpressionKind::string; }
  bool is_numeral() const { return kind == ExpressionKind::integer || kind == ExpressionKind::number; }
  bool is_falsy_constant() const { return kind <= ExpressionKind::false_; }
  bool is_variable() const {
    return !parenthesized && (kind == ExpressionKind::local || kind == ExpressionKind::upvalue || kind == ExpressionKind::index ||
                              (is_constant() && count != 0));
  }
  bool is_call() const { return !parenthesized && (kind == ExpressionKind::call || kind == ExpressionKind::method); }
  bool has_many_values() const { return !parenthesized && (is_call() || kind == ExpressionKind::vararg); }
  bool is_linked_left() const { return kind >= ExpressionKind::index && kind <= ExpressionKind::comparison; }
};
static_assert(sizeof(Expression) == 48);

// Key of the instructions that index with a number of their own?
inline bool is_integer_key(const Expression* e) {
  return e->kind == ExpressionKind::integer && e->integer >= 0 && e->integer <= 65535;
}

inline void ExpressionList::add(Expression* e) {
  if (first == nullptr)
    first = e;
  else
    last->next = e;
  last = e;
}

struct TableField {
  TableField* next;
  Expression* key;  // null: positional
  Expression* value;
  std::int64_t line;  // where the field ended
};

}  // namespace rt
