// SPDX-License-Identifier: MIT
// Veiled tables: reading, storing, clearing.
#include "value/table_veil.hpp"

#include <algorithm>
#include <cstring>

namespace rt {

namespace {

constexpr std::size_t ahead = 12;  // entries whose cells are asked for before they are looked at

bool is_mortal(const Value& v) { return v.tag >= Tag::table; }

bool has_died(const Veil& veil, const Value& value) {
  if (!is_mortal(value)) return false;
  return veil.revived ? !veil.heap->liveness().survives(value.cell()) : veil.heap->is_dead(value.cell());
}

// Since the flip. Before, nobody has died.
bool deaths_are_known(const Veil& veil) { return !veil.heap->marking(); }

bool is_lost(const Veil& veil, std::size_t entry, const Value& value) {
  return veil.weak_values && !veil.is_settled(entry) && has_died(veil, value);
}

// The value is handed out, or about to be replaced: it counts as it is from now on. A dead one goes.
void settle_value(Veil& veil, std::size_t entry, Value* value) {
  if (!veil.weak_values || !deaths_are_known(veil)) return;
  if (is_lost(veil, entry, *value)) value->set_nil();
  veil.settle(entry);
}

// Who wants to know whether a dead key will survive has the reviving done.
bool has_lost_key(const Veil& veil, const Node& n) {
  if (!veil.weak_keys || n.key_tag < Tag::table || n.key_tag == Tag::dead_key) return false;
  if (veil.heap->liveness().survives(n.key_payload.cell)) return false;
  veil.heap->finish_reviving();
  return !veil.heap->liveness().survives(n.key_payload.cell);
}

void clear_entry(Veil& veil, std::size_t entry) {
  if (entry < veil.array_size) {
    if (is_lost(veil, entry, veil.array[entry])) veil.array[entry].set_nil();
    return;
  }
  Node& n = veil.nodes[entry - veil.array_size];
  if (n.value_tag == Tag::nil || is_lost(veil, entry, *n.value()) || has_lost_key(veil, n)) remove_entry(n);
}

void fetch(const Value& v) {
  if (is_mortal(v)) __builtin_prefetch(v.cell());
}

void fetch_entry(const Veil& veil, std::size_t entry) {
  if (entry < veil.array_size) return fetch(veil.array[entry]);
  Node& n = veil.nodes[entry - veil.array_size];
  if (veil.weak_values) fetch(*n.value());
  if (veil.weak_keys && n.key_tag != Tag::dead_key) fetch(n.key());
}

void take_off(Table* t) {
  Veil* veil = veil_of(t);
  Uncovered::uncover(t, veil);
  veil->heap->reallocate(veil, veil->bytes, 0);
}

}  // namespace

bool veil(gc::Heap& heap, Table* t, bool weak_keys, bool weak_values, bool revived) {
  std::size_t entries = t->array_size() + node_count(t);
  std::size_t words = weak_values ? (entries + 63) / 64 : 0;
  std::size_t bytes = sizeof(Veil) + words * sizeof(std::uint64_t);
  auto* made = static_cast<Veil*>(heap.reallocate(nullptr, 0, bytes));
  if (made == nullptr) return false;
  made->heap = &heap;
  made->array = t->array;
  made->nodes = t->nodes;
  made->array_size = t->array_size();
  made->node_mask = t->node_mask;
  made->weak_keys = weak_keys;
  made->weak_values = weak_values;
  made->revived = revived;
  made->position = 0;
  made->bytes = bytes;
  std::memset(made->settled, 0, words * sizeof(std::uint64_t));
  Uncovered::cover(t, made);
  return true;
}

bool clear_veiled(Table* t, std::size_t& budget) {
  Veil& veil = *veil_of(t);
  std::size_t end = veil.entry_count();
  std::size_t stop = veil.position + std::min(budget, end - veil.position);
  budget -= stop - veil.position;
  for (; veil.position < stop; ++veil.position) {
    if (veil.position + ahead < end) fetch_entry(veil, veil.position + ahead);
    clear_entry(veil, veil.position);
  }
  if (stop != end) return false;
  take_off(t);
  return true;
}

void lift_veil(Table* t) {
  if (!deaths_are_known(*veil_of(t))) return take_off(t);
  std::size_t budget = SIZE_MAX;
  clear_veiled(t, budget);
}

void drop_veil(Table* t) { take_off(t); }

const Value* veiled_get(const Table* t, const Value& key) {
  Veil& veil = *veil_of(t);
  const Value* slot;
  {
    Uncovered parts(t);
    slot = get(t, key);
  }
  if (slot == &absent) return slot;
  bool in_array = slot >= veil.array && slot < veil.array + veil.array_size;
  auto entry = in_array ? static_cast<std::size_t>(slot - veil.array)
                        : veil.array_size + static_cast<std::size_t>(reinterpret_cast<const Node*>(slot) - veil.nodes);
  settle_value(veil, entry, const_cast<Value*>(slot));
  return slot;
}

// The entry in the way may move behind the place the clearing has come to: it is looked at before.
Value* veiled_insert(Table* t, const Value& key) {
  Veil& veil = *veil_of(t);
  Value* slot = nullptr;
  if (veil.nodes != &empty_node) {
    std::size_t main, before, after;
    bool was_settled = false;
    {
      Uncovered parts(t);
      main = static_cast<std::size_t>(main_node(t, key) - t->nodes);
      before = block_of(t).free_cursor;
    }
    if (veil.heap->phase() == gc::Phase::clearing) clear_entry(veil, veil.array_size + main);
    if (veil.weak_values) was_settled = veil.is_settled(veil.array_size + main);
    {
      Uncovered parts(t);
      slot = place_key(*veil.heap, t, key);
      after = block_of(t).free_cursor;
    }
    if (slot != nullptr && veil.weak_values) {
      auto placed = static_cast<std::size_t>(reinterpret_cast<Node*>(slot) - veil.nodes);
      if (after != before && placed == main) veil.settle(veil.array_size + after, was_settled);  // the other one moved there
      veil.settle(veil.array_size + placed, deaths_are_known(veil));
    }
  }
  if (slot == nullptr) lift_veil(t);
  return slot;
}

std::uint64_t veiled_length(Table* t) {
  auto is_nil = [&](std::uint64_t key) { return veiled_get(t, Value::integer(static_cast<std::int64_t>(key)))->is_nil(); };
  std::uint64_t low = veil_of(t)->array_size;
  std::uint64_t high = low + 1;
  if (low != 0 && is_nil(low)) {
    high = low;
    low = 0;
  } else {
    constexpr std::uint64_t last = INT64_MAX;
    while (!is_nil(high)) {
      low = high;
      if (high == last) return last;
      high = high > last / 2 ? last : high * 2;
    }
  }
  while (high - low > 1) {
    std::uint64_t middle = low + (high - low) / 2;
    (is_nil(middle) ? high : low) = middle;
  }
  return low;
}

std::uint64_t veiled_next_position(Table* t, std::uint64_t position, Value* key, Value* value) {
  Veil& veil = *veil_of(t);
  for (std::size_t end = veil.entry_count(); position < end; ++position) {
    if (deaths_are_known(veil)) clear_entry(veil, position);
    bool in_array = position < veil.array_size;
    Node* n = in_array ? nullptr : &veil.nodes[position - veil.array_size];
    const Value& v = in_array ? veil.array[position] : *n->value();
    if (v.is_nil()) continue;
    *key = in_array ? Value::integer(static_cast<std::int64_t>(position + 1)) : n->key();
    *value = v;
    return position + 1;
  }
  return 0;
}

}  // namespace rt
