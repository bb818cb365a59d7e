// REINFORCE. Williams 1992, "Simple statistical gradient-following algorithms for connectionist
// reinforcement learning", eq. 11 for episodes (section 6), without a baseline.
//
//   ∇J = E[ Σ_t ∇ log π(a_t | s_t) G_t ],   G_t = Σ_{k ≥ t} γ^{k−t} r_k
//
//   | symbol            | variable   |
//   | log π(a_t | s_t)  | log_probs  |
//   | G_t               | advantages |
//
// Changes: nothing; it is the first.
// Differs: a decision is credited with the rewards after it only (what came before it has mean
//          zero and is noise); the mean is over the decisions of the batch, as in the other
//          objectives, not over its episodes. How many decisions there are depends on the episodes
//          drawn, so this is a ratio, biased by the order of 1 / episodes towards what ends early
//          with a positive return; where an update is of one episode, as in `paper`, that weighs
//          1 / its length. The optimiser is the config's. A config that normalises the returns
//          subtracts their mean, which is a baseline: neither shipped one does.
#include "agents/objectives/surrogates.hpp"

namespace pump::agents {

at::Tensor log_likelihood_surrogate(const Minibatch& m, const TrainConfig&) {
  return -(m.log_probs * m.advantages).mean();
}

Objective reinforce() {
  return {.name = "reinforce",
          .surrogate = log_likelihood_surrogate,
          .credit = Credit::returns,
          .whole_episodes = true};
}

}  // namespace pump::agents
