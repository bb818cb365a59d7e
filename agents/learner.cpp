#include "agents/learner.hpp"

#include <cmath>
#include <numeric>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/natural_step.hpp"
#include "agents/value_loss.hpp"
#include "engine/chance.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

std::vector<int> every(int n, int stride = 1) {
  std::vector<int> out;
  for (int i = 0; i < n; i += stride) out.push_back(i);
  return out;
}

}  // namespace

Learner::Learner(const TrainConfig& config, const Objective& objective, std::uint64_t seed,
                 std::int64_t capacity, const at::Device& device)
    : config_(config),
      objective_(objective),
      seed_(seed),
      optimiser_(config.optimiser, config.optimiser_eps, config.rmsprop_alpha, capacity, device),
      penalty_coef_(config.penalty_coef) {}

bool Learner::learn(Network& network, const Lesson& lesson, const Rates& rates,
                    std::uint32_t update, Metrics& metrics) {
  rates_ = rates;
  Metrics sums;
  int steps = 0;
  bool finite = true;
  const auto pass_over = [&](int epochs, int parts, auto&& step) {
    return for_each_minibatch(epochs, parts, lesson.size(), update, [&](Indices indices) {
      steps++;
      return step(indices);
    });
  };
  if (objective_.step == StepRule::optimiser) {
    const int epochs = objective_.reuses_decisions ? config_.epochs : 1;
    const int parts = objective_.reuses_decisions ? config_.minibatches : 1;
    finite = pass_over(epochs, parts, [&](Indices indices) {
      return learn_minibatch(network, lesson, indices, sums);
    });
  } else {
    finite = step_naturally(network, lesson, metrics) &&
             pass_over(config_.value_epochs, config_.minibatches, [&](Indices indices) {
               return learn_values(network, lesson, indices, sums);
             });
  }
  for (const auto& [name, sum] : sums) metrics[name] = sum / steps;
  if (objective_.adapted_penalty && finite) {
    metrics["penalty_coef"] = penalty_coef_;
    metrics["approx_kl"] = mean_kl(network, lesson);
    penalty_coef_ = objective_.adapted_penalty(penalty_coef_, metrics["approx_kl"], config_);
  }
  return finite;
}

template <class Step>
bool Learner::for_each_minibatch(int epochs, int parts, int n, std::uint32_t update,
                                 Step&& step) const {
  parts = std::min(parts, n);
  for (int epoch = 0; epoch < epochs; epoch++) {
    const std::vector<int> order = parts > 1 ? shuffled(n, epoch, update) : every(n);
    for (int part = 0; part < parts; part++) {
      const auto from = static_cast<std::size_t>(static_cast<std::int64_t>(n) * part / parts);
      const auto to = static_cast<std::size_t>(static_cast<std::int64_t>(n) * (part + 1) / parts);
      if (!step(std::span(order).subspan(from, to - from))) return false;
    }
  }
  return true;
}

// Fisher & Yates, keyed by (seed, update, epoch).
std::vector<int> Learner::shuffled(int n, int epoch, std::uint32_t update) const {
  constexpr int kDrawsAtOnce = 1024;
  std::vector<int> order = every(n);
  std::optional<engine::Chance> chance;
  for (int i = n - 1, drawn = 0; i > 0; i--, drawn++) {
    if (drawn % kDrawsAtOnce == 0)
      chance.emplace(engine::ChanceKey{seed_, engine::Stream::minibatch,
                                       static_cast<std::uint32_t>(epoch), update,
                                       static_cast<std::uint32_t>(drawn / kDrawsAtOnce)});
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(chance->below(i + 1))]);
  }
  return order;
}

Learner::PolicyLoss Learner::loss_of(const Lesson& lesson, Indices indices,
                                     const Categorical& policy, const at::Device& device) const {
  PolicyLoss out;
  out.minibatch = make_minibatch(lesson, indices, policy, config_, device);
  out.minibatch.penalty_coef = penalty_coef_;
  out.minibatch.kl_coef = rates_.kl_coef;
  out.surrogate = objective_.surrogate(out.minibatch, config_);
  out.loss = out.surrogate;
  if (config_.ent_coef != 0)
    out.loss = out.loss - config_.ent_coef * lesson.mean_weight * out.minibatch.entropy.mean();
  return out;
}

Tensor Learner::value_error(const Tensor& values, const Lesson& lesson, Indices indices,
                            const at::Device& device) const {
  return value_loss(values, picked(lesson.returns, indices, device),
                    picked(lesson.values, indices, device),
                    config_.clip_value_loss ? config_.clip_coef : 0);
}

// The objective's loss is a graph over a few tensors [n]; from there its gradient goes on by hand.
bool Learner::learn_minibatch(Network& network, const Lesson& lesson, Indices indices,
                              Metrics& sums) {
  const at::Device& device = network.device();
  const bool valued = objective_.has_value_function();
  const Network::Pass pass =
      network.forward(make_inputs(lesson.rollout.observations.select(indices), device),
                      valued ? Network::Heads::both : Network::Heads::policy);
  const bool with_kl = objective_.adapted_penalty != nullptr;
  const Categorical policy = policy_of(lesson, indices, pass.logits.clone(), device, with_kl);
  const PolicyLoss policy_loss = loss_of(lesson, indices, policy, device);
  Tensor loss = policy_loss.loss, values;
  if (valued) {
    values = pass.values.clone().requires_grad_();
    const Tensor error = value_error(values, lesson, indices, device);
    sums["value_loss"] += error.item<double>();
    loss = loss + config_.vf_coef * error;
  }
  loss.backward();
  network.gradients().zero_();
  network.backward(pass, policy.logits_gradient(), valued ? values.grad() : Tensor());
  sums["policy_loss"] += policy_loss.surrogate.item<double>();
  if (objective_.reuses_decisions) measure_change(policy_loss.minibatch, sums);
  return take_step(network, loss.item<double>(), sums);
}

bool Learner::take_step(Network& network, double loss, Metrics& sums) {
  const double norm = clip_gradients(network.gradients(), config_.max_grad_norm);
  sums["grad_norm"] += norm;
  if (!std::isfinite(norm) || !std::isfinite(loss)) return false;
  optimiser_.step(network.parameters(), network.gradients(), rates_.learning_rate);
  return true;
}

// On all decisions at once: along F⁻¹ g by a fixed step, or as far as the trust region goes.
bool Learner::step_naturally(Network& network, const Lesson& lesson, Metrics& metrics) {
  const at::Device& device = network.device();
  const std::vector<int> all = every(lesson.size()),
                         some = every(lesson.size(), config_.fisher_stride);
  const auto inputs_of = [&](Indices indices) {
    return make_inputs(lesson.rollout.observations.select(indices), device);
  };
  const Inputs inputs = inputs_of(all);
  const Network::Pass pass = network.forward(inputs, Network::Heads::policy);
  const Categorical policy = policy_of(lesson, all, pass.logits.clone(), device, false);
  const PolicyLoss now = loss_of(lesson, all, policy, device);
  now.loss.backward();
  network.gradients().zero_();
  network.backward(pass, policy.logits_gradient(), Tensor());
  const Tensor gradient = network.gradients().clone();

  const Network::Pass seen = network.forward(inputs_of(some), Network::Heads::policy);
  const FisherProduct fisher(network, seen, config_.cg_damping);
  const Tensor direction = conjugate_gradient(std::cref(fisher), gradient, config_.cg_iterations);
  const double square = direction.dot(fisher(direction)).item<double>();  // xᵀ F x
  metrics["policy_loss"] = now.surrogate.item<double>();
  metrics["policy_grad_norm"] = gradient.norm().item<double>();
  if (!std::isfinite(square) || !std::isfinite(metrics["policy_loss"])) return false;
  if (objective_.step == StepRule::natural_gradient) {
    at::NoGradGuard no_grad;
    network.parameters().add_(direction, -config_.natural_step_size);
    metrics["approx_kl"] = mean_kl(network, lesson);
    return std::isfinite(metrics["approx_kl"]);
  }
  if (square <= 0) return true;  // no gradient: nowhere to go
  const auto evaluate = [&] {
    const Network::Pass moved = network.forward(inputs, Network::Heads::policy);
    const Categorical there = policy_of(lesson, all, moved.logits.clone(), device, true);
    return Candidate{loss_of(lesson, all, there, device).loss.item<double>(),
                     there.kl_from_old().mean().item<double>()};
  };
  const LineSearch found =
      search_line(network.parameters(), direction * -std::sqrt(2 * config_.max_kl / square),
                  now.loss.item<double>(), config_.max_kl, config_.line_search_steps, evaluate);
  metrics["approx_kl"] = found.taken.kl;
  metrics["step_fraction"] = found.fraction;
  return true;
}

// The value function alone; what it shares with the policy stays as it is.
bool Learner::learn_values(Network& network, const Lesson& lesson, Indices indices, Metrics& sums) {
  const at::Device& device = network.device();
  const Network::Pass pass = network.forward(
      make_inputs(lesson.rollout.observations.select(indices), device), Network::Heads::value);
  const Tensor values = pass.values.clone().requires_grad_();
  const Tensor error = value_error(values, lesson, indices, device);
  error.backward();
  network.gradients().zero_();
  network.backward(pass, Tensor(), values.grad(), Network::Reach::own_layers);
  sums["value_loss"] += error.item<double>();
  return take_step(network, error.item<double>(), sums);
}

// How far the policy has moved from the one that took the decisions.
void Learner::measure_change(const Minibatch& minibatch, Metrics& sums) const {
  at::NoGradGuard no_grad;
  const Tensor log_ratio = minibatch.log_probs - minibatch.old_log_probs;
  const Tensor ratio = log_ratio.exp();
  // Schulman 2020, "Approximating KL divergence": the low-variance estimator k3.
  sums["approx_kl"] += (ratio - 1 - log_ratio).mean().item<double>();
  sums["clip_fraction"] +=
      ((ratio - 1).abs() > config_.clip_coef).to(at::kFloat).mean().item<double>();
}

double Learner::mean_kl(const Network& network, const Lesson& lesson) const {
  const std::vector<int> all = every(lesson.size());
  const at::Device& device = network.device();
  const Network::Pass pass = network.forward(
      make_inputs(lesson.rollout.observations.select(all), device), Network::Heads::policy);
  return policy_of(lesson, all, pass.logits.clone(), device, true)
      .kl_from_old()
      .mean()
      .item<double>();
}

void Learner::save(ByteWriter& out) const {
  out.value(penalty_coef_);
  optimiser_.save(out);
}

void Learner::load(ByteReader& in) {
  penalty_coef_ = in.value<double>();
  optimiser_.load(in);
}

}  // namespace pump::agents
