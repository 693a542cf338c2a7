// SPDX-License-Identifier: MIT
// value/table.hpp
#include "value/table.hpp"

#include <map>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "state_fixture.hpp"

using rt::Table;
using rt::Value;

namespace {

Value integer(std::int64_t i) { return Value::integer(i); }

std::int64_t at(const Table* t, std::int64_t key) {
  const Value* v = rt::get_index(t, key);
  return v->is_integer() ? v->payload.integer : -1;
}

// With a key nothing else refers to.
void set_named(StateFixture& fixture, Table* t, const std::string& name, const Value& value) {
  gc::Handle<rt::String> key(fixture.state.heap, rt::make_string(fixture.state, name));
  rt::set(fixture.state, t, Value::of(key.get()), value);
}

std::size_t count_entries(Table* t) {
  Value key = Value::nil(), value;
  std::size_t count = 0;
  for (bool valid = true; rt::next(t, &key, &value, &valid);) ++count;
  return count;
}

// The first tables of a heap are made otherwise.
void fill_heap(StateFixture& fixture) { lua_newuserdatauv(fixture.L, 100000, 0); }

}  // namespace

TEST_CASE_FIXTURE(StateFixture, "every type of key is found again") {
  Table* t = push_table();
  // Long enough that nothing of this is collected.
  state.heap.stop();
  Value keys[] = {integer(1),
                  integer(-1),
                  integer(INT64_MIN),
                  integer(INT64_MAX),
                  Value::number(0.5),
                  Value::number(1e300),
                  Value::boolean(false),
                  Value::boolean(true),
                  Value::light_userdata(nullptr),
                  Value::light_userdata(t),
                  Value::light_function(lua_error),
                  Value::of(t),
                  string("short"),
                  string(std::string(100, 'l'))};
  std::int64_t number = 0;
  for (const Value& key : keys) rt::set(state, t, key, integer(number++));
  number = 0;
  for (const Value& key : keys) CHECK(rt::get(t, key)->payload.integer == number++);
  CHECK(rt::get(t, string(std::string(100, 'l')))->payload.integer == number - 1);  // another cell, the same contents
  CHECK(count_entries(t) == static_cast<std::size_t>(number));
  for (const Value& key : keys) rt::set(state, t, key, Value::nil());
  for (const Value& key : keys) CHECK(rt::get(t, key)->is_nil());
  CHECK(count_entries(t) == 0);
}

TEST_CASE_FIXTURE(StateFixture, "a boolean key does not depend on its payload") {
  Table* t = push_table();
  Value yes = integer(77);
  yes.set_boolean(true);
  rt::set(state, t, yes, integer(1));
  CHECK(rt::get(t, Value::boolean(true))->payload.integer == 1);
}

TEST_CASE_FIXTURE(StateFixture, "floats with integral values are integer keys") {
  Table* t = push_table();
  rt::set(state, t, Value::number(1.0), integer(10));
  rt::set(state, t, Value::number(-0.0), integer(20));
  rt::set(state, t, Value::number(0x1p53), integer(30));
  rt::set(state, t, Value::number(0x1p63), integer(40));  // no integer
  CHECK(at(t, 1) == 10);
  CHECK(at(t, 0) == 20);
  CHECK(at(t, std::int64_t{1} << 53) == 30);
  CHECK(rt::get(t, Value::number(0x1p63))->payload.integer == 40);
  CHECK(rt::get(t, integer(INT64_MIN))->is_nil());
}

TEST_CASE_FIXTURE(StateFixture, "reading an absent key gives the shared nil and changes nothing") {
  Table* t = push_table();
  CHECK(rt::get(t, Value::nil()) == &rt::absent);
  CHECK(rt::get(t, integer(1)) == &rt::absent);
  CHECK(rt::get(t, string("x")) == &rt::absent);
  rt::set(state, t, string("x"), Value::nil());
  CHECK(!rt::has_hash_part(t));
}

TEST_CASE_FIXTURE(StateFixture, "appending fills the array part") {
  Table* t = push_table();
  for (int i = 1; i <= 1000; ++i) {
    rt::set_integer(state, t, i, integer(i * 2));
    CHECK(rt::length(t) == static_cast<std::uint64_t>(i));
  }
  CHECK(t->array_size() == 1024);
  CHECK(!rt::has_hash_part(t));
  for (int i = 1; i <= 1000; ++i) CHECK(at(t, i) == i * 2);
  for (int i = 1000; i > 0; --i) {
    rt::set_integer(state, t, i, Value::nil());
    CHECK(rt::length(t) == static_cast<std::uint64_t>(i - 1));
  }
}

TEST_CASE_FIXTURE(StateFixture, "keys stored backwards move to the array part when it pays") {
  Table* t = push_table();
  for (int i = 1000; i >= 1; --i) rt::set_integer(state, t, i, integer(i));
  CHECK(rt::length(t) == 1000);
  for (int i = 1001; i <= 2000; ++i) rt::set_integer(state, t, i, integer(i));
  CHECK(rt::length(t) == 2000);
  for (int i = 1; i <= 2000; ++i) CHECK(at(t, i) == i);
  CHECK(count_entries(t) == 2000);
}

TEST_CASE_FIXTURE(StateFixture, "a queue does not grow") {
  Table* t = push_table();
  std::size_t most = 0;
  for (int i = 1; i <= 100000; ++i) {
    rt::set_integer(state, t, i, integer(i));
    if (i > 10) rt::set_integer(state, t, i - 10, Value::nil());
    most = std::max(most, rt::bytes_outside(t));
  }
  CHECK(most < 4096);
  CHECK(count_entries(t) == 10);
}

TEST_CASE_FIXTURE(StateFixture, "replacing one key by another in a full table costs no rebuilding each time") {
  Table* t = push_table();
  for (int i = 0; i < 1024; ++i) set_named(*this, t, "k" + std::to_string(i), integer(i));
  int rebuilt = 0;
  rt::Node* nodes = t->nodes;
  for (int i = 0; i < 10000; ++i) {
    set_named(*this, t, "k" + std::to_string(i), Value::nil());
    set_named(*this, t, "k" + std::to_string(i + 1024), integer(i));
    if (t->nodes != nodes) ++rebuilt;
    nodes = t->nodes;
  }
  CHECK(rebuilt < 200);
  CHECK(count_entries(t) == 1024);
  CHECK(rt::bytes_outside(t) <= 2 * 1024 * sizeof(rt::Node) + 8);
}

// The size a table says it has is compared with the one it was given by the verifier, in collect().
TEST_CASE_FIXTURE(StateFixture, "a part made with the table lies in its cell until it is outgrown") {
  fill_heap(*this);
  for (std::size_t array_slots : {0, 1, 3, 13, 14}) {
    for (std::size_t fields : {0, 1, 2, 7, 8, 9}) {
      CAPTURE(array_slots);
      CAPTURE(fields);
      Table* t = rt::make_table(state, array_slots, fields);
      *L->top++ = Value::of(t);
      bool array_within = fields == 0 && array_slots >= 1 && array_slots <= 13;
      bool nodes_within = fields >= 1 && fields <= 8;
      CHECK(rt::is_within(t, t->array) == array_within);
      CHECK(rt::is_within(t, &rt::block_of(t)) == nodes_within);
      CHECK((rt::bytes_outside(t) == 0) == ((array_within || array_slots == 0) && (nodes_within || fields == 0)));
      CHECK(rt::bytes_of_table(t) <= rt::max_table_cell);
      std::size_t bytes = rt::bytes_of_table(t);
      collect();
      for (std::int64_t i = 1; i <= 40; ++i) {
        rt::set_integer(state, t, i, integer(i));
        set_named(*this, t, "f" + std::to_string(i), integer(-i));
        CHECK(rt::bytes_of_table(t) == bytes);
        if (i % 5 == 0) collect();
      }
      CHECK_FALSE(rt::is_within(t, t->array));
      CHECK_FALSE(rt::is_within(t, &rt::block_of(t)));
      CHECK(count_entries(t) == 80);
      rt::resize(state, t, 2, 0);
      CHECK(count_entries(t) == 80);
      CHECK(rt::bytes_of_table(t) == bytes);
      collect();
      --L->top;
    }
  }
  collect();
}

TEST_CASE_FIXTURE(StateFixture, "an array part in the cell is left when it is shortened") {
  fill_heap(*this);
  Table* t = rt::make_table(state, 8, 0);
  *L->top++ = Value::of(t);
  for (std::int64_t i = 1; i <= 8; ++i) rt::set_integer(state, t, i, integer(i));
  rt::resize(state, t, 3, 0);
  CHECK(t->array_size() == 3);
  CHECK_FALSE(rt::is_within(t, t->array));
  for (std::int64_t i = 1; i <= 8; ++i) CHECK(at(t, i) == i);
  collect();
}

TEST_CASE_FIXTURE(StateFixture, "memory that runs out leaves a table with a part in its cell as it was") {
  fill_heap(*this);
  for (bool with_array : {true, false}) {
    Table* t = with_array ? rt::make_table(state, 4, 0) : rt::make_table(state, 0, 4);
    *L->top++ = Value::of(t);
    for (std::int64_t i = 1; i <= 4; ++i) rt::set_integer(state, t, with_array ? i : i << 20, integer(i));
    state.heap.set_failure(1);
    CHECK_THROWS_AS(rt::set_integer(state, t, with_array ? 5 : 5 << 20, integer(5)), gc::OutOfMemory);
    CHECK_THROWS_AS(rt::resize(state, t, 20, 20), gc::OutOfMemory);
    state.heap.set_failure(0);
    for (std::int64_t i = 1; i <= 4; ++i) CHECK(at(t, with_array ? i : i << 20) == i);
    CHECK(rt::bytes_outside(t) == 0);
    collect();
    --L->top;
  }
}

TEST_CASE_FIXTURE(StateFixture, "sparse integer keys stay in the hash part") {
  Table* t = push_table();
  for (std::int64_t shift = 0; shift < 60; shift += 6) {
    for (std::int64_t i = 1; i <= 100; ++i) rt::set_integer(state, t, i << shift, integer(i + shift));
  }
  CHECK(rt::bytes_outside(t) < 60000);
  for (std::int64_t i = 1; i <= 100; ++i) CHECK(at(t, i << 54) == i + 54);
}

TEST_CASE_FIXTURE(StateFixture, "length finds a border whatever the shape") {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    Table* t = push_table();
    std::uniform_int_distribution<std::int64_t> key(1, 40);
    for (int step = 0; step < 60; ++step) {
      rt::set_integer(state, t, key(random), random() % 3 == 0 ? Value::nil() : integer(1));
      auto border = static_cast<std::int64_t>(rt::length(t));
      CHECK((border == 0 || !rt::get_index(t, border)->is_nil()));
      CHECK(rt::get_index(t, border + 1)->is_nil());
    }
    lua_settop(L, 0);
  }
}

TEST_CASE_FIXTURE(StateFixture, "length of a sequence that ends at the last integer") {
  Table* t = push_table();
  std::int64_t key = 1;
  for (; key > 0 && key < INT64_MAX / 2; key *= 2) rt::set_integer(state, t, key, integer(1));
  rt::set_integer(state, t, key, integer(1));
  rt::set_integer(state, t, INT64_MAX, integer(1));
  auto border = static_cast<std::int64_t>(rt::length(t));
  CHECK(!rt::get_index(t, border)->is_nil());
  CHECK((border == INT64_MAX || rt::get_index(t, border + 1)->is_nil()));
}

TEST_CASE_FIXTURE(StateFixture, "a traversal may remove and replace what it meets") {
  Table* t = push_table();
  for (int i = 0; i < 500; ++i) set_named(*this, t, "n" + std::to_string(i), integer(i));
  for (int i = 1; i <= 500; ++i) rt::set_integer(state, t, i, integer(i));
  lua_pushnil(L);  // the key is on the stack, as in a loop
  std::size_t met = 0;
  Value value;
  bool valid = true;
  while (rt::next(t, L->top - 1, &value, &valid)) {
    ++met;
    rt::set(state, t, L->top[-1], met % 2 == 0 ? Value::nil() : integer(0));
    if (met % 100 == 0) collect();  // removed keys become dead keys
  }
  CHECK(valid);
  CHECK(met == 1000);
  CHECK(count_entries(t) == 500);
}

TEST_CASE_FIXTURE(StateFixture, "next rejects what is no key of the table") {
  Table* t = push_table();
  rt::set(state, t, string("a"), integer(1));
  bool valid = true;
  Value key = string("b"), value;
  CHECK(!rt::next(t, &key, &value, &valid));
  CHECK(!valid);
}

TEST_CASE_FIXTURE(StateFixture, "positions visit what next visits") {
  Table* t = push_table();
  for (int i = -50; i <= 50; ++i) rt::set_integer(state, t, i, integer(i));
  Value key = Value::nil(), value, other_key, other_value;
  std::uint64_t position = 0;
  for (bool valid = true; rt::next(t, &key, &value, &valid);) {
    position = rt::next_position(t, position, &other_key, &other_value);
    CHECK(position != 0);
    CHECK(other_key.payload.integer == key.payload.integer);
  }
  CHECK(rt::next_position(t, position, &other_key, &other_value) == 0);
}

TEST_CASE_FIXTURE(StateFixture, "a table follows a model through random changes and collections") {
  std::mt19937 random(7);
  Table* t = push_table();
  std::map<std::int64_t, std::int64_t> integers;
  std::map<std::string, std::int64_t> strings;
  for (int step = 0; step < 200000; ++step) {
    std::int64_t k = static_cast<std::int64_t>(random() % 600) - 100, v = static_cast<std::int64_t>(random() % 1000);
    bool remove = random() % 2 == 0;
    if (random() % 2 == 0) {
      rt::set_integer(state, t, k, remove ? Value::nil() : integer(v));
      if (remove) integers.erase(k); else integers[k] = v;
    } else {
      std::string name = "s" + std::to_string(k);
      set_named(*this, t, name, remove ? Value::nil() : integer(v));
      if (remove) strings.erase(name); else strings[name] = v;
    }
    if (step % 20000 == 0) collect();
    if (step % 50000 == 0) rt::resize(state, t, random() % 300, random() % 300);
  }
  for (auto [k, v] : integers) CHECK(at(t, k) == v);
  for (auto& [name, v] : strings) CHECK(rt::get(t, string(name))->payload.integer == v);
  CHECK(count_entries(t) == integers.size() + strings.size());
}

TEST_CASE_FIXTURE(StateFixture, "a constructor's table has the room it asked for") {
  lua_createtable(L, 5, 3);
  Table* t = L->top[-1].table();
  CHECK(t->array_size() == 5);
  CHECK(t->node_mask == 3);
  rt::resize(state, t, 9, 0);
  CHECK(t->array_size() == 9);
  rt::set(state, t, string("x"), integer(1));
  rt::resize(state, t, 2, 0);
  CHECK(rt::get(t, string("x"))->payload.integer == 1);
}

TEST_CASE_FIXTURE(StateFixture, "a table is intact when memory runs out in the middle of a rehash") {
  Table* t = push_table();
  int stored = 0;
  try {
    for (;; ++stored) {
      memory.limit = memory.bytes + (stored % 7 == 6 ? 0 : 100000);
      if (stored > 3000) memory.limit = memory.bytes;
      rt::set_integer(state, t, stored * 3, integer(stored));
    }
  } catch (const gc::OutOfMemory&) {
  }
  memory.limit = SIZE_MAX;
  CHECK(stored > 0);
  for (int i = 0; i < stored; ++i) CHECK(at(t, i * 3) == i);
  CHECK(count_entries(t) == static_cast<std::size_t>(stored));
  rt::set_integer(state, t, stored * 3, integer(stored));
  CHECK(at(t, stored * 3) == stored);
  collect();
}

TEST_CASE_FIXTURE(StateFixture, "a metamethod that was absent is seen once it is there") {
  Table* metatable = push_table();
  CHECK(rt::metamethod(state, metatable, rt::Event::index)->is_nil());
  CHECK(rt::metamethod(state, metatable, rt::Event::index)->is_nil());
  rt::set(state, metatable, string("__index"), integer(1));
  CHECK(rt::metamethod(state, metatable, rt::Event::index)->is_integer());
  rt::set(state, metatable, string("__index"), Value::nil());
  CHECK(rt::metamethod(state, metatable, rt::Event::index)->is_nil());
  *const_cast<Value*>(rt::get(metatable, string("__index"))) = integer(2);  // as an inline store does
  CHECK(rt::metamethod(state, metatable, rt::Event::index)->payload.integer == 2);
}

TEST_CASE_FIXTURE(StateFixture, "what only tables refer to lives, what was removed dies") {
  state.heap.set_stress(1);
  Table* t = push_table();
  for (int i = 0; i < 30; ++i) {
    lua_pushinteger(L, i);
    lua_pushfstring(L, "value %d", i);
    lua_rawset(L, -3);
    lua_pushfstring(L, "key %d", i);
    lua_createtable(L, 0, 0);
    lua_rawset(L, -3);
  }
  for (int i = 0; i < 30; ++i) {
    CHECK(rt::get_index(t, i)->string()->view() == "value " + std::to_string(i));
    CHECK(rt::get(t, string("key " + std::to_string(i)))->is_table());
  }
  state.heap.set_stress(0);
}
