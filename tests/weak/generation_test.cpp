// SPDX-License-Identifier: MIT
// Minor collections: what refs and tables lose in them, and what they do not look at.
#include <doctest/doctest.h>

#include "weak_fixture.hpp"

using weak::Slot;
using weak::Type;

namespace {

constexpr Type types[] = {Type::key_table, Type::value_table, Type::kv_table, Type::set};

class GenerationHeap : public WeakHeap {
 public:
  GenerationHeap() {
    heap.set_generational(true, 20, 1'000'000);
    heap.stop();
  }
  void minor() {
    heap.collect_young();
    heap.verify();
  }
  void old() {
    collect();
    heap.verify();
  }
  // Steps of 100 units until a minor cycle has begun and ended.
  std::size_t steps_of_minor() {
    std::size_t steps = 1;
    while (!heap.step(100)) ++steps;
    CHECK(heap.minor());
    return steps;
  }
  // An entry that dies with `cell`, under a number of its own where the table holds its keys.
  void enter(weak::Table* t, std::uint64_t number, gc::Cell* cell) {
    if (registry.type_of(t) == Type::value_table) return weak::set(t, integer(number), object(cell));
    weak::set(t, object(cell), registry.type_of(t) == Type::set ? Slot::of(std::uint64_t{0}, weak::true_tag) : object(cell));
  }
};

}  // namespace

TEST_CASE_FIXTURE(GenerationHeap, "minor: young entries of old tables go, old ones stay") {
  for (Type type : types) {
    weak::Table* t = table(type);
    enter(t, 1, box());
    enter(t, 2, box());
    roots.pop_back();
    old();
    CHECK(weak::length(t) == 1);
    enter(t, 3, box());
    enter(t, 4, box());
    roots.pop_back();
    minor();
    CHECK(weak::length(t) == 2);
    roots.pop_back();
    minor();
    CHECK(weak::length(t) == 2);  // the third is old
    old();
    CHECK(weak::length(t) == 1);
  }
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: a young value in the slot of an old one goes, another key stays") {
  for (Type type : {Type::value_table, Type::kv_table}) {
    weak::Table* t = table(type);
    toy::Box* key = box();
    toy::Box* other = box();
    weak::set(t, object(key), object(other));
    weak::set(t, object(other), object(key));
    old();
    weak::set(t, object(key), object(toy::make_box(heap)));
    minor();
    CHECK_FALSE(has(t, object(key)));
    CHECK(has(t, object(other)));
    CHECK(weak::length(t) == 1);
  }
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: an old key keeps the young value that replaced an old one") {
  weak::Table* t = table(Type::key_table);
  toy::Box* key = box();
  weak::set(t, object(key), integer(1));
  weak::set(t, object(box()), integer(2));
  old();
  toy::Leaf* leaf = toy::make_leaf(heap, 7);
  weak::set(t, object(key), object(leaf));
  minor();
  minor();
  REQUIRE(value_of(t, object(key)) == object(leaf).bits);
  CHECK(holds(leaf));
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: what is entered where entries were popped is young") {
  for (Type type : types) {
    weak::Table* t = table(type);
    for (std::uint64_t i = 0; i < 10; ++i) enter(t, i, box());
    old();
    Slot key, value;
    for (int i = 0; i < 6; ++i) REQUIRE(weak::pop(t, &key, &value));
    for (std::uint64_t i = 0; i < 3; ++i) enter(t, 20 + i, toy::make_box(heap));
    minor();
    CHECK(weak::length(t) == 4);
    CHECK(t->used == 4);
  }
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: entered and taken out many times, the table stays small") {
  for (Type type : types) {
    weak::Table* t = table(type);
    for (std::uint64_t i = 0; i < 100; ++i) enter(t, i, box());
    old();
    for (std::uint64_t i = 0; i < 5000; ++i) {
      toy::Box* x = toy::make_box(heap);
      enter(t, 1000 + i, x);
      weak::set(t, type == Type::value_table ? integer(1000 + i) : object(x), Slot::nil());
      if (i % 50 == 0) minor();
    }
    CHECK(weak::length(t) == 100);
    CHECK(t->capacity <= 512);
  }
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: refs to the young are cut and tell, old ones are not looked at") {
  toy::Box* x = box();
  weak::Ref* to_old = with_callback(x, 1);
  old();
  unroot(x);
  weak::Ref* to_young = with_callback(toy::make_box(heap), 2);
  registry.make_ref(object(x), integer(3));  // dies itself: the old target's list forgets it
  minor();
  CHECK(alive(to_old));
  CHECK_FALSE(alive(to_young));
  CHECK(notices() == std::vector<std::uint64_t>{2});
  CHECK(registry.refs_of(x) == 1);
  old();
  CHECK_FALSE(alive(to_old));
  CHECK(notices() == std::vector<std::uint64_t>{1});
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: a handle released late leaves the list of its old target") {
  toy::Box* x = box();
  weak::Ref* handle = registry.make_handle(object(x));
  weak::Ref* ref = shared(x);
  old();
  minor();
  registry.release_handle(handle);
  minor();
  CHECK_FALSE(holds(handle));
  minor();
  CHECK(registry.refs_of(x) == 1);
  CHECK(registry.referent(ref).cell == x);
}

TEST_CASE_FIXTURE(GenerationHeap, "minor: the work does not grow with old entries, refs and finalizers") {
  std::size_t steps[2];
  for (std::size_t round : {0, 1}) {
    std::vector<weak::Table*> tables;
    for (Type type : types) tables.push_back(table(type));
    for (std::uint64_t i = 0; i < (round == 0 ? 100u : 20'000u); ++i) {
      toy::Box* x = box();
      for (weak::Table* t : tables) enter(t, i, x);
      shared(x);
      heap.attach_finalizer(x);
    }
    old();
    minor();
    for (std::uint64_t i = 0; i < 10; ++i) {
      for (weak::Table* t : tables) enter(t, 100'000 + i, toy::make_box(heap));
      registry.shared_ref(object(toy::make_box(heap)));
      heap.attach_finalizer(toy::make_box(heap));
    }
    steps[round] = steps_of_minor();
    for (weak::Table* t : tables) CHECK(weak::length(t) == (round == 0 ? 100 : 20'000));
    while (heap.pop_finalizable() != nullptr) {}
    roots.clear();
    collect();
    while (heap.pop_finalizable() != nullptr) {}
    collect();
  }
  // The buckets in which entries waited for their keys are made empty, sixteen at a time: 200 of these steps. All entries, refs
  // and finalizers looked at would be 7200.
  CHECK(steps[1] <= steps[0] + 400);
}
