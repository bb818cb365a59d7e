// REINFORCE with a learned baseline. Williams 1992, eq. 11 with b ≠ 0; that a function of the state
// leaves the gradient unbiased: Sutton et al. 2000, "Policy gradient methods for reinforcement
// learning with function approximation", the remark after theorem 1.
//
//   ∇J = E[ Σ_t ∇ log π(a_t | s_t) ( G_t − V(s_t) ) ],   G_t = Σ_{k ≥ t} γ^{k−t} r_k
//   V ← arg min E[ ½ (V(s_t) − G_t)² ], a gradient step a batch
//
//   | symbol            | variable                                     |
//   | log π(a_t | s_t)  | log_probs                                    |
//   | G_t − V(s_t)      | advantages                                   |
//   | V                 | value_loss (agents/value_loss.hpp), vf_coef  |
//
// Changes: against `reinforce`, what a state pays whatever is done there no longer counts for or
//          against the action.
// Differs: as `reinforce`; the value function is a network's second head.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

Objective reinforce_baseline() {
  return {.name = "reinforce_baseline",
          .surrogate = log_likelihood_surrogate,
          .credit = Credit::baseline,
          .whole_episodes = true};
}

}  // namespace pump::agents
