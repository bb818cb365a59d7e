#pragma once

#include <memory>
#include <optional>

#include "engine/batch.hpp"
#include "harness/calibration.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

// Worlds of a trial's own kind: sticky or coarse actions and noise as its spec says.
std::unique_ptr<engine::Batch> make_worlds(const engine::Environment& environment,
                                           const TrialSpec& spec, int worlds, std::uint64_t seed);

// What episodes are judged by: the same for all trials of a wish in a world.
struct Standards {
  Calibration calibration;
  std::optional<double> best_exploit_share;  // none: no exploit is known
};
// Kept for the next trial of this process.
const Standards& standards(const engine::Environment& environment, const TrialSpec& spec);

}  // namespace pump::harness
