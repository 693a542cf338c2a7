// SPDX-License-Identifier: MIT
// Giving back what the Registry itself has grown to: records, numbers of tables, the index, lists of marking. At the end of a
// cycle, in place and without memory; what is long only when everything is to be given back, as that takes as long as it is.
#include <algorithm>
#include <bit>
#include <cstring>

#include "table_access.hpp"
#include "weak/registry.hpp"

namespace weak {

namespace {

constexpr std::size_t least = 64;        // shorter ones are left alone
constexpr std::size_t longest = 1 << 15;  // that is shortened in a step

// Is a list that has room for `capacity` and holds `count` to be shortened?
bool is_too_long(std::size_t capacity, std::size_t count, bool thorough) {
  return capacity > least && count <= capacity / 8 && (thorough || capacity <= longest);
}

std::uint32_t room_for(std::uint32_t count) { return std::bit_ceil(std::max(count * 2, std::uint32_t{16})); }

}  // namespace

// The records are gathered at the far end and entered anew at the near one, which becomes the whole.
void Registry::shorten_records() {
  const std::uint32_t count = records_.count;
  const std::uint32_t capacity = room_for(count);
  Ref** slots = records_.slots;
  Ref** const end = slots + records_.capacity;
  Ref** gathered = end;
  for (Ref** slot = end; slot != slots;) {
    if (*--slot != nullptr) *--gathered = *slot;
  }
  std::fill_n(slots, capacity, nullptr);
  std::size_t held = records_.bytes;
  records_.capacity = capacity;
  for (; gathered != end; ++gathered) slots[find_record((*gathered)->target)] = *gathered;
  std::size_t bytes = capacity * sizeof(Ref*);
  if (void* shrunk = heap_.shrink_storage(slots, held, bytes)) {
    records_.slots = static_cast<Ref**>(shrunk);
    records_.bytes = bytes;
  }
}

// The tables get new numbers, in the order of the old ones. None of them waits to be traced.
void Registry::shorten_tables() {
  std::uint32_t count = 0;
  std::uint32_t* young_from = tables_.young_from();
  for (std::uint32_t i = 0; i < tables_.used; ++i) {
    Table* t = tables_.by_number[i];
    if (is_free_number(t)) continue;
    t->number = count;
    young_from[count] = young_from[i];
    tables_.by_number[count++] = t;
  }
  tables_.used = count;
  tables_.free = none;
  std::uint32_t capacity = room_for(count);
  std::memcpy(tables_.by_number + capacity, young_from, count * sizeof(std::uint32_t));  // free numbers were there
  void* shrunk = heap_.shrink_storage(tables_.by_number, Tables::bytes(tables_.capacity), Tables::bytes(capacity));
  if (shrunk == nullptr) return;
  tables_.by_number = static_cast<Table**>(shrunk);
  tables_.capacity = capacity;
  late_.numbers.place(tables_.late(), capacity);
}

// Outside marking nothing waits: the buckets are all empty.
void Registry::shorten_index() {
  std::size_t size = std::bit_ceil(std::max(tables_.key_entries, least));
  void* shrunk = resize_raw(index_.buckets, index_size() * sizeof(Place), size * sizeof(Place));
  if (shrunk == nullptr) return;
  index_.buckets = static_cast<Place*>(shrunk);
  index_.mask = size - 1;
}

template <class Element, class Count>
void Registry::shorten_list(Element** list, Count* capacity) {
  Count shorter = *capacity / 4;
  void* shrunk = resize_raw(*list, *capacity * sizeof(Element), shorter * sizeof(Element));
  if (shrunk == nullptr) return;
  *list = static_cast<Element*>(shrunk);
  *capacity = shorter;
}

// A list of marking is as long as the cycles need it; it is shortened when this one has used little of it.
void Registry::give_back() {
  if (is_too_long(records_.capacity, records_.count, thorough_)) shorten_records();
  if (is_too_long(tables_.used, tables_.count, thorough_)) shorten_tables();
  if (is_too_long(index_size(), tables_.key_entries + index_.pool_used, true)) shorten_index();
  if (is_too_long(index_.pool_capacity, index_.pool_used, true)) shorten_list(&index_.pool, &index_.pool_capacity);
  if (is_too_long(discovered_.capacity, discovered_.seen, true)) shorten_list(&discovered_.list, &discovered_.capacity);
  if (is_too_long(noted_.capacity, noted_.used, true)) shorten_list(&noted_.targets, &noted_.capacity);
  index_.pool_used = 0;
  thorough_ = false;
}

}  // namespace weak
