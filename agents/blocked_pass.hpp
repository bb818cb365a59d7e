#pragma once

#include <span>
#include <vector>

#include "agents/network.hpp"

namespace pump::agents {

// A pass over many observations, a block at a time: on a CPU small matrices keep to the BLAS's
// kernels for them and to the cache, which made 1,024 observations 3 times faster than at once
// (bench/training.cpp). Elsewhere there is one block.
class BlockedPass {
 public:
  // Of the observations with these indices, in that order.
  BlockedPass(const Network& network, const SparseObservations& observations,
              std::span<const int> indices, Network::Heads heads);

  const torch::Tensor& logits() const { return logits_; }  // [n, actions]
  const torch::Tensor& values() const { return values_; }  // [n]
  // As Network::backward.
  void backward(Network& network, const torch::Tensor& logits_gradient,
                const torch::Tensor& values_gradient) const;

 private:
  std::vector<Network::Pass> passes_;
  torch::Tensor logits_, values_;
};

}  // namespace pump::agents
