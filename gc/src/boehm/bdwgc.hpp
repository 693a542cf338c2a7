// SPDX-License-Identifier: MIT
// What a process has once: bdwgc, our kind of object in it, its hooks, the list of our heaps.
//
// Objects of our kind begin with a word that tells the mark procedure what they are. The first word of an object on a free
// list of bdwgc, a link, is even.
//
//                    +0        +8       +16
//                    +---------+--------+----------------------+
//   a cell           | owner   | next   | cell                 |   owner: the Collector. next: the heap's next cell
//   an anchor        | owner   |                                   its marking visits the roots of the heap
//   a host edge      | anchor  | target | words, next edge     |   host_edge.hpp
//                    +---------+--------+----------------------+
//
// A cell is reached through roots, traces and host edges only. Words on the C stack or in the host's memory that happen to
// be its address do not keep it alive, though bdwgc marks its object: by the rules of the embedder nobody relies on such a
// word. What bdwgc's conservatism does keep alive is the host's objects, and host edges.
//
// bdwgc is given no other memory of ours: storage comes from the heap's allocator and is reached by the kinds' trace.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cell.hpp"
#include "gc/host_edge.hpp"

namespace gc {

class Collector;

class Tagged {
 public:
  enum Role : std::uintptr_t { cell = 1, anchor = 3, host_edge = 5 };

  void set(const void* owner, Role role) { word_ = reinterpret_cast<std::uintptr_t>(owner) | role; }
  void clear() { word_ = 0; }
  bool is_free() const { return (word_ & 1) == 0; }
  Role role() const { return static_cast<Role>(word_ & 7); }
  template <class T>
  T* owner() const {
    return reinterpret_cast<T*>(word_ & ~std::uintptr_t{7});
  }

 private:
  std::uintptr_t word_;
};

struct Prefix {
  Tagged tag;
  Prefix* next;

  Cell* cell() { return reinterpret_cast<Cell*>(this + 1); }
  static Prefix* of(Cell* cell) { return reinterpret_cast<Prefix*>(cell) - 1; }
};
static_assert(sizeof(Prefix) == 16);

struct Anchor {
  Tagged tag;  // owner: the Collector, null when the heap is no more
};

struct HostEdge {
  Tagged tag;  // owner: the Anchor
  HostEdgeContent content;
  HostEdge* next;  // of the same heap. Unreached edges leave the list at the flip
};

namespace bdwgc {

// A collector takes part in every collection from now on, until it leaves. The first of a process starts bdwgc if the host
// has not, and takes a place in its hooks, keeping those that were there. False without memory for its anchor.
bool join(Collector& collector);
void leave(Collector& collector);

// An object of our kind for so many bytes: the caller sets its tag at once. Null without memory. May collect unless `hold`.
void* allocate(std::size_t bytes, bool hold);
// The same for cells of a small size, some at a time: a list that next_of leads through. Never collects.
Prefix* allocate_list(std::size_t bytes);
inline Prefix* next_of(const Prefix* listed) { return *reinterpret_cast<Prefix* const*>(listed); }
void release(Prefix* prefix);
// What bdwgc gave for it: at least what was asked for.
std::size_t room_of(const Prefix* prefix);
void collect();

// While marking: the cell (no longer white) is reached, its edges are to be looked at.
void reach(Prefix* prefix);
// While marking: every word that is the address of an object of bdwgc reaches it.
void reach_words(const void* begin, std::size_t bytes);
// At the end of marking: keeps an object that nothing has reached.
void retain(Prefix* prefix);
bool is_reached(const HostEdge* edge);

}  // namespace bdwgc

}  // namespace gc
