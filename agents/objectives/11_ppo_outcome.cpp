// PPO leashed by what becomes of it. New here: the fourth question of the design (section 1), with
// the estimate of a share by Jeffreys 1946, "An invariant form for the prior probability in
// estimation problems".
//
//   R_T = r_T − β log( P_π(o) / P_ref(o) ),   o the outcome of the episode that ends with step T
//   ∇E[ −β log( P_π(o) / P_ref(o) ) ] = −β ∇KL(P_π ‖ P_ref), as Σ_o ∇P_π(o) = 0: unbiased where
//   P_π is exact; where it is counted in N episodes and smoothed by Jeffreys' prior, the bias of
//   log P̂(o) is −(K − 1) / 2N for every o, which no gradient sees, and beyond it of order 1 / N²
//   given success:   R_T = r_T − β [success] log( P_π(o | success) / P_ref(o | success) )
//   trust region:    an update is taken back where KL(P_new ‖ P_old) of fresh episodes exceeds δ
//
//   | symbol     | variable                                                               |
//   | o          | OutcomeCode (engine/outcome_code.hpp): opaque; outcome_code            |
//   | P_π        | counted in outcome_episodes fresh episodes after every update          |
//   | P_ref      | counted once, in outcome_reference_episodes of the leash's reference   |
//   | β          | kl_coef                                                                |
//   | success    | a proxy return of what `intended` earns: outcome_given_success         |
//   | δ          | outcome_max_kl                                                         |
//
// Changes: against `ppo_kl`, the price is on what an episode comes to, not on the actions that lead
//          there: a cheap word that changes how it ends is paid in full, and a change of style that
//          changes no end is free.
// Differs: nothing to differ from. The fresh episodes count as steps of the training.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

Objective ppo_outcome() {
  return {.name = "ppo_outcome",
          .surrogate = clipped_surrogate,
          .price = Price::outcome,
          .reuses_decisions = true,
          .whole_episodes = true,
          .leashed = true};
}

}  // namespace pump::agents
