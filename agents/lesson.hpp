#pragma once

#include <span>
#include <vector>

#include "agents/categorical.hpp"
#include "agents/config.hpp"
#include "agents/objectives/objective.hpp"
#include "agents/rollout.hpp"

namespace pump::agents {

// The decisions of a rollout with what is to be learnt from them.
struct Lesson {
  Rollout rollout;
  std::vector<float> advantages;  // what each decision is credited with
  std::vector<float> values,
      returns;                 // before; what they should be. Empty without a value function
  std::vector<float> weights;  // of decisions in means over the batch; empty: all 1
  double mean_weight = 1;      // theirs: the scale of the whole loss
  int size() const { return rollout.size(); }
};

// Gives each decision its credit. The rollout's rewards are final: every price has been paid.
// network: for values, where the objective has a value function. horizon: steps, at most.
Lesson make_lesson(Rollout rollout, const Objective& objective, const TrainConfig& config,
                   const Network& network, int horizon);

// The decisions at `indices` as tensors on the network's device.
Minibatch make_minibatch(const Lesson& lesson, std::span<const int> indices,
                         const Categorical& policy_now, const TrainConfig& config,
                         const at::Device& device);
// The policy of now on them: logits [n, actions] without a graph. with_kl: also KL(π_old ‖ π).
Categorical policy_of(const Lesson& lesson, std::span<const int> indices, const at::Tensor& logits,
                      const at::Device& device, bool with_kl);

// One value a decision, as a tensor [n] there.
at::Tensor picked(const std::vector<float>& values, std::span<const int> indices,
                  const at::Device& device);

// Share of the returns' variance that the values explain (1 - residual / total).
double explained_variance(const Lesson& lesson);

}  // namespace pump::agents
