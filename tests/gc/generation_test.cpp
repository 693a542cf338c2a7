// SPDX-License-Identifier: MIT
// The generational mode: what minor cycles free, keep and look at. Names state what is old, what refers to it, what happens.
#include <doctest/doctest.h>

#include <cstring>

#include "heap_fixture.hpp"

using namespace toy;

namespace {

// A generational heap. minor() runs a verified minor cycle, old() makes all that is reachable old.
class GenerationHeap : public ToyHeap {
 public:
  GenerationHeap() { heap.set_generational(true, 20, 1'000'000); }
  void minor() {
    std::uint64_t before = heap.statistics().cycles;
    heap.collect_young();
    heap.verify();
    CHECK(heap.statistics().cycles == before + 1);
  }
  void old() { collect(); }
  template <class T>
  T* keep_old(T* cell) {
    keep(cell);
    old();
    REQUIRE((cell->color == gc::black) == heap.keeps_old());  // nothing is, where every cycle is a full one
    return cell;
  }
};

}  // namespace

TEST_SUITE("gc/generation") {
  TEST_CASE_FIXTURE(GenerationHeap, "YoungUnreachable_DiesInMinor") {
    keep_old(make_box(heap));
    Leaf* young = make_leaf(heap);
    minor();
    CHECK_FALSE(holds(young));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "OldUnreachable_LivesInMinor_DiesInMajor") {
    Box* box = keep_old(make_box(heap));
    roots.clear();
    minor();
    CHECK(holds(box));
    collect();
    CHECK_FALSE(holds(box));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "YoungReachedByRoot_BecomesOld") {
    old();
    Leaf* young = keep(make_leaf(heap));
    CHECK(young->color <= gc::white_odd);
    minor();
    CHECK(young->color == gc::black);
  }

  TEST_CASE_FIXTURE(GenerationHeap, "YoungStoredIntoOldWithBarrier_LivesInMinor") {
    Box* box = keep_old(make_box(heap));
    Leaf* young = make_leaf(heap);
    box->content = young;
    heap.barrier(box, young);
    heap.verify();
    minor();
    CHECK(holds(young));
    CHECK(box->color == gc::black);
  }

  TEST_CASE_FIXTURE(GenerationHeap, "YoungStoredIntoOldWithBarrierForAny_LivesInMinor") {
    Pair* pair = keep_old(make_pair(heap));
    Leaf* first = make_leaf(heap);
    gc::Handle<Leaf> kept(heap, first);
    Leaf* second = make_leaf(heap);
    kept.set(nullptr);
    pair->first = first;
    pair->second = second;
    heap.barrier_any(pair);
    minor();
    CHECK(holds(first));
    CHECK(holds(second));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "YoungStoredIntoOldAndOverwritten_DiesInMinor") {
    Box* box = keep_old(make_box(heap));
    Leaf* young = make_leaf(heap);
    box->content = young;
    heap.barrier(box, young);
    box->content = nullptr;
    minor();
    CHECK_FALSE(holds(young));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "YoungReachedByYoungReachedByOld_LivesInMinor") {
    Box* box = keep_old(make_box(heap));
    Leaf* leaf = make_leaf(heap);
    box->content = make_box(heap, leaf);
    heap.barrier(box, box->content);
    minor();
    CHECK(holds(leaf));
    box->content = nullptr;
    minor();
    CHECK(holds(leaf));  // old by then
    collect();
    CHECK_FALSE(holds(leaf));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "BarrierIsSilentUntilTheNextCycleAndThenNot") {
    Box* box = keep_old(make_box(heap));
    for (int round = 0; round < 5; ++round) {
      for (int i = 0; i < 3; ++i) {
        box->content = make_leaf(heap, i);
        heap.barrier(box, box->content);
      }
      heap.verify();
      minor();
      CHECK(static_cast<Leaf*>(box->content)->value == 2);
    }
  }

  TEST_CASE_FIXTURE(GenerationHeap, "StoreInEveryPhaseOfAMinorCycle_LivesInTheNextOnes") {
    std::vector<Box*> boxes;
    for (int i = 0; i < 400; ++i) boxes.push_back(keep(make_box(heap)));
    old();
    heap.stop();
    std::size_t next = 0;
    bool seen[6] = {};
    for (int i = 0; i < 2000; ++i) heap.attach_finalizer(make_box(heap));
    while (next < boxes.size()) {
      heap.step(256);
      seen[static_cast<int>(heap.phase())] = true;
      Box* box = boxes[next++];
      box->content = make_leaf(heap, static_cast<std::int64_t>(next));
      heap.barrier(box, box->content);
      heap.verify();
    }
    CHECK(seen[static_cast<int>(gc::Phase::marking)]);
    CHECK(seen[static_cast<int>(gc::Phase::reviving)]);
    CHECK(seen[static_cast<int>(gc::Phase::sweeping)]);
    finish_cycle();
    minor();
    minor();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      CHECK(static_cast<Leaf*>(boxes[i]->content)->value == static_cast<std::int64_t>(i + 1));
    }
  }

  TEST_CASE_FIXTURE(GenerationHeap, "BarrierBroken_TheVerifierNotices") {
    Box* box = keep_old(make_box(heap));
    box->content = make_leaf(heap);
    gc::Complaint complaint{};
    REQUIRE_FALSE(heap.check(&complaint));
    CHECK(std::strstr(complaint.text, "old box") != nullptr);
    CHECK(std::strstr(complaint.text, "refers to young leaf") != nullptr);
    heap.barrier(box, box->content);
    CHECK(heap.check(&complaint));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "ChangingStackOld_YoungOnItLives") {
    Stack* stack = keep(make_stack(heap, 4));
    old();
    stack->slots[2] = make_leaf(heap);
    heap.barrier_any(stack);  // as a thread does when it is entered
    minor();
    stack->slots[3] = make_leaf(heap);
    heap.barrier_any(stack);
    minor();
    CHECK(holds(stack->slots[2]));
    CHECK(holds(stack->slots[3]));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "FinalizerOfYoung_RunsAfterMinor_OfOldAfterMajor") {
    Leaf* old_leaf = make_leaf(heap, 1);
    heap.attach_finalizer(old_leaf);
    keep_old(old_leaf);
    roots.clear();
    Leaf* young = make_leaf(heap, 2);
    heap.attach_finalizer(young);
    minor();
    CHECK(heap.pop_finalizable() == young);
    CHECK(heap.pop_finalizable() == nullptr);
    collect();
    CHECK(heap.pop_finalizable() == old_leaf);
  }

  TEST_CASE("OldUnreachable_DiesInAMajorCycleThoughTheHeapDoesNotGrow") {
    ToyHeap toys;
    toys.heap.set_generational(true);
    Leaf* leaf = toys.keep(make_leaf(toys.heap));
    toys.collect();
    toys.roots.clear();
    toys.heap.attach_finalizer(leaf);
    int thousands = 0;
    for (; !toys.heap.has_finalizable() && thousands < 10'000; ++thousands) {
      for (int i = 0; i < 1000; ++i) make_box(toys.heap);
    }
    CHECK(thousands > 100);  // minor cycles came and went
    CHECK(thousands < 10'000);
  }

  TEST_CASE_FIXTURE(GenerationHeap, "RevivedYoung_IsNotTakenForDeadByLaterCycles") {
    for (int round = 0; round < 4; ++round) {
      Box* box = make_box(heap, make_leaf(heap));
      heap.attach_finalizer(box);
      minor();
      REQUIRE(heap.pop_finalizable() == box);
      keep(box);
      minor();
      CHECK((box->marks & (gc::revived_even | gc::revived_odd)) == 0);
    }
  }

  TEST_CASE_FIXTURE(GenerationHeap, "MinorSweepsWhereYoungAre") {
    for (int i = 0; i < 20'000; ++i) keep(make_box(heap));
    old();
    events = {};
    roots.resize(100);  // the others die, and are old
    for (int i = 0; i < 500; ++i) make_box(heap);
    minor();
    CHECK(events.destroyed_boxes == 500);
    collect();
    CHECK(events.destroyed_boxes == 500 + 19'900);
  }

  TEST_CASE_FIXTURE(GenerationHeap, "LargeYoungDies_LargeOldLives") {
    Row* old_row = keep_old(make_row(heap, 1000));
    Row* young = make_row(heap, 1000);
    minor();
    CHECK(holds(old_row));
    CHECK_FALSE(holds(young));
    roots.clear();
    collect();
    CHECK_FALSE(holds(old_row));
  }

  TEST_CASE_FIXTURE(GenerationHeap, "ModeLeftAndEntered_NothingIsLost") {
    Box* box = keep_old(make_box(heap));
    for (int round = 0; round < 6; ++round) {
      box->content = make_leaf(heap, round);
      heap.barrier(box, box->content);
      heap.set_generational(round % 2 != 0);
      heap.verify();
      if (round % 3 == 0) {
        heap.step(16);
        heap.verify();
      }
      heap.collect_young();
      heap.verify();
      CHECK(static_cast<Leaf*>(box->content)->value == round);
    }
    heap.set_generational(false);
    collect();
    CHECK_FALSE(heap.keeps_old());
    CHECK(cells() == 2);
  }

  TEST_CASE("ExtensiveOwner_TheYoungIsKeptInsteadOfTracingItAgain") {
    ToyHeap toys;
    static gc::KindId wide;
    static const gc::Kind kind{"wide", row_size, trace_row, nullptr, false, nullptr, nullptr,
                               [](const gc::Cell* cell) { return cell->extra > 100; }};
    wide = toys.heap.add_kind(kind);
    toys.heap.set_generational(true, 20, 1'000'000);
    auto* row = static_cast<Row*>(toys.heap.allocate(wide, sizeof(Row) + 500 * sizeof(gc::Cell*)));
    row->extra = 500;
    std::memset(row->slots(), 0, 500 * sizeof(gc::Cell*));
    toys.keep(row);
    toys.collect();
    row->slots()[3] = make_box(toys.heap, make_leaf(toys.heap, 7));
    toys.heap.barrier(row, row->slots()[3]);
    toys.heap.verify();
    events.row_slices = 0;
    toys.heap.collect_young();
    CHECK(events.row_slices == 0);
    toys.heap.verify();
    CHECK(static_cast<Leaf*>(static_cast<Box*>(row->slots()[3])->content)->value == 7);
  }

  TEST_CASE("MemoryRefusedWhileRemembering_TheNextCycleIsMajor") {
    GenerationHeap toys;
    std::vector<Box*> boxes;
    for (int i = 0; i < 3000; ++i) boxes.push_back(toys.keep(make_box(toys.heap)));
    toys.old();
    std::vector<Leaf*> leaves;
    for (int i = 0; i < 3000; ++i) leaves.push_back(toys.keep(make_leaf(toys.heap, i)));
    toys.roots.resize(3000);
    toys.memory.failing = true;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      boxes[i]->content = leaves[i];
      toys.heap.barrier(boxes[i], leaves[i]);
    }
    toys.heap.collect_young();
    toys.heap.verify();
    for (std::size_t i = 0; i < boxes.size(); ++i) CHECK(static_cast<Leaf*>(boxes[i]->content)->value == std::int64_t(i));
    toys.memory.failing = false;
  }

  TEST_CASE("ManyOldCellsRemembered_AreTracedInSlices") {
    GenerationHeap toys;
    constexpr std::size_t count = 20000;
    std::vector<Box*> boxes;
    for (std::size_t i = 0; i < count; ++i) boxes.push_back(toys.keep(make_box(toys.heap)));
    toys.old();
    toys.heap.stop();
    for (Box* box : boxes) {
      box->content = make_leaf(toys.heap, 5);
      toys.heap.barrier(box, box->content);
    }
    std::size_t waiting = 0, steps = 0;
    auto count_waiting = [&] {
      waiting = 0;
      for (Box* box : boxes) waiting += (box->marks & gc::remembered) != 0;
      return waiting;
    };
    for (std::size_t before = count_waiting(); toys.step_to(gc::Phase::marking) && before > 200; ++steps) {
      toys.heap.verify();
      toys.heap.step(256);
      if (toys.heap.phase() != gc::Phase::marking) break;
      CHECK(before - count_waiting() < 200);
      before = waiting;
    }
    CHECK(steps > 20);
    toys.finish_cycle();
    toys.heap.verify();
    for (Box* box : boxes) CHECK(static_cast<Leaf*>(box->content)->value == 5);
  }
}
