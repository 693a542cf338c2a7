// SPDX-License-Identifier: MIT
// The Registry's part in the collector's cycle.
#include "weak/registry.hpp"

#include "table_access.hpp"

namespace weak {

namespace {

std::size_t size_of_ref(const gc::Cell*) { return sizeof(Ref); }
std::size_t size_of_finalizer(const gc::Cell*) { return sizeof(Finalizer); }
std::size_t size_of_table(const gc::Cell*) { return sizeof(Table); }
std::size_t size_of_cursor(const gc::Cell*) { return sizeof(Cursor); }

std::size_t storage_of_table(const gc::Cell* cell) { return block_bytes(static_cast<const Table*>(cell)); }

void destroy_table(gc::Cell* cell, gc::Heap& heap) {
  auto* t = static_cast<Table*>(cell);
  if (t->capacity != 0) heap.free_storage(buckets_of(t), block_bytes(t));
}

}  // namespace

Registry::Registry(gc::Heap& heap, Embedder embedder) : heap_(heap), embedder_(embedder) {
  // ORDER WeakKind. Leaves hold nothing and are freed without being looked at.
  static constexpr gc::Kind kinds[kind_count] = {
      {"weakref", size_of_ref, nullptr, nullptr},
      {"weakref with callback", size_of_ref, trace_ref, nullptr},
      {"weakproxy", size_of_ref, trace_ref, nullptr},
      {"weakfinalizer", size_of_finalizer, trace_finalizer, nullptr},
      {"weakkeytable", size_of_table, trace_key_table, destroy_table, false, nullptr, storage_of_table},
      {"weakvaluetable", size_of_table, trace_value_table, destroy_table, false, nullptr, storage_of_table},
      {"weakkvtable", size_of_table, nullptr, destroy_table, false, nullptr, storage_of_table},
      {"weakset", size_of_table, nullptr, destroy_table, false, nullptr, storage_of_table},
      {"weak cursor", size_of_cursor, trace_cursor, nullptr},
  };
  for (unsigned i = 0; i < kind_count; ++i) {
    gc::KindId id = heap_.add_kind(kinds[i], i == static_cast<unsigned>(Kind::key_table) ? this : nullptr);
    if (i == 0) first_kind_ = id;
  }
  heap_.add_client(*this);
  heap_.add_roots(*this);
}

Registry::~Registry() {
  heap_.remove_roots(*this);
  heap_.free_storage(records_.slots, records_.bytes);
  heap_.free_storage(tables_.by_number, Tables::bytes(tables_.capacity));
  if (index_.buckets != nullptr) resize_raw(index_.buckets, index_size() * sizeof(Place), 0);
  if (index_.pool != nullptr) resize_raw(index_.pool, index_.pool_capacity * sizeof(Waiting), 0);
  if (noted_.targets != nullptr) resize_raw(noted_.targets, noted_.capacity * sizeof(gc::Cell*), 0);
  if (discovered_.list != nullptr) resize_raw(discovered_.list, discovered_.capacity * sizeof(std::uintptr_t), 0);
}

// The notices that wait, and the finalizers that have not run: each list is held by its head and linked by its members.
void Registry::visit_roots(gc::Visitor& visitor) {
  visitor.visit(first_notice_);
  visitor.visit(newest_finalizer_);
}

void Registry::cycle_started() {
  missed_waiting_ = false;
  missed_discovered_ = false;
  modes_compared_ = false;
  discovered_.looked_at = 0;
  discovered_.look = {};
}

// The instant of death for every edge of this room: what was made before it and leads to a cell that is not marked is lost
// from now on (is_cut, TableAccess::is_lost), though the storage is taken back later. The embedder's tables that
// could not be put aside know no such test and lose their dead values here.
void Registry::before_resurrection(const gc::Liveness& liveness) {
  resurrecting_ = true;
  at_flip_ = liveness;
  dead_keys_show_ = false;
  waited_in_vain_ = index_.count != 0;
  noted_.at_flip = noted_.used;
  looks_at_all_ = !heap_.minor() || missed_noting_;
  missed_noting_ = false;
  discovered_.before_resurrection = discovered_.used;
  put_discovered_aside(0, false);
  for_each_discovered(
      0,
      [](Registry& self, gc::Cell* table, Mode mode, const gc::Liveness& live) {
        if (self.embedder_.container->is_put_aside(table)) return;
        if (weak_values(mode)) self.embedder_.container->drop_values(table, live);
        if (weak_keys(mode)) self.dead_keys_show_ |= self.embedder_.container->has_dead_keys(table, live);
      },
      liveness);
}

// Only now do the embedder's tables lose the keys of objects with finalizers; tables that were themselves revived lose
// what is not.
void Registry::after_resurrection(const gc::Liveness& liveness) {
  resurrecting_ = false;
  put_discovered_aside(discovered_.before_resurrection, true);
  for_each_discovered(
      0,
      [](Registry& self, gc::Cell* table, Mode mode, const gc::Liveness& live) {
        if (!self.embedder_.container->is_put_aside(table) && weak_keys(mode)) self.embedder_.container->drop_keys(table, live);
      },
      liveness);
  for_each_discovered(
      discovered_.before_resurrection,
      [](Registry& self, gc::Cell* table, Mode mode, const gc::Liveness& live) {
        if (!self.embedder_.container->is_put_aside(table) && weak_values(mode)) {
          self.embedder_.container->drop_values(table, live);
        }
      },
      liveness);
  stage_ = index_.count == 0 ? Stage::records : Stage::wash;  // what no longer waits has been taken out of its bucket
  index_.count = 0;
  position_ = 0;
}

bool Registry::clear_slice(const gc::Liveness& liveness, std::size_t budget) {
  if (budget > endless) thorough_ = true;
  auto next = [this](Stage stage) {
    stage_ = stage;
    position_ = 0;
  };
  if (stage_ == Stage::wash && wash_index(budget)) next(Stage::records);
  if (stage_ == Stage::records && (looks_at_all_ ? clear_records(budget) : clear_noted_records(budget))) next(Stage::tables);
  if (stage_ == Stage::tables && clear_tables(liveness, budget)) {
    forget_noted();
    next(Stage::embedded);
  }
  if (stage_ == Stage::embedded && clear_discovered(budget)) next(Stage::done);
  return stage_ == Stage::done;
}

void Registry::cycle_finished() { give_back(); }

}  // namespace weak
