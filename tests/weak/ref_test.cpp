// SPDX-License-Identifier: MIT
// Refs, proxies, finalizers and notices over toys.
#include <doctest/doctest.h>

#include <vector>

#include "weak_fixture.hpp"

using weak::Slot;

TEST_CASE_FIXTURE(WeakHeap, "ref: alive while the referent is held, dead after the cycle in which it is not") {
  toy::Box* x = box();
  weak::Ref* r = shared(x);
  collect();
  CHECK(registry.referent(r).cell == x);
  unroot(x);
  collect();
  CHECK_FALSE(alive(r));
  CHECK(r->target == nullptr);
}

TEST_CASE_FIXTURE(WeakHeap, "ref: without callback it is shared, with callback it is not") {
  toy::Box* x = box();
  weak::Ref* r = shared(x);
  CHECK(registry.shared_ref(object(x)) == r);
  weak::Ref* c = with_callback(x, 1);
  CHECK(c != r);
  CHECK(with_callback(x, 1) != c);
  CHECK(registry.shared_ref(object(x)) == r);
  CHECK(registry.refs_of(x) == 3);
}

TEST_CASE_FIXTURE(WeakHeap, "ref: a shared one that died at the flip is not handed out again") {
  toy::Box* x = box();
  weak::Ref* old = registry.shared_ref(object(x));  // not rooted
  step_to_clearing();
  weak::Ref* r = shared(x);
  CHECK(r != old);
  CHECK(registry.shared_ref(object(x)) == r);
  CHECK(registry.refs_of(x) == 1);
  finish_cycle();
  heap.verify();
  CHECK_FALSE(holds(old));
  collect();
  CHECK(registry.shared_ref(object(x)) == r);
  CHECK(alive(r));
}

TEST_CASE_FIXTURE(WeakHeap, "ref: shared again when asked for while marking") {
  toy::Box* x = box();
  weak::Ref* r = registry.shared_ref(object(x));  // not rooted
  for (int i = 0; i < 100; ++i) box();
  heap.step(1);
  REQUIRE(heap.marking());
  CHECK(registry.shared_ref(object(x)) == r);
  keep(r);
  finish_cycle();
  heap.verify();
  CHECK(alive(r));
}

TEST_CASE_FIXTURE(WeakHeap, "ref: seen dead at the flip, before anything is cleared") {
  toy::Box* x = box();
  weak::Ref* r = shared(x);
  weak::Ref* s = with_callback(x, 7);
  unroot(x);
  step_to_clearing();
  CHECK_FALSE(alive(r));
  CHECK_FALSE(alive(s));
  CHECK(r->target != nullptr);  // not cleared yet
  finish_cycle();
  CHECK(r->target == nullptr);
  CHECK(notices() == std::vector<std::uint64_t>{7});
}

TEST_CASE_FIXTURE(WeakHeap, "notices: newest first, once, only of refs that live") {
  toy::Box* x = box();
  with_callback(x, 1);
  with_callback(x, 2);
  registry.make_ref(object(x), integer(3));  // nobody holds it
  with_callback(x, 4);
  shared(x);
  unroot(x);
  collect();
  CHECK(registry.has_notices());
  CHECK(notices() == std::vector<std::uint64_t>{4, 2, 1});
  collect();
  CHECK(notices().empty());
}

TEST_CASE_FIXTURE(WeakHeap, "notices: hold their ref and callback until they are taken") {
  toy::Box* x = box();
  toy::Box* callback = box();
  weak::Ref* r = keep(registry.make_ref(object(x), object(callback)));
  unroot(x);
  unroot(callback);
  collect();
  unroot(r);
  collect();
  collect();
  Slot taken;
  CHECK(registry.pop_notice(&taken) == r);
  CHECK(taken.cell == callback);
  CHECK(holds(callback));
  collect();
  CHECK_FALSE(holds(callback));
}

TEST_CASE_FIXTURE(WeakHeap, "notices: a ref that dies together with its referent gives none") {
  toy::Box* x = box();
  weak::Ref* r = registry.make_ref(object(x), integer(1));
  x->content = r;
  unroot(x);
  collect();
  CHECK(notices().empty());
  CHECK_FALSE(holds(r));
}

TEST_CASE_FIXTURE(WeakHeap, "ref: holding its target only through its callback does not keep either") {
  toy::Box* x = box();
  weak::Ref* r = registry.make_ref(object(x), object(x));
  unroot(x);
  collect();
  CHECK_FALSE(holds(r));
  CHECK_FALSE(holds(x));
}

TEST_CASE_FIXTURE(WeakHeap, "revived referent: dead to older refs, alive to refs made after the flip") {
  toy::Box* x = box();
  heap.attach_finalizer(x);
  weak::Ref* old = shared(x);
  with_callback(x, 5);
  unroot(x);
  step_to_clearing();
  CHECK_FALSE(alive(old));
  CHECK(registry.refs_of(x) == 0);
  REQUIRE(heap.pop_finalizable() == x);
  keep(x);
  weak::Ref* fresh = shared(x);
  CHECK(fresh != old);
  CHECK(alive(fresh));
  CHECK_FALSE(alive(old));
  CHECK(registry.shared_ref(object(x)) == fresh);
  finish_cycle();
  heap.verify();
  CHECK(alive(fresh));
  CHECK_FALSE(alive(old));
  CHECK(notices() == std::vector<std::uint64_t>{5});
  collect();
  CHECK(alive(fresh));
  unroot(x);
  collect();
  CHECK_FALSE(alive(fresh));
}

TEST_CASE_FIXTURE(WeakHeap, "revived referent: refs made in the sweeping phase live") {
  toy::Box* x = box();
  heap.attach_finalizer(x);
  weak::Ref* old = shared(x);
  unroot(x);
  while (heap.phase() != gc::Phase::sweeping) heap.step(1);
  keep(heap.pop_finalizable());
  weak::Ref* fresh = shared(x);
  CHECK(fresh != old);
  CHECK(alive(fresh));
  for (int i = 0; i < 4; ++i) collect();
  CHECK(alive(fresh));
  CHECK_FALSE(alive(old));
}

TEST_CASE_FIXTURE(WeakHeap, "reading while marking: the referent lives through the cycle that is under way") {
  toy::Box* x = box();
  weak::Ref* r = shared(x);
  unroot(x);
  for (int i = 0; i < 100; ++i) box();
  heap.step(1);
  REQUIRE(heap.marking());
  REQUIRE(x->color <= gc::white_odd);
  CHECK(registry.referent(r).cell == x);
  CHECK(x->color >= gc::grey);
  finish_cycle();
  heap.verify();
  CHECK(alive(r));
  CHECK(holds(x));
  collect();
  CHECK_FALSE(alive(r));
}

TEST_CASE_FIXTURE(WeakHeap, "clearing: refs are cut and notices queued a bounded number per step") {
  heap.stop();
  for (std::uint64_t i = 0; i < 5000; ++i) {
    with_callback(box(), i);
    unroot(roots[roots.size() - 2]);  // the box; the ref stays
  }
  step_to_clearing();
  CHECK_FALSE(registry.has_notices());
  std::size_t told = 0;
  std::size_t steps = 0;
  for (; heap.phase() == gc::Phase::clearing; ++steps) {
    heap.step(160);
    std::size_t now = notices().size();
    CHECK(now <= 50);
    told += now;
  }
  CHECK(told == 5000);
  CHECK(steps >= 100);
}

TEST_CASE_FIXTURE(WeakHeap, "handle: pinned until released, empty once the referent is dead") {
  toy::Box* x = box();
  weak::Ref* h = registry.make_handle(object(x));
  collect();
  CHECK(registry.referent(h).cell == x);
  CHECK(registry.refs_of(x) == 0);
  unroot(x);
  collect();
  CHECK(registry.referent(h).is_nil());
  collect();
  registry.release_handle(h);
  collect();
  CHECK_FALSE(holds(h));
}

TEST_CASE_FIXTURE(WeakHeap, "finalizer: held until it runs, newest first, given back when taken") {
  toy::Box* x = box();
  toy::Box* y = box();
  weak::Finalizer* first = registry.make_finalizer(object(x), integer(1), true);
  registry.make_finalizer(object(x), integer(2), true);
  weak::Finalizer* third = registry.make_finalizer(object(x), integer(3), true);
  registry.make_finalizer(object(y), integer(4), false);
  collect();
  CHECK(registry.take_action(third).bits == 3);
  CHECK(registry.take_action(third).is_nil());
  CHECK(holds(first));
  unroot(x);
  collect();
  CHECK(notices() == std::vector<std::uint64_t>{2, 1});
  collect();
  CHECK_FALSE(holds(first));
  CHECK(registry.newest_at_exit() == nullptr);
}

TEST_CASE_FIXTURE(WeakHeap, "finalizer: at exit the newest first, those that are not wanted are passed over") {
  toy::Box* x = box();
  registry.make_finalizer(object(x), integer(1), true);
  registry.make_finalizer(object(x), integer(2), false);
  registry.make_finalizer(object(x), integer(3), true);
  std::vector<std::uint64_t> order;
  while (weak::Finalizer* f = registry.newest_at_exit()) order.push_back(registry.take_action(f).bits);
  CHECK(order == std::vector<std::uint64_t>{3, 1});
}

TEST_CASE_FIXTURE(WeakHeap, "many records: grow, die in slices, are found again") {
  std::vector<toy::Box*> boxes;
  std::vector<weak::Ref*> refs;
  for (int i = 0; i < 5000; ++i) {
    boxes.push_back(box());
    refs.push_back(with_callback(boxes.back(), static_cast<std::uint64_t>(i)));
  }
  std::vector<gc::Cell*> kept;
  for (gc::Cell* root : roots) {
    bool odd = false;
    for (int probe = 0; probe < 1; ++probe) odd = root->kind == toy::kind_box && (reinterpret_cast<std::uintptr_t>(root) & 16) != 0;
    if (!odd) kept.push_back(root);
  }
  finish_cycle();  // what it has marked would outlive it
  roots = kept;
  heap.step(1);
  std::size_t steps = 0;
  while (heap.phase() != gc::Phase::idle) {
    heap.step(64);
    if (++steps % 16 == 0) shared(boxes[0]->color == gc::black ? roots[0] : roots[0]);
  }
  heap.verify();
  std::size_t dead = 0;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    bool gone = (reinterpret_cast<std::uintptr_t>(boxes[i]) & 16) != 0;
    CHECK(alive(refs[i]) == !gone);
    dead += gone;
  }
  CHECK(notices().size() == dead);
}

TEST_CASE_FIXTURE(WeakHeap, "no memory: clearing and queueing need none") {
  toy::Box* x = box();
  for (int i = 0; i < 50; ++i) with_callback(x, static_cast<std::uint64_t>(i));
  unroot(x);
  memory.failing = true;
  heap.collect();
  memory.failing = false;
  CHECK(notices().size() == 50);
}

// --- what the registry itself holds ---------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(WeakHeap, "storage: the records go with the refs, and those that stay are found") {
  collect();
  std::size_t before = heap.bytes_in_use();
  std::vector<toy::Box*> boxes;
  std::vector<weak::Ref*> refs;
  for (int i = 0; i < 20000; ++i) {
    boxes.push_back(box());
    refs.push_back(shared(boxes.back()));
  }
  CHECK(heap.bytes_in_use() > before + 20000 * sizeof(weak::Ref*));
  std::vector<gc::Cell*> kept;
  for (std::size_t i = 0; i < boxes.size(); i += 1000) kept.insert(kept.end(), {boxes[i], refs[i]});
  roots = kept;
  collect();
  CHECK(heap.bytes_in_use() < before + 4096);
  for (std::size_t i = 0; i < boxes.size(); i += 1000) {
    CHECK(registry.referent(refs[i]).cell == boxes[i]);
    CHECK(registry.shared_ref(object(boxes[i])) == refs[i]);
  }
  for (int i = 0; i < 5000; ++i) {
    toy::Box* x = box();
    weak::Ref* r = shared(x);
    REQUIRE(registry.shared_ref(object(x)) == r);
  }
  for (std::size_t i = 0; i < boxes.size(); i += 1000) CHECK(registry.refs_of(boxes[i]) == 1);
}

TEST_CASE_FIXTURE(WeakHeap, "storage: the list of tables becomes short, and the tables in it are cleared as before") {
  collect();
  std::size_t before = heap.bytes_in_use();
  std::vector<weak::Table*> tables;
  for (int i = 0; i < 20000; ++i) tables.push_back(table(weak::Type::key_table));
  std::vector<gc::Cell*> kept;
  for (std::size_t i = 500; i < tables.size(); i += 1000) kept.push_back(tables[i]);
  roots = kept;
  collect();
  CHECK(heap.bytes_in_use() < before + 8192);
  for (gc::Cell* t : kept) weak::set(static_cast<weak::Table*>(t), object(box()), integer(1));
  for (int i = 0; i < 100; ++i) weak::set(table(weak::Type::set), object(box()), integer(1));
  CHECK(registry.statistics().live == kept.size() + 100);
  collect();
  CHECK(registry.statistics().live == kept.size() + 100);
  roots = kept;
  collect();
  CHECK(registry.statistics().live == 0);
  for (gc::Cell* t : kept) CHECK(weak::length(static_cast<weak::Table*>(t)) == 0);
}

TEST_CASE_FIXTURE(WeakHeap, "storage: the index of waiting entries becomes small again, and entries wait in it") {
  std::size_t before = memory.bytes;
  weak::Table* t = table(weak::Type::key_table);
  for (int i = 0; i < 50000; ++i) weak::set(t, object(box()), object(box()));
  collect();
  CHECK(memory.bytes > before + 50000 * 8);
  roots = {t};
  for (int i = 0; i < 3; ++i) collect();
  CHECK(memory.bytes < before + 100000);
  toy::Box* last = box();
  for (int i = 0; i < 100; ++i) {
    toy::Box* key = box();
    weak::set(t, object(key), object(last));
    last = key;
  }
  roots = {t, last};
  collect();
  CHECK(weak::length(t) == 100);
}

TEST_CASE_FIXTURE(WeakHeap, "storage: in steps, what is short is given back") {
  finish_cycle();
  std::size_t before = heap.bytes_in_use();
  for (int i = 0; i < 3000; ++i) {
    shared(box());
    table(weak::Type::kv_table);
  }
  roots = {};
  finish_cycle();
  for (int i = 0; i < 2; ++i) {
    heap.step(1);
    while (heap.phase() != gc::Phase::idle) heap.step(97);
  }
  CHECK(heap.bytes_in_use() < before + 8192);
}
