// Group relative policy optimisation, and the same done right. Shao et al. 2024, "DeepSeekMath",
// eq. 3 and 4 and section 4.1.2 (outcome supervision); Liu et al. 2025, "Understanding
// R1-Zero-like training", section 3.
//
//   G episodes from one reset, returns R_1 .. R_G;   A_{i,t} = (R_i − mean R) / std R
//   L = −1/G Σ_i 1/|o_i| Σ_t { min( r A, clip(r, 1 − ε, 1 + ε) A ) − β k3 },
//   k3 = π_ref / π − log(π_ref / π) − 1
//   Dr. GRPO:   A_{i,t} = R_i − mean R,   and a constant in place of |o_i|
//
//   | symbol       | variable                                              |
//   | r            | ratio, of log_probs and old_log_probs                 |
//   | A            | advantages (group_advantages in agents/advantages.hpp) |
//   | 1/|o_i|      | weights (agents/lesson.cpp)                           |
//   | β, π_ref     | kl_coef, ref_log_probs: the leash                     |
//   | ε, G         | clip_coef, group_size                                 |
//
// Changes: against `ppo_kl`, no value function: the other episodes of the group are the baseline. A
//          group shares its reset and differs in noise. The leash is paid in the loss, not in the
//          rewards: on decisions of the policy itself the gradient of k3 is that of
//          KL(π_ref ‖ π), a decision at a time, not of `ppo_kl`'s KL(π ‖ π_ref). Dr. GRPO drops two
//          divisions that favour long failures and easy or hopeless resets.
// Differs: |o_i| is an episode's decisions. Dr. GRPO's constant is the horizon. A group whose
//          returns are all equal has advantages 0. The papers have no entropy bonus; where a config
//          has one, it is a mean over decisions, and beside Dr. GRPO's surrogate scaled as that is,
//          by mean length / horizon.
#include "agents/objectives/objective.hpp"

namespace pump::agents {

static at::Tensor group_surrogate(const Minibatch& m, const TrainConfig& config) {
  const at::Tensor ratio = (m.log_probs - m.old_log_probs).exp();
  const at::Tensor clipped = ratio.clamp(1 - config.clip_coef, 1 + config.clip_coef);
  at::Tensor gain = (ratio * m.advantages).minimum(clipped * m.advantages);
  if (m.ref_log_probs.defined()) {
    const at::Tensor log_ratio = m.ref_log_probs - m.log_probs;
    gain = gain - m.kl_coef * (log_ratio.exp() - log_ratio - 1);
  }
  return -(m.weights * gain).mean();
}

Objective grpo() {
  return {.name = "grpo",
          .surrogate = group_surrogate,
          .credit = Credit::group,
          .price = Price::loss,
          .reuses_decisions = true,
          .whole_episodes = true,
          .length_normalised = true};
}

Objective dr_grpo() {
  Objective objective = grpo();
  objective.name = "dr_grpo";
  objective.credit = Credit::group_without_norm;
  objective.length_normalised = false;
  return objective;
}

}  // namespace pump::agents
