#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/exact/state_store.hpp"

// Every play of an environment at once: what sampling only estimates is computed from it.
namespace pump::harness {

struct GraphLimits {
  std::uint64_t states = 10'000'000;
  std::uint64_t bytes = std::uint64_t{8} << 30;  // of states and edges
};

// The states that any play can reach, depth by depth, and the ways between them. Beyond the states
// themselves: 12 bytes a state, 8 an edge, and once for all its edges each (probability, signals)
// that differs. While it is built, the next layer's hashes, some 16 bytes a state, as well.
class Graph {
 public:
  // One way a step can go: one action, one branch of chance.
  struct Edge {
    std::uint32_t child;      // index in the next layer
    std::uint32_t kind : 31;  // index of its probability and signals
    std::uint32_t last : 1;   // 1: the next edge of the state, if any, is of the next action
  };
  struct Layer {
    explicit Layer(std::size_t state_size) : states(state_size) {}
    std::size_t size = 0;  // states
    StateStore states;
    std::vector<double> returns;       // [size], proxy return so far, where it is tracked
    std::vector<std::uint64_t> first;  // [size + 1], into edges; a state that has ended has none
    std::vector<Edge> edges;
  };

  // Runs reset and step down every branch of chance. tracked: the wish whose return so far joins a
  // state (to within 2^-33 a step), for measures that need an episode's return together with how it
  // ended. pump::Error, naming the limit and the step, where there are more; and for a
  // world that remembers or whose chance cannot be enumerated. The environment outlives the graph.
  Graph(const engine::Environment& environment, const GraphLimits& limits,
        const engine::Wish* tracked = nullptr);

  // No other graph of this process has it, ever; not 0.
  std::uint64_t id() const { return id_; }
  const engine::Environment& environment() const { return environment_; }
  std::size_t depth() const { return layers_.size(); }
  const Layer& layer(std::size_t depth) const { return layers_[depth]; }
  std::span<const double> initial() const { return initial_; }  // of the first layer; sums to 1
  std::uint64_t states() const;
  std::uint64_t edges() const;
  std::uint64_t bytes() const;  // of states and edges

  engine::StateBuffer state(std::size_t depth, std::size_t index) const {
    return layers_[depth].states[index];
  }
  bool ended(std::size_t depth, std::size_t index) const {
    const Layer& layer = layers_[depth];
    return layer.first[index] == layer.first[index + 1];
  }
  // Of how an episode ends here.
  std::size_t label(std::size_t depth, std::size_t index) const {
    return static_cast<std::size_t>(environment_.outcome(state(depth, index)).label);
  }
  // Of a branch, given the action.
  double probability(const Edge& edge) const { return probabilities_[edge.kind]; }
  // Proxy reward by kind of edge.
  std::vector<double> rewards(const engine::Wish& wish) const;

 private:
  friend class GraphBuilder;
  std::uint64_t id_;
  const engine::Environment& environment_;
  std::vector<Layer> layers_;
  std::vector<double> initial_;
  std::vector<double> probabilities_;  // by kind
  std::vector<float> signals_;         // [kinds][signals]
};

}  // namespace pump::harness
