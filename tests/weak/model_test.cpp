// SPDX-License-Identifier: MIT
// Random operations on objects, refs and tables, against a model that computes what must be alive. A difference prints the
// seed; MAYFLY_MODEL_SEED and MAYFLY_MODEL_ROUNDS replay it or run longer.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "weak_fixture.hpp"

using weak::Slot;
using weak::Type;

namespace {

using Cells = std::set<gc::Cell*>;

struct TableModel {
  Type type;
  std::map<gc::Cell*, gc::Cell*> entries;  // a set's member stands for itself
};

class Model : public WeakHeap {
 public:
  explicit Model(unsigned seed) : random_(seed) {}

  void run(int operations) {
    for (int i = 0; i < operations && good_; ++i) {
      operate();
      if (i % 50 == 0) check_reached();
      if (i % 200 == 199) check_collected();
    }
  }
  bool good() const { return good_; }
  bool met_old_garbage() const { return met_old_garbage_; }

 private:
  std::mt19937 random_;
  std::map<weak::Table*, TableModel> tables_;
  std::map<weak::Ref*, gc::Cell*> refs_;
  bool good_ = true;
  bool met_old_garbage_ = false;  // a minor collection has kept a cell that only its age keeps
  const Cells* present_ = nullptr;  // what the heap holds, while a collection is checked

  unsigned pick(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  void expect(bool condition, const char* what) {
    if (!condition && good_) MESSAGE(std::string(what));
    good_ = good_ && condition;
  }

  void reach(gc::Cell* cell, Cells& reached) {
    if (cell == nullptr || !reached.insert(cell).second) return;
    if (present_ != nullptr && present_->count(cell) == 0) return;  // freed: the model has not noticed yet
    if (cell->kind != toy::kind_pair) return;
    reach(static_cast<toy::Pair*>(cell)->first, reached);
    reach(static_cast<toy::Pair*>(cell)->second, reached);
  }
  // The least set that holds the roots, edges, and values of key tables whose key is in it. Of the keys of value tables:
  // all, which is what the collector keeps alive as long as the entry is there; or those whose value is in the set, which
  // is what a program that reads no weak table can have in its hands.
  enum class Keys { all, seen };
  Cells reachable(Keys keys, const Cells& others = {}) {
    Cells reached;
    for (gc::Cell* root : roots) reach(root, reached);
    for (gc::Cell* cell : others) reach(cell, reached);
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (auto& [t, model] : tables_) {
        if (reached.count(t) == 0) continue;
        for (auto [key, value] : model.entries) {
          bool holds_key = keys == Keys::all || reached.count(value) != 0;
          if (model.type == Type::value_table && holds_key) reach(key, reached);
          if (model.type == Type::key_table && reached.count(key) != 0) reach(value, reached);
        }
      }
    }
    return reached;
  }
  static bool lives(Type type, gc::Cell* key, gc::Cell* value, const Cells& reached) {
    bool by_key = !weak::holds_keys_weakly(type) || reached.count(key) != 0;
    return by_key && (!weak::holds_values_weakly(type) || reached.count(value) != 0);
  }

  gc::Cell* any(const Cells& reached) {
    if (reached.empty()) return nullptr;
    auto at = reached.begin();
    std::advance(at, pick(static_cast<unsigned>(reached.size())));
    return *at;
  }
  weak::Table* any_table(const Cells& reached) {
    std::vector<weak::Table*> found;
    for (auto& [t, model] : tables_) {
      if (reached.count(t) != 0) found.push_back(t);
    }
    return found.empty() ? nullptr : found[pick(static_cast<unsigned>(found.size()))];
  }

  // Whatever had this address before is dead: the model may not have noticed.
  void born(gc::Cell* cell) {
    tables_.erase(static_cast<weak::Table*>(cell));
    refs_.erase(static_cast<weak::Ref*>(cell));
    std::erase_if(refs_, [&](auto& item) { return item.second == cell; });
    for (auto& [t, model] : tables_) {
      std::erase_if(model.entries, [&](auto& item) { return item.first == cell || item.second == cell; });
    }
  }

  void make_object() {
    if (roots.size() < 30) born(keep(toy::make_pair(heap)));
  }
  void make_table() {
    if (tables_.size() > 12 || roots.size() > 30) return;
    Type type = std::array{Type::key_table, Type::value_table, Type::kv_table, Type::set}[pick(4)];
    weak::Table* t = table(type, pick(3) == 0 ? pick(9) : 0);
    born(t);
    tables_[t] = {type, {}};
  }
  void link_objects(const Cells& reached) {
    gc::Cell* from = any(reached);
    gc::Cell* to = any(reached);
    if (from == nullptr || from->kind != toy::kind_pair) return;
    auto* pair = static_cast<toy::Pair*>(from);
    (pick(2) == 0 ? pair->first : pair->second) = pick(3) == 0 ? nullptr : to;
    if (to != nullptr) heap.barrier(pair, to);
  }
  void store(const Cells& reached) {
    weak::Table* t = any_table(reached);
    if (t == nullptr) return;
    TableModel& model = tables_[t];
    gc::Cell* key = any(reached);
    gc::Cell* value = any(reached);
    if (pick(4) == 0) {
      weak::set(t, object(key), Slot::nil());
      model.entries.erase(key);
    } else {
      weak::set(t, object(key), model.type == Type::set ? Slot::of(std::uint64_t{0}, weak::true_tag) : object(value));
      model.entries[key] = model.type == Type::set ? key : value;
    }
  }
  void make_ref(const Cells& reached) {
    gc::Cell* target = any(reached);
    if (target == nullptr || refs_.size() > 30) return;
    weak::Ref* r = pick(2) == 0 ? registry.shared_ref(object(target)) : registry.make_ref(object(target), integer(1));
    constexpr std::uint32_t known = 1u << 31;  // not one of Ref's flags: the ref is no new cell
    if ((r->extra & known) == 0) born(r);
    r->extra |= known;
    refs_[r] = target;
    keep(r);
  }
  void drop_root() {
    if (!roots.empty()) roots.erase(roots.begin() + pick(static_cast<unsigned>(roots.size())));
  }

  void operate() {
    Cells reached = reachable(Keys::seen);
    switch (pick(10)) {
      case 0: make_object(); break;
      case 1: make_table(); break;
      case 2: link_objects(reached); break;
      case 3:
      case 4:
      case 5: store(reached); break;
      case 6: make_ref(reached); break;
      case 7: drop_root(); break;
      case 8:
        if (heap.generational()) {
          check_collected_young();
          break;
        }
        [[fallthrough]];
      default: heap.step(pick(60)); break;
    }
  }

  // Whatever the collector is doing: what is reachable is there, with its value.
  void check_reached() {
    Cells reached = reachable(Keys::seen);
    for (auto& [t, model] : tables_) {
      if (reached.count(t) == 0) continue;
      for (auto [key, value] : model.entries) {
        if (reached.count(key) == 0 || !lives(model.type, key, value, reached)) continue;
        expect(model.type == Type::set ? has(t, object(key)) : value_of(t, object(key)) == object(value).bits, "a reachable entry");
      }
    }
    for (auto [r, target] : refs_) {
      if (reached.count(r) != 0 && reached.count(target) != 0) expect(registry.referent(r).cell == target, "a reachable referent");
    }
    heap.verify();
  }

  Cells present() {
    Cells found;
    heap.for_each_cell([](gc::Cell* cell, void* to) { static_cast<Cells*>(to)->insert(cell); }, &found);
    return found;
  }

  // A minor collection keeps what is reachable and what is old, with what that reaches, and nothing else.
  void check_collected_young() {
    finish_cycle();
    notices();
    Cells before = present(), old;
    for (gc::Cell* cell : before) {
      if (cell->color > gc::white_odd) old.insert(cell);
    }
    present_ = &before;
    auto holds = [](const Cells& all, const Cells& some) { return std::includes(all.begin(), all.end(), some.begin(), some.end()); };
    met_old_garbage_ |= !holds(reachable(Keys::all), old);
    Cells needed = reachable(Keys::seen), kept = reachable(Keys::all, old);
    heap.collect_young();
    heap.verify();
    present_ = nullptr;
    Cells after = present();
    expect(holds(after, needed), "what is reachable after a minor collection");
    expect(holds(after, old), "what is old after a minor collection");
    expect(holds(kept, after), "what a minor collection keeps");
    check_reached();
  }

  // Takes out of the model what is dead; returns what is alive. A dead entry of a value table lets its key go, which may
  // take more with it.
  Cells settle() {
    for (;;) {
      Cells reached = reachable(Keys::all);
      std::size_t gone = std::erase_if(refs_, [&](auto& item) { return reached.count(item.first) == 0; });
      gone += std::erase_if(tables_, [&](auto& item) { return reached.count(item.first) == 0; });
      for (auto& [t, model] : tables_) {
        gone += std::erase_if(model.entries,
                              [&](auto& item) { return !lives(model.type, item.first, item.second, reached); });
      }
      if (gone == 0) return reached;
    }
  }

  // After as many full cycles as something still dies: exactly that is there.
  void check_collected() {
    finish_cycle();
    for (std::size_t before = SIZE_MAX; before != cells();) {
      before = cells();
      notices();
      heap.collect();
    }
    heap.verify();
    Cells left = present();
    present_ = &left;
    Cells reached = settle();
    present_ = nullptr;
    for (auto [r, target] : refs_) expect(alive(r) == (reached.count(target) != 0), "a ref");
    for (auto& [t, model] : tables_) {
      expect(weak::length(t) == model.entries.size(), "a length");
      for (auto [key, value] : model.entries) expect(has(t, object(key)), "an entry");
    }
    expect(left == reached, "the cells");
  }
};

void run_rounds(unsigned first, unsigned rounds, bool generational) {
  bool met_old_garbage = false;
  for (unsigned seed = first; seed < first + rounds; ++seed) {
    Model model(seed);
    model.heap.set_generational(generational, 5, 100);
    model.run(2000);
    CHECK_MESSAGE(model.good(), "MAYFLY_MODEL_SEED=", seed);
    if (!model.good()) return;
    met_old_garbage |= model.met_old_garbage();
  }
  CHECK(met_old_garbage == (generational && std::string_view(gc::Heap::collector_name()) == "precise"));
}

unsigned setting(const char* name, unsigned fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace

TEST_CASE("model: random operations keep alive what is reachable and nothing else") {
  unsigned first = setting("MAYFLY_MODEL_SEED", 1);
  unsigned rounds = setting("MAYFLY_MODEL_ROUNDS", 60);
  run_rounds(first, rounds, false);
}

TEST_CASE("model: the same in the generational mode, with minor collections at random moments") {
  run_rounds(setting("MAYFLY_MODEL_SEED", 1001), setting("MAYFLY_MODEL_ROUNDS", 60), true);
}
