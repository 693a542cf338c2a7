// SPDX-License-Identifier: MIT
// The contract about the embedder's own tables that can be told to be weak (`__mode` tables).
#pragma once

#include <cstdint>

#include "gc/cell.hpp"
#include "gc/liveness.hpp"
#include "gc/visitor.hpp"

namespace gc {
class Heap;
}

namespace weak {

// What such a table does not hold.
enum class Mode : std::uint8_t { none = 0, keys = 1, values = 2, both = 3 };
inline bool weak_keys(Mode mode) { return (static_cast<unsigned>(mode) & 1) != 0; }
inline bool weak_values(Mode mode) { return (static_cast<unsigned>(mode) & 2) != 0; }

// How far a look over a table has come, and at which parts: when those have been replaced it starts again.
struct Look {
  std::size_t position = 0;
  std::size_t end = 0;
  const void* parts[2] = {};
};
enum class Seen : std::uint8_t { part, all_marked, unmarked };

// Implemented by the embedder, called by the Registry while the collector runs. Nothing here may allocate or fail.
// When the embedder traces such a table it calls Registry::discovered, and Registry::wait for each entry of a Mode::keys
// table whose key is not marked and whose value is a cell not yet marked.
class Container {
 public:
  virtual ~Container() = default;

  // What kind of weak table `cell` is now; Mode::none for every other cell.
  virtual Mode mode(gc::Heap& heap, gc::Cell* cell) const = 0;

  // Removes the entries whose value (key) is a mortal cell that does not survive.
  virtual void drop_values(gc::Cell* table, const gc::Liveness& liveness) = 0;
  virtual void drop_keys(gc::Cell* table, const gc::Liveness& liveness) = 0;

  // From the flip on the table will seem to have lost what drop_values and drop_keys (in a table that was itself `revived`: what
  // they would then) remove, though nothing is removed yet: clear_slice does it, before any dead cell is freed. May be told more
  // than once, from the time on when the table was traced. False: it cannot, and the entries are dropped at once.
  virtual bool put_aside(gc::Heap&, gc::Cell*, Mode, bool revived) {
    static_cast<void>(revived);
    return false;
  }
  virtual bool is_put_aside(const gc::Cell*) const { return false; }
  // Looks at up to `budget` entries of such a table, and counts the budget down; true when there is nothing left to do.
  virtual bool clear_slice(gc::Cell*, std::size_t& budget) {
    static_cast<void>(budget);
    return true;
  }

  // While marking: looks at up to `count` more entries for mortal cells, on the weak side(s), that are not marked. A table where
  // all are marked is left alone at the flip: what is stored from then on is marked by the barrier.
  virtual Seen look(gc::Cell*, Mode, Look&, std::size_t count) const {
    static_cast<void>(count);
    return Seen::unmarked;
  }

  // Has it entries that drop_keys would remove if nothing were revived?
  virtual bool has_dead_keys(gc::Cell*, const gc::Liveness&) const { return true; }

  // May the mode of this cell, which is Mode::none, have been another one?
  virtual bool can_have_been_weak(const gc::Cell*) const { return true; }

  // Visits the values of a Mode::keys table whose keys are marked; true when one of them had not been marked.
  virtual bool converge(gc::Cell* table, gc::Visitor& visitor) = 0;
};

}  // namespace weak
