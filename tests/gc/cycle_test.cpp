// SPDX-License-Identifier: MIT
// The cycle: the order in which clients are called, what lives when, steps, stress, pacing.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "gc/cycle_client.hpp"
#include "heap_fixture.hpp"

using namespace toy;

namespace {

// Writes down what it is called with.
class Recorder : public gc::CycleClient {
 public:
  explicit Recorder(gc::Heap& heap) { heap.add_client(*this); }

  std::string log;
  int slices = 1;
  int prepared = 0, preparations = 0;
  gc::Cell* subject = nullptr;        // its fate is written down
  gc::Cell* watched_value = nullptr;  // visited when a watched cell is marked
  std::size_t watched_cells = 0;

  void cycle_started() override { log += "start "; }
  void watched_cell_marked(gc::Cell* cell, gc::Visitor& visitor) override {
    CHECK((cell->marks & gc::watched) == 0);
    CHECK(visitor.is_marked(cell));
    ++watched_cells;
    if (watched_value != nullptr) visitor.visit(watched_value);
    if (cell->kind == kind_pair) visitor.visit(static_cast<Pair*>(cell)->second);
  }
  void before_resurrection(const gc::Liveness& liveness) override { log += "before" + fate(liveness); }
  void after_resurrection(const gc::Liveness& liveness) override { log += "after" + fate(liveness); }
  bool prepare_flip(std::size_t) override {
    ++prepared;
    return prepared >= preparations;
  }
  bool clear_slice(const gc::Liveness& liveness, std::size_t) override {
    log += "clear" + fate(liveness);
    return --slices <= 0;
  }
  void cycle_finished() override { log += "finish"; }

 private:
  std::string fate(const gc::Liveness& liveness) {
    if (subject == nullptr) return " ";
    return liveness.reached(subject) ? "(reached) " : liveness.survives(subject) ? "(revived) " : "(dead) ";
  }
};

}  // namespace

TEST_SUITE("gc/cycle") {
  TEST_CASE("clients are called in the stated order") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    recorder.slices = 3;
    toys.collect();
    CHECK(recorder.log == "start before after clear clear clear finish");
  }

  TEST_CASE("complete_cycle: what is left of the cycle under way, and no other") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    toys.heap.complete_cycle();
    CHECK(recorder.log.empty());
    recorder.slices = 1000000;
    toys.heap.step(16);
    CHECK(toys.heap.phase() == gc::Phase::clearing);
    recorder.slices = 2;
    recorder.log.clear();
    toys.heap.complete_cycle();
    CHECK(recorder.log == "clear clear finish");
    CHECK(toys.heap.phase() == gc::Phase::idle);
    toys.heap.complete_cycle();
    CHECK(recorder.log == "clear clear finish");
  }

  TEST_CASE("preparing for the flip is divided, and done before it") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    recorder.preparations = 100;
    toys.finish_cycle();
    int steps = 0;
    for (; recorder.log.find("before") == std::string::npos; ++steps) {
      int before = recorder.prepared;
      toys.heap.step(16);
      CHECK(recorder.prepared - before < 10);
    }
    CHECK(recorder.prepared == 100);
    CHECK(steps > 10);
    toys.finish_cycle();
  }

  TEST_CASE("the fate of a reached, a dead and a revived cell as clients see it") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    recorder.subject = toys.keep(make_leaf(toys.heap));
    toys.collect();
    CHECK(recorder.log == "start before(reached) after(reached) clear(reached) finish");
    recorder.log.clear();
    recorder.slices = 1;
    toys.roots.clear();
    toys.collect();
    CHECK(recorder.log == "start before(dead) after(dead) clear(dead) finish");
    recorder.log.clear();
    recorder.slices = 1;
    recorder.subject = make_leaf(toys.heap);
    toys.heap.attach_finalizer(recorder.subject);
    toys.collect();
    CHECK(recorder.log == "start before(dead) after(revived) clear(revived) finish");
    recorder.log.clear();
    recorder.slices = 1;
    toys.collect();
    CHECK(recorder.log == "start before(reached) after(reached) clear(reached) finish");
  }

  TEST_CASE("the revived bit covers all a revived cell reaches, and fades in the next cycle") {
    ToyHeap toys;
    Leaf* inner = make_leaf(toys.heap);
    Box* box = make_box(toys.heap, inner);
    toys.heap.attach_finalizer(box);
    unsigned parity = toys.heap.parity();
    std::uint8_t bit = parity == 0 ? gc::revived_even : gc::revived_odd;
    toys.collect();
    CHECK((box->marks & bit) != 0);
    CHECK((inner->marks & bit) != 0);
    toys.keep(toys.heap.pop_finalizable());
    CHECK(toys.heap.parity() != parity);
    toys.collect();
    CHECK((box->marks & (gc::revived_even | gc::revived_odd)) == 0);
    CHECK((inner->marks & (gc::revived_even | gc::revived_odd)) == 0);
  }

  TEST_CASE("is_dead: true between the flip and the end of the sweep, for dead and revived cells") {
    ToyHeap toys;
    Leaf* live = toys.keep(make_leaf(toys.heap));
    Leaf* dead = make_leaf(toys.heap);
    Leaf* revived = make_leaf(toys.heap);
    toys.heap.attach_finalizer(revived);
    Recorder recorder(toys.heap);
    recorder.slices = 1'000'000;
    CHECK_FALSE(toys.heap.is_dead(dead));
    while (toys.heap.phase() != gc::Phase::clearing) toys.heap.step(16);
    CHECK_FALSE(toys.heap.is_dead(live));
    CHECK(toys.heap.is_dead(dead));
    CHECK(toys.heap.is_dead(revived));
    CHECK_FALSE(toys.heap.is_dead(make_leaf(toys.heap)));
    CHECK(toys.heap.liveness().survives(make_leaf(toys.heap)));
    CHECK(toys.heap.liveness().reached(make_leaf(toys.heap)));
    recorder.slices = 1;
    toys.finish_cycle();
    CHECK_FALSE(toys.heap.is_dead(live));
    CHECK_FALSE(toys.heap.is_dead(revived));
    CHECK(toys.heap.liveness().survives(live));
  }

  TEST_CASE("a dead cell can be revived by a table that found it, before it is swept") {
    ToyHeap toys;
    Leaf* found = make_leaf(toys.heap, 11);
    Leaf* lost = make_leaf(toys.heap);
    Recorder recorder(toys.heap);
    recorder.slices = 1'000'000;
    CHECK_FALSE(toys.heap.revive_if_dead(found));
    while (toys.heap.phase() != gc::Phase::clearing) toys.heap.step(16);
    CHECK(toys.heap.revive_if_dead(found));
    CHECK_FALSE(toys.heap.revive_if_dead(found));
    recorder.slices = 1;
    toys.finish_cycle();
    CHECK(toys.holds(found));
    CHECK_FALSE(toys.holds(lost));
    toys.collect();
    CHECK_FALSE(toys.holds(found));
  }

  TEST_CASE("no dead cell is freed before the clients have cleared") {
    ToyHeap toys;
    for (int i = 0; i < 100; ++i) make_box(toys.heap);
    Recorder recorder(toys.heap);
    recorder.slices = 10;
    while (toys.heap.phase() != gc::Phase::clearing) toys.heap.step(16);
    for (int i = 0; i < 5; ++i) toys.heap.step(16);
    CHECK(events.destroyed_boxes == 0);
    toys.finish_cycle();
    CHECK(events.destroyed_boxes == 100);
  }

  TEST_CASE("a watched cell is announced when it is marked, once") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    Leaf* key = toys.keep(make_leaf(toys.heap));
    recorder.watched_value = make_box(toys.heap, make_leaf(toys.heap));
    toys.heap.watch(key);
    toys.collect();
    CHECK(recorder.watched_cells == 1);
    CHECK(toys.cells() == 3);
    toys.collect();
    CHECK(recorder.watched_cells == 1);
    CHECK(toys.cells() == 1);
  }

  TEST_CASE("an unreached watched cell is not announced") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    toys.heap.watch(make_leaf(toys.heap));
    toys.collect();
    CHECK(recorder.watched_cells == 0);
    CHECK(toys.cells() == 0);
  }

  TEST_CASE("a chain of a million watched cells does not recurse") {
    ToyHeap toys;
    Recorder recorder(toys.heap);
    toys.heap.stop();
    gc::Handle<Pair> head(toys.heap);
    for (int i = 0; i < 1'000'000; ++i) {
      head.set(make_pair(toys.heap, nullptr, head.get()));
      toys.heap.watch(head.get());
    }
    toys.heap.collect();
    CHECK(recorder.watched_cells == 1'000'000);
    CHECK(toys.heap.statistics().cells_in_use == 1'000'000);
  }

  TEST_CASE("steps complete a cycle and say so") {
    ToyHeap toys;
    for (int i = 0; i < 10'000; ++i) toys.keep(make_box(toys.heap));
    toys.finish_cycle();
    std::uint64_t before = toys.heap.statistics().cycles;
    std::uint32_t flips = toys.heap.flips();
    int steps = 1;
    while (!toys.heap.step(1024)) ++steps;
    CHECK(steps > 10);
    CHECK(toys.heap.statistics().cycles == before + 1);
    CHECK(toys.heap.flips() == flips + 1);
    CHECK(toys.heap.phase() == gc::Phase::idle);
  }

  TEST_CASE("a stopped collector does nothing by itself, but obeys") {
    ToyHeap toys;
    toys.heap.stop();
    CHECK(toys.heap.stopped());
    for (int i = 0; i < 100'000; ++i) make_pair(toys.heap);
    CHECK(toys.heap.statistics().cycles == 0);
    CHECK(toys.heap.phase() == gc::Phase::idle);
    toys.collect();
    CHECK(toys.heap.statistics().cycles == 1);
    toys.heap.restart();
    for (int i = 0; i < 100'000; ++i) make_pair(toys.heap);
    CHECK(toys.heap.statistics().cycles > 1);
  }

  TEST_CASE("a full collection in the middle of a cycle frees what died before it") {
    ToyHeap toys;
    for (int i = 0; i < 5000; ++i) toys.keep(make_box(toys.heap));
    toys.finish_cycle();
    for (int i = 0; i < 10; ++i) toys.heap.step(1024);
    REQUIRE(toys.heap.marking());
    toys.roots.clear();
    toys.collect();
    CHECK(toys.cells() == 0);
  }

  // 64 KB buy 16,384 units; the last block may go beyond them, with up to 2048 cells.
  TEST_CASE("what is about to be destroyed is announced twice, what lives never; few are destroyed in a step") {
    static std::map<const gc::Cell*, std::string> seen;
    static std::size_t destroyed;
    seen.clear();
    destroyed = 0;
    ToyHeap toys;
    static const gc::Kind kind{.name = "announced",
                               .size = fixed_size<Leaf>,
                               .trace = nullptr,
                               .destroy =
                                   [](gc::Cell* cell, gc::Heap&) {
                                     seen[cell] += "destroyed";
                                     ++destroyed;
                                   },
                               .fetch_dead = [](const gc::Cell* cell, gc::Heap&, bool again) { seen[cell] += again ? "again " : "first "; }};
    toys.heap.stop();
    gc::KindId announced = toys.heap.add_kind(kind);
    toys.keep(make_row(toys.heap, 2'000'000));
    auto make = [&] { return toys.heap.allocate(announced, sizeof(Leaf)); };
    for (int i = 0; i < 60'000; ++i) {
      make();
      make_leaf(toys.heap);
      if (i % 30 == 0) toys.keep(make());
    }
    REQUIRE(toys.step_to(gc::Phase::sweeping));
    std::size_t before = 0;
    for (bool finished = false; !finished;) {
      finished = toys.heap.step(64 * 1024);
      CHECK(destroyed - before <= 16'384 / 6 + 2048);
      before = destroyed;
    }
    CHECK(seen.size() == 60'000);
    for (const auto& [cell, log] : seen) REQUIRE(log == "first again destroyed");
  }

  TEST_CASE("automatic collection keeps garbage within the pause") {
    ToyHeap toys;
    for (int i = 0; i < 20'000; ++i) toys.keep(make_pair(toys.heap));
    toys.collect();
    std::size_t live = toys.heap.bytes_in_use();
    std::size_t most = 0;
    for (int i = 0; i < 1'000'000; ++i) {
      make_pair(toys.heap);
      if (i % 1000 == 0) most = std::max(most, toys.heap.bytes_in_use());
    }
    CHECK(most > live * 3 / 2);
    CHECK(most < live * 11 / 4);
  }

  TEST_CASE("a longer pause means fewer cycles") {
    std::uint64_t cycles[2];
    unsigned pauses[] = {150, 600};
    for (int run = 0; run < 2; ++run) {
      ToyHeap toys;
      toys.heap.set_pacing(pauses[run], 100);
      CHECK(toys.heap.pause_percent() == pauses[run]);
      for (int i = 0; i < 25'000; ++i) toys.keep(make_pair(toys.heap));
      for (int i = 0; i < 1'500'000; ++i) make_pair(toys.heap);
      cycles[run] = toys.heap.statistics().cycles;
    }
    CHECK(cycles[0] > 2 * cycles[1]);
  }

  TEST_CASE("stress: a verified collection at every n-th allocation") {
    ToyHeap toys;
    toys.heap.set_stress(1);
    CHECK(toys.heap.stress() == 1);
    Box* box = toys.keep(make_box(toys.heap));
    for (int i = 0; i < 50; ++i) {
      gc::Cell* cell = i % 2 == 0 ? static_cast<gc::Cell*>(make_leaf(toys.heap)) : make_row(toys.heap, 300);
      box->content = cell;
      toys.heap.barrier(box, cell);
    }
    CHECK(toys.heap.statistics().cycles == 51);
    CHECK(toys.cells() == 3);
    toys.heap.set_stress(10);
    for (int i = 0; i < 100; ++i) make_leaf(toys.heap);
    CHECK(toys.heap.statistics().cycles == 61);
    toys.heap.free_storage(toys.heap.allocate_storage(64), 64);
    toys.heap.set_stress(0);
    for (int i = 0; i < 100; ++i) make_leaf(toys.heap);
    CHECK(toys.heap.statistics().cycles == 61);
  }

  TEST_CASE("stress begins at the next allocation though free cells are at hand") {
    ToyHeap toys;
    make_leaf(toys.heap);
    toys.heap.free_storage(toys.heap.allocate_storage(64), 64);
    toys.heap.set_stress(1);
    make_leaf(toys.heap);
    CHECK(toys.heap.statistics().cycles == 1);
    toys.heap.free_storage(toys.heap.allocate_storage(64), 64);
    CHECK(toys.heap.statistics().cycles == 2);
  }

  // Blocks have up to 32 KB by then. Beyond the piece there is one granule of storage pages, and the debt left over.
  TEST_CASE("a cycle gets its turn every few kilobytes, however large the blocks are") {
    ToyHeap toys;
    toys.heap.stop();
    Row* row = toys.keep(make_row(toys.heap, 100'000));
    for (std::size_t i = 0; i < 100'000; ++i) {
      row->slots()[i] = make_leaf(toys.heap, 1);
      toys.heap.barrier(row, row->slots()[i]);
    }
    toys.heap.restart();
    toys.heap.set_pacing(100, 10);
    REQUIRE(toys.step_to(gc::Phase::marking));
    for (int i = 0; i < 4000; ++i) make_leaf(toys.heap);  // what was at hand when it began
    REQUIRE(toys.heap.marking());
    std::uint64_t before = toys.heap.times().pauses;
    constexpr int cells = 4000;
    for (int i = 0; i < cells; ++i) make_leaf(toys.heap);
    REQUIRE(toys.heap.marking());
    CHECK(toys.heap.times().pauses - before >= cells * sizeof(Leaf) / 8192);
  }
}
