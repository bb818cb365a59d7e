#include "agents/lesson.hpp"

#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>

#include "agents/advantages.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

std::vector<float> values_of(const Rollout& rollout, const Network& network) {
  const Inputs inputs = make_inputs(rollout.observations, network.device());
  const Tensor values =
      network.forward(inputs, Network::Heads::value).values.to(at::kCPU).contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

// So that a mean over decisions is a mean over episodes, of sums over each divided by its length
// or, not normalised, by the horizon.
std::vector<float> episode_weights(const Rollout& rollout, bool length_normalised, int horizon) {
  const std::vector<std::int32_t> episode = episodes_of(rollout.next);
  std::vector<int> lengths(static_cast<std::size_t>(rollout.episodes), 0);
  for (const std::int32_t e : episode) lengths[static_cast<std::size_t>(e)]++;
  const double decisions_an_episode = static_cast<double>(rollout.size()) / rollout.episodes;
  std::vector<float> weights;
  weights.reserve(episode.size());
  for (const std::int32_t e : episode) {
    const int length = length_normalised ? lengths[static_cast<std::size_t>(e)] : horizon;
    weights.push_back(static_cast<float>(decisions_an_episode / length));
  }
  return weights;
}

Tensor all_actions(const std::vector<float>& probabilities, std::span<const int> indices,
                   std::int64_t actions, const at::Device& device) {
  Tensor out = at::empty({static_cast<std::int64_t>(indices.size()), actions});
  float* to = out.data_ptr<float>();
  for (const int i : indices)
    to = std::copy_n(probabilities.data() + static_cast<std::int64_t>(i) * actions, actions, to);
  return out.to(device);
}

Tensor normalised(const Tensor& advantages) {
  return (advantages - advantages.mean()) / (advantages.std() + 1e-8);
}

double spread(const std::vector<float>& x) {
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  double sum = 0;
  for (const float v : x) sum += (v - mean) * (v - mean);
  return sum;
}

}  // namespace

Lesson make_lesson(Rollout rollout, const Objective& objective, const TrainConfig& config,
                   const Network& network, int horizon) {
  Lesson lesson;
  switch (objective.credit) {
    case Credit::returns:
      lesson.advantages = discounted_returns(rollout.rewards, rollout.next, config.gamma);
      break;
    case Credit::group:
    case Credit::group_without_norm:
      lesson.advantages = group_advantages(rollout.rewards, rollout.next, config.group_size,
                                           config.gamma, objective.credit == Credit::group);
      lesson.weights = episode_weights(rollout, objective.length_normalised, horizon);
      if (!objective.length_normalised)
        lesson.mean_weight = static_cast<double>(rollout.size()) / rollout.episodes / horizon;
      break;
    case Credit::baseline:
    case Credit::generalised: {
      const double lambda = objective.credit == Credit::baseline ? 1 : config.gae_lambda;
      lesson.values = values_of(rollout, network);
      lesson.advantages = generalised_advantages(rollout.rewards, lesson.values, rollout.next,
                                                 config.gamma, lambda);
      lesson.returns = lesson.advantages;
      for (std::size_t i = 0; i < lesson.returns.size(); i++) lesson.returns[i] += lesson.values[i];
    }
  }
  lesson.rollout = std::move(rollout);
  return lesson;
}

Tensor picked(const std::vector<float>& values, std::span<const int> indices,
              const at::Device& device) {
  Tensor out = at::empty({static_cast<std::int64_t>(indices.size())});
  float* to = out.data_ptr<float>();
  for (const int i : indices) *to++ = values[static_cast<std::size_t>(i)];
  return device.is_cpu() ? out : out.to(device);
}

Categorical policy_of(const Lesson& lesson, std::span<const int> indices, const Tensor& logits,
                      const at::Device& device, bool with_kl) {
  Tensor chosen = at::empty({static_cast<std::int64_t>(indices.size())}, at::kLong);
  auto* to = chosen.data_ptr<std::int64_t>();
  for (const int i : indices) *to++ = lesson.rollout.actions[static_cast<std::size_t>(i)];
  Tensor old_log_probs;
  if (with_kl)
    old_log_probs =
        all_actions(lesson.rollout.probabilities, indices, logits.size(1), device).log();
  return Categorical(logits, chosen.to(device), old_log_probs);
}

Minibatch make_minibatch(const Lesson& lesson, std::span<const int> indices,
                         const Categorical& policy_now, const TrainConfig& config,
                         const at::Device& device) {
  Minibatch minibatch;
  minibatch.log_probs = policy_now.log_probs();
  minibatch.entropy = policy_now.entropy();
  minibatch.kl_from_old = policy_now.kl_from_old();
  minibatch.old_log_probs = picked(lesson.rollout.log_probs, indices, device);
  minibatch.advantages = picked(lesson.advantages, indices, device);
  if (config.normalise_advantages && indices.size() > 1)
    minibatch.advantages = normalised(minibatch.advantages);
  if (!lesson.rollout.ref_log_probs.empty())
    minibatch.ref_log_probs = picked(lesson.rollout.ref_log_probs, indices, device);
  if (!lesson.weights.empty()) minibatch.weights = picked(lesson.weights, indices, device);
  return minibatch;
}

double explained_variance(const Lesson& lesson) {
  const double total = spread(lesson.returns);
  return total > 0 ? 1 - spread(lesson.advantages) / total : 0;
}

}  // namespace pump::agents
