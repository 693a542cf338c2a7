// SPDX-License-Identifier: MIT
// `__mode` tables as weak::Container, with Lua 5.4's rules: strings are values, never removed; entries with dead values go
// before finalizers run, entries with dead keys after; a table with weak keys only is an ephemeron table.
#include "memory/weak_mode.hpp"

#include <algorithm>
#include <cstring>

#include "memory/global_state.hpp"
#include "memory/kinds.hpp"
#include "value/table_veil.hpp"
#include "vm/safepoint.hpp"

namespace rt {

namespace {

constexpr std::size_t trace_batch = 64;
constexpr std::size_t units_per_ephemeron = 4;  // its key and its value are looked at, wherever they lie
constexpr std::size_t ahead = 12;  // entries whose cells are asked for before they are looked at

bool is_mortal(const Value& v) { return v.tag >= Tag::table; }
bool is_unmarked(const Value& v) { return is_mortal(v) && v.cell()->color <= gc::white_odd; }
bool is_dead(const Value& v, const gc::Liveness& liveness) { return is_mortal(v) && !liveness.survives(v.cell()); }
void visit_string(gc::Visitor& visitor, const Value& v) {
  if (v.is_string()) visitor.visit(v.cell());
}

void fetch(const Value& v) {
  if (is_mortal(v)) __builtin_prefetch(v.cell());
}
void fetch_values(const Table* t, std::size_t node) {
  if (node < node_count(t)) fetch(*t->nodes[node].value());
}
void fetch_keys(const Table* t, std::size_t node) {
  if (node < node_count(t) && t->nodes[node].key_tag != Tag::dead_key) fetch(t->nodes[node].key());
}

void fetch_ephemeron(const Table* t, std::size_t node) {
  fetch_keys(t, node);
  fetch_values(t, node);
}

// Values are not held. Keys are.
void trace_weak_values(gc::Visitor& visitor, Node& n) {
  visit_value(visitor, n.key());
  visit_string(visitor, *n.value());
}

void trace_ephemeron(GlobalState& state, gc::Visitor& visitor, Node& n) {
  if (!is_mortal(n.key())) {
    visit_value(visitor, n.key());
    visit_value(visitor, *n.value());
  } else if (visitor.checking()) {
    if (!state.heap.marking() && state.heap.liveness().survives(n.key_payload.cell)) visit_value(visitor, *n.value());
  } else if (n.value()->has_cell() && !visitor.is_marked(n.value()->cell())) {
    if (visitor.is_marked(n.key_payload.cell)) {
      visitor.visit(n.value()->cell());
    } else {
      state.weak.wait(n.key_payload.cell, n.value()->cell());
    }
  }
}

void trace_all_weak(gc::Visitor& visitor, Node& n) {
  visit_string(visitor, n.key());
  visit_string(visitor, *n.value());
}

void trace_node(GlobalState& state, WeakMode mode, gc::Visitor& visitor, Node& n) {
  if (n.value_tag == Tag::nil) {
    if (!visitor.checking()) remove_entry(n);
  } else if (mode == WeakMode::values) {
    trace_weak_values(visitor, n);
  } else if (mode == WeakMode::keys) {
    trace_ephemeron(state, visitor, n);
  } else {
    trace_all_weak(visitor, n);
  }
}

void trace_slot(WeakMode mode, gc::Visitor& visitor, const Value& v) {
  if (mode == WeakMode::keys) {
    visit_value(visitor, v);
  } else {
    visit_string(visitor, v);
  }
}

class ModeTables final : public weak::Container {
 public:
  WeakMode mode(gc::Heap& heap, gc::Cell* cell) const override {
    return is_table_kind(cell->kind) ? weak_mode_of(state_of(heap), static_cast<Table*>(cell)) : WeakMode::none;
  }

  void drop_values(gc::Cell* cell, const gc::Liveness& liveness) override {
    auto* t = static_cast<Table*>(cell);
    for (std::size_t i = 0; i < t->array_size(); ++i) {
      if (i + ahead < t->array_size()) fetch(t->array[i + ahead]);
      if (is_dead(t->array[i], liveness)) t->array[i].set_nil();
    }
    for (std::size_t i = 0; i < node_count(t); ++i) {
      fetch_values(t, i + ahead);
      if (is_dead(*t->nodes[i].value(), liveness)) remove_entry(t->nodes[i]);
    }
  }

  void drop_keys(gc::Cell* cell, const gc::Liveness& liveness) override {
    auto* t = static_cast<Table*>(cell);
    for (std::size_t i = 0; i < node_count(t); ++i) {
      Node& n = t->nodes[i];
      fetch_keys(t, i + ahead);
      if (n.key_tag != Tag::dead_key && is_dead(n.key(), liveness)) remove_entry(n);
    }
  }

  bool has_dead_keys(gc::Cell* cell, const gc::Liveness& liveness) const override {
    auto* t = static_cast<Table*>(cell);
    for (std::size_t i = 0; i < node_count(t); ++i) {
      const Node& n = t->nodes[i];
      fetch_keys(t, i + ahead);
      if (n.key_tag != Tag::dead_key && is_dead(n.key(), liveness)) return true;
    }
    return false;
  }

  bool put_aside(gc::Heap& heap, gc::Cell* cell, WeakMode mode, bool revived) override {
    auto* t = static_cast<Table*>(cell);
    if (is_veiled(t)) return true;
    return t->metatable != nullptr && t != state_of(heap).growing && veil(heap, t, weak_keys(mode), weak_values(mode), revived);
  }

  bool is_put_aside(const gc::Cell* cell) const override { return is_veiled(static_cast<const Table*>(cell)); }

  bool clear_slice(gc::Cell* cell, std::size_t& budget) override {
    auto* t = static_cast<Table*>(cell);
    return !is_veiled(t) || clear_veiled(t, budget);
  }

  weak::Seen look(gc::Cell* cell, WeakMode mode, weak::Look& look, std::size_t count) const override {
    auto* t = static_cast<Table*>(cell);
    if (is_veiled(t)) return weak::Seen::unmarked;
    std::size_t array_size = t->array_size(), end = array_size + node_count(t);
    if (look.parts[0] != t->array || look.parts[1] != t->nodes || look.end != end) look = {0, end, {t->array, t->nodes}};
    std::size_t stop = std::min(look.position + count, end);
    for (std::size_t i = look.position; i < stop; ++i) {
      if (i < array_size) {
        if (weak_values(mode) && is_unmarked(t->array[i])) return weak::Seen::unmarked;
        continue;
      }
      std::size_t node = i - array_size;
      if (weak_values(mode)) fetch_values(t, node + ahead);
      if (weak_keys(mode)) fetch_keys(t, node + ahead);
      Node& n = t->nodes[node];
      if (n.value_tag == Tag::nil) continue;
      if (weak_values(mode) && is_unmarked(*n.value())) return weak::Seen::unmarked;
      if (weak_keys(mode) && is_unmarked(n.key())) return weak::Seen::unmarked;
    }
    look.position = stop;
    return stop == end ? weak::Seen::all_marked : weak::Seen::part;
  }

  bool can_have_been_weak(const gc::Cell* cell) const override {
    return is_table_kind(cell->kind) && static_cast<const Table*>(cell)->metatable != nullptr;
  }

  bool converge(gc::Cell* cell, gc::Visitor& visitor) override {
    auto* t = static_cast<Table*>(cell);
    Uncovered parts(t);
    bool found = false;
    for (std::size_t i = 0; i < node_count(t); ++i) {
      Node& n = t->nodes[i];
      if (n.value_tag < Tag::short_string || !is_mortal(n.key()) || n.key_tag == Tag::dead_key) continue;
      if (visitor.is_marked(n.value()->cell()) || !visitor.is_marked(n.key_payload.cell)) continue;
      visitor.visit(n.value()->cell());
      found = true;
    }
    return found;
  }
};

ModeTables mode_tables;  // has no state

}  // namespace

weak::Embedder weak_embedder() {
  return {[](const weak::Slot& s) { return hash_of(static_cast<String*>(s.cell)); },
          [](const weak::Slot& a, const weak::Slot& b) {
            return equal(static_cast<String*>(a.cell), static_cast<String*>(b.cell));
          },
          &mode_tables, [](gc::Heap& heap) {
            state_of(heap).pending_due = true;
            request_safepoint(state_of(heap));
          }};
}

WeakMode parse_weak_mode(const String* mode) {
  unsigned keys = std::strchr(mode->data, 'k') != nullptr ? 1 : 0;
  unsigned values = std::strchr(mode->data, 'v') != nullptr ? 2 : 0;
  return static_cast<WeakMode>(keys | values);
}

WeakMode weak_mode_of(GlobalState& state, const Table* table) {
  const Value* mode = metamethod(state, table->metatable, Event::mode);
  return mode->is_string() ? parse_weak_mode(mode->string()) : WeakMode::none;
}

// Positions as for every table: the array part first, the nodes follow.
std::size_t trace_weak_mode(GlobalState& state, Table* t, WeakMode mode, gc::Visitor& visitor, std::size_t from) {
  if (from == 0 && mode == WeakMode::keys && visitor.put_off()) return gc::trace_complete;
  if (from == 0 && !visitor.checking()) state.weak.discovered(t, mode);
  std::size_t array_size = t->array_size();
  std::size_t end = array_size + node_count(t);
  while (from < end) {
    std::size_t stop = std::min(from + trace_batch, end);
    for (std::size_t i = from; i < stop; ++i) {
      if (i < array_size) {
        trace_slot(mode, visitor, t->array[i]);
      } else {
        if (mode == WeakMode::keys) fetch_ephemeron(t, i - array_size + ahead);
        trace_node(state, mode, visitor, t->nodes[i - array_size]);
      }
    }
    std::size_t units = mode == WeakMode::keys ? (stop - from) * units_per_ephemeron : stop - from;
    if (visitor.slice_exhausted(units) && stop < end) return stop;
    from = stop;
  }
  return gc::trace_complete;
}

}  // namespace rt
