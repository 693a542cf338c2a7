// SPDX-License-Identifier: MIT
// Strings: hashing, the intern table of short strings, long strings.
#include "value/string.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "memory/global_state.hpp"

namespace rt {

namespace {

constexpr std::uint32_t smallest_bucket_count = 128;  // with up to twice as many strings: those of the libraries
constexpr std::uint64_t length_factor = 0xD6E8FEB86659FD93;
constexpr std::uint64_t word_factor = 0xA0761D6478BD642F;

std::uint64_t load_word(const char* from) {
  std::uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

std::uint64_t load_half(const char* from) {
  std::uint32_t half;
  std::memcpy(&half, from, 4);
  return half;
}

// Both halves of the 128-bit product, folded: every bit of `word` reaches every bit of the result.
std::uint64_t stir(std::uint64_t word) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(word) * word_factor;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint32_t hash_bytes(const char* text, std::size_t length, std::uint32_t seed) {
  std::uint64_t state = seed + length * length_factor;
  if (length >= 8) {
    const char* last = text + length - 8;
    for (; text < last; text += 8) state = stir(state ^ load_word(text));
    state = stir(state ^ load_word(last));  // overlaps the word before when the length is no multiple of 8
  } else if (length >= 4) {
    state = stir(state ^ (load_half(text) | load_half(text + length - 4) << 32));
  } else if (length > 0) {
    auto byte = [text](std::size_t at) { return static_cast<std::uint64_t>(static_cast<unsigned char>(text[at])); };
    state = stir(state ^ (byte(0) | byte(length / 2) << 8 | byte(length - 1) << 16));
  }
  return static_cast<std::uint32_t>(state ^ (state >> 32));
}

// memcmp, for lengths where the call would cost more than the comparison.
bool same_bytes(const char* a, const char* b, std::size_t length) {
  if (length >= 8) {
    std::size_t last = length - 8;
    for (std::size_t i = 0; i < last; i += 8) {
      if (load_word(a + i) != load_word(b + i)) return false;
    }
    return load_word(a + last) == load_word(b + last);
  }
  if (length >= 4) {
    return load_half(a) == load_half(b) && load_half(a + length - 4) == load_half(b + length - 4);
  }
  return length == 0 || (a[0] == b[0] && a[length / 2] == b[length / 2] && a[length - 1] == b[length - 1]);
}

// Buckets that move at each new string; two would do to be through before the next change of size.
constexpr std::uint32_t buckets_per_move = 4;
constexpr std::uint32_t buckets_ahead = 16;  // whose first strings are fetched from memory

// The buckets of the new array that an old one leads to begin to be used here: they are not touched before.
void move_bucket(InternTable& table, std::uint32_t old) {
  std::uint32_t mask = table.bucket_count - 1;
  if (table.bucket_count > table.old_bucket_count) {
    table.buckets[old] = table.buckets[old + table.old_bucket_count] = nullptr;
  } else if (old < table.bucket_count) {
    table.buckets[old] = nullptr;
  }
  for (String *s = table.old_buckets[old], *next; s != nullptr; s = next) {
    next = s->next_interned;
    String*& bucket = table.buckets[s->extra & mask];
    s->next_interned = bucket;
    bucket = s;
  }
}

void move_some(GlobalState& state) {
  InternTable& table = state.interned;
  for (std::uint32_t i = 0; i < buckets_per_move; ++i) {
    if (table.moved + buckets_ahead < table.old_bucket_count) __builtin_prefetch(table.old_buckets[table.moved + buckets_ahead]);
    move_bucket(table, table.moved++);
    if (table.moved != table.old_bucket_count) continue;
    state.heap.free_storage(table.old_buckets, std::size_t{table.old_bucket_count} * sizeof(String*));
    table.old_buckets = nullptr;
    return;
  }
}

// Twice as many as now, or any smaller power of two. Without memory for them longer chains will do.
void set_bucket_count(InternTable& table, std::uint32_t count, String** buckets) {
  table.old_buckets = table.buckets;
  table.old_bucket_count = table.bucket_count;
  table.moved = 0;
  table.buckets = buckets;
  table.bucket_count = count;
}

void grow_table(GlobalState& state) {
  InternTable& table = state.interned;
  if (table.bucket_count > UINT32_MAX / 2) return;
  std::uint32_t count = table.bucket_count * 2;
  try {
    auto* buckets = static_cast<String**>(state.heap.allocate_storage(count * sizeof(String*)));
    bool still_wanted = table.bucket_count == count / 2 && table.old_buckets == nullptr;  // the collector may have made it shorter
    if (still_wanted) return set_bucket_count(table, count, buckets);
    state.heap.free_storage(buckets, count * sizeof(String*));
  } catch (const gc::OutOfMemory&) {
  }
}

void keep_size(GlobalState& state) {
  InternTable& table = state.interned;
  if (table.old_buckets != nullptr) {
    move_some(state);
  } else if (table.string_count >= table.bucket_count * (table.bucket_count == smallest_bucket_count ? 2 : 1)) {
    grow_table(state);
  }
}

// A short string that is not in the table yet.
[[gnu::noinline]] String* make_short_string(GlobalState& state, std::string_view text, std::uint32_t hash) {
  keep_size(state);
  auto* s = static_cast<String*>(state.heap.allocate(kind_short_string, string_header_bytes + text.size() + 1));
  s->detail = static_cast<std::uint8_t>(text.size());
  s->extra = hash;
  copy_bytes(s->data, text.data(), text.size());
  s->data[text.size()] = '\0';
  String*& bucket = state.interned.bucket_of(hash);
  s->next_interned = bucket;
  bucket = s;
  ++state.interned.string_count;
  return s;
}

[[gnu::noinline]] String* copy_long_string(GlobalState& state, std::string_view text) {
  String* s = make_long_string(state, text.size());
  std::memcpy(s->data, text.data(), text.size());
  return s;
}

}  // namespace

void open_intern_table(GlobalState& state) {
  std::size_t bytes = smallest_bucket_count * sizeof(String*);
  state.interned.buckets = static_cast<String**>(state.heap.allocate_storage(bytes));
  std::memset(state.interned.buckets, 0, bytes);
  state.interned.bucket_count = smallest_bucket_count;
}

void note_strings_at_flip(InternTable& table) {
  table.most_before = table.most_strings;
  table.most_strings = table.string_count;
}

// The strings of two cycles must have been few before there are fewer buckets for them: those of one that breathes stay. Not so
// where all is to be given back.
bool shorten_intern_table(GlobalState& state, std::size_t budget) {
  InternTable& table = state.interned;
  for (;;) {
    for (; table.old_buckets != nullptr; budget -= std::min<std::size_t>(budget, buckets_per_move)) {
      if (budget == 0) return false;
      move_some(state);
    }
    std::uint32_t strings = table.string_count;
    if (budget < SIZE_MAX / 2) strings = std::max({strings, table.most_strings, table.most_before});
    if (table.bucket_count <= smallest_bucket_count || strings >= table.bucket_count / 8) return true;
    std::uint32_t count = std::bit_ceil(std::max(strings, smallest_bucket_count));
    void* buckets = state.heap.storage_if_any(std::size_t{count} * sizeof(String*));
    if (buckets == nullptr) return true;
    set_bucket_count(table, count, static_cast<String**>(buckets));
  }
}

void close_intern_table(GlobalState& state) {
  InternTable& table = state.interned;
  state.heap.free_storage(table.buckets, std::size_t{table.bucket_count} * sizeof(String*));
  if (table.old_buckets != nullptr) {
    state.heap.free_storage(table.old_buckets, std::size_t{table.old_bucket_count} * sizeof(String*));
  }
  table = {};
}

void forget_interned(GlobalState& state, String* s) {
  InternTable& table = state.interned;
  if (table.buckets == nullptr) return;  // the heap is being torn down
  String** link = &table.bucket_of(s->extra);
  while (*link != s) link = &(*link)->next_interned;
  *link = s->next_interned;
  --table.string_count;
}

String* make_string(GlobalState& state, std::string_view text) {
  if (text.size() > max_short_length) return copy_long_string(state, text);
  std::uint32_t hash = hash_bytes(text.data(), text.size(), state.hash_seed);
  for (String* s = state.interned.bucket_of(hash); s != nullptr; s = s->next_interned) {
    if (s->extra == hash && s->detail == text.size() && same_bytes(s->data, text.data(), text.size())) {
      state.heap.revive_if_dead(s);
      return s;
    }
  }
  return make_short_string(state, text, hash);
}

String* make_long_string(GlobalState& state, std::size_t length) {
  if (length > PTRDIFF_MAX - string_header_bytes - 8) throw gc::OutOfMemory{};
  auto* s = static_cast<String*>(state.heap.allocate(kind_long_string, string_header_bytes + length + 1));
  s->detail = 0;
  s->extra = 0;
  s->long_length = length;
  s->data[length] = '\0';
  return s;
}

std::uint32_t hash_of(String* s) {
  if (!s->is_short() && s->detail == 0) {
    // Where the loader put this library is the seed: tables must find long strings without knowing their state.
    auto seed = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&empty_node) >> 4);
    s->extra = hash_bytes(s->data, s->long_length, seed);
    s->detail = 1;
  }
  return s->extra;
}

bool equal(const String* a, const String* b) {
  if (a == b) return true;
  if (a->is_short() || b->is_short() || a->long_length != b->long_length) return false;
  return std::memcmp(a->data, b->data, a->long_length) == 0;
}

}  // namespace rt
