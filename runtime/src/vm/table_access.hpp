// SPDX-License-Identifier: MIT
// What the handlers of table accesses do inline.
#pragma once

#include "gc/cell.hpp"
#include "value/table.hpp"
#include "vm/event.hpp"
#include "vm/inheritance.hpp"

namespace rt {

// The condition of Heap::barrier, without the call.
inline bool must_tell_collector(const gc::Cell* owner, const Value& value) {
  return value.has_cell() && owner->color == gc::black && value.cell()->color <= gc::white_odd;
}

// The table seems to lack what was looked for. May there be a metamethod for that (one of the events whose absence is remembered), or
// the thing itself behind a veil?
inline bool may_have(const Table* t, Event event) {
  if (t->metatable == nullptr) return false;
  return (t->metatable->detail & (1u << static_cast<unsigned>(event))) == 0 || is_veiled(t);
}

// The node of `key` if it is where the hint says; its value may be nil. The hint is compared, so that the address of the node does not
// wait for the mask.
[[gnu::always_inline]] inline Node* hinted_place(const Table* t, const String* key, unsigned hint) {
  if (hint > t->node_mask) [[unlikely]] return nullptr;
  Node* node = &t->nodes[hint];
  return node->is_string_key(key) ? node : nullptr;
}

// The same with a value that is not nil.
[[gnu::always_inline]] inline Node* hinted_node(const Table* t, const String* key, unsigned hint) {
  Node* node = hinted_place(t, key, hint);
  return node != nullptr && node->value_tag != Tag::nil ? node : nullptr;
}

// The same by the chain of the key's main position; keeps the hint. Null when absent or nil.
[[gnu::always_inline]] inline Node* chained_node(const Table* t, const String* key, const Instruction* instruction) {
  std::uint32_t position = key->extra & t->node_mask;
  Node* node = &t->nodes[position];
  while (!node->is_string_key(key)) {
    if (node->next == 0) return nullptr;
    node += node->next;
  }
  if (node->value_tag == Tag::nil) return nullptr;
  // The byte is nothing but a guess: the code counts as constant.
  const_cast<Instruction*>(instruction)->x = static_cast<std::uint8_t>(node - t->nodes);
  return node;
}

// The node of a key whose value may be nil; keeps the hint.
[[gnu::always_inline]] inline Node* model_node(const Table* t, const String* key, const Instruction* instruction) {
  Node* node = &t->nodes[key->extra & t->node_mask];
  while (!node->is_string_key(key)) {
    if (node->next == 0) return nullptr;
    node += node->next;
  }
  const_cast<Instruction*>(instruction)->x = static_cast<std::uint8_t>(node - t->nodes);
  return node;
}

// The same as chained_node without a hint.
[[gnu::always_inline]] inline Node* plain_node(const Table* t, const String* key) {
  Node* node = &t->nodes[key->extra & t->node_mask];
  while (!node->is_string_key(key)) {
    if (node->next == 0) return nullptr;
    node += node->next;
  }
  return node->value_tag == Tag::nil ? nullptr : node;
}

// The node of a key, or null. Its value may be nil.
[[gnu::always_inline]] inline const Node* own_node(const Table* t, const String* key) {
  const Node* node = &t->nodes[key->extra & t->node_mask];
  while (!node->is_string_key(key)) {
    if (node->next == 0) return nullptr;
    node += node->next;
  }
  return node;
}

// Is the key in the array part? Then *slot is its place, else an address of no meaning (so no pointer arithmetic).
inline bool find_slot(const Table* t, std::int64_t key, Value** slot) {
  std::uint64_t position = static_cast<std::uint64_t>(key) - 1;
  *slot = reinterpret_cast<Value*>(reinterpret_cast<std::uintptr_t>(t->array) + position * sizeof(Value));
  return position < t->array_size();
}

}  // namespace rt
