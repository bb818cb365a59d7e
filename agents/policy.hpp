#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/config.hpp"
#include "engine/environment.hpp"

namespace pump::agents {

// Observations side by side: n of them, as a Batch lays them out.
struct Observations {
  std::span<const std::uint8_t> codes;  // [n][spec.codes()]
  std::span<const float> scalars;       // [n][spec.scalars.size()]
};

class Network;  // torch; agents/network.hpp, for this folder's .cpp files

// A stochastic policy with a value estimate, without torch in its interface. Movable; clone()
// copies.
class Policy {
 public:
  // Fresh weights, a function of (seed, parameter name): the same for every objective.
  Policy(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config,
         std::uint64_t seed);
  explicit Policy(std::unique_ptr<Network> network);
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;
  ~Policy();
  Policy clone() const;

  int actions() const;
  // Makes every action equally likely, whatever is observed: the policy head becomes zero.
  void make_uniform();
  // Softmax over actions, [n][actions()]; values, [n], unless empty.
  void evaluate(const Observations& observations, int n, std::span<float> probabilities,
                std::span<float> values = {}) const;

  std::vector<std::byte> save() const;
  // pump::Error naming `file` when the bytes are not a policy for these observations and actions.
  static Policy load(std::span<const std::byte> bytes, const engine::ObservationSpec& spec,
                     int actions, const std::string& file);

  Network& network() { return *network_; }
  const Network& network() const { return *network_; }

 private:
  std::unique_ptr<Network> network_;
};

// Draws one action. probabilities: [actions], which need not sum to exactly 1.
engine::Action sample_action(std::span<const float> probabilities, engine::Chance& chance);

}  // namespace pump::agents
