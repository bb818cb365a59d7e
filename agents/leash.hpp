#pragma once

#include <algorithm>

#include "agents/config.hpp"
#include "agents/rollout.hpp"

namespace pump::agents {

// The price of a policy's distance from its reference, paid by the reward of every decision
// (Ziegler et al. 2019, eq. 2). Any objective can wear it. Length-normalised, an episode pays
// kl_coef for the mean over its decisions instead of their sum; rollouts are then of whole
// episodes.
void charge_for_divergence(Rollout& rollout, double kl_coef, const TrainConfig& config);

// The price after `episodes` episodes whose KL was `kl` nats each on average: proportional control
// in log space, towards kl_target (Ziegler et al. 2019, section 2.2). More episodes than kl_horizon
// count as kl_horizon, so that a price stays one.
inline double adapted_kl_coef(double kl_coef, double kl, double kl_target, double episodes,
                              double kl_horizon) {
  const double error = std::clamp((kl - kl_target) / kl_target, -.2, .2);
  return kl_coef * (1 + error * std::min(episodes / kl_horizon, 1.));
}

}  // namespace pump::agents
