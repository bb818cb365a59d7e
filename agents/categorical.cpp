#include "agents/categorical.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace pump::agents {

using at::Tensor;

Categorical::Categorical(const Tensor& logits, const Tensor& chosen, const Tensor& old_log_probs)
    : all_log_probs_(at::log_softmax(logits, 1)), chosen_(chosen.unsqueeze(1)) {
  log_probs_ = all_log_probs_.gather(1, chosen_).squeeze(1).requires_grad_();
  entropy_ = (all_log_probs_.exp() * all_log_probs_).sum(1).neg_().requires_grad_();
  if (!old_log_probs.defined()) return;
  old_probs_ = old_log_probs.exp();
  const Tensor terms = old_probs_ * (old_log_probs - all_log_probs_);
  kl_from_old_ = terms.masked_fill(old_probs_ == 0, 0).sum(1).requires_grad_();
}

Tensor Categorical::logits_gradient() const {
  at::NoGradGuard no_grad;
  const Tensor probabilities = all_log_probs_.exp();
  Tensor gradient = at::zeros_like(probabilities);
  if (log_probs_.grad().defined()) {
    const Tensor g = log_probs_.grad().unsqueeze(1);
    gradient.addcmul_(probabilities, g, -1).scatter_add_(1, chosen_, g);
  }
  if (entropy_.grad().defined()) {
    const Tensor surprise = all_log_probs_ + entropy_.detach().unsqueeze(1);
    gradient.addcmul_(probabilities * surprise, entropy_.grad().unsqueeze(1), -1);
  }
  if (kl_from_old_.defined() && kl_from_old_.grad().defined())
    gradient.addcmul_(probabilities - old_probs_, kl_from_old_.grad().unsqueeze(1));
  return gradient;
}

}  // namespace pump::agents
