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

// Which episode each decision of whole ones belongs to, in the order of their first decisions: of
// worlds that all began together, the world. next as above, without tails.
std::vector<std::int32_t> episodes_of(std::span<const std::int32_t> next);

// Group-relative advantages (Shao et al. 2024, section 4.1.2), [n]: every decision of an episode
// has (G − mean) / deviation, G the episode's discounted return, mean and standard deviation (n −
// 1) over the `group_size` consecutive episodes of its group; 0 where they are all equal. normalise
// false: not divided (Liu et al. 2025). A group's advantages, one an episode, sum to 0.
std::vector<float> group_advantages(std::span<const float> rewards,
                                    std::span<const std::int32_t> next, int group_size,
                                    double gamma, bool normalise);

}  // namespace pump::agents
