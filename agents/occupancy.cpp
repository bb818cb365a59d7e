#include "agents/occupancy.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/advantages.hpp"
#include "engine/chance.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

constexpr std::uint64_t kClassifierSeed = 0x0CC0'0000'0000'0000;

// How far into its episode each decision of whole ones was made.
std::vector<int> times_of(std::span<const std::int32_t> next) {
  std::vector<int> time(next.size(), 0);
  for (std::size_t i = 0; i < next.size(); i++)
    if (next[i] >= 0) time[static_cast<std::size_t>(next[i])] = time[i] + 1;
  return time;
}

// A name for each state: a hash of its rows and scalars.
std::vector<std::uint64_t> names_of(const SparseObservations& states) {
  std::vector<std::uint64_t> names;
  const std::size_t n = static_cast<std::size_t>(states.size());
  const std::size_t scalars = n == 0 ? 0 : states.scalars.size() / n;
  for (std::size_t i = 0; i < n; i++) {
    const auto from = static_cast<std::size_t>(states.offsets[i]);
    const auto to = static_cast<std::size_t>(states.offsets[i + 1]);
    const auto rows = std::as_bytes(std::span(states.rows).subspan(from, to - from));
    const auto floats = std::as_bytes(std::span(states.scalars).subspan(i * scalars, scalars));
    std::vector<std::byte> bytes(rows.begin(), rows.end());
    bytes.insert(bytes.end(), floats.begin(), floats.end());
    names.push_back(engine::hash_state(bytes));
  }
  return names;
}

double ratio_of_ends(const Visits& policy, const Visits& reference) {
  constexpr double kLeast = 1e-12;  // episodes too long for their end to weigh anything
  return std::log(std::max(policy.ended, kLeast) / std::max(reference.ended, kLeast));
}

}  // namespace

Visits visits_of(const SparseObservations& states, std::span<const std::int32_t> next,
                 double gamma) {
  const std::vector<int> time = times_of(next);
  const auto episodes = static_cast<double>(std::count(time.begin(), time.end(), 0));
  Visits visits;
  visits.states = states;
  for (std::size_t i = 0; i < time.size(); i++) {
    visits.occupancy.push_back((1 - gamma) * std::pow(gamma, time[i]) / episodes);
    if (next[i] < 0) visits.ended += std::pow(gamma, time[i] + 1) / episodes;
  }
  return visits;
}

OccupancyRatios count_ratios(const Visits& policy, const Visits& reference) {
  struct Both {
    double policy = 0, reference = 0;
  };
  std::map<std::uint64_t, Both> counts;
  const std::vector<std::uint64_t> names = names_of(policy.states);
  const std::vector<std::uint64_t> others = names_of(reference.states);
  for (std::size_t i = 0; i < names.size(); i++) counts[names[i]].policy += policy.occupancy[i];
  for (std::size_t i = 0; i < others.size(); i++)
    counts[others[i]].reference += reference.occupancy[i];
  const double half = .5 * (1 - policy.ended) / static_cast<double>(names.size());
  OccupancyRatios ratios;
  for (const std::uint64_t name : names) {
    const Both& both = counts.at(name);
    ratios.states.push_back(std::log((both.policy + half) / (both.reference + half)));
  }
  ratios.ended = ratio_of_ends(policy, reference);
  return ratios;
}

OccupancyRatio::OccupancyRatio(const TrainConfig& config, engine::TrainingView& view,
                               const Reference& reference, Network& network, std::uint64_t seed)
    : config_(config),
      seed_(seed),
      played_(collect_reference(view, network, reference, {seed, 0})),
      classifier_(std::make_unique<Network>(view.observation(), view.actions(), config.network,
                                            seed ^ kClassifierSeed, network.device())),
      optimiser_(Optimiser::adam, config.optimiser_eps, 0, classifier_->capacity(),
                 network.device()) {
  const std::vector<std::int32_t> episode = episodes_of(played_.next);
  episodes_.resize(static_cast<std::size_t>(view.worlds()));
  for (std::size_t i = 0; i < episode.size(); i++)
    episodes_[static_cast<std::size_t>(episode[i])].push_back(static_cast<int>(i));
}

// Different episodes, drawn by (seed, update).
Visits OccupancyRatio::draw(int episodes, std::uint32_t update) const {
  std::vector<int> order(episodes_.size());
  std::iota(order.begin(), order.end(), 0);
  const int n = std::min(episodes, static_cast<int>(order.size()));
  std::vector<int> decisions;
  std::vector<std::int32_t> next;
  for (int i = 0; i < n; i++) {
    engine::Chance chance(
        {seed_, engine::Stream::reference, static_cast<std::uint32_t>(i), update + 1, 0});
    const int other = i + chance.below(static_cast<int>(order.size()) - i);
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(other)]);
    const auto& episode = episodes_[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
    for (const int decision : episode) {
      decisions.push_back(decision);
      next.push_back(static_cast<std::int32_t>(next.size()) + 1);
    }
    next.back() = Rollout::kEnded;
  }
  return visits_of(played_.observations.select(decisions), next, config_.occupancy_gamma);
}

OccupancyRatios OccupancyRatio::estimate(const Visits& policy, int episodes, const Network& network,
                                         std::uint32_t update) {
  const Visits reference = draw(episodes, update);
  if (config_.occupancy_tabular) return count_ratios(policy, reference);
  classifier_->meet(network.vocabulary().pairs());
  learn(policy, reference);
  const Tensor logits =
      classifier_->forward(make_inputs(policy.states, classifier_->device()), Network::Heads::value)
          .values.to(at::kCPU)
          .to(at::kDouble)
          .contiguous();
  OccupancyRatios ratios;
  ratios.states.assign(logits.data_ptr<double>(), logits.data_ptr<double>() + logits.numel());
  ratios.ended = ratio_of_ends(policy, reference);
  return ratios;
}

// Logistic regression with occupancies as weights, policy 1 and reference 0:
//   L = − Σ_i μ_i log σ(d_i) − Σ_j ν_j log(1 − σ(d_j)),   ∂L/∂d_i = μ_i (σ(d_i) − 1),  ν_j σ(d_j)
// Its minimum is at d = log(μ / ν), since both sides' weights are shares of one distribution.
void OccupancyRatio::learn(const Visits& policy, const Visits& reference) {
  at::NoGradGuard no_grad;
  SparseObservations states = policy.states;
  states.append(reference.states);
  const auto n = static_cast<std::int64_t>(policy.occupancy.size());
  std::vector<double> weights = policy.occupancy;
  weights.insert(weights.end(), reference.occupancy.begin(), reference.occupancy.end());
  const at::Device& device = classifier_->device();
  const Tensor weight =
      at::from_blob(weights.data(), {static_cast<std::int64_t>(weights.size())}, at::kDouble)
          .to(at::kFloat)
          .to(device);
  Tensor label = at::zeros_like(weight);
  label.narrow(0, 0, n).fill_(1);
  const Inputs inputs = make_inputs(states, device);
  for (int epoch = 0; epoch < config_.occupancy_epochs; epoch++) {
    const Network::Pass pass = classifier_->forward(inputs, Network::Heads::value);
    const Tensor gradient = weight * (at::sigmoid(pass.values) - label);
    classifier_->gradients().zero_();
    classifier_->backward(pass, Tensor(), gradient);
    optimiser_.step(classifier_->parameters(), classifier_->gradients(),
                    config_.occupancy_learning_rate);
  }
}

void OccupancyRatio::save(ByteWriter& out) const {
  classifier_->save(out);
  optimiser_.save(out);
}

void OccupancyRatio::load(ByteReader& in, const engine::ObservationSpec& spec) {
  const at::Device device = classifier_->device();
  classifier_ = Network::read(in, spec, classifier_->actions());
  classifier_->move_to(device);
  optimiser_.load(in);
}

void charge_for_occupancy(Rollout& rollout, const OccupancyRatios& ratios, double price,
                          const TrainConfig& config) {
  const auto worth = [&](double ratio) {
    return config.occupancy_divergence == Divergence::chi2 ? std::exp(ratio) : ratio;
  };
  const std::vector<int> time = times_of(rollout.next);
  const double gamma = config.occupancy_gamma, paid = config.gamma;
  for (std::size_t i = 0; i < time.size(); i++) {
    double ratio = ratios.states[i];
    if (config.occupancy_of == OccupancyOf::state_action)
      ratio += rollout.log_probs[i] - rollout.ref_log_probs[i];
    double charge = std::pow(gamma / paid, time[i]) * worth(ratio);
    if (rollout.next[i] < 0)
      charge += std::pow(gamma, time[i] + 1) / std::pow(paid, time[i]) / (1 - gamma) *
                worth(ratios.ended);
    rollout.rewards[i] -= static_cast<float>(price * charge);
  }
}

}  // namespace pump::agents
