// SPDX-License-Identifier: MIT
// One per heap: knows the weak references and containers, follows the collector's cycle, queues death notices.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/cycle_client.hpp"
#include "gc/heap.hpp"
#include "gc/kind.hpp"
#include "gc/liveness.hpp"
#include "gc/root.hpp"
#include "weak/container.hpp"
#include "weak/find.hpp"
#include "weak/number_set.hpp"
#include "weak/ref.hpp"
#include "weak/slot.hpp"
#include "weak/table.hpp"
#include "weak/type.hpp"

namespace weak {

// What the weak room needs to know about the embedder's values.
struct Embedder {
  // Hash and equality of cells that are plain values (tags from first_cell_tag to first_mortal_tag). Never fail.
  std::uint32_t (*hash)(const Slot&);
  bool (*equal)(const Slot&, const Slot&);
  Container* container = nullptr;  // the embedder's own weak tables; null: it has none
  // A notice waits now: the embedder should soon call pop_notice. Called while the collector runs.
  void (*notify)(gc::Heap& heap) = nullptr;
};

// Refs and entries of tables and sets. What died at the last flip is `dead` until the sweep has cleared it.
struct Statistics {
  std::size_t live;
  std::size_t dead;
  std::uint64_t cleared;  // so far, since the heap was made
};

// Gives its kinds to the heap (the embedder has registered its own before) and itself as client and root provider.
// Outlives every use of the heap but its destruction.
class Registry final : public gc::CycleClient, public gc::RootProvider, private gc::LateCells {
 public:
  Registry(gc::Heap& heap, Embedder embedder);
  ~Registry() override;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  gc::KindId first_kind() const { return first_kind_; }
  Kind kind_of(const gc::Cell* cell) const { return static_cast<Kind>(cell->kind - first_kind_); }
  Type type_of(const gc::Cell* cell) const { return type_of_kind[cell->kind - first_kind_]; }
  gc::Heap& heap() const { return heap_; }
  // Looks at every ref and every entry.
  Statistics statistics() const;

  // --- refs: all makers may collect and throw OutOfMemory; target and callback must be rooted ---------------------------
  Ref* shared_ref(const Slot& target);                             // the one ref without callback
  Ref* make_ref(const Slot& target, const Slot& callback);         // a ref of its own
  Ref* make_proxy(const Slot& target, const Slot& callback);
  Finalizer* make_finalizer(const Slot& target, const Slot& action, bool at_exit);
  // A ref that is never freed (and not counted) until release_handle.
  Ref* make_handle(const Slot& target);
  void release_handle(Ref* ref);

  // The referent, or nil once it is dead. Shades what it hands out.
  Slot referent(const Ref* ref) const;
  bool is_alive(const Ref* ref) const { return ref->target != nullptr && !is_cut(ref); }
  // The live refs (not proxies, finalizers or handles) of a cell: calls visit for each, newest first. It must not allocate.
  std::size_t refs_of(const gc::Cell* target, void (*visit)(Ref*, void*) = nullptr, void* context = nullptr) const;

  // --- finalizers ---------------------------------------------------------------------------------------------------------
  // Takes the action out (nil when it has been taken, or has run).
  Slot take_action(Finalizer* finalizer);
  // For closing: the newest finalizer that has not run; null when none is left. Those not `at_exit` are forgotten.
  Finalizer* newest_at_exit();

  // --- notices: refs whose referent has died and who have a callback ----------------------------------------------------------
  bool has_notices() const { return first_notice_ != nullptr; }
  // Has the present cycle refs to look at that may give notices?
  bool expects_notices() const { return stage_ < Stage::tables && records_.count != 0; }
  // How many refs with callbacks have been made so far.
  std::uint64_t callbacks_made() const { return callbacks_made_; }
  // The next one and its callback, which the ref then no longer has; null when none waits. A notice whose callback has
  // been taken meanwhile is skipped.
  Ref* pop_notice(Slot* callback);

  // --- tables: may collect and throw OutOfMemory -----------------------------------------------------------------------------
  Table* make_table(Type type, std::size_t size_hint, bool long_keys = false);
  Cursor* make_cursor(Table* table);

  // --- for the embedder's own weak tables, while tracing them ------------------------------------------------------------------
  void discovered(gc::Cell* table, Mode mode);
  void wait(gc::Cell* key, gc::Cell* value);
  // Has the table been traced in this cycle with another mode than `mode`? It will be traced again at the flip. (For the verifier:
  // goes over all that were traced.)
  bool traced_otherwise(const gc::Cell* table, Mode mode) const;

  // --- gc::CycleClient, gc::RootProvider ----------------------------------------------------------------------------------------
  void cycle_started() override;
  void watched_cell_marked(gc::Cell* cell, gc::Visitor& visitor) override;
  bool prepare_flip(std::size_t budget) override;
  bool converge(gc::Visitor& visitor) override;
  void before_resurrection(const gc::Liveness& liveness) override;
  bool revives_at_once() override { return dead_keys_show_; }
  void after_resurrection(const gc::Liveness& liveness) override;
  bool clear_slice(const gc::Liveness& liveness, std::size_t budget) override;
  void cycle_finished() override;
  void visit_roots(gc::Visitor& visitor) override;

 private:
  friend struct TableAccess;  // src/table_access.hpp: what the sources of the tables share

  static constexpr std::uint32_t none = UINT32_MAX;
  // The heads of the lists of refs, in an open-addressed table by the target's address.
  struct Records {
    Ref** slots = nullptr;
    std::uint32_t capacity = 0;  // a power of two, or 0
    std::uint32_t count = 0;
    std::size_t bytes = 0;  // of the block: more than the capacity needs when the allocator had no smaller one
  };
  // The weak tables by number; a number that is free holds the next free one, shifted left, with the lowest bit set. Behind
  // them, in the same storage, for each the slot from which on it has entries stored since the flip before it was last cleared,
  // and the set of the numbers of key tables that wait to be traced.
  struct Tables {
    Table** by_number = nullptr;
    std::uint32_t* young_from() const { return reinterpret_cast<std::uint32_t*>(by_number + capacity); }
    void* late() const { return young_from() + capacity; }
    static std::size_t bytes(std::size_t capacity) {
      return capacity * (sizeof(Table*) + sizeof(std::uint32_t)) + NumberSet::bytes(capacity);
    }
    std::uint32_t capacity = 0;
    std::uint32_t used = 0;
    std::uint32_t count = 0;
    std::uint32_t free = none;
    std::size_t key_entries = 0;  // capacity of all key tables together
  };
  // An entry of the embedder's table that waits for its key.
  struct Waiting {
    gc::Cell* key;
    gc::Cell* value;
    Place next;
  };
  // The index of waiting entries. See src/ephemeron.cpp.
  struct Index {
    Place* buckets = nullptr;  // null: only `first`
    std::size_t mask = 0;  // number of buckets - 1
    Place first = 0;
    Waiting* pool = nullptr;
    std::uint32_t pool_capacity = 0;
    std::uint32_t pool_used = 0;
    std::size_t count = 0;
  };
  // The embedder's weak tables met in this cycle: address | mode, | unconcerned when the flip can leave it alone. Those in which
  // something is about to die are put aside beforehand, or at the flip, and cleared in slices.
  struct Discovered {
    std::uintptr_t* list = nullptr;
    std::size_t capacity = 0;
    std::size_t used = 0;
    std::size_t before_resurrection = 0;
    std::size_t seen = 0;       // in the cycle, once it is over
    std::size_t looked_at = 0;  // by prepare_flip
    Look look;
  };
  // A pass over one table that takes back the slots of what died or was removed. See src/clear.cpp.
  struct Walk {
    Table* table = nullptr;
    std::uint32_t read = 0;   // next slot to be looked at
    std::uint32_t write = 0;  // slots [0, write) are done; [write, read) are free
    bool put_off = false;     // for a step with more to spend
    std::uint32_t young = none;  // the first of those done that was stored since the last flip
  };
  // Key tables whose trace was put off. The next ones have been taken out of the set: their memory has been asked for.
  struct Late {
    static constexpr std::uint32_t room = 32;
    NumberSet numbers;
    std::size_t position = 0;  // where the set is looked at next
    Table* next[room];         // in a ring
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  // The targets of refs made since the last flip, in the generational mode: a minor cycle looks at no other records.
  struct Noted {
    gc::Cell** targets = nullptr;
    std::size_t capacity = 0;
    std::size_t used = 0;
    std::size_t at_flip = 0;  // what follows was noted since
  };
  enum class Stage : std::uint8_t { wash, records, tables, embedded, done };

  static constexpr std::uintptr_t unconcerned = 4;

  // What was made after the last flip bears this mark: it is alive even when its target was dead at the flip.
  std::uint8_t birth_mark() const { return weak::birth_mark(heap_); }
  // Has the edge been lost though it is not yet cleared?
  bool is_cut(const Ref* ref) const { return heap_.is_dead(ref->target) && ref->birth() != birth_mark(); }

  void* resize_raw(void* memory, std::size_t old_bytes, std::size_t new_bytes) const;  // null on failure

  // ref.cpp
  std::uint32_t find_record(const gc::Cell* target) const;
  void reserve_record();
  void rehash_records(std::uint32_t capacity);
  void remove_record(std::uint32_t slot);
  void settle_record(std::uint32_t slot);
  bool clear_records(std::size_t& budget);
  bool clear_noted_records(std::size_t& budget);
  void note(gc::Cell* target);
  void forget_noted();
  void cut(Ref* ref);
  Ref* new_ref(Kind kind, std::size_t bytes, const Slot& target, const Slot& callback);
  void link(Ref* ref);
  void forget_pending(Finalizer* finalizer);

  // ephemeron.cpp
  Place& bucket_of(const gc::Cell* key);
  static void fetch_cells(const Entry& e);
  void fetch_bucket(const Entry& e);
  Table* draw_late();
  void put(gc::Cell* cell) override;  // gc::LateCells
  gc::Cell* take() override;
  std::size_t count() const override { return late_.numbers.count() + late_.count; }
  Place& link_of(Place place);
  gc::Cell* key_of(Place place) const;
  std::size_t index_size() const { return index_.buckets == nullptr ? 0 : index_.mask + 1; }
  void entries_moved(Table* table, const Entry* old);
  bool grow_index(std::size_t entries);
  void wait(Table* table, std::uint32_t slot);
  void stored(Table* table, std::uint32_t slot);
  bool wash_index(std::size_t& budget);
  void put_discovered_aside(std::size_t from, bool revived);
  bool clear_discovered(std::size_t& budget);
  bool retrace_changed();
  void for_each_discovered(std::size_t from, void (*visit)(Registry&, gc::Cell*, Mode, const gc::Liveness&),
                           const gc::Liveness& liveness);

  // clear.cpp
  void fetch_tables(std::uint32_t position) const;
  bool clear_tables(const gc::Liveness& liveness, std::size_t& budget);
  std::uint32_t first_mortal(const Table* table) const;
  void begin_walk(Walk& walk, Table* table, std::uint32_t first);
  bool take_back_slots(Walk& walk, std::size_t& budget);
  void take_back_at_once(Walk& walk);
  bool run_walk(Walk& walk, std::size_t& budget);
  void finish_walk(Walk& walk, bool thorough);
  void settle(Table* table, std::uint32_t first);
  void shrink(Table* table);
  void release_number(Table* table);

  // lists.cpp
  void give_back();
  void shorten_records();
  void shorten_tables();
  void shorten_index();
  template <class Element, class Count>
  void shorten_list(Element** list, Count* capacity);

  static std::size_t trace_ref(gc::Cell* cell, gc::Visitor& visitor, std::size_t from);
  static std::size_t trace_finalizer(gc::Cell* cell, gc::Visitor& visitor, std::size_t from);
  static std::size_t trace_key_table(gc::Cell* cell, gc::Visitor& visitor, std::size_t from);
  static std::size_t trace_value_table(gc::Cell* cell, gc::Visitor& visitor, std::size_t from);
  static std::size_t trace_cursor(gc::Cell* cell, gc::Visitor& visitor, std::size_t from);

  gc::Heap& heap_;
  Embedder embedder_;
  gc::KindId first_kind_ = 0;
  bool dead_keys_show_ = false;        // in the embedder's tables, which know no test on reading
  bool resurrecting_ = false;          // between before_resurrection and after_resurrection
  bool missed_waiting_ = false;        // the pool could not grow: converge looks at the tables again
  bool waited_in_vain_ = false;        // at the last flip entries waited for keys that are dead
  bool modes_compared_ = false;        // in this cycle: retrace_changed
  bool missed_discovered_ = false;     // the list could not grow: the heap is walked instead
  bool thorough_ = false;              // this cycle gives back what it can, however long that takes
  Stage stage_ = Stage::done;
  std::uint32_t position_ = 0;         // within the stage
  gc::Liveness at_flip_{gc::no_color, 0};
  Walk walk_;
  std::uint64_t callbacks_made_ = 0;
  Ref* first_notice_ = nullptr;
  Ref* last_notice_ = nullptr;
  Finalizer* newest_finalizer_ = nullptr;
  Records records_;
  Tables tables_;
  Index index_;
  Discovered discovered_;
  Noted noted_;
  Late late_;
  bool missed_noting_ = false;  // there was no room
  bool looks_at_all_ = true;    // records, in the present cycle
  std::uint64_t cleared_ = 0;  // entries and refs, since the heap was made
};

}  // namespace weak
