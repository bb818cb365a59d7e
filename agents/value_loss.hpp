#pragma once

#include <torch/torch.h>

namespace pump::agents {

// E[ ½ (V − R)² ], scalar; all [n]. With clip_coef > 0 the value may not gain by moving further
// than that from its old one: E[ ½ max( (V − R)², (clip(V, V_old ± ε) − R)² ) ] (openai/baselines,
// ppo2).
inline torch::Tensor value_loss(const torch::Tensor& values, const torch::Tensor& returns,
                                const torch::Tensor& old_values, double clip_coef) {
  const torch::Tensor error = (values - returns).square();
  if (clip_coef <= 0) return .5 * error.mean();
  const torch::Tensor clipped = old_values + (values - old_values).clamp(-clip_coef, clip_coef);
  return .5 * torch::max(error, (clipped - returns).square()).mean();
}

}  // namespace pump::agents
