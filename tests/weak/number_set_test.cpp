// SPDX-License-Identifier: MIT
// The set of numbers, beside std::set.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <vector>

#include "weak/number_set.hpp"

TEST_CASE("number set: enters, takes out and finds as std::set does, at every number of levels") {
  for (std::size_t capacity : {1u, 16u, 64u, 65u, 4096u, 5000u, 300000u}) {
    CAPTURE(capacity);
    std::vector<std::uint64_t> memory(weak::NumberSet::bytes(capacity) / 8, ~std::uint64_t{0});
    weak::NumberSet numbers;
    numbers.place(memory.data(), capacity);
    std::set<std::uint32_t> expected;
    std::mt19937 random(static_cast<unsigned>(capacity));
    for (int i = 0; i < 20000; ++i) {
      auto number = static_cast<std::uint32_t>(random() % capacity);
      if (random() % 2 == 0) number = static_cast<std::uint32_t>(capacity - 1 - number % 3 % capacity);
      if (random() % 2 == 0 || expected.size() > 40) {
        if (expected.erase(number) != 0) numbers.erase(number);
      } else {
        expected.insert(number);
        numbers.insert(number);
      }
      auto from = static_cast<std::uint32_t>(random() % (capacity + 100));
      auto found = expected.lower_bound(from);
      CHECK(numbers.next(from) == (found == expected.end() ? weak::NumberSet::none : *found));
      CHECK(numbers.count() == expected.size());
    }
  }
}

TEST_CASE("number set: without capacity there is nothing in it") {
  CHECK(weak::NumberSet{}.next(0) == weak::NumberSet::none);
  CHECK(weak::NumberSet::bytes(0) == 0);
}
