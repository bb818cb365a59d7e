#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pump::agents {

// Generalised advantage estimates (Schulman et al. 2016, eq. 16), [n], of n decisions in the order
// they were made:
//   δ_t = r_t + γ V(s_{t+1}) − V(s_t),   A_t = δ_t + γλ A_{t+1}
// rewards: [n]; values: [n + tails]; next: [n], the index of the same world's next decision or
// tail (A is 0 there), negative where the episode ended (V and A are 0 there). λ = 0 is the TD
// error, λ = 1 the return minus the value.
std::vector<float> generalised_advantages(std::span<const float> rewards,
                                          std::span<const float> values,
                                          std::span<const std::int32_t> next, double gamma,
                                          double gae_lambda);

// Discounted sum of the rewards from each decision on, [n].
std::vector<float> discounted_returns(std::span<const float> rewards,
                                      std::span<const std::int32_t> next, double gamma);

}  // namespace pump::agents
