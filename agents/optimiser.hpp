#pragma once

#include "agents/bytes.hpp"
#include "agents/config.hpp"
#include "agents/tensor.hpp"

namespace pump::agents {

// First-order optimisers on flat tensors whose length may grow: what comes to be in use later has
// had zero gradients until then. torch::optim keeps one state a tensor and cannot grow one.
//   adam     Kingma & Ba 2015, algorithm 1 (beta1 .9, beta2 .999)
//   rmsprop  Tieleman & Hinton 2012, lecture 6e, with epsilon outside the root
//   sgd      plain
class FlatOptimiser {
 public:
  FlatOptimiser(Optimiser kind, double eps, double rmsprop_alpha, std::int64_t capacity,
                const at::Device& device);
  // parameters, gradients: [n], n <= capacity.
  void step(at::Tensor parameters, const at::Tensor& gradients, double learning_rate);

  void save(ByteWriter& out) const;
  void load(ByteReader& in);

 private:
  Optimiser kind_;
  double eps_, alpha_;
  std::int64_t steps_ = 0;
  at::Tensor mean_, square_;  // [capacity]
};

// Scales the gradients down to a global norm of at most max_norm (0: leaves them); the norm before.
double clip_gradients(at::Tensor gradients, double max_norm);

}  // namespace pump::agents
