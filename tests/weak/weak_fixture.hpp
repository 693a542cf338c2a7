// SPDX-License-Identifier: MIT
// A heap of toys with the weak room. Leaves tagged plain_tag count as strings: compared by their value, never weak.
#pragma once

#include <cstdint>

#include "heap_fixture.hpp"
#include "weak/registry.hpp"

inline constexpr std::uint8_t integer_tag = 3;
inline constexpr std::uint8_t plain_tag = 8;
inline constexpr std::uint8_t object_tag = 10;

inline weak::Slot object(gc::Cell* cell) { return weak::Slot::of(cell, object_tag); }
inline weak::Slot integer(std::uint64_t value) { return weak::Slot::of(value, integer_tag); }
inline weak::Slot plain(toy::Leaf* leaf) { return weak::Slot::of(leaf, plain_tag); }

class WeakHeap : public ToyHeap {
 public:
  weak::Registry registry;

  explicit WeakHeap(weak::Container* container = nullptr)
      : registry(heap, weak::Embedder{
                           [](const weak::Slot& s) {
                             return static_cast<std::uint32_t>(static_cast<toy::Leaf*>(s.cell)->value);
                           },
                           [](const weak::Slot& a, const weak::Slot& b) {
                             return static_cast<toy::Leaf*>(a.cell)->value == static_cast<toy::Leaf*>(b.cell)->value;
                           },
                           container, nullptr}) {}

  void unroot(gc::Cell* cell) { std::erase(roots, cell); }
  toy::Box* box(gc::Cell* content = nullptr) { return keep(toy::make_box(heap, content)); }
  weak::Table* table(weak::Type type, std::size_t hint = 0, bool long_keys = false) {
    return keep(registry.make_table(type, hint, long_keys));
  }
  weak::Ref* shared(gc::Cell* target) { return keep(registry.shared_ref(object(target))); }
  weak::Ref* with_callback(gc::Cell* target, std::uint64_t callback) {
    return keep(registry.make_ref(object(target), integer(callback)));
  }
  bool alive(const weak::Ref* ref) const { return !registry.referent(ref).is_nil(); }
  static bool has(weak::Table* t, const weak::Slot& key) {
    weak::Slot value;
    return weak::get(t, key, &value);
  }
  static std::uint64_t value_of(weak::Table* t, const weak::Slot& key) {
    weak::Slot value;
    weak::get(t, key, &value);
    return value.bits;
  }
  // Marks everything, then stops just behind the flip: dead entries are not yet cleared.
  void step_to_clearing() {
    while (heap.phase() != gc::Phase::clearing) heap.step(1);
    heap.verify();
  }
  // The callback numbers of all notices that wait.
  std::vector<std::uint64_t> notices() {
    std::vector<std::uint64_t> numbers;
    weak::Slot callback;
    while (registry.pop_notice(&callback) != nullptr) numbers.push_back(callback.bits);
    return numbers;
  }
};
