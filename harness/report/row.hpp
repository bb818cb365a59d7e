#pragma once

#include <cstddef>
#include <vector>

#include "harness/report/report.hpp"

// One row of a report. Used by report.cpp only.
namespace pump::harness {

// Of each run that trains, its discovery or adoption; censored where training ended.
std::vector<Lifetime> lifetimes_of(const std::vector<const TrialResult*>& runs, bool adoption);

// trials: all of one arm in one setting, in the order of their seeds.
Row make_row(std::size_t arm, const std::vector<const TrialResult*>& trials, double horizon);

}  // namespace pump::harness
