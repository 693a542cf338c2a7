// SPDX-License-Identifier: MIT
// Ephemerons in linear time.
//
// An entry K => V of a table that has been traced stands in one of these states:
//   IDLE      V is not a cell, or is marked: nothing to do
//   RESOLVED  K is marked: V has been visited
//   WAITING   neither is marked: the entry is in the index under K, and K is watched
// When the heap tells that a watched K has been marked (watched_cell_marked), its entries go WAITING -> RESOLVED. An entry
// enters the index at most once in a cycle (each table's trace, or a store into a table already traced: stored), and
// leaves it at most once, so marking costs a constant per entry whatever the shape of the graph, nothing is scanned again,
// and the depth of a chain is the marker's stack's affair, not the C stack's. What still waits at the flip is dead.
//
// The index is an array of buckets by the key's address. For the room's own tables the links are in the entries, so
// waiting needs no memory; the array is enlarged when a table grows, and when that fails the chains are longer, no more.
// Slots do not change while marking (table.cpp); a table that grows takes its links along. The embedder's tables have no place for a link: their entries wait in a pool of key and
// value. When the pool cannot grow, converge() looks at those tables again each time marking has run out of work.
//
// Between the flip and the end of the cycle's resurrection (`resurrecting_`) a key that is marked is only revived: for
// `long` tables and the embedder's that is as good as reached, for the others the entry is dead.
#include <algorithm>

#include "table_access.hpp"
#include "weak/registry.hpp"

namespace weak {

namespace {
constexpr std::size_t trace_batch = 64;
constexpr std::size_t least_buckets = 64;
constexpr std::uint32_t buckets_per_unit = 32;
constexpr std::size_t ahead = 8;  // entries between the one looked at and the one whose memory is asked for

bool is_marked(const gc::Cell* cell) { return cell->color >= gc::grey; }
}  // namespace

void* Registry::resize_raw(void* memory, std::size_t old_bytes, std::size_t new_bytes) const {
  return heap_.reallocate(memory, old_bytes, new_bytes);
}

// --- the index --------------------------------------------------------------------------------------------------------------

Place& Registry::bucket_of(const gc::Cell* key) {
  if (index_.buckets == nullptr) return index_.first;
  return index_.buckets[place_of_address(reinterpret_cast<std::uintptr_t>(key), index_.mask)];
}

namespace {
bool is_pooled(Place place) { return (place & 1) != 0; }
Entry* entry_at(Place place) { return reinterpret_cast<Entry*>(place); }
}  // namespace

Place& Registry::link_of(Place place) {
  return is_pooled(place) ? index_.pool[place >> 1].next : entry_at(place)->wait;
}

gc::Cell* Registry::key_of(Place place) const {
  return is_pooled(place) ? index_.pool[place >> 1].key : entry_at(place)->key().cell;
}

// Looking at an entry touches its cells, and its bucket when it has to wait: memory is asked for in that order.
void Registry::fetch_cells(const Entry& e) {
  if (!e.value().has_cell()) return;
  __builtin_prefetch(e.key().cell);
  __builtin_prefetch(e.value().cell);
}

void Registry::fetch_bucket(const Entry& e) {
  if (!e.value().has_cell() || is_marked(e.value().cell) || is_marked(e.key().cell)) return;
  __builtin_prefetch(&bucket_of(e.key().cell));
}

// Buckets for so many entries; those that wait move over. Returns false, and changes nothing, without memory.
bool Registry::grow_index(std::size_t entries) {
  std::size_t wanted = std::bit_ceil(std::max(entries, least_buckets));
  std::size_t present = index_size();
  if (wanted <= present) return true;
  auto* buckets = static_cast<Place*>(resize_raw(nullptr, 0, wanted * sizeof(Place)));
  if (buckets == nullptr) return false;
  std::fill_n(buckets, wanted, Place{0});
  Place first = index_.first;
  Place* old = present == 0 ? &first : index_.buckets;
  index_.buckets = buckets;
  index_.mask = wanted - 1;
  index_.first = 0;
  if (index_.count != 0) {
    for (std::size_t i = 0; i < std::max<std::size_t>(present, 1); ++i) {
      for (Place place = old[i]; place != 0;) {
        Place& link = link_of(place);
        Place following = link;
        Place& bucket = bucket_of(key_of(place));
        link = bucket;
        bucket = place;
        place = following;
      }
    }
  }
  if (present != 0) resize_raw(old, present * sizeof(Place), 0);
  return true;
}

void Registry::wait(Table* table, std::uint32_t slot) {
  Entry& e = table->entries[slot];
  if ((e.waits & wait_listed) != 0) return;
  e.waits = (table->detail & table_long) != 0 ? wait_listed | wait_long : wait_listed;
  Place& bucket = bucket_of(e.key().cell);
  e.wait = bucket;
  bucket = reinterpret_cast<Place>(&e);
  ++index_.count;
  heap_.watch(e.key().cell);
}

void Registry::wait(gc::Cell* key, gc::Cell* value) {
  if (index_.pool_used == index_.pool_capacity) {
    std::size_t capacity = std::max<std::size_t>(index_.pool_capacity * std::size_t{2}, 64);
    void* pool = resize_raw(index_.pool, index_.pool_capacity * sizeof(Waiting), capacity * sizeof(Waiting));
    if (pool == nullptr || capacity > UINT32_MAX) {
      missed_waiting_ = true;
      return;
    }
    index_.pool = static_cast<Waiting*>(pool);
    index_.pool_capacity = static_cast<std::uint32_t>(capacity);
    grow_index(tables_.key_entries + capacity);
  }
  Place& bucket = bucket_of(key);
  index_.pool[index_.pool_used] = {key, value, bucket};
  bucket = Place{index_.pool_used++} << 1 | 1;
  ++index_.count;
  heap_.watch(key);
}

void Registry::watched_cell_marked(gc::Cell* cell, gc::Visitor& visitor) {
  Place* link = &bucket_of(cell);
  while (Place place = *link) {
    Place& behind = link_of(place);
    if (key_of(place) != cell) {
      link = &behind;
      continue;
    }
    *link = behind;
    --index_.count;
    if (is_pooled(place)) {
      visitor.visit(index_.pool[place >> 1].value);
      continue;
    }
    Entry* e = entry_at(place);
    bool is_long = (e->waits & wait_long) != 0;
    if (resurrecting_) {
      e->waits = 0;
      if (!is_long) continue;
    } else {
      e->waits = wait_over;
      e->birth = 0;
    }
    if (e->value().has_cell()) visitor.visit(e->value().cell);
  }
}

// The table's entries have moved from `old` to a larger block: those that wait are found in their buckets and replaced.
// While that is going on a chain may lead through both blocks, so a link of the old one is set in its copy too.
void Registry::entries_moved(Table* t, const Entry* old) {
  for (std::uint32_t i = 0; i < t->used; ++i) {
    if ((t->entries[i].waits & wait_listed) == 0) continue;
    auto before = reinterpret_cast<Place>(&old[i]);
    Place* link = &bucket_of(old[i].key().cell);
    Place holder = 0;
    while (*link != before) {
      holder = *link;
      link = &link_of(holder);
    }
    *link = reinterpret_cast<Place>(&t->entries[i]);
    std::size_t within = (holder - reinterpret_cast<Place>(old)) / sizeof(Entry);
    if (holder >= reinterpret_cast<Place>(old) && within < t->used && !is_pooled(holder)) t->entries[within].wait = *link;
  }
}

// After the flip the buckets are made empty again, a few at a time; the entries they led to are not looked at.
bool Registry::wash_index(std::size_t& budget) {
  index_.first = 0;
  std::size_t count = index_size();
  while (position_ < count) {
    if (budget == 0) return false;
    --budget;
    auto stop = static_cast<std::uint32_t>(std::min<std::size_t>(position_ + std::size_t{buckets_per_unit}, count));
    std::fill(index_.buckets + position_, index_.buckets + stop, Place{0});
    position_ = stop;
  }
  return true;
}

// --- key tables that were put off ----------------------------------------------------------------------------------------------
//
// Key tables are traced when there is nothing else to trace, by number: in the order in which they were made, which is that of their
// memory. Some are drawn ahead, and what their trace will touch is asked for, step by step.

// A few need no order.
void Registry::put(gc::Cell* cell) {
  auto* t = static_cast<Table*>(cell);
  if (late_.count < 2 * ahead && late_.numbers.count() == 0) {
    late_.next[(late_.first + late_.count++) % Late::room] = t;
  } else {
    late_.numbers.insert(t->number);
  }
}

Table* Registry::draw_late() {
  std::uint32_t number = late_.numbers.next(late_.position);
  if (number == NumberSet::none) number = late_.numbers.next(0);
  late_.numbers.erase(number);
  late_.position = std::size_t{number} + 1;
  Table* t = tables_.by_number[number];
  __builtin_prefetch(t);
  return t;
}

gc::Cell* Registry::take() {
  auto nth = [this](std::uint32_t n) -> Table*& { return late_.next[(late_.first + n) % Late::room]; };
  while (late_.count <= 3 * ahead && late_.numbers.count() != 0) nth(late_.count++) = draw_late();
  if (late_.count == 0) return nullptr;
  if (late_.count > 2 * ahead) {
    const Table* t = nth(2 * ahead);
    __builtin_prefetch(t->entries);
    __builtin_prefetch(reinterpret_cast<const char*>(t->entries) + sizeof(Entry) - 1);
  }
  if (late_.count > ahead && nth(ahead)->used != 0) fetch_cells(nth(ahead)->entries[0]);
  if (late_.count > ahead / 2 && nth(ahead / 2)->used != 0) fetch_bucket(nth(ahead / 2)->entries[0]);
  Table* t = nth(0);
  late_.first = (late_.first + 1) % Late::room;
  --late_.count;
  return t;
}

// --- tracing the room's tables -------------------------------------------------------------------------------------------------

namespace {
// What is stored in the slots before has become old, and so is what it refers to.
std::size_t first_to_trace(const Table* t, const gc::Visitor& visitor) {
  const gc::Heap& heap = visitor.heap();
  return heap.marking() && heap.minor() && !visitor.checking() ? TableAccess::first_young(t) : 0;
}
}  // namespace

std::size_t Registry::trace_key_table(gc::Cell* cell, gc::Visitor& visitor, std::size_t from) {
  auto* t = static_cast<Table*>(cell);
  Registry& self = *t->registry;
  const bool marks = !visitor.checking();
  if (from == 0) {
    if (visitor.put_off()) return gc::trace_complete;
    if (marks) {
      t->alive = 0;
      t->detail &= static_cast<std::uint8_t>(~table_waited);
    }
    from = first_to_trace(t, visitor);
  }
  const bool is_long = (t->detail & table_long) != 0;
  std::uint32_t alive = 0, waiting = 0;
  std::size_t i = from;
  for (; i < t->used; ++i) {
    if (i != from && i % trace_batch == 0 && visitor.slice_exhausted(trace_batch)) break;
    if (i + 2 * ahead < t->used) {
      fetch_cells(t->entries[i + 2 * ahead]);
      self.fetch_bucket(t->entries[i + ahead]);
    }
    Entry& e = t->entries[i];
    gc::Cell* key = e.key().cell;
    gc::Cell* value = e.value().cell;
    const bool holds = e.value().has_cell();
    if (holds && !self.resurrecting_ && marks && is_marked(key)) {  // mostly it was so before, and nothing has to be written
      if ((e.waits & wait_over) == 0) e.waits |= wait_over;
      if (e.birth != 0) e.birth = 0;
      ++alive;
      visitor.visit(value);
      continue;
    }
    if ((e.waits & wait_over) != 0 && marks) e.waits = 0;
    if (!holds) continue;
    if (!marks) {
      // While keys are revived, what one holds that has not been traced (and so not been told of) is still to be marked.
      bool due = self.resurrecting_ && (key->marks & gc::watched) != 0;
      if (!self.heap_.marking() && !due && !TableAccess::is_lost(t, e)) visitor.visit(value);
    } else if (is_marked(value)) {
    } else if (is_marked(key)) {
      if (is_long || self.at_flip_.reached(key)) visitor.visit(value);
    } else if (!self.resurrecting_ || is_long) {
      self.wait(t, static_cast<std::uint32_t>(i));
      ++waiting;
    }
  }
  if (marks && !self.resurrecting_) {
    t->alive += alive + waiting;
    if (waiting != 0) t->detail |= table_waited;
  }
  return i < t->used ? i : gc::trace_complete;
}

// A value table holds its keys.
std::size_t Registry::trace_value_table(gc::Cell* cell, gc::Visitor& visitor, std::size_t from) {
  auto* t = static_cast<Table*>(cell);
  if (from == 0) from = first_to_trace(t, visitor);
  for (std::size_t i = from; i < t->used; ++i) {
    if (i != from && i % trace_batch == 0 && visitor.slice_exhausted(trace_batch)) return i;
    const Entry& e = t->entries[i];
    if (e.value_tag == nil_tag || !e.key().has_cell()) continue;
    if (visitor.checking() && TableAccess::is_lost(t, e)) continue;
    visitor.visit(e.key().cell);
  }
  return gc::trace_complete;
}

std::size_t Registry::trace_cursor(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* cursor = static_cast<Cursor*>(cell);
  visitor.visit(cursor->table);
  visitor.visit(cursor->key);
  visitor.visit(cursor->value);
  return gc::trace_complete;
}

// The barrier of the tables: instead of tracing a whole table again for one entry, that entry is treated as its trace
// would have.
void Registry::stored(Table* t, std::uint32_t slot) {
  Kind kind = kind_of(t);
  if (kind != Kind::key_table && kind != Kind::value_table) return;  // the others hold nothing
  if (!is_marked(t)) return;
  const Entry& e = t->entries[slot];
  const Slot held = kind == Kind::value_table ? e.key() : e.value();
  if (!held.has_cell() || is_marked(held.cell)) return;
  if (!heap_.marking()) {
    heap_.barrier_any(t);
  } else if (kind == Kind::value_table || is_marked(e.key().cell)) {
    heap_.shade(held.cell);
  } else {
    wait(t, slot);
  }
}

// --- the embedder's tables ---------------------------------------------------------------------------------------------------------

void Registry::discovered(gc::Cell* table, Mode mode) {
  if (discovered_.used == discovered_.capacity) {
    std::size_t capacity = std::max<std::size_t>(discovered_.capacity * 2, 64);
    void* list = resize_raw(discovered_.list, discovered_.capacity * sizeof(std::uintptr_t),
                            capacity * sizeof(std::uintptr_t));
    if (list == nullptr) {
      missed_discovered_ = true;
      return;
    }
    discovered_.list = static_cast<std::uintptr_t*>(list);
    discovered_.capacity = capacity;
  }
  discovered_.list[discovered_.used++] = reinterpret_cast<std::uintptr_t>(table) | static_cast<std::uintptr_t>(mode);
}

void Registry::for_each_discovered(std::size_t from, void (*visit)(Registry&, gc::Cell*, Mode, const gc::Liveness&),
                                   const gc::Liveness& liveness) {
  for (std::size_t i = from; i < discovered_.used; ++i) {
    std::uintptr_t entry = discovered_.list[i];
    if ((entry & unconcerned) != 0) continue;
    visit(*this, reinterpret_cast<gc::Cell*>(entry & ~std::uintptr_t{7}), static_cast<Mode>(entry & 3), liveness);
  }
  if (!missed_discovered_) return;
  struct Context {
    Registry& self;
    void (*visit)(Registry&, gc::Cell*, Mode, const gc::Liveness&);
    const gc::Liveness& liveness;
  } context{*this, visit, liveness};
  heap_.for_each_cell(
      [](gc::Cell* cell, void* data) {
        auto& to = *static_cast<Context*>(data);
        if (!to.liveness.survives(cell)) return;
        Mode mode = to.self.embedder_.container->mode(to.self.heap_, cell);
        if (mode != Mode::none) to.visit(to.self, cell, mode, to.liveness);
      },
      &context);
}

// Without memory they are not, and lose what is dead at once. (Where the list is not complete the rest does so, too.)
void Registry::put_discovered_aside(std::size_t from, bool revived) {
  for (std::size_t i = from; i < discovered_.used; ++i) {
    std::uintptr_t entry = discovered_.list[i];
    if ((entry & unconcerned) != 0) continue;
    embedder_.container->put_aside(heap_, reinterpret_cast<gc::Cell*>(entry & ~std::uintptr_t{7}), static_cast<Mode>(entry & 3),
                                   revived);
  }
}

bool Registry::clear_discovered(std::size_t& budget) {
  while (position_ < discovered_.used) {
    if (budget == 0) return false;
    --budget;
    auto* table = reinterpret_cast<gc::Cell*>(discovered_.list[position_] & ~std::uintptr_t{7});
    if (!embedder_.container->clear_slice(table, budget)) return false;
    ++position_;
  }
  discovered_.seen = discovered_.used;
  discovered_.used = 0;
  return true;
}

// Looks for tables in which nothing is about to die. The others are put aside.
bool Registry::prepare_flip(std::size_t budget) {
  if (discovered_.looked_at == discovered_.used) return true;
  std::uintptr_t& entry = discovered_.list[discovered_.looked_at];
  auto* table = reinterpret_cast<gc::Cell*>(entry & ~std::uintptr_t{7});
  Seen seen = embedder_.container->look(table, static_cast<Mode>(entry & 3), discovered_.look, budget);
  if (seen == Seen::part) return false;
  if (seen == Seen::all_marked) entry |= unconcerned;
  if (seen == Seen::unmarked) embedder_.container->put_aside(heap_, table, static_cast<Mode>(entry & 3), false);
  discovered_.look = {};
  return ++discovered_.looked_at == discovered_.used;
}

// At the flip: a table whose mode has changed since it was traced is traced again, as what it is now; what it did not hold it may
// hold. Those in which nothing is about to die are not looked at. Where the list is not complete nobody knows what had which mode.
bool Registry::retrace_changed() {
  if (modes_compared_) return false;
  modes_compared_ = true;
  bool found = false;
  for (std::size_t i = 0, end = discovered_.used; i < end; ++i) {
    std::uintptr_t& entry = discovered_.list[i];
    if ((entry & unconcerned) != 0) continue;
    auto* table = reinterpret_cast<gc::Cell*>(entry & ~std::uintptr_t{7});
    if (embedder_.container->mode(heap_, table) == static_cast<Mode>(entry & 3)) continue;
    std::size_t endless_budget = SIZE_MAX;
    embedder_.container->clear_slice(table, endless_budget);  // no longer aside: nothing is dead yet
    entry |= unconcerned;
    heap_.trace_again(table);
    found = true;
  }
  if (!missed_discovered_) return found;
  heap_.for_each_cell(
      [](gc::Cell* cell, void* data) {
        auto& self = *static_cast<Registry*>(data);
        const Container& container = *self.embedder_.container;
        if (cell->color != gc::black) return;
        if (container.mode(self.heap_, cell) != Mode::none || container.can_have_been_weak(cell)) self.heap_.trace_again(cell);
      },
      this);
  return true;
}

bool Registry::traced_otherwise(const gc::Cell* table, Mode mode) const {
  for (std::size_t i = 0; i < discovered_.used; ++i) {
    std::uintptr_t entry = discovered_.list[i];
    if ((entry & ~std::uintptr_t{7}) == reinterpret_cast<std::uintptr_t>(table)) return static_cast<Mode>(entry & 3) != mode;
  }
  return missed_discovered_;
}

bool Registry::converge(gc::Visitor& visitor) {
  if (heap_.marking() && embedder_.container != nullptr && retrace_changed()) return true;
  if (!missed_waiting_) return false;
  struct Context {
    Container& container;
    gc::Visitor& visitor;
    bool found;
  } context{*embedder_.container, visitor, false};
  heap_.for_each_cell(
      [](gc::Cell* cell, void* data) {
        auto& to = *static_cast<Context*>(data);
        if (!is_marked(cell) || to.container.mode(to.visitor.heap(), cell) != Mode::keys) return;
        if (to.container.converge(cell, to.visitor)) to.found = true;
      },
      &context);
  return context.found;
}

}  // namespace weak
