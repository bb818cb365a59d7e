#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agents/policy.hpp"
#include "harness/exact/graph.hpp"
#include "harness/named_policy.hpp"

namespace pump::harness {

// Where histories go: a probability of each edge of a graph, given the state that it leaves. A
// policy makes one by its choices; the pump tilts chance too.
class Flow {
 public:
  virtual ~Flow() = default;
  // Of the first layer's states, [size]; sums to 1.
  virtual std::vector<double> initial(const Graph& graph) const;
  // Of every edge of a layer, [edges]; those of one state sum to 1.
  virtual void edges(const Graph& graph, std::size_t depth, std::span<double> out) const = 0;
};

// Choices are a policy's, chance is nature's.
class PolicyFlow : public Flow {
 public:
  void edges(const Graph& graph, std::size_t depth, std::span<double> out) const final;
  // Of every action in every state of a layer, [size][actions]; those of states that have ended are
  // not read.
  virtual void actions(const Graph& graph, std::size_t depth, std::span<double> out) const = 0;
};

std::unique_ptr<PolicyFlow> uniform_flow();
// The environment's own prior, which it must declare (pump::Error).
std::unique_ptr<PolicyFlow> prior_flow(const engine::Environment& environment);
// With probability noise a uniform action instead of the demonstrated one.
std::unique_ptr<PolicyFlow> demonstration_flow(int demonstration, double noise = 0);
// (1 - mixed) policy + mixed uniform.
std::unique_ptr<PolicyFlow> network_flow(agents::Policy policy, double mixed = 0);

std::unique_ptr<PolicyFlow> make_flow(const engine::Environment& environment, NamedPolicy policy);
// See name_policy.
std::unique_ptr<PolicyFlow> make_flow(const engine::Environment& environment,
                                      const std::string& policy, const std::string& option);

// The optimum of E R - beta KL to a reference, by dynamic programming from the end; beta > 0, and
// R / beta small enough that doubles tell its differences apart.
// device: histories P(tau) ~ P0(tau) exp(R(tau) / beta), log-sum-exp over choices and chance.
// policy: what a leashed agent can reach, expectation over chance.
enum class Tilt : std::uint8_t { device, policy };
struct Tilted {
  std::unique_ptr<Flow> flow;
  double value = 0;  // beta log E0 exp(R / beta), or its like for a policy: E R - beta KL
};
// What a history is paid for: its steps, its end, or both.
struct Payment {
  std::vector<double> by_edge;     // by kind of edge; empty: nothing
  std::vector<double> by_outcome;  // by label; empty: nothing
};
Payment payment_of(const Graph& graph, const engine::Wish& wish);

// graph and reference outlive the flow, which keeps 8 bytes a state.
Tilted tilt(const Graph& graph, const PolicyFlow& reference, const Payment& payment, double beta,
            Tilt what);

}  // namespace pump::harness
