#include "agents/advantages.hpp"

#include <cstddef>

namespace pump::agents {

std::vector<float> generalised_advantages(std::span<const float> rewards,
                                          std::span<const float> values,
                                          std::span<const std::int32_t> next, double gamma,
                                          double gae_lambda) {
  const std::size_t n = rewards.size();
  std::vector<double> advantages(values.size(), 0);
  for (std::size_t i = n; i-- > 0;) {
    double value = 0, advantage = 0;
    if (next[i] >= 0) {
      value = values[static_cast<std::size_t>(next[i])];
      advantage = advantages[static_cast<std::size_t>(next[i])];
    }
    const double delta = rewards[i] + gamma * value - values[i];
    advantages[i] = delta + gamma * gae_lambda * advantage;
  }
  return {advantages.begin(), advantages.begin() + static_cast<std::ptrdiff_t>(n)};
}

std::vector<float> discounted_returns(std::span<const float> rewards,
                                      std::span<const std::int32_t> next, double gamma) {
  std::size_t all = rewards.size();
  for (const std::int32_t index : next)
    if (index >= 0 && static_cast<std::size_t>(index) >= all)
      all = static_cast<std::size_t>(index) + 1;
  const std::vector<float> no_values(all, 0.f);
  return generalised_advantages(rewards, no_values, next, gamma, 1);
}

}  // namespace pump::agents
