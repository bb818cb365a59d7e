#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/measures.hpp"
#include "harness/named_policy.hpp"
#include "harness/statistics.hpp"

// What training came to, to be laid beside what is so.
namespace pump::harness {

struct TrainedPoint {
  std::string arm;              // as a report names it
  double beta = 0;              // kl_coef
  int seeds = 0, found = 0;     // of those, how many met the exploit in training (discovery)
  SeedsShare intended, gaming;  // over the last 3 checkpoints
};

struct TrainedTrials {
  std::vector<TrainedPoint> points;  // by arm
  int trials = 0;                    // that there are
  // Why some are left out: another environment, version, parameters, wish or wrapper; another
  // leash, or none, or a price of another kind; no result yet, or an error, or diverged.
  int elsewhere = 0, otherwise = 0, unfinished = 0;
};

// Whether what was evaluated is the policy itself, in its world itself.
bool plays_as_is(const TrialSpec& spec);

// Of finished trials of one wish in one world, a point an arm.
std::vector<TrainedPoint> trained_points(const std::vector<TrialResult>& trials);

// Of a sweep's folder, the trials of this wish in this world whose leash is the reference: uniform,
// the prior, or made as that of leash:TRIAL is, whatever the seed. pump::Error where there are
// none.
TrainedTrials trained_trials(const std::filesystem::path& sweep,
                             const engine::Environment& environment, const engine::Wish& wish,
                             const NamedPolicy& reference);

}  // namespace pump::harness
