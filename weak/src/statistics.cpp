// SPDX-License-Identifier: MIT
// Counts what is weak: every ref and every entry of a table.
#include "table_access.hpp"
#include "weak/registry.hpp"

namespace weak {

namespace {

void count_entries(const Table* t, bool table_survives, Statistics& counts) {
  for (std::uint32_t i = 0; i < t->used; ++i) {
    const Entry& e = t->entries[i];
    if (e.key_tag == nil_tag || e.value_tag == nil_tag) continue;
    ++(table_survives && !TableAccess::is_lost(t, e) ? counts.live : counts.dead);
  }
}

}  // namespace

Statistics Registry::statistics() const {
  Statistics counts{0, 0, cleared_};
  const gc::Liveness liveness = heap_.liveness();
  for (std::uint32_t i = 0; i < tables_.used; ++i) {
    const Table* t = tables_.by_number[i];
    if (!is_free_number(t)) count_entries(t, liveness.survives(t), counts);
  }
  for (std::uint32_t i = 0; i < records_.capacity; ++i) {
    for (const Ref* ref = records_.slots[i]; ref != nullptr; ref = ref->next()) {
      if (liveness.survives(ref)) ++(is_cut(ref) ? counts.dead : counts.live);
    }
  }
  return counts;
}

}  // namespace weak
