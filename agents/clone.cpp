#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>

#include "agents/categorical.hpp"
#include "agents/network.hpp"
#include "agents/optimiser.hpp"
#include "agents/reference.hpp"
#include "engine/chance.hpp"
#include "engine/error.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

constexpr int kHeldOut = 10;  // every tenth decision

Tensor labels(const Dataset& data, std::span<const int> indices) {
  Tensor out = at::empty({static_cast<std::int64_t>(indices.size())}, at::kLong);
  auto* to = out.data_ptr<std::int64_t>();
  for (const int i : indices) *to++ = data.actions[static_cast<std::size_t>(i)];
  return out;
}

// Keyed by (seed, epoch).
void shuffle(std::vector<int>& order, std::uint64_t seed, std::uint32_t epoch) {
  for (std::size_t i = order.size() - 1; i > 0; i--) {
    engine::Chance chance(
        {seed, engine::Stream::demonstration, static_cast<std::uint32_t>(i), epoch, 0});
    std::swap(order[i], order[static_cast<std::size_t>(chance.below(static_cast<int>(i) + 1))]);
  }
}

CloneReport judge(const Network& network, const SparseObservations& observations,
                  const Dataset& data, const std::vector<int>& held_out) {
  if (held_out.empty()) return {};
  const Inputs inputs = make_inputs(observations.select(held_out), network.device());
  const Tensor logits = network.forward(inputs, Network::Heads::policy).logits.clone().to(at::kCPU);
  const Tensor actions = labels(data, held_out);
  return {at::cross_entropy_loss(logits, actions).item<double>(),
          logits.argmax(1).eq(actions).to(at::kFloat).mean().item<double>()};
}

}  // namespace

Policy clone_behaviour(const engine::ObservationSpec& spec, int actions, const Dataset& data,
                       const CloneConfig& config, std::uint64_t seed, CloneReport* report) {
  const int n = static_cast<int>(data.actions.size());
  if (n < kHeldOut)
    throw Error(fmt::format("demonstrations: expected {} decisions or more, got {}", kHeldOut, n));
  Policy policy(spec, actions, config.network, seed);
  Network& network = policy.network();
  SparseObservations observations;
  network.learn({data.codes, data.scalars}, n, observations);
  FlatOptimiser optimiser(Optimiser::adam, 1e-8, 0, network.capacity(), network.device());
  std::vector<int> shown, held_out;
  for (int i = 0; i < n; i++) (i % kHeldOut == 0 ? held_out : shown).push_back(i);
  const int batches = (static_cast<int>(shown.size()) + config.minibatch - 1) / config.minibatch;
  const int epochs = std::max(config.epochs, (config.least_updates + batches - 1) / batches);
  for (int epoch = 0; epoch < epochs; epoch++) {
    shuffle(shown, seed, static_cast<std::uint32_t>(epoch));
    for (std::size_t at = 0; at < shown.size(); at += static_cast<std::size_t>(config.minibatch)) {
      const auto size = std::min(shown.size() - at, static_cast<std::size_t>(config.minibatch));
      const std::span<const int> part = std::span(shown).subspan(at, size);
      const Network::Pass pass = network.forward(
          make_inputs(observations.select(part), network.device()), Network::Heads::policy);
      const Categorical imitation(pass.logits.clone(), labels(data, part).to(network.device()));
      imitation.log_probs().mean().neg().backward();
      network.gradients().zero_();
      network.backward(pass, imitation.logits_gradient(), Tensor());
      optimiser.step(network.parameters(), network.gradients(), config.learning_rate);
    }
  }
  network.meet_new_cells_quietly();
  if (report) *report = judge(network, observations, data, held_out);
  return policy;
}

}  // namespace pump::agents
