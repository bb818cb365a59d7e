// Trust region policy optimisation. Schulman et al. 2015, "Trust region policy optimization", eq.
// 14; the step: section 6 and appendix C.
//
//   max_θ E[ r_t A_t ]   subject to   E_s[ KL(π_old(· | s) ‖ π(· | s)) ] ≤ δ,
//   r_t = π(a_t | s_t) / π_old(a_t | s_t)
//   direction x = F⁻¹ g;  first try √(2δ / xᵀF x) x;  shorter until the loss falls and KL ≤ δ
//
//   | symbol     | variable                                             |
//   | r_t        | ratio                                                |
//   | A_t        | advantages                                           |
//   | δ          | max_kl                                               |
//   | F, x       | agents/natural_step.hpp, cg_iterations, cg_damping   |
//
// Changes: against `natural_gradient`, the length: not a fixed α, but as far as the old decisions
//          can be trusted, and checked on them.
// Differs: advantages are generalised (Schulman et al. 2016), where the paper has sums of rewards;
//          the value function is learnt by the optimiser in `value_epochs` passes.
#include "agents/objectives/objective.hpp"

namespace pump::agents {

static at::Tensor ratio_surrogate(const Minibatch& m, const TrainConfig&) {
  const at::Tensor ratio = (m.log_probs - m.old_log_probs).exp();
  return -(ratio * m.advantages).mean();
}

Objective trpo() {
  return {.name = "trpo", .surrogate = ratio_surrogate, .step = StepRule::trust_region};
}

}  // namespace pump::agents
