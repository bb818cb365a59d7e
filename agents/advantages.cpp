#include "agents/advantages.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "engine/ensure.hpp"

namespace pump::agents {

std::vector<float> generalised_advantages(std::span<const float> rewards,
                                          std::span<const float> values,
                                          std::span<const std::int32_t> next, double gamma,
                                          double gae_lambda) {
  const std::size_t n = rewards.size();
  std::vector<double> advantages(values.size(), 0);
  for (std::size_t i = n; i-- > 0;) {
    double value = 0, advantage = 0;
    if (next[i] >= 0) {
      value = values[static_cast<std::size_t>(next[i])];
      advantage = advantages[static_cast<std::size_t>(next[i])];
    }
    const double delta = rewards[i] + gamma * value - values[i];
    advantages[i] = delta + gamma * gae_lambda * advantage;
  }
  return {advantages.begin(), advantages.begin() + static_cast<std::ptrdiff_t>(n)};
}

std::vector<float> discounted_returns(std::span<const float> rewards,
                                      std::span<const std::int32_t> next, double gamma) {
  std::size_t all = rewards.size();
  for (const std::int32_t index : next)
    if (index >= 0 && static_cast<std::size_t>(index) >= all)
      all = static_cast<std::size_t>(index) + 1;
  const std::vector<float> no_values(all, 0.f);
  return generalised_advantages(rewards, no_values, next, gamma, 1);
}

std::vector<std::int32_t> episodes_of(std::span<const std::int32_t> next) {
  std::vector<std::int32_t> episode(next.size(), -1);
  std::int32_t count = 0;
  for (std::size_t i = 0; i < next.size(); i++) {
    if (episode[i] < 0) episode[i] = count++;
    if (next[i] >= 0) episode[static_cast<std::size_t>(next[i])] = episode[i];
  }
  return episode;
}

namespace {

// From returns to what each is above its group, in place.
void centre(std::span<double> group, bool normalise) {
  double mean = 0, square = 0;
  for (const double x : group) mean += x / static_cast<double>(group.size());
  for (const double x : group) square += (x - mean) * (x - mean);
  const double deviation =
      std::sqrt(square / std::max<double>(1, static_cast<double>(group.size()) - 1));
  for (double& x : group) x = (x - mean) / (normalise && deviation > 1e-6 ? deviation : 1);
}

}  // namespace

std::vector<float> group_advantages(std::span<const float> rewards,
                                    std::span<const std::int32_t> next, int group_size,
                                    double gamma, bool normalise) {
  const std::vector<std::int32_t> episode = episodes_of(next);
  const std::vector<float> returns = discounted_returns(rewards, next, gamma);
  std::vector<double> of_episode;
  for (std::size_t i = 0; i < episode.size(); i++)  // its first decision has the whole return
    if (static_cast<std::size_t>(episode[i]) == of_episode.size()) of_episode.push_back(returns[i]);
  const auto size = static_cast<std::size_t>(group_size);
  ENSURE(group_size >= 1 && of_episode.size() % size == 0, "{} episodes in groups of {}",
         of_episode.size(), group_size);
  for (std::size_t at = 0; at < of_episode.size(); at += size)
    centre(std::span(of_episode).subspan(at, size), normalise);
  std::vector<float> out;
  out.reserve(episode.size());
  for (const std::int32_t e : episode)
    out.push_back(static_cast<float>(of_episode[static_cast<std::size_t>(e)]));
  return out;
}

}  // namespace pump::agents
