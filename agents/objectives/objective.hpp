#pragma once

#include <span>
#include <string>

#include <torch/torch.h>

#include "agents/config.hpp"

namespace pump::agents {

// What a loss sees of n decisions; every tensor is [n].
struct Minibatch {
  torch::Tensor log_probs;      // of the actions taken, under the policy that is changing
  torch::Tensor old_log_probs;  // under the one that took them
  torch::Tensor advantages;     // or returns, where the objective has no value function
  torch::Tensor entropy;        // of the policy that is changing, nats
};

// A rule that turns a batch of decisions into a new policy, as its published pieces. What a config
// can vary (batch, epochs, coefficients) is not here.
struct Objective {
  const char* name;
  // Scalar, to be minimised; without entropy bonus and value loss, which the trainer adds.
  torch::Tensor (*surrogate)(const Minibatch&, const TrainConfig&);
  // A learned value function gives the baseline; without one, returns take the advantages' place.
  bool value_function = true;
  // The same decisions may be learnt from again: `epochs` passes over `minibatches`. Else each
  // rollout gives one step.
  bool reuses_decisions = false;
};

Objective reinforce();
Objective a2c();
Objective ppo_clip();
Objective ppo_kl();

// All of them, in historical order.
std::span<const Objective> objectives();
// ENSUREs that the name is known: configs are checked where they are read.
const Objective& find_objective(const std::string& name);

}  // namespace pump::agents
