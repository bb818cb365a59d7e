// Natural policy gradient. Kakade 2001, "A natural policy gradient", section 2: steepest ascent in
// the metric of the policy's Fisher information, so that the step does not depend on how the policy
// is parametrised.
//
//   θ ← θ + α F⁻¹ ∇J,   F = E_s E_{a ~ π}[ ∇ log π(a | s) ∇ log π(a | s)ᵀ ]
//
//   | symbol       | variable                                             |
//   | ∇J           | of log_probs · advantages                            |
//   | F            | FisherProduct (agents/natural_step.hpp)              |
//   | F⁻¹ g        | conjugate_gradient, cg_iterations, cg_damping        |
//   | α            | natural_step_size                                    |
//
// Changes: against `reinforce_baseline`, the direction: a change counts by how much it changes what
//          the policy does, not by the length of the vector of weights.
// Differs: F is never formed: conjugate gradients need only its products with vectors, and a little
//          damping, as in Schulman et al. 2015. The value function is learnt by the optimiser, with
//          `learning_rate`. Advantages are generalised ones; λ = 1 with whole episodes gives
//          Kakade's Monte Carlo returns.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

Objective natural_gradient() {
  return {.name = "natural_gradient",
          .surrogate = log_likelihood_surrogate,
          .step = StepRule::natural_gradient};
}

}  // namespace pump::agents
