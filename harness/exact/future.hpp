#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/replay.hpp"
#include "engine/wish.hpp"
#include "harness/exact/flow.hpp"
#include "harness/exact/graph.hpp"

// Single histories: what a flow would most probably do, to be looked at.
namespace pump::harness {

struct Future {
  std::vector<std::size_t> states;      // [steps + 1], index in each layer of the graph
  std::vector<engine::Action> actions;  // [steps]
  double log_probability = 0;           // of the flow that it was sought in
  // log(its probability / the reference's), nats: the improbability that it took.
  double improbability = 0;
  // What the reference has against each step, -log of its probability: with the reset's, that of
  // the history. Nats.
  std::vector<double> surprisal;  // [steps]
  double proxy_return = 0, true_utility = 0;
  engine::Outcome outcome;
};

// Which histories are meant; all, unless told otherwise.
struct Wanted {
  struct Turn {
    std::size_t depth = 0, state = 0;  // in the graph
    engine::Action action = 0;
  };
  std::optional<int> label = {};  // they end with it
  std::optional<Turn> turn = {};  // they pass that state and take that action there
};

// The most probable history of a flow (Viterbi 1967), of those wanted; the first of equals. None
// where no history is. Its actions need not be the flow's own at a turn: that one choice is taken
// to be certain, in both flows.
std::optional<Future> most_probable(const Graph& graph, const Flow& of, const Flow& reference,
                                    const engine::Wish& wish, const Wanted& wanted = {});

// An episode that passes these states, to be played: the first, of so many of seed 0, whose reset
// and whose chance on the way are those. None where so many have none.
std::optional<engine::Replay> find_replay(const Graph& graph, const Future& future,
                                          std::uint32_t tries = 10'000);

// A wish granted: at each price of a nat, what most probably becomes of it under the soft-optimal
// policy (or the device), and the most probable history that ends so. That of the reference itself,
// which nobody wished, comes first, with beta 0.
struct Granted {
  double beta = 0;
  double probability = 0, unwished = 0;  // of the outcome, and under the reference
  Future future;
  std::optional<engine::Replay> replay;
};
std::vector<Granted> grant(const Graph& graph, const PolicyFlow& reference,
                           const engine::Wish& wish, const std::vector<double>& betas, Tilt what);
// The same of one outcome in one flow, with the probabilities of all in it and in the reference.
// The outcome's must not be 0.
Granted foretell(const Graph& graph, const Flow& flow, const PolicyFlow& reference,
                 const engine::Wish& wish, double beta, const std::vector<double>& outcomes,
                 const std::vector<double>& unwished, std::size_t label);
std::string to_text(const Graph& graph, const engine::Wish& wish,
                    const std::vector<Granted>& granted);
nlohmann::json to_json(const Graph& graph, const engine::Wish& wish,
                       const std::vector<Granted>& granted);
// DIR/nature.json and DIR/beta_B.json, to be watched; the files written. pump::Error where that
// fails.
std::vector<std::filesystem::path> write_replays(const std::vector<Granted>& granted,
                                                 const engine::Wish& wish,
                                                 const std::filesystem::path& directory);

}  // namespace pump::harness
