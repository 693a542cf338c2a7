// SPDX-License-Identifier: MIT
// `__mode` tables, with Lua 5.4's rules, and what the weak room must know about the runtime's values.
#pragma once

#include <cstddef>

#include "gc/visitor.hpp"
#include "value/table.hpp"
#include "value/value.hpp"
#include "weak/registry.hpp"

namespace rt {

// For the constructor of GlobalState: `weak(add_runtime_kinds(heap), weak_embedder())`.
weak::Embedder weak_embedder();

using WeakMode = weak::Mode;

// What a `__mode` string says: 'k', 'v', both, or neither.
WeakMode parse_weak_mode(const String* mode);
// What the `__mode` field of the table's metatable says now. Never allocates; may be called while marking.
WeakMode weak_mode_of(GlobalState& state, const Table* table);

// Kind::trace of a table whose mode is not WeakMode::none. The caller has visited the metatable.
std::size_t trace_weak_mode(GlobalState& state, Table* table, WeakMode mode, gc::Visitor& visitor, std::size_t from);

// Values and slots of the weak room have the same form.
inline weak::Slot slot_of(const Value& v) { return weak::Slot::of(v.payload.bits, static_cast<std::uint8_t>(v.tag)); }
inline Value value_of(const weak::Slot& slot) { return {Payload{.bits = slot.bits}, static_cast<Tag>(slot.tag)}; }

}  // namespace rt
