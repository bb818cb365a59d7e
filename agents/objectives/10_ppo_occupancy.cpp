// PPO leashed by where it goes. Laidlaw et al. 2024, "Correlated proxies: a new definition and
// improved mitigation for reward hacking" (its first version: "Preventing reward hacking with
// occupancy measure regularization"), section 4.
//
//   μ_π(s) = (1 − γ) E_π[ Σ_t γ^t [s_t = s] ],   d(s) = log( μ_π(s) / μ_ref(s) )
//   KL:   R(s) = r(s) − λ d(s)          χ²:   R(s) = r(s) − λ e^{d(s)}
//   d from a classifier D of visited states, D(s) = 1 / (1 + e^{−d(s)}) for equal batches of both
//
//   | symbol     | variable                                                     |
//   | d          | OccupancyRatio (agents/occupancy.hpp)                        |
//   | λ          | kl_coef                                                      |
//   | γ          | occupancy_gamma                                              |
//
// Changes: against `ppo_kl`, the price is on the states a policy reaches, not on the actions that
//          lead there: a single unusual act with large consequences is no longer cheap.
// Differs: the end of an episode is a state of its own that is never left, with its occupancy, so
//          that ending early is neither free nor hidden. The paper's χ² objective has the root of
//          the divergence; the price here is its ratio alone. `tabular` counts states
//          instead of classifying them; `occupancy_of: state_action` adds log(π / π_ref).
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

Objective ppo_occupancy() {
  return {.name = "ppo_occupancy",
          .surrogate = clipped_surrogate,
          .price = Price::occupancy,
          .reuses_decisions = true,
          .whole_episodes = true,
          .leashed = true};
}

}  // namespace pump::agents
