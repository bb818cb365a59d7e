#pragma once

#include <filesystem>
#include <string>

#include "harness/trial.hpp"

namespace pump::harness {

// A finished trial in a few lines: class, shares, clocks, outcomes of the last checkpoints.
std::string to_text(const TrialResult& trial);

// pump::Error when the folder holds another trial than this one (by its config.yaml).
void refuse_other_trial(const TrialSpec& spec, const std::filesystem::path& directory);

}  // namespace pump::harness
