#pragma once

#include <vector>

#include "harness/report/report.hpp"

namespace pump::harness {

// A made-up sweep, for the report's tests: four objectives x seeds x valve_turns 1..6 on the wish
// `distance` (valve_turns = 3 first), and the control `true` at 3. Made up from hashes, so the same
// each time; the numbers mean nothing.
std::vector<TrialResult> made_up_sweep(int seeds);
// Under a title and a command with what a page has to escape.
Report report_of(const std::vector<TrialResult>& trials);

}  // namespace pump::harness
