#pragma once

#include "agents/objectives/objective.hpp"

namespace pump::agents {

torch::Tensor clipped_surrogate(const Minibatch& minibatch, const TrainConfig& config);

}  // namespace pump::agents
