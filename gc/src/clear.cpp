// SPDX-License-Identifier: MIT
// Clearing, in slices, by the clients one after the other; giving back, by them and the allocator; the checks between phases that stress
// mode asks for.
#include "collector.hpp"
#include "gc/cycle_client.hpp"

namespace gc {

bool Collector::clear_slice(Budget& work) {
  while (clearing_client_ < clients_.size()) {
    if (work.exhausted()) return false;
    std::size_t budget = work.is_unlimited() ? SIZE_MAX : static_cast<std::size_t>(work.left) / units_per_entry + 1;
    if (clients_[clearing_client_]->clear_slice(liveness(), budget)) {
      ++clearing_client_;
      work.spend(1);
    } else if (!work.is_unlimited()) {
      work.left = 0;
    }
  }
  checkpoint();
  return true;
}

// The last of a cycle. A slice of it costs what discarding some dozens of pages does.
bool Collector::give_back_slice(Budget& work) {
  constexpr std::size_t units_per_slice = 1024;
  for (CycleClient* client : clients_) {
    while (!client->give_back_slice(work.is_unlimited() ? SIZE_MAX : units_per_slice / units_per_entry)) {
      work.spend(units_per_slice);
      if (work.exhausted()) return false;
    }
  }
  while (giving_back_.function != nullptr) {
    if (work.exhausted()) return false;
    work.spend(units_per_slice);
    bool first = !gives_back_;
    gives_back_ = true;
    if (!giving_back_.function(giving_back_.context, first, gives_all_back_)) break;
  }
  gives_back_ = false;
  return true;
}

void Collector::checkpoint() {
  if (heap_.stress_period_ != 0) heap_.verify();
}

}  // namespace gc
