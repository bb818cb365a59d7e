#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/statistics.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {

// How long trials take, by how long some of them took to begin with.
struct Estimate {
  double seconds = 0;  // of the clock, for all
  Interval interval;   // 95 %, Student's over the trials probed
  int probed = 0;
  std::vector<std::string> failed = {};  // why, of those that could not be probed
};
// Runs every so-manieth trial up to a tenth of its budget, in a temporary folder and in as many
// worker processes at once as the sweep will have (`jobs`): they slow each other down. One that
// ends in an error is left out, as the sweep goes on without it. Throws Interrupted where go_on
// says no, pump::Error where every one fails.
Estimate estimate(const SweepSpec& sweep, int jobs, const std::function<bool()>& go_on,
                  int probes = 32);
// "some 18 minutes, 15 to 22, by 16 trials"
std::string to_text(const Estimate& estimate);

}  // namespace pump::harness
