#include <algorithm>
#include <array>

#include "agents/objectives/objective.hpp"
#include "agents/trainer.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

std::span<const Objective> objectives() {
  static const std::array all = {
      reinforce(),     reinforce_baseline(), natural_gradient(), trpo(), a2c(),
      ppo_penalty(),   ppo_clip(),           ppo_kl(),           grpo(), dr_grpo(),
      ppo_occupancy(), ppo_outcome()};
  return all;
}

const Objective& find_objective(const std::string& name) {
  const auto all = objectives();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Objective& o) { return o.name == name; });
  ENSURE(found != all.end(), "no objective {}", name);
  return *found;
}

const std::vector<std::string>& objective_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Objective& objective : objectives()) out.emplace_back(objective.name);
    return out;
  }();
  return names;
}

}  // namespace pump::agents
