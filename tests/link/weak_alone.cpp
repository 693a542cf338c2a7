// SPDX-License-Identifier: MIT
// weak links and works with gc alone: an ephemeron entry dies with its key, a ref with its referent.
#include "heap_fixture.hpp"
#include "weak/registry.hpp"

namespace {

weak::Slot slot_of(gc::Cell* cell) { return weak::Slot::of(cell, weak::first_mortal_tag); }

bool works(ToyHeap& toys, weak::Registry& registry) {
  toy::Box* key = toys.keep(toy::make_box(toys.heap));
  weak::Table* table = toys.keep(registry.make_table(weak::Type::key_table, 0));
  weak::Ref* ref = toys.keep(registry.shared_ref(slot_of(key)));
  weak::set(table, slot_of(key), slot_of(key));
  toys.collect();
  if (weak::length(table) != 1 || !registry.is_alive(ref)) return false;
  toys.roots.erase(toys.roots.begin());  // the key
  toys.collect();
  return weak::length(table) == 0 && !registry.is_alive(ref);
}

}  // namespace

int main() {
  ToyHeap toys;
  weak::Registry registry(toys.heap, {[](const weak::Slot&) { return 0u; }, [](const weak::Slot&, const weak::Slot&) { return false; }});
  return works(toys, registry) ? 0 : 1;
}
