// SPDX-License-Identifier: MIT
// Tables that clearing passes over, as marking has seen all their keys marked: what happens to them afterwards is seen all the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "weak_fixture.hpp"

using weak::Type;

namespace {
// A key table of four entries in a heap that has been marked beyond it: what is done now comes between its trace and the flip.
struct Traced : WeakHeap {
  std::vector<toy::Box*> keys;
  weak::Table* t = table(Type::key_table);

  Traced() {
    for (int i = 0; i < 4; ++i) {
      keys.push_back(box());
      weak::set(t, object(keys.back()), object(box()));
    }
    // What the last value leads to is marked after the table, for many steps.
    toy::Box* chain = keep(toy::make_box(heap, nullptr));
    for (int i = 0; i < 3000; ++i) roots.back() = chain = toy::make_box(heap, chain);
    weak::set(t, object(keys.back()), object(chain));
    roots.pop_back();
    collect();
    t->alive = 0;
    while (t->alive != t->used) heap.step(1);
    REQUIRE(heap.phase() == gc::Phase::marking);
  }
  void enter_dying() { weak::set(t, object(toy::make_box(heap, nullptr)), integer(1)); }
};

bool was_passed_over(const weak::Table* t) { return t->entries[0].waits == weak::wait_over; }
}  // namespace

TEST_CASE_FIXTURE(Traced, "passed over: a table in which nothing can have died") {
  finish_cycle();
  CHECK(was_passed_over(t));
  CHECK(weak::length(t) == 4);
  unroot(keys[2]);
  collect();
  CHECK(weak::length(t) == 3);
  CHECK(t->used == 3);
  CHECK_FALSE(was_passed_over(t));
}

TEST_CASE_FIXTURE(Traced, "passed over: not where something was entered since that dies") {
  enter_dying();
  finish_cycle();
  CHECK(weak::length(t) == 4);
  CHECK(t->used == 4);
}

TEST_CASE_FIXTURE(Traced, "passed over: not where a value was replaced, which would outlive its key") {
  weak::set(t, object(keys[1]), object(box()));
  finish_cycle();
  unroot(keys[1]);
  collect();
  CHECK(weak::length(t) == 3);
  CHECK(t->used == 3);
}

TEST_CASE_FIXTURE(Traced, "passed over: not where an entry was removed, whose slot is taken back") {
  weak::set(t, object(keys[1]), weak::Slot::nil());
  finish_cycle();
  CHECK(t->used == 3);
}

TEST_CASE_FIXTURE(Traced, "passed over: not where one was removed and another entered") {
  weak::Slot key, value;
  REQUIRE(weak::pop(t, &key, &value));
  enter_dying();
  REQUIRE(t->used == 4);
  finish_cycle();
  CHECK(weak::length(t) == 3);
  CHECK(t->used == 3);
}

TEST_CASE_FIXTURE(Traced, "passed over: not where a traversal was under way: it is forgotten when it is dead") {
  registry.make_cursor(t);
  finish_cycle();
  collect();
  CHECK(t->cursors == nullptr);
  CHECK(weak::length(t) == 4);
}

TEST_CASE_FIXTURE(Traced, "passed over: not where a key was asked for the next one: it may be removed") {
  weak::Slot key = object(keys[0]), value;
  bool valid;
  REQUIRE(weak::next(t, &key, &value, &valid));
  finish_cycle();
  CHECK((t->detail & weak::table_traversed) == 0);
}

namespace {
// A key table with a chain of four entries, entered from the far end: all have to wait, but for the last.
struct Waited : WeakHeap {
  toy::Box* keys[5];
  weak::Table* t = table(Type::key_table);

  Waited() {
    for (toy::Box*& key : keys) key = box();
    for (int i = 3; i >= 0; --i) weak::set(t, object(keys[i]), object(keys[i + 1]));
    for (int i = 1; i <= 4; ++i) unroot(keys[i]);
  }
};
}  // namespace

TEST_CASE_FIXTURE(Waited, "passed over: a table whose entries waited, and not in vain") {
  collect();
  CHECK((t->detail & weak::table_waited) != 0);
  CHECK(was_passed_over(t));
  CHECK(weak::length(t) == 4);
  unroot(keys[0]);
  collect();
  CHECK(weak::length(t) == 0);
}

TEST_CASE_FIXTURE(Waited, "passed over: not where an entry of any table waited in vain") {
  weak::Table* other = table(Type::key_table);
  weak::set(other, object(toy::make_box(heap, nullptr)), object(toy::make_box(heap, nullptr)));
  collect();
  CHECK(weak::length(other) == 0);
  CHECK_FALSE(was_passed_over(t));
  CHECK(weak::length(t) == 4);
  collect();
  CHECK(was_passed_over(t));
  for (int i = 0; i < 2; ++i) {  // where nothing had to wait, others do not matter
    for (toy::Box* key : keys) keep(key);
    collect();
    weak::set(other, object(toy::make_box(heap, nullptr)), object(toy::make_box(heap, nullptr)));
  }
  collect();
  CHECK(weak::length(other) == 0);
  CHECK(was_passed_over(t));
}

TEST_CASE_FIXTURE(Waited, "passed over: not where what was stored while an entry waited has to be looked at later") {
  for (int round = 0; round < 40; ++round) {  // the store comes after so many steps of marking
    CAPTURE(round);
    toy::Box* key = box();
    toy::Box* late = toy::make_box(heap, nullptr);
    toy::Box* value = toy::make_box(heap, late);
    weak::set(t, object(key), object(value));
    weak::set(t, object(value), object(keys[0]));
    for (int i = 0; i < round; ++i) heap.step(1);
    weak::set(t, object(value), object(toy::make_box(heap, nullptr)));
    weak::set(t, object(key), object(late));
    heap.verify();
    finish_cycle();
    CHECK(weak::length(t) == 5 + (has(t, object(value)) ? 1 : 0));
    unroot(key);
    collect();
    heap.verify();
    CHECK(weak::length(t) == 4);
    CHECK(t->used == 4);
  }
}

TEST_CASE_FIXTURE(WeakHeap, "passed over: not where there is room to give back") {
  weak::Table* t = table(Type::key_table, 1000);
  weak::set(t, object(box()), object(box()));
  collect();
  CHECK(t->capacity <= 8);
}

TEST_CASE_FIXTURE(WeakHeap, "passed over: not in a minor cycle, where a walk has brought the table back to as many entries") {
  heap.set_generational(true);
  weak::Table* t = table(Type::key_table);
  std::vector<toy::Box*> keys;
  for (int i = 0; i < 8; ++i) {
    keys.push_back(box());
    weak::set(t, object(keys.back()), i <= 3 ? object(box()) : integer(1));
    if (i == 3) {
      collect();
      collect();
    }
  }
  heap.collect_young();
  for (int i = 0; i < 5; ++i) weak::set(t, object(keys[static_cast<std::size_t>(i)]), weak::Slot::nil());
  weak::set(t, object(toy::make_box(heap, nullptr)), integer(1));  // makes room
  REQUIRE(t->used == 4);
  heap.collect_young();
  CHECK(weak::length(t) == 3);
  heap.verify();
}

TEST_CASE_FIXTURE(WeakHeap, "put off: tables are made while many wait to be traced") {
  for (int round = 0; round < 3; ++round) {
    std::vector<toy::Box*> keys;
    std::vector<weak::Table*> tables;
    std::size_t kept = roots.size();
    for (int i = 0; i < 2000; ++i) {
      keys.push_back(box());
      tables.push_back(table(Type::key_table));
    }
    for (std::size_t i = 0; i + 1 < keys.size(); ++i) weak::set(tables[i], object(keys[i]), object(keys[i + 1]));
    roots.erase(std::remove_if(roots.begin() + static_cast<std::ptrdiff_t>(kept) + 1, roots.end(),
                               [](gc::Cell* cell) { return cell->kind == toy::kind_box; }),
                roots.end());
    collect();
    do {
      heap.step(1);
      if (heap.phase() == gc::Phase::marking) {
        for (int i = 0; i < 60; ++i) weak::set(table(Type::key_table), object(keys[0]), integer(1));
        heap.verify();
      }
    } while (heap.phase() != gc::Phase::idle);
    heap.verify();
    for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
      if (!has(tables[i], object(keys[i]))) FAIL("entry ", i, " is lost");
    }
    roots.resize(kept);
  }
}
