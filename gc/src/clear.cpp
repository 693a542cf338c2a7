// SPDX-License-Identifier: MIT
// Clearing, in slices, by the clients one after the other; and the checks between phases that stress mode asks for.
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

void Collector::checkpoint() {
  if (heap_.stress_period_ != 0) heap_.verify();
}

}  // namespace gc
