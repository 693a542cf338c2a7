// SPDX-License-Identifier: MIT
// Operators on constants, done at compile time.
#pragma once

#include "syntax/ast.hpp"
#include "syntax/instruction.hpp"

namespace rt {

// Turns `left` into the result of `left op right` (arithmetic and bitwise operators), when both are numerals and the
// operation neither raises nor gives NaN or a float zero.
bool fold_arithmetic(Opcode op, Expression* left, const Expression* right);
// The same for unary operators (also `not` on any constant).
bool fold_unary(Opcode op, Expression* operand);

}  // namespace rt
