#pragma once

#include <filesystem>

#include "harness/trial.hpp"

namespace pump::harness {

// A trial whose objective is a yardstick: nothing is trained. In each of the evaluation's worlds so
// many episodes of the reference that `start` names are drawn, all from the evaluation's own reset,
// and one is kept. One checkpoint, whose steps are all that were drawn; discovery is the first UHR
// episode drawn. As run_trial, but without policy.bin, and an interrupted one starts again.
TrialResult run_yardstick(const TrialSpec& spec, const std::filesystem::path& directory,
                          const Progress& progress);

}  // namespace pump::harness
