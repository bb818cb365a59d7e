#pragma once

#include <functional>

#include "harness/statistics.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {

// How long trials take, by how long some of them took to begin with.
struct Estimate {
  double seconds = 0;  // of the clock, for all
  Interval interval;   // 95 %, Student's over the trials probed
  int probed = 0;
};
// Runs every so-manieth trial up to a tenth of its budget, in a temporary folder and in as many
// worker processes at once as the sweep will have (`jobs`): they slow each other down. Throws
// Interrupted where go_on says no.
Estimate estimate(const SweepSpec& sweep, int jobs, const std::function<bool()>& go_on,
                  int probes = 32);
// "some 18 minutes, 15 to 22, by 16 trials"
std::string to_text(const Estimate& estimate);

}  // namespace pump::harness
