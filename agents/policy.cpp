#include "agents/policy.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/bytes.hpp"
#include "agents/network.hpp"

namespace pump::agents {

Policy::Policy(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config,
               std::uint64_t seed)
    : network_(std::make_unique<Network>(spec, actions, config, seed)) {}
Policy::Policy(std::unique_ptr<Network> network) : network_(std::move(network)) {}
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;
Policy::~Policy() = default;
Policy Policy::clone() const { return Policy(std::make_unique<Network>(*network_)); }

int Policy::actions() const { return network_->actions(); }

void Policy::evaluate(const Observations& observations, int n, std::span<float> probabilities,
                      std::span<float> values) const {
  SparseObservations seen;
  network_->encode(observations, n, seen);
  network_->evaluate(seen, probabilities, values);
  log_softmax<float>({probabilities.data(), n, actions()});
  for (float& p : probabilities) p = std::exp(p);
}

void Policy::make_uniform() {
  at::NoGradGuard no_grad;
  for (auto& [name, parameter] : network_->named_parameters())
    if (name.starts_with("policy.head")) parameter.zero_();
}

std::vector<std::byte> Policy::save() const {
  ByteWriter out;
  network_->save(out);
  return sealed(out.take());
}

Policy Policy::load(std::span<const std::byte> bytes, const engine::ObservationSpec& spec,
                    int actions, const std::string& file) {
  ByteReader in(unsealed(bytes, file), file);
  auto network = Network::read(in, spec, actions);
  in.finish();
  return Policy(std::move(network));
}

engine::Action sample_action(std::span<const float> probabilities, engine::Chance& chance) {
  double sum = 0;
  for (const float p : probabilities) sum += p;
  double left = chance.uniform() * sum;
  std::size_t last = 0;
  for (std::size_t a = 0; a < probabilities.size(); a++) {
    if (probabilities[a] <= 0) continue;
    last = a;
    if (left < probabilities[a]) break;
    left -= probabilities[a];
  }
  return static_cast<engine::Action>(last);
}

}  // namespace pump::agents
