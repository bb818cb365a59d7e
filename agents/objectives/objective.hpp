#pragma once

#include <span>
#include <string>

#include "agents/config.hpp"
#include "agents/tensor.hpp"

namespace pump::agents {

// What a loss sees of n decisions; every tensor is [n].
struct Minibatch {
  at::Tensor log_probs;      // of the actions taken, under the policy that is changing
  at::Tensor old_log_probs;  // under the one that took them
  at::Tensor ref_log_probs;  // under the leash's reference; undefined without one
  at::Tensor advantages;     // what each decision is credited with
  at::Tensor entropy;        // of the policy that is changing, nats
  at::Tensor kl_from_old;    // KL(π_old(· | s) ‖ π(· | s)), over all actions, nats
  at::Tensor weights;        // of decisions in means over the batch; undefined: all 1
  double penalty_coef = 0;   // of kl_from_old; may adapt from update to update
  double kl_coef = 0;        // of the leash; likewise
};

// The published pieces of an objective, each a value of its own, so that a file says at a glance
// what its rung changed.

// What a decision is credited with; V is learned where it appears.
enum class Credit {
  returns,            // G_t
  baseline,           // G_t − V(s_t)
  generalised,        // generalised advantage estimates (Schulman et al. 2016)
  group,              // (G − mean of its group) / deviation of its group, G the episode's return
  group_without_norm  // G − mean of its group
};

// How a policy moves, given the gradient of its loss.
enum class StepRule {
  optimiser,         // a first-order optimiser's step a minibatch
  natural_gradient,  // θ − α F⁻¹ g on the whole batch
  trust_region       // along F⁻¹ g as far as the loss falls and KL(π_old ‖ π) ≤ δ
};

// Where the distance from the leash's reference is paid.
enum class Price {
  reward,     // − β log(π / π_ref) in the reward of every decision
  loss,       // in the surrogate itself
  occupancy,  // − λ log(μ_π / μ_ref) of the states visited, in their rewards
  outcome     // − β log(P_π / P_ref) of how an episode ended, in its last reward
};

// A rule that turns a batch of decisions into a new policy. What a config can vary (batch, epochs,
// coefficients) is not here.
struct Objective {
  const char* name;
  // Scalar, to be minimised; without entropy bonus and value loss, which the trainer adds.
  at::Tensor (*surrogate)(const Minibatch&, const TrainConfig&);
  Credit credit = Credit::generalised;
  StepRule step = StepRule::optimiser;
  Price price = Price::reward;
  // The same decisions may be learnt from again: `epochs` passes over `minibatches`. Else each
  // rollout gives one step.
  bool reuses_decisions = false;
  // Decisions count only once their episode has ended: rollouts are of whole episodes.
  bool whole_episodes = false;
  // An episode's decisions share its weight, however many they are; else each has the same.
  bool length_normalised = false;
  // Makes no sense without a reference.
  bool leashed = false;
  // The penalty's coefficient for the next update, given the mean KL(π_old ‖ π) of this one.
  double (*adapted_penalty)(double penalty_coef, double kl, const TrainConfig&) = nullptr;

  bool has_value_function() const {
    return credit == Credit::baseline || credit == Credit::generalised;
  }
};

Objective reinforce();
Objective reinforce_baseline();
Objective natural_gradient();
Objective trpo();
Objective a2c();
Objective ppo_penalty();
Objective ppo_clip();
Objective ppo_kl();
Objective grpo();
Objective dr_grpo();
Objective ppo_occupancy();
Objective ppo_outcome();

// All of them, in historical order.
std::span<const Objective> objectives();
// ENSUREs that the name is known: configs are checked where they are read.
const Objective& find_objective(const std::string& name);

}  // namespace pump::agents
