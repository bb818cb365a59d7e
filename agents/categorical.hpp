#pragma once

#include <torch/torch.h>

namespace pump::agents {

// A distribution over actions for each of n decisions, and what losses read of it, with the
// derivatives by hand: an objective's graph then starts from two tensors [n].
class Categorical {
 public:
  // logits: [n, actions], float, without a graph. chosen: int64 [n], the actions taken.
  Categorical(const torch::Tensor& logits, const torch::Tensor& chosen);

  // Leaves of a graph, [n]: log π(a), and H(π) = −Σ π log π in nats.
  const torch::Tensor& log_probs() const { return log_probs_; }
  const torch::Tensor& entropy() const { return entropy_; }
  // The loss's gradient in the logits, [n, actions], once backward() has filled in the leaves':
  //   ∂ log π(a) / ∂z_j = [j = a] − π_j,   ∂H / ∂z_j = −π_j (log π_j + H)
  torch::Tensor logits_gradient() const;

 private:
  torch::Tensor all_log_probs_, chosen_, log_probs_, entropy_;
};

}  // namespace pump::agents
