#pragma once

#include "agents/objectives/objective.hpp"

// Losses that more than one rung shares; each is defined in the file of the first that had it.
namespace pump::agents {

at::Tensor log_likelihood_surrogate(const Minibatch& minibatch, const TrainConfig& config);
at::Tensor clipped_surrogate(const Minibatch& minibatch, const TrainConfig& config);

}  // namespace pump::agents
