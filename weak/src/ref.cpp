// SPDX-License-Identifier: MIT
// Refs, proxies, finalizers, and the queue of notices.
//
// Each cell that refs lead to has a record: the head of the list of its refs, in an open-addressed table by the cell's
// address (the cell's mark has_weak_edges says that it has one). A shared ref stands at the head, the others follow newest
// first. The list holds no ref alive. After the flip the records are looked through in slices: dead refs leave their list,
// refs whose target died lose it and, when they have a callback, join the queue of notices, which holds them.
#include "weak/ref.hpp"

#include <algorithm>
#include <cstring>

#include "gc/allocate.hpp"
#include "table_access.hpp"
#include "weak/registry.hpp"

namespace weak {

// --- records --------------------------------------------------------------------------------------------------------------

namespace {
std::uint32_t home_of(const gc::Cell* target, std::uint32_t capacity) {
  auto address = reinterpret_cast<std::uintptr_t>(target);
  return static_cast<std::uint32_t>((address * hash_multiplier) >> shift_for(capacity));
}
}  // namespace

// The slot of the target's record, or the free one where it would stand. There must be a free slot.
std::uint32_t Registry::find_record(const gc::Cell* target) const {
  std::uint32_t i = home_of(target, records_.capacity);
  while (records_.slots[i] != nullptr && records_.slots[i]->target != target) i = (i + 1) & (records_.capacity - 1);
  return i;
}

void Registry::rehash_records(std::uint32_t capacity) {
  auto* slots = static_cast<Ref**>(heap_.allocate_storage(capacity * sizeof(Ref*)));
  Records old = records_;  // what the allocation may have left of them
  records_.slots = slots;
  records_.capacity = capacity;
  records_.bytes = capacity * sizeof(Ref*);
  std::fill_n(slots, capacity, nullptr);
  for (std::uint32_t i = 0; i < old.capacity; ++i) {
    if (old.slots[i] != nullptr) slots[find_record(old.slots[i]->target)] = old.slots[i];
  }
  heap_.free_storage(old.slots, old.bytes);
  if (stage_ == Stage::records) position_ = 0;
}

// Room for one more record, at most two thirds full.
void Registry::reserve_record() {
  if (records_.count + 1 > records_.capacity - records_.capacity / 3) {
    rehash_records(records_.capacity == 0 ? 16 : records_.capacity * 2);
  }
}

// Records behind it that are not at home move up; what clear_records has passed is never moved behind its position.
void Registry::remove_record(std::uint32_t slot) {
  std::uint32_t mask = records_.capacity - 1;
  --records_.count;
  for (std::uint32_t i = (slot + 1) & mask; records_.slots[i] != nullptr; i = (i + 1) & mask) {
    std::uint32_t home = home_of(records_.slots[i]->target, records_.capacity);
    if (((i - home) & mask) < ((i - slot) & mask)) continue;
    records_.slots[slot] = records_.slots[i];
    slot = i;
  }
  records_.slots[slot] = nullptr;
}

// The target is dead to the ref: forget it, and give notice when there is somebody to tell.
void Registry::cut(Ref* ref) {
  ref->set_target(Slot::nil());
  ref->set_next(nullptr);
  ++cleared_;
  if (ref->callback().is_nil()) return;
  if (heap_.is_dead(ref)) {  // revived for a finalizer, but dead itself: calls nobody
    ref->set_callback(Slot::nil());
    if (ref->has(Ref::pending)) forget_pending(static_cast<Finalizer*>(ref));
    return;
  }
  ref->set(Ref::waiting);
  if (last_notice_ == nullptr) {
    first_notice_ = ref;
  } else {
    last_notice_->set_next(ref);
    heap_.barrier(last_notice_, ref);
  }
  last_notice_ = ref;
  if (embedder_.notify != nullptr) embedder_.notify(heap_);
}

namespace {
// A list that refs are moved to, in their order.
struct RefList {
  Ref* first = nullptr;
  Ref* last = nullptr;

  void append(Ref* ref) {
    if (last == nullptr) first = ref; else last->set_next(ref);
    last = ref;
  }
  void end() {
    if (last != nullptr) last->set_next(nullptr);
  }
};
}  // namespace

// Takes out of one list what is dead. The record goes when the list is empty.
void Registry::settle_record(std::uint32_t slot) {
  const gc::Liveness liveness = heap_.liveness();
  gc::Cell* target = records_.slots[slot]->target;
  bool dead = heap_.is_dead(target);
  RefList kept, cut_refs;
  for (Ref* ref = records_.slots[slot]; ref != nullptr;) {
    Ref* following = ref->next();
    if (!liveness.survives(ref)) {
      // unlinked by not being kept
    } else if (dead && ref->birth() != birth_mark()) {
      cut_refs.append(ref);
    } else {
      if (ref->birth() != birth_mark()) ref->set_birth(0);
      kept.append(ref);
    }
    ref = following;
  }
  kept.end();
  cut_refs.end();
  if (kept.first != nullptr) {
    records_.slots[slot] = kept.first;
  } else {
    target->marks &= static_cast<std::uint8_t>(~gc::has_weak_edges);
    remove_record(slot);
  }
  while (Ref* ref = cut_refs.first) {
    cut_refs.first = ref->next();
    cut(ref);
  }
}

bool Registry::clear_records(std::size_t& budget) {
  while (position_ < records_.capacity) {
    if (budget == 0) return false;
    --budget;
    Ref* head = records_.slots[position_];
    if (head != nullptr) {
      std::uint32_t count = records_.count;
      settle_record(position_);
      if (records_.count != count) continue;  // another record may have moved here
    }
    ++position_;
  }
  return true;
}

// In a minor cycle a ref that was there at the flip before is old, and so is its target.
bool Registry::clear_noted_records(std::size_t& budget) {
  for (; position_ < noted_.at_flip; ++position_) {
    if (budget == 0) return false;
    --budget;
    gc::Cell* target = noted_.targets[position_];
    if ((target->marks & gc::has_weak_edges) != 0) settle_record(find_record(target));
  }
  return true;
}

void Registry::note(gc::Cell* target) {
  if (!heap_.generational() && !heap_.keeps_old()) return;
  if (noted_.used == noted_.capacity) {
    std::size_t capacity = std::max<std::size_t>(noted_.capacity * 2, 64);
    void* targets = resize_raw(noted_.targets, noted_.capacity * sizeof(gc::Cell*), capacity * sizeof(gc::Cell*));
    if (targets == nullptr) {
      missed_noting_ = true;
      return;
    }
    noted_.targets = static_cast<gc::Cell**>(targets);
    noted_.capacity = capacity;
  }
  noted_.targets[noted_.used++] = target;
}

// Those noted before the flip, when all is cleared.
void Registry::forget_noted() {
  noted_.used -= noted_.at_flip;
  if (noted_.used != 0) std::memmove(noted_.targets, noted_.targets + noted_.at_flip, noted_.used * sizeof(gc::Cell*));
  noted_.at_flip = 0;
}

// --- making refs ------------------------------------------------------------------------------------------------------------

Ref* Registry::new_ref(Kind kind, std::size_t bytes, const Slot& target, const Slot& callback) {
  auto id = static_cast<gc::KindId>(first_kind_ + static_cast<unsigned>(kind));
  auto* ref = static_cast<Ref*>(heap_.allocate(id, bytes));
  ref->extra = 0;
  ref->set_birth(birth_mark());
  ref->set_callback(callback);
  if (!callback.is_nil()) ++callbacks_made_;
  ref->set_target(target);
  ref->set_next(nullptr);
  return ref;
}

// Nothing is allocated between the making of a ref and its linking: there is room (reserve_record came first, and what the
// allocation of the cell may have cleared leaves room).
void Registry::link(Ref* ref) {
  if (heap_.is_dead(ref->target) && (ref->target->marks & gc::has_weak_edges) != 0) {
    settle_record(find_record(ref->target));  // the older refs are lost; this one is not
  }
  note(ref->target);
  std::uint32_t slot = find_record(ref->target);
  Ref* head = records_.slots[slot];
  if (head == nullptr) {
    ++records_.count;
    ref->target->marks |= gc::has_weak_edges;
    records_.slots[slot] = ref;
  } else if (kind_of(ref) != Kind::shared_ref && kind_of(head) == Kind::shared_ref) {
    ref->set_next(head->next());
    head->set_next(ref);
  } else {
    ref->set_next(head);
    records_.slots[slot] = ref;
  }
}

Ref* Registry::shared_ref(const Slot& target) {
  if ((target.cell->marks & gc::has_weak_edges) != 0) {
    Ref* head = records_.slots[find_record(target.cell)];
    // One that died at the flip stays dead, though it is still listed: nobody can have it to compare with. Revived it does not.
    if (heap_.is_dead(head)) heap_.finish_reviving();
    if (kind_of(head) == Kind::shared_ref && !is_cut(head) && heap_.liveness().survives(head)) {
      heap_.shade(head);
      return head;
    }
  }
  reserve_record();
  Ref* ref = new_ref(Kind::shared_ref, sizeof(Ref), target, Slot::nil());
  link(ref);
  return ref;
}

Ref* Registry::make_ref(const Slot& target, const Slot& callback) {
  reserve_record();
  Ref* ref = new_ref(Kind::ref, sizeof(Ref), target, callback);
  link(ref);
  return ref;
}

Ref* Registry::make_proxy(const Slot& target, const Slot& callback) {
  reserve_record();
  Ref* ref = new_ref(Kind::proxy, sizeof(Ref), target, callback);
  link(ref);
  return ref;
}

Ref* Registry::make_handle(const Slot& target) {
  Ref* ref = make_ref(target, Slot::nil());
  ref->set(Ref::handle);
  heap_.pin(ref);
  return ref;
}

// It never became old.
void Registry::release_handle(Ref* ref) {
  ref->marks &= static_cast<std::uint8_t>(~gc::pinned);
  if (ref->target != nullptr && !heap_.is_dead(ref->target)) note(ref->target);
}

Slot Registry::referent(const Ref* ref) const {
  if (!is_alive(ref)) return Slot::nil();
  heap_.shade(ref->target);
  return Slot::of(ref->target, static_cast<std::uint8_t>(ref->target_tag));
}

std::size_t Registry::refs_of(const gc::Cell* target, void (*visit)(Ref*, void*), void* context) const {
  if ((target->marks & gc::has_weak_edges) == 0) return 0;
  heap_.finish_reviving();
  const gc::Liveness liveness = heap_.liveness();
  std::size_t count = 0;
  for (Ref* ref = records_.slots[find_record(target)]; ref != nullptr; ref = ref->next()) {
    if (type_of(ref) != Type::ref || ref->has(Ref::handle) || !liveness.survives(ref) || is_cut(ref)) continue;
    ++count;
    if (visit == nullptr) continue;
    heap_.shade(ref);
    visit(ref, context);
  }
  return count;
}

// --- finalizers ---------------------------------------------------------------------------------------------------------------

Finalizer* Registry::make_finalizer(const Slot& target, const Slot& action, bool at_exit) {
  reserve_record();
  auto* finalizer = static_cast<Finalizer*>(new_ref(Kind::finalizer, sizeof(Finalizer), target, action));
  finalizer->set(Ref::pending);
  if (at_exit) finalizer->set(Ref::at_exit);
  finalizer->newer = nullptr;
  finalizer->older = newest_finalizer_;
  if (newest_finalizer_ != nullptr) newest_finalizer_->newer = finalizer;
  newest_finalizer_ = finalizer;
  link(finalizer);
  return finalizer;
}

void Registry::forget_pending(Finalizer* finalizer) {
  if (!finalizer->has(Ref::pending)) return;
  finalizer->reset(Ref::pending);
  Finalizer* newer = finalizer->newer;
  Finalizer* older = finalizer->older;
  if (newer == nullptr) {
    newest_finalizer_ = older;
  } else {
    newer->older = older;
    if (older != nullptr) heap_.barrier(newer, older);
  }
  if (older != nullptr) older->newer = newer;
}

Slot Registry::take_action(Finalizer* finalizer) {
  Slot action = finalizer->callback();
  finalizer->set_callback(Slot::nil());
  forget_pending(finalizer);
  return action;
}

Finalizer* Registry::newest_at_exit() {
  while (newest_finalizer_ != nullptr && !newest_finalizer_->has(Ref::at_exit)) take_action(newest_finalizer_);
  return newest_finalizer_;
}

// --- notices ------------------------------------------------------------------------------------------------------------------

Ref* Registry::pop_notice(Slot* callback) {
  while (Ref* ref = first_notice_) {
    first_notice_ = ref->next();
    if (first_notice_ == nullptr) last_notice_ = nullptr;
    ref->set_next(nullptr);
    ref->reset(Ref::waiting);
    *callback = ref->callback();
    ref->set_callback(Slot::nil());
    if (ref->has(Ref::pending)) forget_pending(static_cast<Finalizer*>(ref));
    if (!callback->is_nil()) return ref;
  }
  return nullptr;
}

// --- tracing ------------------------------------------------------------------------------------------------------------------

// A ref holds its callback, and in the queue the next notice.
std::size_t Registry::trace_ref(gc::Cell* cell, gc::Visitor& visitor, std::size_t) {
  auto* ref = static_cast<Ref*>(cell);
  if (ref->callback().has_cell()) visitor.visit(ref->callback().cell);
  if (ref->has(Ref::waiting)) visitor.visit(ref->next());
  return gc::trace_complete;
}

std::size_t Registry::trace_finalizer(gc::Cell* cell, gc::Visitor& visitor, std::size_t from) {
  auto* finalizer = static_cast<Finalizer*>(cell);
  if (finalizer->has(Ref::pending)) visitor.visit(finalizer->older);
  return trace_ref(cell, visitor, from);
}

}  // namespace weak
