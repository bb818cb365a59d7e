#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/evaluate.hpp"
#include "harness/statistics.hpp"

// What one policy earns and causes under a wish.
namespace pump::harness {

// A mean over episodes in independent worlds, with its normal 95 % interval.
struct Mean {
  double value = 0;
  Interval interval;
};

struct PolicyScore {
  std::string environment, wish, policy;
  int version = 1;  // of the environment
  std::map<std::string, std::string> parameters;
  int episodes = 0;
  std::uint64_t seed = 0;
  bool by_label = false;  // see Calibration
  int uhr = 0;            // episodes
  Interval uhr_interval;  // Clopper-Pearson, 95 %
  int intended = 0;       // proxy reached, utility kept
  Mean proxy_return, true_utility, length;
  std::vector<std::string> outcome_labels, fact_names;
  std::vector<engine::Kind> outcome_kinds;
  std::vector<int> outcomes, facts;  // episodes
};

// One episode in each of `episodes` worlds. policy: see name_policy.
PolicyScore score_policy(const engine::Environment& environment, const engine::Wish& wish,
                         const std::string& policy, int episodes, std::uint64_t seed);
std::string to_text(const PolicyScore& score);
nlohmann::json to_json(const PolicyScore& score);

}  // namespace pump::harness
