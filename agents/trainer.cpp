#include "agents/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "agents/advantages.hpp"
#include "agents/categorical.hpp"
#include "agents/leash.hpp"
#include "agents/objectives/objective.hpp"
#include "agents/optimiser.hpp"
#include "agents/rollout.hpp"
#include "agents/value_loss.hpp"
#include "engine/chance.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

using torch::Tensor;

constexpr std::uint32_t kMagic = 0x3154504f;  // "OPT1"

// Decisions of a rollout with what is to be learnt from them.
struct Lesson {
  Rollout rollout;
  std::vector<float> advantages;
  std::vector<float> values,
      returns;  // before; what they should be. Empty without a value function
};

std::vector<float> pick(const std::vector<float>& values, std::span<const int> indices) {
  std::vector<float> out;
  out.reserve(indices.size());
  for (const int i : indices) out.push_back(values[static_cast<std::size_t>(i)]);
  return out;
}

Tensor to_tensor(const std::vector<float>& values, const torch::Device& device) {
  const Tensor here = torch::from_blob(const_cast<float*>(values.data()),
                                       {static_cast<std::int64_t>(values.size())});
  return device.is_cpu() ? here.clone() : here.to(device);
}

Tensor chosen(const std::vector<engine::Action>& actions, std::span<const int> indices,
              const torch::Device& device) {
  Tensor out = torch::empty({static_cast<std::int64_t>(indices.size())}, torch::kLong);
  auto* to = out.data_ptr<std::int64_t>();
  for (const int i : indices) *to++ = actions[static_cast<std::size_t>(i)];
  return out.to(device);
}

Tensor normalised(const Tensor& advantages) {
  return (advantages - advantages.mean()) / (advantages.std() + 1e-8);
}

// Share of the returns' variance that the values explain (1 - residual / total).
double explained_variance(const std::vector<float>& advantages, const std::vector<float>& returns) {
  const auto variance = [](const std::vector<float>& x) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    double sum = 0;
    for (const float v : x) sum += (v - mean) * (v - mean);
    return sum;
  };
  const double total = variance(returns);
  return total > 0 ? 1 - variance(advantages) / total : 0;
}

}  // namespace

struct Trainer::State {
  State(const TrainConfig& config, engine::TrainingView& view, std::uint64_t seed,
        std::uint64_t budget_steps, std::optional<Policy> start, const Reference* leash);

  Metrics update();
  Lesson prepare();
  void learn(const Lesson& lesson, Metrics& metrics);
  Minibatch make_minibatch(const Lesson& lesson, std::span<const int> indices,
                           const Categorical& policy_now) const;
  void measure_change(const Minibatch& minibatch, Metrics& sums) const;
  void learn_minibatch(const Lesson& lesson, std::span<const int> indices, Metrics& metrics);
  std::vector<float> all_values(const Rollout& rollout) const;
  std::vector<int> shuffled(int n, int epoch) const;
  double learning_rate() const;
  void adapt_leash(const Rollout& rollout);

  Network& network() { return policy.network(); }
  const Network& network() const { return policy.network(); }

  TrainConfig config;
  const Objective& objective;
  engine::TrainingView& view;
  const Reference* leash;
  std::uint64_t seed, budget_steps;
  Policy policy;
  FlatOptimiser optimiser;
  std::uint64_t steps = 0;
  std::uint32_t updates = 0;
  double kl_coef;
  bool diverged = false;
};

namespace {

Policy ready(std::optional<Policy> start, const TrainConfig& config, engine::TrainingView& view,
             std::uint64_t seed) {
  Policy policy =
      start ? std::move(*start) : Policy(view.observation(), view.actions(), config.network, seed);
  policy.network().move_to(device_of(config.device));
  return policy;
}

}  // namespace

Trainer::State::State(const TrainConfig& c, engine::TrainingView& v, std::uint64_t s,
                      std::uint64_t budget, std::optional<Policy> start, const Reference* l)
    : config(c),
      objective(find_objective(c.objective)),
      view(v),
      leash(l),
      seed(s),
      budget_steps(budget),
      policy(ready(std::move(start), c, v, s)),
      optimiser(c.optimiser, c.optimiser_eps, c.rmsprop_alpha, policy.network().capacity(),
                policy.network().device()),
      kl_coef(c.kl_coef) {
  if (config.rollout_steps > 0) view.begin_episodes();
}

double Trainer::State::learning_rate() const {
  if (!config.anneal_learning_rate || budget_steps == 0) return config.learning_rate;
  const double done = static_cast<double>(steps) / static_cast<double>(budget_steps);
  return config.learning_rate * std::max(0.0, 1 - done);
}

std::vector<float> Trainer::State::all_values(const Rollout& rollout) const {
  const Inputs inputs = make_inputs(rollout.observations, network().device());
  const Tensor values = network().forward(inputs, Network::Heads::value).values.to(torch::kCPU);
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

Lesson Trainer::State::prepare() {
  Lesson lesson;
  Rollout& rollout = lesson.rollout;
  rollout = collect(view, policy.network(), leash, config.rollout_steps, {seed, updates});
  if (leash)
    charge_for_divergence(rollout.rewards, rollout.log_probs, rollout.ref_log_probs, kl_coef);
  if (!objective.value_function) {
    lesson.advantages = discounted_returns(rollout.rewards, rollout.next, config.gamma);
    return lesson;
  }
  lesson.values = all_values(rollout);
  lesson.advantages = generalised_advantages(rollout.rewards, lesson.values, rollout.next,
                                             config.gamma, config.gae_lambda);
  lesson.returns = lesson.advantages;
  for (std::size_t i = 0; i < lesson.returns.size(); i++) lesson.returns[i] += lesson.values[i];
  return lesson;
}

Metrics Trainer::State::update() {
  const std::uint64_t before = view.total_steps();
  const Lesson lesson = prepare();
  const Rollout& rollout = lesson.rollout;
  Metrics metrics{{"entropy", rollout.entropy}, {"episodes", rollout.episodes}};
  if (leash) metrics["kl_to_reference"] = rollout.kl_to_reference;
  if (leash) metrics["kl_coef"] = kl_coef;
  if (objective.value_function)
    metrics["explained_variance"] = explained_variance(lesson.advantages, lesson.returns);
  metrics["learning_rate"] = learning_rate();
  learn(lesson, metrics);
  steps += view.total_steps() - before;  // more than the decisions where an action is repeated
  updates++;
  adapt_leash(rollout);
  metrics["steps"] = static_cast<double>(steps);
  const bool finite = std::isfinite(network().parameters().sum().item<float>());
  diverged = diverged || !finite;
  return metrics;
}

void Trainer::State::adapt_leash(const Rollout& rollout) {
  if (!leash || config.kl_target <= 0 || rollout.episodes == 0) return;
  const double episodes = rollout.episodes;
  const double kl = rollout.kl_to_reference * rollout.size() / episodes;
  kl_coef = adapted_kl_coef(kl_coef, kl, config.kl_target, episodes, config.kl_horizon);
}

// Fisher & Yates, keyed by (seed, update, epoch).
std::vector<int> Trainer::State::shuffled(int n, int epoch) const {
  constexpr int kDrawsAtOnce = 1024;
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::optional<engine::Chance> chance;
  for (int i = n - 1, drawn = 0; i > 0; i--, drawn++) {
    if (drawn % kDrawsAtOnce == 0)
      chance.emplace(engine::ChanceKey{seed, engine::Stream::minibatch,
                                       static_cast<std::uint32_t>(epoch), updates,
                                       static_cast<std::uint32_t>(drawn / kDrawsAtOnce)});
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(chance->below(i + 1))]);
  }
  return order;
}

void Trainer::State::learn(const Lesson& lesson, Metrics& metrics) {
  const int n = lesson.rollout.size();
  const int epochs = objective.reuses_decisions ? config.epochs : 1;
  const int parts = objective.reuses_decisions ? std::min(config.minibatches, n) : 1;
  Metrics sums;
  int steps_taken = 0;
  for (int epoch = 0; epoch < epochs && !diverged; epoch++) {
    std::vector<int> order(static_cast<std::size_t>(n));
    if (parts > 1)
      order = shuffled(n, epoch);
    else
      std::iota(order.begin(), order.end(), 0);
    for (int part = 0; part < parts && !diverged; part++) {
      const auto from = static_cast<std::size_t>(static_cast<std::int64_t>(n) * part / parts);
      const auto to = static_cast<std::size_t>(static_cast<std::int64_t>(n) * (part + 1) / parts);
      learn_minibatch(lesson, std::span(order).subspan(from, to - from), sums);
      steps_taken++;
    }
  }
  for (const auto& [name, sum] : sums) metrics[name] = sum / steps_taken;
}

// The objective's loss is a graph over a few tensors [n]; from there its gradient goes on by hand.
void Trainer::State::learn_minibatch(const Lesson& lesson, std::span<const int> indices,
                                     Metrics& sums) {
  const torch::Device& device = network().device();
  const Rollout& rollout = lesson.rollout;
  const Network::Pass pass =
      network().forward(make_inputs(rollout.observations.select(indices), device),
                        objective.value_function ? Network::Heads::both : Network::Heads::policy);
  const Categorical policy_now(pass.logits.clone(), chosen(rollout.actions, indices, device));
  const Minibatch minibatch = make_minibatch(lesson, indices, policy_now);
  const Tensor policy_loss = objective.surrogate(minibatch, config);
  Tensor loss = policy_loss, values, value_error;
  if (config.ent_coef != 0) loss = loss - config.ent_coef * minibatch.entropy.mean();
  if (objective.value_function) {
    values = pass.values.clone().requires_grad_();
    value_error = value_loss(values, to_tensor(pick(lesson.returns, indices), device),
                             to_tensor(pick(lesson.values, indices), device),
                             config.clip_value_loss ? config.clip_coef : 0);
    loss = loss + config.vf_coef * value_error;
  }
  loss.backward();
  network().gradients().zero_();
  network().backward(pass, policy_now.logits_gradient(),
                     values.defined() ? values.grad() : Tensor());
  const double norm = clip_gradients(network().gradients(), config.max_grad_norm);
  diverged = !std::isfinite(norm) || !std::isfinite(loss.item<double>());
  if (!diverged) optimiser.step(network().parameters(), network().gradients(), learning_rate());

  sums["policy_loss"] += policy_loss.item<double>();
  sums["grad_norm"] += norm;
  if (value_error.defined()) sums["value_loss"] += value_error.item<double>();
  if (objective.reuses_decisions) measure_change(minibatch, sums);
}

Minibatch Trainer::State::make_minibatch(const Lesson& lesson, std::span<const int> indices,
                                         const Categorical& policy_now) const {
  const torch::Device& device = network().device();
  Minibatch minibatch;
  minibatch.log_probs = policy_now.log_probs();
  minibatch.entropy = policy_now.entropy();
  minibatch.old_log_probs = to_tensor(pick(lesson.rollout.log_probs, indices), device);
  minibatch.advantages = to_tensor(pick(lesson.advantages, indices), device);
  if (config.normalise_advantages && indices.size() > 1)
    minibatch.advantages = normalised(minibatch.advantages);
  return minibatch;
}

// How far the policy has moved from the one that took the decisions.
void Trainer::State::measure_change(const Minibatch& minibatch, Metrics& sums) const {
  torch::NoGradGuard no_grad;
  const Tensor log_ratio = minibatch.log_probs - minibatch.old_log_probs;
  const Tensor ratio = log_ratio.exp();
  // Schulman 2020, "Approximating KL divergence": the low-variance estimator k3.
  sums["approx_kl"] += (ratio - 1 - log_ratio).mean().item<double>();
  sums["clip_fraction"] +=
      ((ratio - 1).abs() > config.clip_coef).to(torch::kFloat).mean().item<double>();
}

Trainer::Trainer(const TrainConfig& config, engine::TrainingView& view, std::uint64_t seed,
                 std::uint64_t budget_steps, std::optional<Policy> start, const Reference* leash)
    : state_(std::make_unique<State>(config, view, seed, budget_steps, std::move(start), leash)) {}
Trainer::~Trainer() = default;

Metrics Trainer::update() { return state_->update(); }
std::uint64_t Trainer::steps() const { return state_->steps; }
const Policy& Trainer::policy() const { return state_->policy; }
bool Trainer::diverged() const { return state_->diverged; }

std::vector<std::byte> Trainer::save() const {
  ByteWriter out;
  out.value(kMagic);
  out.value(state_->steps);
  out.value(state_->updates);
  out.value(state_->kl_coef);
  out.value(static_cast<std::uint8_t>(state_->diverged));
  state_->network().save(out);
  state_->optimiser.save(out);
  return out.take();
}

void Trainer::load(std::span<const std::byte> bytes, const std::string& file) {
  ByteReader in(bytes, file);
  if (const auto magic = in.value<std::uint32_t>(); magic != kMagic)
    in.refuse("a trainer's checkpoint", fmt::format("something that starts with {:08x}", magic));
  state_->steps = in.value<std::uint64_t>();
  state_->updates = in.value<std::uint32_t>();
  state_->kl_coef = in.value<double>();
  state_->diverged = in.value<std::uint8_t>() != 0;
  auto network = Network::read(in, state_->view.observation(), state_->view.actions());
  network->move_to(state_->network().device());
  state_->policy = Policy(std::move(network));
  state_->optimiser.load(in);
  in.finish();
}

}  // namespace pump::agents
