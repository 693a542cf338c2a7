// SPDX-License-Identifier: MIT
// The sizes small cells and small storage come in.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gc {

inline constexpr std::size_t granule = 8;
inline constexpr std::size_t round_to_granule(std::size_t bytes) { return (bytes + granule - 1) & ~(granule - 1); }

// --- cells: every multiple of 8 from 16 to 256, then steps of 32 to 512 and of 64 to 1024 --------------------------
inline constexpr std::size_t max_small_cell = 1024;
inline constexpr unsigned cell_class_count = 47;

namespace size_tables {

struct ClassBytes {
  std::uint16_t of[cell_class_count];
  constexpr ClassBytes() : of{} {
    unsigned index = 0;
    for (unsigned size = 16; size <= max_small_cell; size += size < 256 ? 8 : size < 512 ? 32 : 64) {
      of[index++] = static_cast<std::uint16_t>(size);
    }
  }
};
inline constexpr ClassBytes class_bytes;
static_assert(class_bytes.of[cell_class_count - 1] == max_small_cell);

struct ClassIndex {
  std::uint8_t of[max_small_cell / granule + 1];
  constexpr ClassIndex() : of{} {
    unsigned size_class = 0;
    for (unsigned granules = 0; granules <= max_small_cell / granule; ++granules) {
      if (granules * granule > class_bytes.of[size_class]) ++size_class;
      of[granules] = static_cast<std::uint8_t>(size_class);
    }
  }
};
inline constexpr ClassIndex class_index;

}  // namespace size_tables

inline constexpr unsigned cell_class_of(std::size_t bytes) {
  return size_tables::class_index.of[(bytes + granule - 1) / granule];
}
// For a multiple of the granule from 16 to max_fine_cell, which has a class of its own: computed, not looked up.
inline constexpr std::size_t max_fine_cell = 256;
inline constexpr unsigned fine_cell_class_of(std::size_t bytes) { return static_cast<unsigned>(bytes / granule - 2); }
static_assert(fine_cell_class_of(max_fine_cell) == cell_class_of(max_fine_cell) &&
              size_tables::class_bytes.of[fine_cell_class_of(max_fine_cell)] == max_fine_cell);
inline constexpr std::size_t cell_class_bytes(unsigned size_class) { return size_tables::class_bytes.of[size_class]; }

// --- storage: every multiple of 8 to 240; class 0 is for zero bytes and always empty ------------------------------
inline constexpr std::size_t max_small_storage = 240;
inline constexpr unsigned storage_class_count = max_small_storage / granule + 1;
inline constexpr unsigned storage_class_of(std::size_t bytes) {
  return static_cast<unsigned>((bytes + granule - 1) / granule);
}

}  // namespace gc
