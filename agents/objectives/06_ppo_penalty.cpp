// Proximal policy optimisation with an adaptive penalty. Schulman et al. 2017, "Proximal policy
// optimization algorithms", eq. 8 and the two rules below it.
//
//   L = −E[ r_t A_t − β KL(π_old(· | s_t) ‖ π(· | s_t)) ],   r_t = π(a_t | s_t) / π_old(a_t | s_t)
//   after each update, d = E[ KL(π_old ‖ π) ]:
//     d < d_target / 1.5:  β ← β / 2;     d > 1.5 d_target:  β ← 2 β
//
//   | symbol          | variable                        |
//   | r_t             | ratio                           |
//   | KL(π_old ‖ π)   | kl_from_old                     |
//   | β               | penalty_coef                    |
//   | d_target        | penalty_target                  |
//
// Changes: against `trpo`, a price instead of a bound, so that plain gradient steps over several
//          epochs do; the price is raised where the bound would have been broken.
// Differs: nothing here. Nor does β have a floor: after hundreds of updates in a row below the
//          target it is too small ever to count again.
#include "agents/objectives/objective.hpp"

namespace pump::agents {

static at::Tensor penalised_surrogate(const Minibatch& m, const TrainConfig&) {
  const at::Tensor ratio = (m.log_probs - m.old_log_probs).exp();
  return -(ratio * m.advantages - m.penalty_coef * m.kl_from_old).mean();
}

static double adapted_penalty(double penalty_coef, double kl, const TrainConfig& config) {
  if (kl < config.penalty_target / 1.5) return penalty_coef / 2;
  if (kl > config.penalty_target * 1.5) return penalty_coef * 2;
  return penalty_coef;
}

Objective ppo_penalty() {
  return {.name = "ppo_penalty",
          .surrogate = penalised_surrogate,
          .reuses_decisions = true,
          .adapted_penalty = adapted_penalty};
}

}  // namespace pump::agents
