// PPO with a leash to a reference policy. Ziegler et al. 2019, "Fine-tuning language models from
// human preferences", eq. 2 and section 2.2.
//
//   R_t = r_t − β log( π(a_t | s_t) / ρ(a_t | s_t) ),   then as ppo_clip
//   β fixed, or adaptive:   e = clip( (KL(π, ρ) − KL_target) / KL_target, −.2, .2 ),
//                           β ← β (1 + K e)
//
//   | symbol      | variable                                            |
//   | r_t         | the wish's proxy reward                             |
//   | ρ           | ref_log_probs, of the leash's reference             |
//   | β           | kl_coef (agents/leash.hpp)                          |
//   | KL_target   | kl_target, nats an episode                          |
//   | K           | episodes of the update / kl_horizon                 |
//
// Changes: against `ppo_clip`, every decision pays for its distance from the reference; training
//          starts from the reference, without an entropy bonus.
// Differs: K is 1 / 10 in the paper; the authors' published code has batch / horizon with horizon
//          10,000, which is what kl_horizon means: in trials of some 10,000 episodes the price
//          moves little. Their code also divides rewards by their standard deviation; this does
//          not. Starting from the reference means from the clone itself; the leash is to .95 of it
//          and .05 uniform.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

Objective ppo_kl() {
  return {
      .name = "ppo_kl", .surrogate = clipped_surrogate, .reuses_decisions = true, .leashed = true};
}

}  // namespace pump::agents
