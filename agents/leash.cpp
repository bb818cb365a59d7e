#include "agents/leash.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/advantages.hpp"

namespace pump::agents {

void charge_for_divergence(Rollout& rollout, double kl_coef, const TrainConfig& config) {
  std::vector<double> price(rollout.rewards.size(), kl_coef);
  if (config.kl_length_normalised) {
    const std::vector<std::int32_t> episode = episodes_of(rollout.next);
    std::vector<double> length(static_cast<std::size_t>(rollout.episodes), 0);
    for (const std::int32_t of : episode) length[static_cast<std::size_t>(of)]++;
    for (std::size_t i = 0; i < price.size(); i++)
      price[i] /= length[static_cast<std::size_t>(episode[i])];
  }
  for (std::size_t i = 0; i < price.size(); i++)
    rollout.rewards[i] -=
        static_cast<float>(price[i] * (rollout.log_probs[i] - rollout.ref_log_probs[i]));
}

}  // namespace pump::agents
