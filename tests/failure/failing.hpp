// SPDX-License-Identifier: MIT
// A piece of work is done again and again, with the n-th allocation failing and all that follow, for n = 1, 2, 3, ... until it
// succeeds. Each time: the error is "not enough memory" and nothing else, the heap is in order, the state can be used.
// At the end all memory has come back.
#pragma once

#include <cstddef>
#include <cstdlib>

#include <lua.hpp>

namespace failing {

// How memory runs out.
enum class Mode {
  cells,      // mayfly_gcfail: at the n-th object or piece of storage, and for good
  allocator,  // the lua_Alloc refuses its n-th growing call, and for good
  once,       // the lua_Alloc refuses its n-th growing call and no other: the emergency collection must help
};
inline constexpr Mode modes[] = {Mode::cells, Mode::allocator, Mode::once};
const char* name_of(Mode mode);

// A lua_Alloc that counts, and refuses when told.
struct Memory {
  std::size_t bytes = 0;
  std::size_t refuse_at = 0;  // 0: never
  std::size_t calls = 0;      // growing ones since arm
  bool once = false;
  std::size_t refused = 0;

  static void* serve(void* context, void* pointer, std::size_t old_size, std::size_t new_size);
  void arm(std::size_t n, bool only_once) {
    refuse_at = n;
    once = only_once;
    calls = refused = 0;
  }
  void disarm() { refuse_at = 0; }
};

// A state over such a memory. `libraries`: with all of them.
class Host {
 public:
  Memory memory;
  lua_State* L = nullptr;

  explicit Host(bool libraries = true);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
};

// One piece of work: gets the function to be called on top of the stack (and pops it); what it leaves is dropped.
struct Work {
  const char* name;
  void (*push)(lua_State* L, const void* what);
  const void* what;
};

// Returns how many values of n were tried; ends the program with a message when something is wrong.
std::size_t run_until_success(const Work& work, Mode mode);

[[noreturn]] void give_up(const char* format, ...);

}  // namespace failing
