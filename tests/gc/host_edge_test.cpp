// SPDX-License-Identifier: MIT
// Host and heap in one heap of bdwgc (collector=boehm): edges both ways, edges that are cut, and a random graph across the border.
#include <doctest/doctest.h>

#include <gc.h>

#include <algorithm>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "gc/host_edge.hpp"
#include "heap_fixture.hpp"

using namespace toy;

namespace {

// An object of the host. `edge` leads to a cell.
struct HostObject {
  HostObject* next[2];
  void* edge;
  int id;
};

// A cell with a word that bdwgc shall see.
struct Holder : gc::Cell {
  HostObject* object;
  gc::Cell* content;
};

std::size_t trace_holder(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* holder = static_cast<Holder*>(cell);
  visitor.visit_words(&holder->object, sizeof holder->object);
  visitor.visit(holder->content);
  return gc::trace_complete;
}

std::set<int> finalized;
void* seen_by_finalizer[2];  // a host edge, and what it led to
gc::Heap* heap_of_finalizer;

void note_death(void* object, void*) { finalized.insert(static_cast<HostObject*>(object)->id); }

void look_through_edge(void* object, void*) {
  gc::HostEdgeContent content{};
  seen_by_finalizer[0] = static_cast<HostObject*>(object)->edge;
  bool leads = gc::read_host_edge(*heap_of_finalizer, seen_by_finalizer[0], &content);
  seen_by_finalizer[1] = leads ? content.target : nullptr;
}

constexpr int host_root_count = 8;
HostObject* host_roots[host_root_count];  // static data: bdwgc's roots
void* static_edge;

class SharedHeap : public ToyHeap {
 public:
  static constexpr gc::Kind holder{"holder", fixed_size<Holder>, trace_holder, nullptr};
  const gc::KindId kind_holder = heap.add_kind(holder);

  SharedHeap() { finalized.clear(); }
  ~SharedHeap() {
    std::fill_n(host_roots, host_root_count, nullptr);
    static_edge = nullptr;
  }
  Holder* make_holder(HostObject* object, gc::Cell* content) {
    gc::Handle<gc::Cell> kept(heap, content);
    auto* holder = static_cast<Holder*>(heap.allocate(kind_holder, sizeof(Holder)));
    holder->object = object;
    holder->content = content;
    return holder;
  }
  HostObject* make_object(int id, GC_finalization_proc finalizer = note_death) {
    auto* object = static_cast<HostObject*>(GC_MALLOC(sizeof(HostObject)));
    object->id = id;
    GC_REGISTER_FINALIZER_NO_ORDER(object, finalizer, nullptr, nullptr, nullptr);
    return object;
  }
  void* make_edge(gc::Cell* target) { return gc::make_host_edge(heap, {target, {1, 2}}); }
};

// On a stack that is gone afterwards: no stale word of it keeps anything alive.
template <class Work>
void on_another_stack(Work work) {
  std::thread(work).join();
}

}  // namespace

TEST_SUITE("gc/host_edge") {
  TEST_CASE("the heap is shared") { CHECK(gc::shares_heap_with_host()); }

  TEST_CASE_FIXTURE(SharedHeap, "an edge in static data keeps its target; dropped, it does not") {
    Leaf* leaf = make_leaf(heap, 7);
    static_edge = make_edge(keep(leaf));
    roots.clear();
    collect();
    gc::HostEdgeContent content{};
    REQUIRE(gc::read_host_edge(heap, static_edge, &content));
    CHECK(content.target == leaf);
    CHECK(content.words[1] == 2);
    CHECK(holds(leaf));
    on_another_stack([this] {
      static_edge = nullptr;
      collect();
    });
  }

  TEST_CASE_FIXTURE(SharedHeap, "an edge of another heap, or of one that is no more, leads nowhere") {
    {
      ToyHeap other;
      static_edge = gc::make_host_edge(other.heap, {other.keep(make_leaf(other.heap)), {0, 0}});
      gc::HostEdgeContent content{};
      CHECK(gc::read_host_edge(other.heap, static_edge, &content));
      CHECK_FALSE(gc::read_host_edge(heap, static_edge, &content));
    }
    gc::HostEdgeContent content{};
    collect();
    CHECK_FALSE(gc::read_host_edge(heap, static_edge, &content));
  }

  TEST_CASE_FIXTURE(SharedHeap, "a word of a cell keeps an object of the host, which keeps a cell") {
    Leaf* leaf = nullptr;
    on_another_stack([&] {
      HostObject* object = make_object(1);
      Holder* holder = keep(make_holder(object, nullptr));
      leaf = keep(make_leaf(heap));
      object->edge = make_edge(leaf);
      roots = {holder};
    });
    collect();
    CHECK(finalized.empty());
    CHECK(holds(leaf));
    roots.clear();
    collect();
    CHECK(finalized == std::set<int>{1});
    CHECK_FALSE(holds(leaf));
  }

  TEST_CASE_FIXTURE(SharedHeap, "a cycle across the border dies at once") {
    on_another_stack([&] {
      HostObject* object = make_object(1);
      Holder* holder = keep(make_holder(object, nullptr));
      object->edge = make_edge(holder);
      host_roots[0] = object;
      roots.clear();
    });
    collect();
    CHECK(cells() == 1);
    host_roots[0] = nullptr;
    collect();
    CHECK(cells() == 0);
    CHECK(finalized == std::set<int>{1});
  }

  TEST_CASE_FIXTURE(SharedHeap, "to a finalizer of the host, an edge that only the dead object led to is cut") {
    heap_of_finalizer = &heap;
    seen_by_finalizer[0] = seen_by_finalizer[1] = this;
    on_another_stack([&] {
      HostObject* object = make_object(1, look_through_edge);
      object->edge = make_edge(keep(make_leaf(heap)));
      roots.clear();
    });
    collect();
    CHECK(seen_by_finalizer[0] != this);
    CHECK(seen_by_finalizer[1] == nullptr);
    CHECK(cells() == 0);
    seen_by_finalizer[0] = nullptr;
  }

  TEST_CASE_FIXTURE(SharedHeap, "to a finalizer of the host, an edge that something else leads to is whole") {
    heap_of_finalizer = &heap;
    Leaf* leaf = nullptr;
    on_another_stack([&] {
      HostObject* object = make_object(1, look_through_edge);
      leaf = keep(make_leaf(heap));
      static_edge = object->edge = make_edge(leaf);
      roots.clear();
    });
    collect();
    CHECK(seen_by_finalizer[1] == leaf);
    CHECK(holds(leaf));
    seen_by_finalizer[0] = seen_by_finalizer[1] = nullptr;
  }

  // One-sided while the stack may remember something: nothing reachable is ever cleared. Exact when it does not: all that is
  // dead goes in one collection.
  TEST_CASE("model: random graphs across the border") {
    struct Node {
      HostObject* object;  // these two keep nothing alive: bdwgc does not look into the C++ library's memory
      Holder* holder;
      int next[2] = {-1, -1}, holder_of = -1, object_of = -1;  // other nodes: object to objects, object to cell, cell to object
    };
    constexpr int node_count = 300;
    for (unsigned seed = 1; seed <= 10; ++seed) {
      SharedHeap shared;
      std::mt19937 random(seed);
      auto pick = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
      std::vector<Node> nodes;
      std::set<int> roots_of_host, roots_of_heap;
      auto reached_from = [&](std::set<int>& objects, std::set<int>& holders) {
        std::vector<std::pair<bool, int>> waiting;
        for (int i : roots_of_host) waiting.push_back({true, i});
        for (int i : roots_of_heap) waiting.push_back({false, i});
        while (!waiting.empty()) {
          auto [of_host, i] = waiting.back();
          waiting.pop_back();
          if (i < 0 || !(of_host ? objects : holders).insert(i).second) continue;
          const Node& node = nodes[static_cast<std::size_t>(i)];
          if (!of_host) {
            waiting.push_back({true, node.object_of});
            continue;
          }
          for (int next : node.next) waiting.push_back({true, next});
          waiting.push_back({false, node.holder_of});
        }
      };
      auto check_reached = [&](bool exact) {
        std::set<int> objects, holders;
        reached_from(objects, holders);
        std::size_t lost = 0, left = 0;
        for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
          bool dead = finalized.count(i) != 0;
          lost += objects.count(i) != 0 && dead;
          left += objects.count(i) == 0 && !dead;
        }
        for (int i : holders) lost += !shared.holds(nodes[static_cast<std::size_t>(i)].holder);
        if (exact) left += shared.cells() - holders.size();
        CHECK_MESSAGE(lost == 0, "seed ", seed);
        if (exact) CHECK_MESSAGE(left == 0, "seed ", seed);
      };
      on_another_stack([&] {
        for (int i = 0; i < node_count; ++i) {
          Node node;
          node.object = shared.make_object(i);
          host_roots[0] = node.object;  // while the rest is made
          int to = i > 0 ? pick(i) : -1;
          std::set<int> objects, holders;
          if (i > 0) reached_from(objects, holders);
          if (objects.count(to) != 0) {  // what is not reached must not be touched: it may be gone
            node.next[0] = to;
            node.object->next[0] = nodes[static_cast<std::size_t>(to)].object;
          }
          int of = i > 0 ? pick(i) : -1;
          bool there = objects.count(of) != 0;
          node.object_of = there ? of : i;
          node.holder = shared.keep(shared.make_holder(there ? nodes[static_cast<std::size_t>(of)].object : node.object, nullptr));
          node.holder_of = i;
          node.object->edge = shared.make_edge(node.holder);
          nodes.push_back(node);
          shared.roots.pop_back();
          host_roots[0] = nullptr;
          // It is held by the host, by the heap, or by nobody.
          if (int way = pick(3); way == 0) {
            int place = 1 + pick(host_root_count - 1);
            for (int old : std::vector<int>(roots_of_host.begin(), roots_of_host.end())) {
              if (nodes[static_cast<std::size_t>(old)].object == host_roots[place]) roots_of_host.erase(old);
            }
            host_roots[place] = node.object;
            roots_of_host.insert(i);
          } else if (way == 1 && roots_of_heap.size() < 8) {
            shared.keep(node.holder);
            roots_of_heap.insert(i);
          }
          if (i % 40 == 39) {
            shared.collect();
            check_reached(false);
          }
        }
      });
      shared.collect();
      check_reached(true);
      std::fill_n(host_roots, host_root_count, nullptr);
      roots_of_host.clear();
      shared.collect();
      check_reached(true);
      shared.roots.clear();
      roots_of_heap.clear();
      shared.collect();
      check_reached(true);
    }
  }
}
