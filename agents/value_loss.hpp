#pragma once

#include "agents/tensor.hpp"

namespace pump::agents {

// E[ ½ (V − R)² ], scalar; all [n]. With clip_coef > 0 the value may not gain by moving further
// than that from its old one: E[ ½ max( (V − R)², (clip(V, V_old ± ε) − R)² ) ] (openai/baselines,
// ppo2).
inline at::Tensor value_loss(const at::Tensor& values, const at::Tensor& returns,
                             const at::Tensor& old_values, double clip_coef) {
  const at::Tensor error = (values - returns).square();
  if (clip_coef <= 0) return .5 * error.mean();
  const at::Tensor clipped = old_values + (values - old_values).clamp(-clip_coef, clip_coef);
  return .5 * error.maximum((clipped - returns).square()).mean();
}

}  // namespace pump::agents
