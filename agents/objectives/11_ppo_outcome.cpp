// PPO leashed by what becomes of it. New here: what changes if outcomes are charged for instead of
// actions? With the estimate of a share by Jeffreys 1946, "An invariant form for the prior
// probability in estimation problems".
//
//   R_T = r_T − β log( P_π(o) / P_ref(o) ),   o the outcome of the episode that ends with step T
//   ∇E[ −β log( P_π(o) / P_ref(o) ) ] = −β ∇KL(P_π ‖ P_ref), as Σ_o ∇P_π(o) = 0: unbiased where
//   P_π is exact. Where it is counted in N episodes and smoothed by Jeffreys' prior, and
//   N P_π(o) ≫ 1, the bias of log P̂_π(o) is −(K − 1) / 2N for every o, which no gradient sees, and
//   beyond it of order 1 / N². What happens less than once in N episodes is charged too much, up to
//   log(n_ref / N) nats: docs/results.md has the measured table
//   given success:   R_T = r_T − β [success] log( P_π(o | success) / P_ref(o | success) )
//   trust region:    a step is halved while KL(P_new ‖ P_old) of fresh episodes exceeds δ; after
//   three halvings in vain, none of it is taken
//
//   | symbol     | variable                                                               |
//   | o          | OutcomeCode (engine/outcome_code.hpp): opaque; outcome_code            |
//   | P_π        | counted in outcome_episodes fresh episodes of every new policy         |
//   | P_ref      | counted once, in outcome_reference_episodes of the leash's reference   |
//   | β          | kl_coef                                                                |
//   | success    | a proxy return of what `intended` earns: outcome_given_success         |
//   | δ          | outcome_max_kl                                                         |
//
// Changes: against `ppo_kl`, the price is on what an episode comes to, not on the actions that lead
//          there: a cheap word that changes how it ends is paid in full, and a change of style that
//          changes no end is free.
// Differs: nothing to differ from. The fresh episodes count as steps of the training, those of the
//          reference, which are played once, do not.
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
