// SPDX-License-Identifier: MIT
// Weak tables and sets over toys: entries, counts, traversal, clearing, storage.
#include <doctest/doctest.h>

#include <signal.h>
#include <sys/mman.h>

#include <set>
#include <vector>

#include "weak_fixture.hpp"

using weak::Slot;
using weak::Type;

TEST_CASE_FIXTURE(WeakHeap, "table: stores, replaces, removes, counts") {
  for (Type type : {Type::key_table, Type::kv_table, Type::set}) {
    weak::Table* t = table(type);
    toy::Box* k = box();
    toy::Box* v = box();
    CHECK(weak::length(t) == 0);
    CHECK_FALSE(has(t, object(k)));
    weak::set(t, object(k), object(v));
    CHECK(value_of(t, object(k)) == object(v).bits);
    weak::set(t, object(k), object(k));
    CHECK(value_of(t, object(k)) == object(k).bits);
    CHECK(weak::length(t) == 1);
    weak::set(t, object(k), Slot::nil());
    CHECK(weak::length(t) == 0);
    CHECK_FALSE(has(t, object(k)));
    weak::set(t, object(k), object(v));
    CHECK(weak::length(t) == 1);
  }
}

TEST_CASE_FIXTURE(WeakHeap, "value table: keys of every kind") {
  weak::Table* t = table(Type::value_table);
  toy::Box* v = box();
  toy::Leaf* text = keep(toy::make_leaf(heap, 77));
  toy::Leaf* same = keep(toy::make_leaf(heap, 77));
  weak::set(t, integer(1), object(v));
  weak::set(t, plain(text), object(v));
  toy::Box* k = box();
  weak::set(t, object(k), object(v));
  unroot(k);
  CHECK(has(t, integer(1)));
  CHECK(has(t, plain(same)));
  CHECK(has(t, object(k)));
  CHECK_FALSE(has(t, integer(77)));
  unroot(text);
  collect();
  CHECK(holds(text));
  CHECK(has(t, plain(same)));
  CHECK(holds(k));
  unroot(v);
  collect();
  CHECK(weak::length(t) == 0);
  collect();
  CHECK_FALSE(holds(text));
}

TEST_CASE_FIXTURE(WeakHeap, "death: key table by key, value table by value, kv table by either, set by member") {
  weak::Table* keys = table(Type::key_table);
  weak::Table* values = table(Type::value_table);
  weak::Table* both = table(Type::kv_table);
  weak::Table* set = table(Type::set);
  toy::Box* k = box();
  toy::Box* v = box();
  toy::Box* k2 = box();
  toy::Box* v2 = box();
  weak::set(keys, object(k), object(toy::make_box(heap)));
  weak::set(values, integer(5), object(v));
  weak::set(both, object(k), object(k2));
  weak::set(both, object(v2), object(v));
  weak::set(both, object(k2), object(v2));
  weak::set(set, object(k), integer(1));
  weak::set(set, object(v2), integer(1));
  collect();
  CHECK(weak::length(keys) == 1);
  CHECK(weak::length(values) == 1);
  CHECK(weak::length(both) == 3);
  CHECK(weak::length(set) == 2);
  unroot(k);
  unroot(v);
  collect();
  CHECK(weak::length(keys) == 0);
  CHECK(weak::length(values) == 0);
  CHECK(weak::length(both) == 1);
  CHECK(has(both, object(k2)));
  CHECK(weak::length(set) == 1);
}

TEST_CASE_FIXTURE(WeakHeap, "death at one instant: reads and counts between the flip and the clearing") {
  weak::Table* t = table(Type::key_table);
  weak::Table* s = table(Type::value_table);
  std::vector<toy::Box*> dying;
  toy::Box* living = box();
  weak::set(t, object(living), integer(1));
  weak::set(s, integer(0), object(living));
  for (std::uint64_t i = 1; i <= 100; ++i) {
    toy::Box* x = box();
    dying.push_back(x);
    weak::set(t, object(x), integer(i));
    weak::set(s, integer(i), object(x));
  }
  for (toy::Box* x : dying) unroot(x);
  step_to_clearing();
  for (toy::Box* x : dying) CHECK_FALSE(has(t, object(x)));
  for (std::uint64_t i = 1; i <= 100; ++i) CHECK_FALSE(has(s, integer(i)));
  CHECK(has(t, object(living)));
  CHECK(has(s, integer(0)));
  // A dead entry's key may be given a new value at once.
  weak::set(s, integer(3), object(living));
  CHECK(has(s, integer(3)));
  CHECK(weak::length(t) == 1);
  CHECK(weak::length(s) == 2);
  finish_cycle();
  heap.verify();
  CHECK(has(s, integer(3)));
  CHECK(weak::length(s) == 2);
}

TEST_CASE_FIXTURE(WeakHeap, "traversal: each entry that lives throughout exactly once, by cursor and by next") {
  for (bool by_cursor : {true, false}) {
    weak::Table* t = table(Type::key_table);
    std::vector<toy::Box*> boxes;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      boxes.push_back(box());
      weak::set(t, object(boxes.back()), integer(i));
    }
    weak::Cursor* cursor = keep(registry.make_cursor(t));
    std::set<std::uint64_t> seen;
    std::set<gc::Cell*> dead;
    Slot key = Slot::nil();
    Slot value;
    bool valid = true;
    std::size_t visits = 0;
    while (by_cursor ? weak::advance(cursor, &key, &value) : weak::next(t, &key, &value, &valid)) {
      CHECK(seen.insert(value.bits).second);
      if (++visits % 10 == 0) {
        keep(key.cell);  // the loop holds it
        toy::Box* victim = boxes[(visits * 7) % boxes.size()];
        if (victim != key.cell) {
          unroot(victim);
          dead.insert(victim);
        }
        if (visits % 3 == 0) weak::set(t, key, Slot::nil());
        collect();
        unroot(key.cell);
        if (dead.count(key.cell) == 0) keep(key.cell);
      }
      if (by_cursor && visits % 7 == 0 && visits < 900) weak::set(t, object(box()), integer(100000 + visits));
    }
    CHECK(valid);
    for (std::uint64_t i = 0; i < 1000; ++i) {
      if (dead.count(boxes[i]) == 0) CHECK(seen.count(i) == 1);
    }
  }
}

TEST_CASE_FIXTURE(WeakHeap, "traversal: cursors follow the entries of a table that shrinks") {
  weak::Table* t = table(Type::set, 12000);  // one that was never filled shrinks at once
  std::vector<toy::Box*> boxes;
  heap.pause();
  for (int i = 0; i < 3000; ++i) {
    boxes.push_back(box());
    weak::set(t, object(boxes.back()), integer(1));
  }
  heap.resume();
  std::vector<weak::Cursor*> cursors;
  std::vector<std::vector<gc::Cell*>> seen(20);
  Slot key, value;
  for (std::size_t c = 0; c < 20; ++c) {
    cursors.push_back(keep(registry.make_cursor(t)));
    for (std::size_t i = 0; i < c * 150; ++i) {
      weak::advance(cursors[c], &key, &value);
      seen[c].push_back(key.cell);
    }
  }
  std::set<gc::Cell*> lives;
  finish_cycle();
  roots.erase(roots.begin(), roots.end());
  keep(t);
  for (weak::Cursor* c : cursors) keep(c);
  for (std::size_t i = 0; i < boxes.size(); i += 9) {
    keep(boxes[i]);
    lives.insert(boxes[i]);
  }
  heap.step(1);
  std::size_t turn = 0;
  while (heap.phase() != gc::Phase::idle) {
    heap.step(97);
    std::size_t c = turn++ % 20;
    if (heap.phase() >= gc::Phase::clearing && weak::advance(cursors[c], &key, &value)) seen[c].push_back(key.cell);
  }
  heap.verify();
  CHECK(t->capacity <= 1024);
  for (std::size_t c = 0; c < 20; ++c) {
    while (weak::advance(cursors[c], &key, &value)) seen[c].push_back(key.cell);
    std::set<gc::Cell*> unique(seen[c].begin(), seen[c].end());
    CHECK(unique.size() == seen[c].size());
    for (gc::Cell* x : lives) CHECK(unique.count(x) == 1);
  }
}

TEST_CASE_FIXTURE(WeakHeap, "storage: given back after a mass death, and when everything is removed") {
  weak::Table* t = table(Type::key_table);
  std::size_t empty = heap.bytes_in_use();
  for (std::uint64_t i = 0; i < 20000; ++i) weak::set(t, object(box()), integer(i));
  CHECK(heap.bytes_in_use() > empty + 20000 * 32);
  roots = {t};
  collect();
  CHECK(weak::length(t) == 0);
  collect();  // a table that filled up keeps its room for a cycle
  CHECK(heap.bytes_in_use() < empty + 4096);
  std::vector<toy::Box*> boxes;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    boxes.push_back(box());
    weak::set(t, object(boxes.back()), integer(i));
  }
  weak::clear(t);
  CHECK(weak::length(t) == 0);
  CHECK_FALSE(has(t, object(boxes[0])));
  roots = {t};
  collect();
  collect();
  CHECK(heap.bytes_in_use() < empty + 4096);
}

TEST_CASE_FIXTURE(WeakHeap, "storage: kept for one cycle in steps by a table that was filled, given back by the next") {
  weak::Table* t = table(Type::value_table);
  finish_cycle();
  for (std::uint64_t i = 0; i < 3000; ++i) weak::set(t, integer(i), object(box()));
  std::uint32_t filled = t->capacity;
  roots = {t};
  finish_cycle();
  heap.step(1);
  while (heap.phase() != gc::Phase::idle) heap.step(97);
  CHECK(weak::length(t) == 0);
  CHECK(t->capacity == filled);
  heap.step(1);
  while (heap.phase() != gc::Phase::idle) heap.step(97);
  CHECK(t->capacity <= 8);
}

TEST_CASE_FIXTURE(WeakHeap, "storage: churn through few keys does not grow the table") {
  weak::Table* t = table(Type::set);
  for (int i = 0; i < 100000; ++i) {
    toy::Box* x = toy::make_box(heap);
    keep(x);
    weak::set(t, object(x), integer(1));
    weak::set(t, object(x), Slot::nil());
    roots.pop_back();
  }
  CHECK(t->capacity <= 8);
}

TEST_CASE_FIXTURE(WeakHeap, "revived key: gone from the table, may be entered anew, and counts again") {
  weak::Table* t = table(Type::key_table);
  weak::Table* lasting = table(Type::key_table, 0, true);
  toy::Box* k = box();
  heap.attach_finalizer(k);
  weak::set(t, object(k), integer(1));
  weak::set(lasting, object(k), object(toy::make_box(heap)));
  unroot(k);
  step_to_clearing();
  REQUIRE(heap.pop_finalizable() == k);
  keep(k);
  CHECK_FALSE(has(t, object(k)));
  CHECK(has(lasting, object(k)));
  weak::set(t, object(k), integer(2));
  CHECK(value_of(t, object(k)) == 2);
  finish_cycle();
  heap.verify();
  CHECK(value_of(t, object(k)) == 2);
  CHECK(weak::length(t) == 1);
  CHECK(weak::length(lasting) == 1);
  collect();
  CHECK(weak::length(t) == 1);
  unroot(k);
  collect();
  CHECK(weak::length(t) == 0);
  CHECK(weak::length(lasting) == 0);
}

TEST_CASE_FIXTURE(WeakHeap, "a replaced value: its death does not remove its replacement") {
  weak::Table* t = table(Type::value_table);
  toy::Box* first = box();
  toy::Box* second = box();
  weak::set(t, integer(1), object(first));
  weak::set(t, integer(1), object(second));
  unroot(first);
  collect();
  CHECK(value_of(t, integer(1)) == object(second).bits);
  CHECK(weak::length(t) == 1);
}

TEST_CASE_FIXTURE(WeakHeap, "tables that die: alone, in cycles, with members that lead back") {
  std::size_t before = cells();
  for (int round = 0; round < 3; ++round) {
    weak::Table* set = table(Type::set);
    weak::Table* keys = table(Type::key_table);
    for (int i = 0; i < 1000; ++i) {
      toy::Box* x = box(set);
      weak::set(set, object(x), integer(1));
      weak::set(keys, object(x), object(keys));
    }
    roots.clear();
    collect();
    CHECK(cells() == before);
  }
}

TEST_CASE_FIXTURE(WeakHeap, "reading while marking: what get, next, a cursor and pop hand out lives through that cycle") {
  for (int way = 0; way < 4; ++way) {
    weak::Table* t = table(Type::value_table);
    toy::Box* x = box();
    weak::set(t, integer(1), object(x));
    weak::Cursor* cursor = keep(registry.make_cursor(t));
    unroot(x);
    for (int i = 0; i < 100; ++i) box();
    heap.step(1);
    REQUIRE(heap.marking());
    REQUIRE(x->color <= gc::white_odd);
    Slot key = Slot::nil();
    Slot value;
    bool valid;
    switch (way) {
      case 0: weak::get(t, integer(1), &value); break;
      case 1: weak::next(t, &key, &value, &valid); break;
      case 2: weak::advance(cursor, &key, &value); break;
      default: weak::pop(t, &key, &value);
    }
    CHECK(value.cell == x);
    CHECK(x->color >= gc::grey);
    finish_cycle();
    heap.verify();
    CHECK(holds(x));
    roots.clear();
    collect();
    CHECK_FALSE(holds(x));
  }
}

TEST_CASE_FIXTURE(WeakHeap, "traversal: a cursor holds the key and the value it handed out last, until it goes on") {
  for (Type type : {Type::key_table, Type::value_table, Type::kv_table}) {
    weak::Table* t = table(type);
    weak::Cursor* cursor = keep(registry.make_cursor(t));
    toy::Box* boxes[4] = {box(), box(), box(), box()};
    weak::set(t, object(boxes[0]), object(boxes[1]));
    weak::set(t, object(boxes[2]), object(boxes[3]));
    Slot key, value;
    heap.step(1);  // the cursor may be marked already when it advances
    CHECK(weak::advance(cursor, &key, &value));
    for (toy::Box* b : boxes) unroot(b);
    collect();
    CHECK(weak::length(t) == 1);
    CHECK(holds(boxes[0]));
    CHECK(holds(boxes[1]));
    CHECK_FALSE(weak::advance(cursor, &key, &value));
    collect();
    CHECK(weak::length(t) == 0);
    collect();  // the key of a value table, which held it until its value died
    CHECK_FALSE(holds(boxes[0]));
    CHECK_FALSE(holds(boxes[1]));
    roots.clear();
  }
}

TEST_CASE_FIXTURE(WeakHeap, "clearing: the flip takes nothing back, each step a bounded number of slots") {
  for (Type type : {Type::key_table, Type::value_table, Type::kv_table, Type::set}) {
    weak::Table* t = table(type);
    constexpr std::uint32_t total = 20000;
    heap.stop();
    for (std::uint64_t i = 0; i < total; ++i) {
      toy::Box* x = box();
      weak::set(t, type == Type::value_table ? integer(i) : object(x), type == Type::set ? Slot::of(std::uint64_t{0}, weak::true_tag) : object(x));
      unroot(x);
    }
    step_to_clearing();
    std::uint32_t before = t->extra;
    CHECK(before == total);
    std::size_t steps = 0;
    for (; heap.phase() == gc::Phase::clearing; ++steps) {
      heap.step(160);
      CHECK(before - t->extra <= 50);
      before = t->extra;
    }
    CHECK(t->extra == 0);
    CHECK(steps >= total / 50);
    roots.clear();
    collect();
    heap.restart();
  }
}

TEST_CASE_FIXTURE(WeakHeap, "a replaced value, revived and stored anew by its finalizer, is not taken for the old one") {
  weak::Table* t = table(Type::value_table);
  toy::Box* x = box();
  heap.attach_finalizer(x);
  weak::set(t, integer(1), object(x));
  unroot(x);
  step_to_clearing();
  CHECK_FALSE(has(t, integer(1)));
  REQUIRE(heap.pop_finalizable() == x);
  keep(x);
  weak::set(t, integer(1), object(x));  // the slot of the dead entry is still there
  CHECK(has(t, integer(1)));
  finish_cycle();
  heap.verify();
  CHECK(has(t, integer(1)));
  CHECK(weak::length(t) == 1);
}

TEST_CASE_FIXTURE(WeakHeap, "entered while the table waits to be cleared, and while it is being cleared: stays") {
  for (Type type : {Type::key_table, Type::value_table, Type::kv_table, Type::set}) {
    weak::Table* t = table(type);
    std::vector<toy::Box*> kept;
    auto enter = [&](toy::Box* x) {
      std::uint64_t number = reinterpret_cast<std::uint64_t>(x);
      weak::set(t, type == Type::value_table ? integer(number) : object(x), type == Type::set ? Slot::of(std::uint64_t{0}, weak::true_tag) : object(x));
    };
    for (int i = 0; i < 2000; ++i) {
      toy::Box* x = box();
      enter(x);
      if (i % 5 != 0) unroot(x); else kept.push_back(x);
    }
    finish_cycle();
    step_to_clearing();
    std::size_t steps = 0;
    while (heap.phase() == gc::Phase::clearing) {
      kept.push_back(box());
      enter(kept.back());
      for (toy::Box* x : {kept[steps % kept.size()], kept.back()}) {
        CHECK(has(t, type == Type::value_table ? integer(reinterpret_cast<std::uint64_t>(x)) : object(x)));
      }
      heap.step(160);
      ++steps;
    }
    CHECK(steps > 10);
    finish_cycle();
    heap.verify();
    CHECK(weak::length(t) == kept.size());
    roots.clear();
    collect();
  }
}

TEST_CASE_FIXTURE(WeakHeap, "a container that dies: while its entries wait, while it is walked, with a cursor") {
  for (std::size_t cut : {std::size_t{1}, std::size_t{500}, std::size_t{3000}}) {
    weak::Table* other = table(Type::key_table);
    for (int round = 0; round < 10; ++round) {
      weak::Table* t = table(round % 2 == 0 ? Type::key_table : Type::kv_table);
      keep(registry.make_cursor(t));
      for (int i = 0; i < 300; ++i) {
        toy::Box* x = box();
        weak::set(t, object(x), object(t));
        weak::set(other, object(x), object(t));
      }
      heap.step(1);
      roots.resize(1);  // only `other` stays
      keep(other);
      while (!heap.step(cut)) {
      }
    }
    collect();
    CHECK(weak::length(other) == 0);
    roots.clear();
    collect();
  }
}

// --- the flip -------------------------------------------------------------------------------------------------------------

namespace {
// Counts the pages of some blocks that are touched: they are made inaccessible, and the first access to each is an interruption.
class TouchedPages {
 public:
  void watch(void* begin, std::size_t size) {
    auto first = (reinterpret_cast<std::uintptr_t>(begin) + page_size - 1) & ~(page_size - 1);
    auto end = (reinterpret_cast<std::uintptr_t>(begin) + size) & ~(page_size - 1);
    blocks_.push_back({first, end - first});
    pages_ += (end - first) / page_size;
  }
  std::size_t pages() const { return pages_; }
  // How many pages `action` touches.
  template <class Action>
  std::size_t during(Action action) {
    struct sigaction ours {}, before {};
    ours.sa_sigaction = touched;
    ours.sa_flags = SA_SIGINFO | SA_NODEFER;
    watching = this;
    touched_ = 0;
    sigaction(SIGSEGV, &ours, &before);
    protect(PROT_NONE);
    action();
    protect(PROT_READ | PROT_WRITE);
    sigaction(SIGSEGV, &before, nullptr);
    watching = nullptr;
    return touched_;
  }

 private:
  static constexpr std::uintptr_t page_size = 4096;
  static inline TouchedPages* watching = nullptr;
  struct Block {
    std::uintptr_t first;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t pages_ = 0;
  std::size_t touched_ = 0;

  void protect(int access) {
    for (const Block& block : blocks_) REQUIRE(mprotect(reinterpret_cast<void*>(block.first), block.size, access) == 0);
  }
  static void touched(int, siginfo_t* what, void*) {
    auto page = reinterpret_cast<std::uintptr_t>(what->si_addr) & ~(page_size - 1);
    for (const Block& block : watching->blocks_) {
      if (page - block.first < block.size) {
        ++watching->touched_;
        mprotect(reinterpret_cast<void*>(page), page_size, PROT_READ | PROT_WRITE);
        return;
      }
    }
    std::abort();  // not ours: an error of the program
  }
};
}  // namespace

TEST_CASE_FIXTURE(WeakHeap, "the flip looks at no entry, however many there are") {
  constexpr std::uint32_t total = 20'000;
  TouchedPages pages;
  heap.stop();
  for (Type type : {Type::key_table, Type::value_table, Type::kv_table, Type::set}) {
    weak::Table* t = table(type, total);
    for (std::uint64_t i = 0; i < total; ++i) {
      toy::Box* x = box();
      weak::set(t, type == Type::value_table ? integer(i) : object(x), type == Type::set ? Slot::of(std::uint64_t{0}, weak::true_tag) : object(x));
      if (i % 2 == 0) unroot(x);
    }
    pages.watch(t->entries, t->capacity * sizeof(weak::Entry));
  }
  std::size_t touched = 0, while_marking = 0;
  while (heap.phase() != gc::Phase::clearing) {
    touched = pages.during([&] { heap.step(4096); });
    while_marking += touched;
  }
  CHECK(pages.pages() > 600);
  CHECK(while_marking > pages.pages() / 4);  // tables are traced, so touching is noticed
  CHECK(touched <= 16);
  finish_cycle();
  heap.verify();
}
