#pragma once

#include <algorithm>
#include <span>

namespace pump::agents {

// The price of a policy's distance from its reference, paid by the reward of every decision
// (Ziegler et al. 2019, eq. 2). Any objective can wear it.
inline void charge_for_divergence(std::span<float> rewards, std::span<const float> log_probs,
                                  std::span<const float> ref_log_probs, double kl_coef) {
  for (std::size_t i = 0; i < rewards.size(); i++)
    rewards[i] -= static_cast<float>(kl_coef * (log_probs[i] - ref_log_probs[i]));
}

// The price after `episodes` episodes whose KL was `kl` nats each on average: proportional control
// in log space, towards kl_target (Ziegler et al. 2019, section 2.2).
inline double adapted_kl_coef(double kl_coef, double kl, double kl_target, double episodes,
                              double kl_horizon) {
  const double error = std::clamp((kl - kl_target) / kl_target, -.2, .2);
  return kl_coef * (1 + error * episodes / kl_horizon);
}

}  // namespace pump::agents
