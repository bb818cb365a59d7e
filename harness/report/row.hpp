#pragma once

#include <cstddef>
#include <vector>

#include "harness/report/report.hpp"

// One row of a report. Used by report.cpp only.
namespace pump::harness {

// Discovery or adoption of a run; censored where training ended.
Lifetime lifetime(const TrialResult& run, bool adoption);

// trials: all of one arm in one setting, in the order of their seeds.
Row make_row(std::size_t arm, const std::vector<const TrialResult*>& trials, double horizon);

}  // namespace pump::harness
