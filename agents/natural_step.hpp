#pragma once

#include <functional>

#include "agents/network.hpp"
#include "agents/tensor.hpp"

// Steps along F⁻¹ g (Kakade 2001; Schulman et al. 2015, appendix C), without ever forming F.
namespace pump::agents {

// The Fisher information of a policy over a batch of observations, as a product with vectors:
//   F v = 1/n Σ_s J_sᵀ (diag π_s − π_s π_sᵀ) J_s v + damping v,   J_s = ∂ logits(s) / ∂θ
// which is the mean of E_a[∇ log π ∇ log πᵀ] v. Overwrites the network's gradients.
class FisherProduct {
 public:
  // The pass is one with the policy's head; the network outlives this.
  FisherProduct(Network& network, const Network::Pass& pass, double damping);
  // v, result: flat, as long as the network's parameters().
  at::Tensor operator()(const at::Tensor& v) const;

 private:
  Network& network_;
  const Network::Pass& pass_;
  double damping_;
  at::Tensor probabilities_;
};

// Solves A x = b for a symmetric positive definite A, given as its product with a vector (Hestenes
// & Stiefel 1952): `iterations` at most, fewer once the squared residual is under `tolerance` of
// b's.
at::Tensor conjugate_gradient(const std::function<at::Tensor(const at::Tensor&)>& product,
                              const at::Tensor& b, int iterations, double tolerance = 1e-10);

// What a candidate policy is worth on the decisions at hand.
struct Candidate {
  double loss = 0;  // of the policy, to be minimised
  double kl = 0;    // mean KL(π_old ‖ π), nats
};
struct LineSearch {
  double fraction = 0;  // of the full step; 0: none was good enough, and nothing has changed
  Candidate taken;
};
// The longest of 1, 1/2, 1/4, ... of `step` whose loss is under `now` and whose KL is at most
// max_kl; it is what parameters are on return.
LineSearch search_line(at::Tensor parameters, const at::Tensor& step, double now, double max_kl,
                       int steps, const std::function<Candidate()>& evaluate);

}  // namespace pump::agents
