// SPDX-License-Identifier: MIT
// Which registers of a function may still be needed at each of its instructions: those of the variables in scope (the debug library
// shows them, whether they are read again or not), and those that may be read before they are written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "gc/heap.hpp"
#include "value/function.hpp"

namespace rt {

class RegisterSet {
 public:
  bool has(unsigned r) const { return (words_[r / 64] >> r % 64 & 1) != 0; }
  void add(unsigned r) { words_[r / 64] |= std::uint64_t{1} << r % 64; }
  void remove(unsigned r) { words_[r / 64] &= ~(std::uint64_t{1} << r % 64); }
  void add_range(unsigned first, unsigned end) {
    for (; first < end && first % 64 != 0; ++first) add(first);
    for (; first + 64 <= end; first += 64) words_[first / 64] = ~std::uint64_t{0};
    for (; first < end; ++first) add(first);
  }
  RegisterSet& operator|=(const RegisterSet& other) {
    for (unsigned i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  RegisterSet& operator-=(const RegisterSet& other) {
    for (unsigned i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }
  std::uint64_t& word(unsigned i) { return words_[i]; }

 private:
  std::array<std::uint64_t, 4> words_{};
};

// How many variables are in scope at the instruction: they have the first registers.
unsigned variables_in_scope(const Prototype* p, int instruction);

// Holds a few bytes for each instruction, storage of the heap. Made without a collection and without an exception.
class RegisterLiveness {
 public:
  RegisterLiveness(gc::Heap& heap, const Prototype* p);
  ~RegisterLiveness();
  RegisterLiveness(const RegisterLiveness&) = delete;
  RegisterLiveness& operator=(const RegisterLiveness&) = delete;

  const Prototype* prototype() const { return p_; }
  // False where memory was refused, or code that did not come from the compiler would take too long.
  bool known() const { return known_; }
  // Needed when the instruction is about to be executed.
  RegisterSet before(int instruction) const;
  // Needed while the instruction waits for a function that finishes it. What it has handed to that function is not, nor what is in the
  // register of its result; operands that are handed over later (`concat`) and values being returned are the caller's to add.
  RegisterSet during(int instruction) const;

 private:
  void compute_scopes();
  bool compute_sets();
  bool update(int instruction);
  RegisterSet needed(int instruction) const;

  gc::Heap& heap_;
  const Prototype* p_;
  unsigned words_;                  // of a set
  std::uint64_t* sets_ = nullptr;   // `words_` for each instruction
  std::uint8_t* scopes_ = nullptr;  // variables in scope at each instruction
  bool known_ = false;
};

}  // namespace rt
