#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agents/network.hpp"
#include "engine/chance.hpp"

namespace pump::agents {

inline engine::ObservationSpec small_spec(bool cells = true, bool scalars = true) {
  engine::ObservationSpec spec;
  if (cells) {
    spec.width = 4;
    spec.height = 3;
    spec.layers = {{"a", {"none", "x", "y"}}, {"b", {"none", "z"}}};
  }
  if (scalars) spec.scalars = {"p", "q"};
  return spec;
}

// Made-up observations: one cell in three differs.
struct Seen {
  std::vector<std::uint8_t> codes;
  std::vector<float> scalars;
  int n;
  Observations view() const { return {codes, scalars}; }
};
inline Seen observations(int n, std::uint64_t seed,
                         const engine::ObservationSpec& spec = small_spec()) {
  Seen seen{{}, {}, n};
  for (int i = 0; i < n; i++) {
    engine::Chance chance({seed, engine::Stream::reset, static_cast<std::uint32_t>(i), 0, 0});
    for (const engine::LayerSpec& layer : spec.layers)
      for (int cell = 0; cell < spec.cells(); cell++)
        seen.codes.push_back(chance.flip(1. / 3)
                                 ? static_cast<std::uint8_t>(
                                       1 + chance.below(static_cast<int>(layer.codes.size()) - 1))
                                 : std::uint8_t{0});
    for (std::size_t s = 0; s < spec.scalars.size(); s++)
      seen.scalars.push_back(static_cast<float>(chance.uniform()));
  }
  return seen;
}

// What the network makes of them, having met their cells.
inline Inputs learned(Network& network, const Seen& seen) {
  SparseObservations sparse;
  network.learn(seen.view(), seen.n, sparse);
  return make_inputs(sparse, network.device(), network.parameters().scalar_type());
}

inline NetworkConfig config_of(std::vector<int> hidden, Activation activation, bool shared) {
  NetworkConfig config;
  config.hidden = std::move(hidden);
  config.activation = activation;
  config.shared_trunk = shared;
  return config;
}

// An observation of nothing but usual cells, and one with a single unusual cell.
struct PlainAndStrange {
  Seen plain = observations(1, 4), strange;
  PlainAndStrange() {
    std::fill(plain.codes.begin(), plain.codes.end(), std::uint8_t{0});
    strange = plain;
    strange.codes[2] = 2;
  }
};
// Learns nothing.
inline at::Tensor logits_of(const Network& network, const Seen& seen) {
  SparseObservations encoded;
  network.encode(seen.view(), seen.n, encoded);
  return network.logits(make_inputs(encoded, at::kCPU));
}

}  // namespace pump::agents
