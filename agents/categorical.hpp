#pragma once

#include "agents/tensor.hpp"

namespace pump::agents {

// A distribution over actions for each of n decisions, and what losses read of it, with the
// derivatives by hand: an objective's graph then starts from a few tensors [n].
class Categorical {
 public:
  // logits: [n, actions], without a graph. chosen: int64 [n], the actions taken. old_log_probs:
  // [n, actions], of the distribution to measure the distance from; undefined: none. A probability
  // of 0 there (−inf) counts for nothing.
  Categorical(const at::Tensor& logits, const at::Tensor& chosen,
              const at::Tensor& old_log_probs = {});

  // Leaves of a graph, [n]: log π(a); H(π) = −Σ π log π; KL(π_old ‖ π) = Σ π_old log(π_old / π),
  // undefined without π_old. Nats.
  const at::Tensor& log_probs() const { return log_probs_; }
  const at::Tensor& entropy() const { return entropy_; }
  const at::Tensor& kl_from_old() const { return kl_from_old_; }
  // The loss's gradient in the logits, [n, actions], once backward() has filled in the leaves':
  //   ∂ log π(a) / ∂z_j = [j = a] − π_j
  //   ∂H / ∂z_j = −π_j (log π_j + H)
  //   ∂KL / ∂z_j = π_j − π_old,j
  at::Tensor logits_gradient() const;

 private:
  at::Tensor all_log_probs_, old_probs_, chosen_, log_probs_, entropy_, kl_from_old_;
};

}  // namespace pump::agents
