// SPDX-License-Identifier: MIT
// Tables: how their parts are made, sized and rebuilt.
//
// The array part is the largest n (a power of two, unless a constructor asked for something else) such that more than
// half of the slots 1..n are in use. Whatever fails for want of memory leaves the table as it was.
#include <algorithm>
#include <array>
#include <bit>

#include "value/table_nodes.hpp"
#include "value/table_veil.hpp"

namespace rt {

namespace {

constexpr std::uint32_t smallest_array = 4;
constexpr int largest_array_bits = 30;  // array_size and node_mask are 32 bits wide
constexpr std::size_t largest_part = std::size_t{1} << largest_array_bits;
// In a smaller heap parts are never in the cell: cells of many sizes would take more blocks than all the rest of a fresh state.
constexpr std::size_t few_bytes = 32 * 1024;

// While new parts are allocated, which may collect, the old ones stay where they are.
class Growth {
 public:
  Growth(GlobalState& state, const Table* t) : state_(state) { state.growing = t; }
  ~Growth() { state_.growing = nullptr; }
  Growth(const Growth&) = delete;
  Growth& operator=(const Growth&) = delete;

 private:
  GlobalState& state_;
};

void fill_nil(Value* from, const Value* end) {
  for (; from < end; ++from) *from = Value::nil();
}

std::size_t array_bytes(std::size_t slots) { return slots * sizeof(Value); }

constexpr std::size_t very_many_bytes = std::size_t{4} << 20;

// All of the part will be written to.
void tell_of_filling(GlobalState& state, void* part, std::size_t bytes) {
  if (bytes >= very_many_bytes && state.filling.function != nullptr) [[unlikely]] {
    state.filling.function(state.filling.context, part, bytes);
  }
}

Value* make_array(GlobalState& state, std::size_t slots) {
  if (slots > largest_part) throw gc::OutOfMemory{};
  auto* array = static_cast<Value*>(state.heap.allocate_storage(array_bytes(slots)));
  tell_of_filling(state, array, array_bytes(slots));
  fill_nil(array, array + slots);
  return array;
}

Node* fill_nodes(void* storage, std::size_t slots) {
  auto* block = static_cast<NodeBlock*>(storage);
  block->free_cursor = static_cast<std::uint32_t>(slots);
  block->inherits = 0;
  auto* nodes = reinterpret_cast<Node*>(block + 1);
  std::fill_n(nodes, slots, empty_node);
  return nodes;
}

// `slots` nodes (a power of two), or the shared empty one for none.
Node* make_nodes(GlobalState& state, std::size_t slots) {
  if (slots == 0) return &empty_node;
  if (slots > largest_part) throw gc::OutOfMemory{};
  void* storage = state.heap.allocate_storage(node_block_bytes(slots));
  tell_of_filling(state, storage, node_block_bytes(slots));
  return fill_nodes(storage, slots);
}

void free_nodes(GlobalState& state, Node* nodes, std::size_t count) {
  if (count != 0) state.heap.free_storage(reinterpret_cast<NodeBlock*>(nodes) - 1, node_block_bytes(count));
}

// The table has new parts. An old one that is in its cell stays there unused, and tells how long the cell is.
void give_up(GlobalState& state, Table* t, void* part, std::size_t bytes) {
  if (!is_within(t, part)) return state.heap.free_storage(part, bytes);
  *static_cast<std::size_t*>(part) = sizeof(Table) + bytes;
}

void give_up_nodes(GlobalState& state, Table* t, Node* nodes, std::size_t count) {
  if (count == 0) return;
  NodeBlock* block = reinterpret_cast<NodeBlock*>(nodes) - 1;
  if (block->inherits != 0) state.forget_inherited();
  give_up(state, t, block, node_block_bytes(count));
}

std::size_t nodes_for(std::size_t keys) {
  return keys == 0 ? 0 : std::bit_ceil(keys);
}

std::uint32_t mask_for(std::size_t nodes) {
  return nodes == 0 ? 0 : static_cast<std::uint32_t>(nodes - 1);
}

std::uint32_t used_slots(const Value* from, const Value* end) {
  std::uint32_t used = 0;
  for (; from < end; ++from) used += from->tag != Tag::nil;
  return used;
}

// Longer, never shorter. The new slots are nil; integer keys of the hash part stay where they are.
void lengthen_array(GlobalState& state, Table* t, std::size_t size) {
  if (size > largest_part) throw gc::OutOfMemory{};
  std::size_t old_size = t->array_size();
  if (old_size == 0 || is_within(t, t->array)) {
    auto* longer = static_cast<Value*>(state.heap.allocate_storage(array_bytes(size)));
    std::copy_n(t->array, old_size, longer);
    if (old_size != 0) give_up(state, t, t->array, array_bytes(old_size));
    t->array = longer;
  } else {
    t->array = static_cast<Value*>(state.heap.resize_storage(t->array, array_bytes(old_size), array_bytes(size)));
  }
  tell_of_filling(state, t->array, array_bytes(size));
  fill_nil(t->array + old_size, t->array + size);
  t->extra = static_cast<std::uint32_t>(size);
  state.heap.restart_trace(t);
}

void take_into_array(Table* t, Node* n) {
  t->array[n->key_payload.integer - 1] = *n->value();
  n->value_tag = Tag::nil;
}

// Integer keys of the hash part that the array part, longer than `old_size` now, has slots for.
void collect_into_array(Table* t, std::size_t old_size) {
  std::size_t nodes = node_count(t), size = t->array_size();
  if (size - old_size <= nodes) {
    for (std::size_t key = old_size + 1; key <= size; ++key) {
      Node* n = find_integer(t, static_cast<std::int64_t>(key));
      if (n != nullptr) take_into_array(t, n);
    }
    return;
  }
  for (Node* n = t->nodes; n < t->nodes + nodes; ++n) {
    if (n->key_tag == Tag::integer && static_cast<std::uint64_t>(n->key_payload.integer) - 1 < size) {
      take_into_array(t, n);
    }
  }
}

// --- sizes --------------------------------------------------------------------------------------------------------------

// How the keys of a table spread: in_range[b] counts the integer keys above 2^(b-1), up to 2^b.
struct KeyCount {
  std::array<std::uint32_t, largest_array_bits + 1> in_range{};
  std::size_t total = 0;
  std::size_t in_ranges = 0;  // all of them

  void add(const Value& key) {
    ++total;
    if (!key.is_integer()) return;
    std::uint64_t below = static_cast<std::uint64_t>(key.payload.integer) - 1;
    if (below >= largest_part) return;
    ++in_range[static_cast<std::size_t>(std::bit_width(below))];
    ++in_ranges;
  }

  void add_array(const Table* t) {
    std::uint32_t from = 0, size = t->array_size();
    for (std::size_t range = 0; from < size; ++range) {
      std::uint32_t end = static_cast<std::uint32_t>(std::min(std::uint64_t{size}, std::uint64_t{1} << range));
      std::uint32_t used = used_slots(t->array + from, t->array + end);
      in_range[range] += used;
      in_ranges += used;
      total += used;
      from = end;
    }
  }

  void add_nodes(const Table* t) {
    for (const Node *n = t->nodes, *end = n + node_count(t); n < end; ++n) {
      if (n->value_tag != Tag::nil) add(n->key());
    }
  }
};

struct ArrayChoice {
  std::size_t slots = 0;
  std::size_t used = 0;
};

ArrayChoice choose_array(const KeyCount& keys) {
  ArrayChoice best;
  std::size_t below = 0;
  for (std::size_t range = 0; range < keys.in_range.size() && (std::size_t{1} << range) / 2 < keys.in_ranges; ++range) {
    below += keys.in_range[range];
    if (below > (std::size_t{1} << range) / 2) best = {std::size_t{1} << range, below};
  }
  return best;
}

// Entries of both old parts go where they belong now. The new parts have room for all of them.
void move_entries(gc::Heap& heap, Table* t, const Value* beyond, std::size_t beyond_count, const Node* nodes, std::size_t count) {
  for (std::size_t i = 0; i < beyond_count; ++i) {
    if (beyond[i].is_nil()) continue;
    *place_key(heap, t, Value::integer(static_cast<std::int64_t>(t->array_size() + i + 1))) = beyond[i];
  }
  for (const Node *n = nodes, *end = n + count; n < end; ++n) {
    if (n->value_tag == Tag::nil) continue;
    if (n->key_tag == Tag::short_string) {
      Node* main = &t->nodes[n->key_payload.cell->extra & t->node_mask];
      if (main->key_tag == Tag::nil) {
        *main = *n;
        main->next = 0;
        continue;
      }
    }
    std::uint64_t position = static_cast<std::uint64_t>(n->key_payload.integer) - 1;
    bool in_array = n->key_tag == Tag::integer && position < t->array_size();
    *(in_array ? &t->array[position] : place_key(heap, t, n->key())) = {n->value_payload, n->value_tag};
  }
}

// Both parts anew. `nodes` is a power of two (or 0) with room for all keys that the array part will not have.
void rebuild(GlobalState& state, Table* t, std::size_t array_slots, std::size_t nodes) {
  std::size_t old_size = t->array_size(), old_count = node_count(t);
  Node* fresh = make_nodes(state, nodes);
  Value* shorter = nullptr;
  try {
    if (array_slots > old_size) lengthen_array(state, t, array_slots);
    if (array_slots < old_size) shorter = make_array(state, array_slots);
  } catch (const gc::OutOfMemory&) {
    free_nodes(state, fresh, nodes);
    throw;
  }
  Node* old_nodes = t->nodes;
  Value* old_array = t->array;
  t->nodes = fresh;
  t->node_mask = mask_for(nodes);
  std::size_t beyond = 0;
  if (array_slots < old_size) {
    std::copy_n(old_array, array_slots, shorter);
    t->array = shorter;
    t->extra = static_cast<std::uint32_t>(array_slots);
    beyond = old_size - array_slots;
  }
  move_entries(state.heap, t, beyond != 0 ? old_array + array_slots : nullptr, beyond, old_nodes, old_count);
  if (beyond != 0) give_up(state, t, old_array, array_bytes(old_size));
  give_up_nodes(state, t, old_nodes, old_count);
  state.heap.restart_trace(t);
}

}  // namespace

bool append_slot(GlobalState& state, Table* t) {
  std::uint32_t size = t->array_size();
  std::uint32_t longer = std::bit_ceil(std::max(size + 1, smallest_array));
  if (longer > largest_part) return false;
  if (longer > smallest_array && used_slots(t->array, t->array + size) + 1 <= longer / 2) return false;
  Growth growth(state, t);
  lengthen_array(state, t, longer);
  if (has_hash_part(t)) collect_into_array(t, size);
  return true;
}

namespace {

// Only dead keys may have been in the way. That leaves some room, else the next insertion would have to do this again.
std::size_t nodes_with_room(const Table* t, std::size_t keys) {
  std::size_t nodes = nodes_for(keys);
  return nodes == node_count(t) && keys > nodes - nodes / 8 ? nodes * 2 : nodes;
}

// Are there integers among the keys of the hash part? Else *count is how many keys there are.
bool has_integer_keys(const Table* t, std::size_t* count) {
  *count = 0;
  for (const Node *n = t->nodes, *end = n + node_count(t); n < end; ++n) {
    if (n->value_tag == Tag::nil) continue;
    if (n->key_tag == Tag::integer) return true;
    ++*count;
  }
  return false;
}

}  // namespace

void rehash(GlobalState& state, Table* t, const Value& extra) {
  Growth growth(state, t);
  std::size_t count;
  if (t->array_size() == 0 && !extra.is_integer() && !has_integer_keys(t, &count)) {
    return rebuild(state, t, 0, nodes_with_room(t, count + 1));
  }
  KeyCount keys;
  keys.add_array(t);
  keys.add_nodes(t);
  keys.add(extra);
  ArrayChoice array = choose_array(keys);
  std::size_t in_nodes = keys.total - array.used;
  rebuild(state, t, array.slots, nodes_with_room(t, in_nodes));
}

void resize(GlobalState& state, Table* t, std::size_t array_slots, std::size_t hash_slots) {
  if (is_veiled(t)) lift_veil(t);
  Growth growth(state, t);
  KeyCount keys;
  keys.add_nodes(t);
  std::size_t size = t->array_size();
  if (array_slots >= size && nodes_for(std::max(hash_slots, keys.total)) == node_count(t)) {
    if (array_slots == size) return;
    lengthen_array(state, t, array_slots);
    if (has_hash_part(t)) collect_into_array(t, size);
  } else {
    std::size_t leaving = array_slots < size ? used_slots(t->array + array_slots, t->array + size) : 0;
    rebuild(state, t, array_slots, nodes_for(std::max(hash_slots, keys.total + leaving)));
  }
  t->border = static_cast<std::uint32_t>(array_slots);
}

namespace {

Table* fill_table(void* cell, Value* array, std::size_t array_slots, Node* nodes, std::size_t node_slots) {
  auto* t = static_cast<Table*>(cell);
  t->detail = 0;
  t->extra = static_cast<std::uint32_t>(array_slots);
  t->array = array;
  t->nodes = nodes;
  t->metatable = nullptr;
  t->node_mask = mask_for(node_slots);
  t->border = static_cast<std::uint32_t>(array_slots);
  return t;
}

// Has an array part in its cell, and no other.
Table* make_table_with_array(GlobalState& state, std::size_t slots) {
  gc::Cell* cell = state.heap.allocate(kind_table_with_part, sizeof(Table) + array_bytes(slots));
  auto* array = reinterpret_cast<Value*>(static_cast<Table*>(cell) + 1);
  fill_nil(array, array + slots);
  return fill_table(cell, array, slots, &empty_node, 0);
}

// Has a hash part in its cell.
Table* make_table_with_nodes(GlobalState& state, Value* array, std::size_t array_slots, std::size_t node_slots) {
  gc::Cell* cell = state.heap.allocate(kind_table_with_part, sizeof(Table) + node_block_bytes(node_slots));
  return fill_table(cell, array, array_slots, fill_nodes(static_cast<Table*>(cell) + 1, node_slots), node_slots);
}

}  // namespace

Table* make_table(GlobalState& state, std::size_t array_slots, std::size_t hash_slots) {
  std::size_t count = nodes_for(hash_slots);
  if ((array_slots | count) == 0) return fill_table(state.heap.allocate(kind_table, sizeof(Table)), nullptr, 0, &empty_node, 0);
  bool within = state.heap.bytes_in_use() >= few_bytes;
  bool nodes_within = within && count != 0 && count <= (max_part_within - sizeof(NodeBlock)) / sizeof(Node);
  if (within && count == 0 && array_slots <= max_part_within / sizeof(Value)) return make_table_with_array(state, array_slots);
  // The parts first: they are not cells, so that nothing has to be rooted.
  Value* array = nullptr;
  Node* nodes = &empty_node;
  try {
    if (array_slots != 0) array = make_array(state, array_slots);
    if (nodes_within) return make_table_with_nodes(state, array, array_slots, count);
    nodes = make_nodes(state, count);
    return fill_table(state.heap.allocate(kind_table, sizeof(Table)), array, array_slots, nodes, count);
  } catch (const gc::OutOfMemory&) {
    if (nodes != &empty_node) free_nodes(state, nodes, count);
    if (array != nullptr) state.heap.free_storage(array, array_bytes(array_slots));
    throw;
  }
}

void free_parts(GlobalState& state, Table* t) {
  if (is_veiled(t)) [[unlikely]] drop_veil(t);
  if (block_of(t).inherits != 0) state.forget_inherited();
  if (has_hash_part(t) && !is_within(t, &block_of(t))) free_nodes(state, t->nodes, node_count(t));
  if (t->array != nullptr && !is_within(t, t->array)) state.heap.free_storage(t->array, array_bytes(t->array_size()));
}

}  // namespace rt
