#pragma once

#include <string>

#include "agents/trainer.hpp"

namespace pump::test {

// Training settings of a few dozen decisions an update that suit any objective, as YAML.
inline std::string small_train(const std::string& objective, const std::string& more = "") {
  agents::TrainConfig config;
  config.objective = objective;
  config.worlds = config.group_size = 8;
  config.rollout_steps = 32;
  const bool whole_episodes = agents::complaint_about(config, true).has_value();
  return std::string(
             "{outcome_episodes: 8, outcome_reference_episodes: 64, worlds: 8, group_size: 8, "
             "rollout_steps: ") +
         (whole_episodes ? "0" : "32") + (more.empty() ? "" : ", " + more) + "}";
}

}  // namespace pump::test
