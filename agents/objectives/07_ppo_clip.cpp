// Proximal policy optimisation, clipped. Schulman et al. 2017, "Proximal policy optimization
// algorithms", eq. 7.
//
//   L = −E[ min( r_t A_t, clip(r_t, 1 − ε, 1 + ε) A_t ) ],   r_t = π(a_t | s_t) / π_old(a_t | s_t)
//
//   | symbol          | variable                        |
//   | r_t             | ratio                           |
//   | π_old           | old_log_probs                   |
//   | A_t             | advantages                      |
//   | ε               | clip_coef                       |
//
// Changes: against `ppo_penalty`, no price on the distance from the old policy: a decision stops
//          pushing once its ratio has left the interval in the direction of its advantage.
// Differs: nothing here. Normalised advantages and clipped gradients are the config's.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

at::Tensor clipped_surrogate(const Minibatch& m, const TrainConfig& config) {
  const at::Tensor ratio = (m.log_probs - m.old_log_probs).exp();
  const at::Tensor clipped = ratio.clamp(1 - config.clip_coef, 1 + config.clip_coef);
  return -(ratio * m.advantages).minimum(clipped * m.advantages).mean();
}

Objective ppo_clip() {
  return {.name = "ppo_clip", .surrogate = clipped_surrogate, .reuses_decisions = true};
}

}  // namespace pump::agents
