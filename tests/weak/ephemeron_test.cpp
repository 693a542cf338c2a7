// SPDX-License-Identifier: MIT
// Ephemerons over toys: chains, stars, cycles, mutation while marking, cost.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "weak_fixture.hpp"

using weak::Slot;
using weak::Type;

namespace {
// A chain k0 => k1 => ... in one table, entered in random order. Returns k0.
toy::Box* chain(WeakHeap& h, weak::Table* t, std::size_t links) {
  std::vector<toy::Box*> boxes;
  std::size_t mark = h.roots.size();
  for (std::size_t i = 0; i <= links; ++i) boxes.push_back(h.box());
  std::vector<std::size_t> order(links);
  for (std::size_t i = 0; i < links; ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(7));
  for (std::size_t i : order) weak::set(t, object(boxes[i]), object(boxes[i + 1]));
  h.roots.resize(mark);
  h.keep(boxes[0]);
  return boxes[0];
}
}  // namespace

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: value kept while its key is, not kept by reaching its key") {
  weak::Table* t = table(Type::key_table);
  toy::Box* k = box();
  weak::set(t, object(k), object(toy::make_box(heap, k)));
  collect();
  CHECK(weak::length(t) == 1);
  unroot(k);
  collect();
  CHECK(weak::length(t) == 0);
  CHECK_FALSE(holds(k));
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: a table that is reached only from its own value dies") {
  weak::Table* t = registry.make_table(Type::key_table, 0);
  keep(t);
  toy::Box* k = box();
  weak::set(t, object(k), object(t));
  unroot(t);
  collect();
  CHECK_FALSE(holds(t));
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: two tables that hold each other's keys die") {
  weak::Table* a = table(Type::key_table);
  weak::Table* b = table(Type::key_table);
  toy::Box* k = box();
  toy::Box* l = box();
  weak::set(a, object(k), object(l));
  weak::set(b, object(l), object(k));
  unroot(k);
  unroot(l);
  collect();
  CHECK(weak::length(a) == 0);
  CHECK(weak::length(b) == 0);
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: chains live with their first key and die with it") {
  for (std::size_t links : {1u, 2u, 100u, 100000u}) {
    weak::Table* t = table(Type::key_table);
    toy::Box* first = chain(*this, t, links);
    collect();
    CHECK(weak::length(t) == links);
    unroot(first);
    collect();
    CHECK(weak::length(t) == 0);
  }
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: a chain through one-entry tables") {
  std::vector<weak::Table*> tables;
  for (int i = 0; i < 2000; ++i) tables.push_back(table(Type::key_table));
  toy::Box* first = box();
  gc::Cell* k = first;
  for (weak::Table* t : tables) {
    toy::Box* v = box();
    weak::set(t, object(k), object(v));
    unroot(v);
    k = v;
    keep(first);
  }
  collect();
  for (weak::Table* t : tables) CHECK(weak::length(t) == 1);
  roots.erase(std::remove(roots.begin(), roots.end(), static_cast<gc::Cell*>(first)), roots.end());
  collect();
  for (weak::Table* t : tables) CHECK(weak::length(t) == 0);
}

// Key tables are traced last, and in the order of their making when many wait: few, half and all of six hundred are reached, in a
// random order, in steps of several sizes, with memory for the list of those that wait and without.
TEST_CASE_FIXTURE(WeakHeap, "ephemeron: many tables reached in any order, none is left out") {
  constexpr std::size_t count = 600;
  std::mt19937 random(5);
  for (unsigned round = 0; round < 48; ++round) {
    INFO(round);
    const unsigned part = round % 3 == 0 ? 1 : round % 3 == 1 ? 2 : 20;
    std::vector<weak::Table*> tables;
    std::vector<toy::Box*> keys;
    for (std::size_t i = 0; i <= count; ++i) keys.push_back(box());
    for (std::size_t i = 0; i < count; ++i) {
      tables.push_back(table(Type::key_table));
      weak::set(tables[i], object(keys[i]), object(keys[i + 1]));
    }
    std::vector<bool> held(count), reached(count);
    roots.clear();
    for (std::size_t i = 0; i < count; ++i) {
      held[i] = random() % part == 0;
      if (held[i]) roots.push_back(tables[i]);
      bool root = i == 0 || random() % 50 == 0;
      if (root) roots.push_back(keys[i]);
      reached[i] = root || (reached[i - 1] && held[i - 1]);
    }
    std::shuffle(roots.begin(), roots.end(), random);
    memory.failing = round % 4 == 3;
    if (round % 2 == 0) {
      while (!heap.step(1 + random() % 40)) {}
      while (!heap.step(1 + random() % 4000)) {}
    }
    heap.collect();
    heap.verify();
    memory.failing = false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!held[i]) continue;
      CHECK(weak::length(tables[i]) == (reached[i] ? 1 : 0));
      CHECK(has(tables[i], object(keys[i])) == reached[i]);
    }
  }
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: stepwise marking with stores, removals and growth meanwhile") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    weak::Table* t = table(Type::key_table);
    std::vector<toy::Box*> keys;
    for (int i = 0; i < 60; ++i) {
      keys.push_back(box());
      toy::Box* value = toy::make_box(heap);
      weak::set(t, object(keys.back()), object(value));
    }
    heap.step(1);
    std::size_t added = 0;
    while (heap.phase() != gc::Phase::idle) {
      heap.step(random() % 50 + 1);
      toy::Box* k = keys[random() % keys.size()];
      switch (random() % 4) {
        case 0:
          weak::set(t, object(k), Slot::nil());
          break;
        case 1: {
          toy::Box* v = box();
          weak::set(t, object(k), object(v));
          roots.pop_back();
          break;
        }
        case 2:
          if (++added < 100) {
            toy::Box* fresh = box();
            toy::Box* v = box();
            weak::set(t, object(fresh), object(v));
            roots.pop_back();
            keys.push_back(fresh);
          }
          break;
        default: {
          Slot v;
          weak::get(t, object(k), &v);
        }
      }
      if (round % 10 == 0) heap.verify();
    }
    heap.verify();
    std::size_t count = 0;
    for (toy::Box* k : keys) {
      Slot v;
      if (!weak::get(t, object(k), &v)) continue;
      ++count;
      CHECK(holds(v.cell));
    }
    CHECK(weak::length(t) == count);
    roots.clear();
    heap.collect();
  }
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: the heap is sound at every step of the reviving of long keys") {
  weak::Table* t = table(Type::key_table, 0, true);
  heap.stop();
  std::size_t mark = roots.size();
  for (std::uint64_t i = 0; i < 300; ++i) {
    toy::Box* key = box();
    heap.attach_finalizer(key);
    weak::set(t, object(key), object(toy::make_box(heap, toy::make_leaf(heap, i))));
  }
  roots.resize(mark);
  finish_cycle();
  REQUIRE(step_to(gc::Phase::reviving));
  while (heap.phase() == gc::Phase::reviving) {
    heap.step(1);
    heap.verify();
  }
  finish_cycle();
  heap.restart();
  CHECK(weak::length(t) == 300);
  std::size_t found = 0;
  while (gc::Cell* key = heap.pop_finalizable()) {
    Slot value;
    found += weak::get(t, object(key), &value) && static_cast<toy::Leaf*>(static_cast<toy::Box*>(value.cell)->content)->value < 300;
  }
  CHECK(found == 300);
  collect();
  CHECK(weak::length(t) == 0);
}

// The entries of `popped` stand before those of `waiting` in the buckets of the index. A slot that is given out anew while it stands there
// would take a link away.
TEST_CASE_FIXTURE(WeakHeap, "ephemeron: entries popped while they wait leave the others in the index") {
  constexpr std::uint32_t count = 500;
  weak::Table* waiting = table(Type::key_table, count);
  weak::Table* popped = table(Type::key_table, count);
  heap.stop();
  std::vector<toy::Box*> keys;
  std::size_t mark = roots.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    keys.push_back(box());
    weak::set(waiting, object(keys[i]), object(toy::make_box(heap)));
  }
  for (std::uint32_t i = 0; i < count; ++i) weak::set(popped, object(box()), object(toy::make_box(heap)));
  roots.resize(mark);
  auto first_wait = [](const weak::Table* t, std::uint32_t n) {
    return std::all_of(t->entries, t->entries + n, [](const weak::Entry& e) { return (e.waits & weak::wait_listed) != 0; });
  };
  finish_cycle();
  while (!first_wait(waiting, count) || !first_wait(popped, count / 2)) {  // behind the last one the flip would come at once
    heap.step(1);
    REQUIRE(heap.marking());
  }
  Slot key, value;
  while (weak::pop(popped, &key, &value)) {}
  for (std::uint32_t i = 0; i < count; ++i) {
    toy::Box* fresh = box();
    weak::set(popped, object(fresh), object(box()));
    roots.resize(roots.size() - 2);
  }
  roots.insert(roots.end(), keys.begin(), keys.end());  // looked at again at the flip
  finish_cycle();
  CHECK(weak::length(waiting) == count);
  CHECK(weak::length(popped) == 0);
  heap.verify();
  heap.restart();
  collect();
  CHECK(weak::length(waiting) == count);
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: marking costs the same per link at every length") {
  auto steps_for = [&](std::size_t links) {
    weak::Table* t = table(Type::key_table);
    chain(*this, t, links);
    collect();
    std::size_t steps = 0;
    heap.step(1);
    while (heap.marking()) {
      heap.step(1000);
      ++steps;
    }
    finish_cycle();
    roots.clear();
    collect();
    return steps;
  };
  std::size_t small = steps_for(2000);
  std::size_t large = steps_for(20000);
  CHECK(large < small * 14);
  CHECK(large > small * 5);  // it is divided into slices
}

// Four shapes of graphs, each of n entries: the steps of marking, which are pieces of work of the same size, grow as n does.
TEST_CASE_FIXTURE(WeakHeap, "ephemeron: marking is linear, whatever the shape") {
  std::mt19937 random(3);
  auto one_entry_tables = [&](std::size_t n) {  // a chain through tables that lie, and are met, in random order
    std::vector<weak::Table*> tables;
    for (std::size_t i = 0; i < n; ++i) tables.push_back(table(Type::key_table, 1));
    std::shuffle(tables.begin(), tables.end(), random);
    gc::Cell* key = box();
    for (weak::Table* t : tables) {
      toy::Box* value = toy::make_box(heap, nullptr);
      weak::set(t, object(key), object(value));
      key = value;
    }
    std::shuffle(roots.begin(), roots.end(), random);
  };
  auto star = [&](std::size_t n) {  // many keys that one value leads to, in many tables
    gc::Cell* all = nullptr;
    toy::Box* first = box();
    weak::Table* t = table(Type::key_table);
    std::vector<toy::Box*> keys;
    for (std::size_t i = 0; i < n; ++i) all = roots.emplace_back(toy::make_box(heap, all)), keys.push_back(static_cast<toy::Box*>(all));
    std::shuffle(keys.begin(), keys.end(), random);
    for (toy::Box* key : keys) weak::set(t, object(key), object(keys[0]));
    weak::set(t, object(first), object(all));
    roots.resize(2);
  };
  auto nested = [&](std::size_t n) {  // a table whose values are tables, whose values are tables ...
    std::vector<toy::Box*> keys;
    for (int i = 0; i < 100; ++i) keys.push_back(box());
    weak::Table* outer = table(Type::key_table);
    std::size_t held = roots.size();
    for (std::size_t i = 0; i < n; ++i) {
      weak::Table* inner = table(Type::key_table, 1);
      weak::set(outer, object(keys[i % 100]), object(inner));
      weak::set(inner, object(outer), object(keys[0]));  // and back
      roots.resize(held);
      if (i % 100 == 99) outer = inner;
    }
  };
  auto steps_for = [&](auto shape, std::size_t n) {
    heap.stop();
    shape(n);
    std::size_t steps = 0;
    heap.step(1);
    for (; heap.marking(); ++steps) heap.step(1000);
    finish_cycle();
    heap.verify();
    roots.clear();
    collect();
    return steps;
  };
  auto check = [&](const char* name, auto shape) {
    INFO(name);
    std::size_t small = steps_for(shape, 2000);
    std::size_t large = steps_for(shape, 20000);
    CHECK(large < small * 12);
    CHECK(large > small * 5);
  };
  check("one-entry tables", one_entry_tables);
  check("star", star);
  check("nested", nested);
}

TEST_CASE_FIXTURE(WeakHeap, "ephemeron: without memory for buckets the chains are longer, the result the same") {
  weak::Table* t = table(Type::key_table);
  toy::Box* first = chain(*this, t, 300);
  memory.failing = true;
  heap.collect();
  CHECK(weak::length(t) == 300);
  unroot(first);
  heap.collect();
  CHECK(weak::length(t) == 0);
  memory.failing = false;
}
