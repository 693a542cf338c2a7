// SPDX-License-Identifier: MIT
// Manual 6.6: table.sort.
//
// The elements are copied out of the table, put in order, and stored back at the end. So an order function may do what
// it likes, the table included; when it raises an error the table is as it was; and whatever it answers, the result is
// some permutation of the elements.
//
// Integers and floats alone are sorted as such. Everything else is merge sorted (fewest calls of the order function) in
// memory the collector does not look at; meanwhile a table of their own, which is never changed, keeps the values alive.
#include <algorithm>
#include <climits>
#include <cmath>
#include <cstring>

#include <lua.hpp>

#include <mayfly/array.h>

#include "table_access.hpp"
#include "work.hpp"

namespace {

// Stack slots of table.sort.
constexpr int table_slot = 1;
constexpr int order_slot = 2;   // the order function or nil
constexpr int values_slot = 3;  // the elements while they are being sorted

// Memory until the function returns or an error leaves it.
template <class Item>
Item* push_memory(lua_State* L, size_t count) {
  return static_cast<Item*>(lua_newuserdatauv(L, count * sizeof(Item), 0));
}

// Storing: straight into the table where that is possible.

template <class MakeValue, class PushValue>
void store_all(lua_State* L, size_t count, MakeValue make_value, PushValue push_value) {
  mayfly_Value* target = mayfly_isplain(L, table_slot) != 0 ? mayfly_writevalues(L, table_slot, 1, count) : nullptr;
  if (target != nullptr) {
    for (size_t i = 0; i < count; ++i) target[i] = make_value(i);
    mayfly_wrote(L, table_slot);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    push_value(i);
    lua_seti(L, table_slot, static_cast<lua_Integer>(i) + 1);
  }
}

// Numbers.

bool all_have_tag(const mayfly_Value* values, size_t count, unsigned char tag) {
  return std::all_of(values, values + count, [tag](const mayfly_Value& v) { return v.tag == tag; });
}

constexpr size_t longest_at_once = 1 << 16;

// Long arrays in two halves that are merged, so that there are safepoints between. `scratch`: room for half of them.
template <class Number>
void sort_halves(lua_State* L, Number* numbers, size_t count, Number* scratch) {
  mayfly_safepoint(L, count);
  if (count <= longest_at_once) {
    std::sort(numbers, numbers + count);
    return;
  }
  size_t half = count / 2;
  sort_halves(L, numbers, half, scratch);
  sort_halves(L, numbers + half, count - half, scratch);
  std::copy(numbers, numbers + half, scratch);
  size_t left = 0, right = half, target = 0;
  while (left < half && right < count) numbers[target++] = numbers[right] < scratch[left] ? numbers[right++] : scratch[left++];
  std::copy(scratch + left, scratch + half, numbers + target);
}

template <class Number>
void sort_numbers(lua_State* L, Number* numbers, size_t count) {
  sort_halves(L, numbers, count, count > longest_at_once ? push_memory<Number>(L, count / 2) : nullptr);
}

void sort_integers(lua_State* L, const mayfly_Value* values, size_t count) {
  auto* integers = push_memory<lua_Integer>(L, count);
  for (size_t i = 0; i < count; ++i) integers[i] = values[i].content.integer;
  sort_numbers(L, integers, count);
  store_all(
      L, count, [=](size_t i) { return mayfly_Value{{.integer = integers[i]}, MAYFLY_TAGINTEGER}; },
      [=](size_t i) { lua_pushinteger(L, integers[i]); });
}

// None of them is NaN: std::sort needs a strict weak order.
void sort_floats(lua_State* L, const mayfly_Value* values, size_t count) {
  auto* floats = push_memory<lua_Number>(L, count);
  for (size_t i = 0; i < count; ++i) floats[i] = values[i].content.number;
  sort_numbers(L, floats, count);
  store_all(
      L, count, [=](size_t i) { return mayfly_Value{{.number = floats[i]}, MAYFLY_TAGFLOAT}; },
      [=](size_t i) { lua_pushnumber(L, floats[i]); });
}

// Everything else.

template <class Less>
class MergeSort {
 public:
  MergeSort(lua_State* L, mayfly_Value* order, mayfly_Value* scratch, Less less)
      : work_(L), order_(order), scratch_(scratch), less_(less) {}

  void sort(size_t first, size_t last) {
    work_.add(last - first);
    if (last - first <= short_run) {
      insert_each(first, last);
      return;
    }
    size_t middle = first + (last - first) / 2;
    sort(first, middle);
    sort(middle, last);
    if (less_(order_[middle], order_[middle - 1])) merge(first, middle, last);
  }

 private:
  static constexpr size_t short_run = 6;

  void insert_each(size_t first, size_t last) {
    for (size_t next = first + 1; next < last; ++next) {
      mayfly_Value element = order_[next];
      size_t place = next;
      for (; place > first && less_(element, order_[place - 1]); --place) order_[place] = order_[place - 1];
      order_[place] = element;
    }
  }

  // The left half moves to the scratch memory; then the result grows from the left, never past what is left of the
  // right.
  void merge(size_t first, size_t middle, size_t last) {
    size_t left_count = middle - first;
    std::memcpy(scratch_, order_ + first, left_count * sizeof(*scratch_));
    size_t left = 0, right = middle, target = first;
    while (left < left_count && right < last) {
      order_[target++] = less_(order_[right], scratch_[left]) ? order_[right++] : scratch_[left++];
    }
    std::memcpy(order_ + target, scratch_ + left, (left_count - left) * sizeof(*scratch_));
  }

  stdlib::Work work_;
  mayfly_Value* order_;
  mayfly_Value* scratch_;
  Less less_;
};

template <class Less>
void sort_by(lua_State* L, const mayfly_Value* values, size_t count, Less less) {
  auto* order = push_memory<mayfly_Value>(L, count + count / 2);
  std::copy(values, values + count, order);
  MergeSort<Less>(L, order, order + count, less).sort(0, count);
  store_all(L, count, [=](size_t i) { return order[i]; }, [=](size_t i) { mayfly_pushvalue(L, order + i); });
}

// Any order sorts, in some way; lua5.4 notices some of those that are none. An error is raised where it would surely raise one:
// when each of four elements or more is less than its neighbour and the neighbour less than it. An element that is not less
// than itself settles it with one question.
void check_order(lua_State* L, const mayfly_Value* values, size_t count) {
  constexpr size_t unchecked = 3;
  if (count <= unchecked) return;
  auto less = [L](const mayfly_Value& a, const mayfly_Value& b) { return mayfly_callorder(L, order_slot, &a, &b) != 0; };
  const mayfly_Value& middle = values[count / 2];
  if (!less(middle, middle)) return;
  for (size_t i = 1; i < count; ++i) {
    if (!less(values[i - 1], values[i]) || !less(values[i], values[i - 1])) return;
  }
  luaL_error(L, "invalid order function for sorting");
}

void sort_values(lua_State* L, const mayfly_Value* values, size_t count) {
  if (!lua_isnil(L, order_slot)) {
    check_order(L, values, count);
    sort_by(L, values, count,
            [=](const mayfly_Value& a, const mayfly_Value& b) { return mayfly_callorder(L, order_slot, &a, &b) != 0; });
  } else if (all_have_tag(values, count, MAYFLY_TAGINTEGER)) {
    sort_integers(L, values, count);
  } else if (all_have_tag(values, count, MAYFLY_TAGFLOAT) &&
             std::none_of(values, values + count, [](const mayfly_Value& v) { return std::isnan(v.content.number); })) {
    sort_floats(L, values, count);
  } else {
    sort_by(L, values, count,
            [=](const mayfly_Value& a, const mayfly_Value& b) { return mayfly_lessthan(L, &a, &b) != 0; });
  }
}

// Copies the elements to a new table that no script can reach, so its values stay where they are.
const mayfly_Value* copy_elements(lua_State* L, int count) {
  auto size = static_cast<size_t>(count);
  lua_createtable(L, count, 0);
  const mayfly_Value* source = mayfly_isplain(L, table_slot) != 0 ? mayfly_values(L, table_slot, 1, size) : nullptr;
  if (source != nullptr) {
    std::copy(source, source + count, mayfly_writevalues(L, values_slot, 1, size));
    mayfly_wrote(L, values_slot);
  } else {
    for (int i = 1; i <= count; ++i) {
      lua_geti(L, table_slot, i);
      lua_rawseti(L, values_slot, i);
    }
  }
  return mayfly_values(L, values_slot, 1, size);
}

}  // namespace

int stdlib::table_sort(lua_State* L) {
  lua_Integer count = checked_length(L, table_slot, table_reads | table_writes);
  if (count < 2) return 0;
  luaL_argcheck(L, count < INT_MAX, table_slot, "array too big");
  if (!lua_isnoneornil(L, order_slot)) luaL_checktype(L, order_slot, LUA_TFUNCTION);
  lua_settop(L, order_slot);
  luaL_checkstack(L, 10, nullptr);
  sort_values(L, copy_elements(L, static_cast<int>(count)), static_cast<size_t>(count));
  return 0;
}
