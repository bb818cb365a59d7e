#include "harness/exact/future.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engine/parameters.hpp"
#include "harness/exact/score.hpp"
#include "harness/files.hpp"

namespace pump::harness {

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// How the best history so far came to a state: along an edge of the layer before, from its owner.
struct Step {
  std::uint32_t from = 0;
  std::uint64_t edge = 0;
};

struct End {
  std::size_t depth = 0, state = 0;
  double log_probability = kNever;
};

engine::Action action_of(const Graph::Layer& layer, std::size_t state, std::uint64_t edge) {
  const auto from = layer.edges.begin() + static_cast<std::ptrdiff_t>(layer.first[state]);
  const auto to = layer.edges.begin() + static_cast<std::ptrdiff_t>(edge);
  return static_cast<engine::Action>(
      std::count_if(from, to, [](const Graph::Edge& e) { return e.last == 1; }));
}

// Makes that action certain in that state: its edges have the chance of what comes of it, the
// others none.
void take(const Graph& graph, const Graph::Layer& layer, const Wanted::Turn& at,
          std::vector<double>& edges) {
  for (std::uint64_t e = layer.first[at.state]; e < layer.first[at.state + 1]; e++)
    edges[e] = action_of(layer, at.state, e) == at.action ? graph.probability(layer.edges[e]) : 0;
}

class Search {
 public:
  Search(const Graph& graph, const Flow& flow, const Wanted& wanted)
      : graph_(graph), flow_(flow), wanted_(wanted), steps_(graph.depth()) {
    best_.resize(graph.layer(0).size, kNever);
    const std::vector<double> initial = flow.initial(graph);
    for (std::size_t i = 0; i < initial.size(); i++) best_[i] = std::log(initial[i]);
    for (std::size_t depth = 0; depth < graph.depth(); depth++) go_on(depth);
  }

  const End& end() const { return end_; }
  const Step& step(std::size_t depth, std::size_t state) const { return steps_[depth][state]; }

 private:
  // From best_, of a layer's states, to that of the next.
  void go_on(std::size_t depth) {
    const Graph::Layer& layer = graph_.layer(depth);
    const std::size_t after = depth + 1 < graph_.depth() ? graph_.layer(depth + 1).size : 0;
    std::vector<double> next(after, kNever);
    if (after > 0) steps_[depth + 1].resize(after);
    std::vector<double> edges(layer.edges.size());
    flow_.edges(graph_, depth, edges);
    if (wanted_.turn && wanted_.turn->depth == depth) turn(layer, edges);
    for (std::size_t i = 0; i < layer.size; i++) {
      if (best_[i] == kNever) continue;
      if (graph_.ended(depth, i)) consider(depth, i);
      for (std::uint64_t e = layer.first[i]; e < layer.first[i + 1]; e++) {
        const double here = best_[i] + std::log(edges[e]);
        double& there = next[layer.edges[e].child];
        if (here <= there) continue;
        there = here;
        steps_[depth + 1][layer.edges[e].child] = {static_cast<std::uint32_t>(i), e};
      }
    }
    best_ = std::move(next);
  }

  // Only the state where the turn is, and only the action that it takes.
  void turn(const Graph::Layer& layer, std::vector<double>& edges) {
    const Wanted::Turn& at = *wanted_.turn;
    for (std::size_t i = 0; i < layer.size; i++)
      if (i != at.state) best_[i] = kNever;
    take(graph_, layer, at, edges);
  }

  void consider(std::size_t depth, std::size_t state) {
    if (best_[state] <= end_.log_probability) return;
    if (wanted_.turn && depth <= wanted_.turn->depth) return;
    if (wanted_.label && graph_.label(depth, state) != static_cast<std::size_t>(*wanted_.label))
      return;
    end_ = {depth, state, best_[state]};
  }

  const Graph& graph_;
  const Flow& flow_;
  const Wanted& wanted_;
  std::vector<double> best_;              // log-probability of the best history to each state
  std::vector<std::vector<Step>> steps_;  // [depth][state]
  End end_;
};

}  // namespace

std::optional<Future> most_probable(const Graph& graph, const Flow& of, const Flow& reference,
                                    const engine::Wish& wish, const Wanted& wanted) {
  const Search search(graph, of, wanted);
  const End& end = search.end();
  if (end.log_probability == kNever) return std::nullopt;
  Future future;
  future.log_probability = end.log_probability;
  future.states.resize(end.depth + 1);
  future.actions.resize(end.depth);
  future.surprisal.resize(end.depth);
  future.states[end.depth] = end.state;
  const std::vector<double> rewards = graph.rewards(wish);
  double by_reference = 0;
  for (std::size_t depth = end.depth; depth > 0; depth--) {
    const Step& step = search.step(depth, future.states[depth]);
    const Graph::Layer& layer = graph.layer(depth - 1);
    future.states[depth - 1] = step.from;
    future.actions[depth - 1] = action_of(layer, step.from, step.edge);
    future.proxy_return += rewards[layer.edges[step.edge].kind];
    std::vector<double> edges(layer.edges.size());
    reference.edges(graph, depth - 1, edges);
    if (wanted.turn && wanted.turn->depth == depth - 1) take(graph, layer, *wanted.turn, edges);
    future.surprisal[depth - 1] = -std::log(edges[step.edge]);
    by_reference -= future.surprisal[depth - 1];
  }
  by_reference += std::log(reference.initial(graph)[future.states[0]]);
  future.improbability = future.log_probability - by_reference;
  const engine::StateBuffer last = graph.state(end.depth, end.state);
  future.true_utility = graph.environment().true_utility(last);
  future.outcome = graph.environment().outcome(last);
  return future;
}

std::optional<engine::Replay> find_replay(const Graph& graph, const Future& future,
                                          std::uint32_t tries) {
  std::vector<std::uint64_t> wanted;
  for (std::size_t depth = 0; depth < future.states.size(); depth++)
    wanted.push_back(engine::hash_state(graph.state(depth, future.states[depth])));
  for (std::uint32_t episode = 0; episode < tries; episode++) {
    engine::Replay start;
    start.episode = start.reset_episode = episode;
    if (engine::hash_state(engine::reset_state(graph.environment(), start)) != wanted[0]) continue;
    engine::Replay replay = engine::record(graph.environment(), 0, 0, episode, future.actions);
    if (replay.hashes == wanted) return replay;
  }
  return std::nullopt;
}

Granted foretell(const Graph& graph, const Flow& flow, const PolicyFlow& reference,
                 const engine::Wish& wish, double beta, const std::vector<double>& outcomes,
                 const std::vector<double>& unwished, std::size_t label) {
  Granted granted{beta,
                  outcomes[label],
                  unwished[label],
                  *most_probable(graph, flow, reference, wish, {.label = static_cast<int>(label)}),
                  {}};
  granted.replay = find_replay(graph, granted.future);
  return granted;
}

std::vector<Granted> grant(const Graph& graph, const PolicyFlow& reference,
                           const engine::Wish& wish, const std::vector<double>& betas, Tilt what) {
  std::vector<Granted> out;
  const std::vector<double> unwished = outcomes_of(graph, reference);
  const auto add = [&](double beta, const Flow& flow, const std::vector<double>& outcomes) {
    const auto likeliest = std::ranges::max_element(outcomes) - outcomes.begin();
    out.push_back(foretell(graph, flow, reference, wish, beta, outcomes, unwished,
                           static_cast<std::size_t>(likeliest)));
  };
  add(0, reference, unwished);
  for (const double beta : betas) {
    const auto flow = tilt(graph, reference, payment_of(graph, wish), beta, what).flow;
    add(beta, *flow, outcomes_of(graph, *flow));
  }
  return out;
}

std::string to_text(const Graph& graph, const engine::Wish& wish,
                    const std::vector<Granted>& granted) {
  constexpr const char* kRow = "  {:>8} {:>12} {:>11} {:>6}  {:>9} {:>9} {:>6}  {}\n";
  const engine::EnvironmentInfo& info = graph.environment().info();
  std::string out = fmt::format("{}, wish {}: {}\n", info.name, wish.name, wish.text);
  out += fmt::format(kRow, "beta", "probability", "unwished", "nats", "pays", "worth", "steps",
                     "what most probably becomes of it");
  for (const Granted& one : granted) {
    const Future& future = one.future;
    const auto label = static_cast<std::size_t>(future.outcome.label);
    out += fmt::format(
        kRow, one.beta == 0 ? "no wish" : fmt::format("{:g}", one.beta),
        fmt::format("{:.4f}", one.probability), fmt::format("{:.3g}", one.unwished),
        fmt::format("{:.2f}", std::log(one.probability / one.unwished)),
        fmt::format("{:.3f}", future.proxy_return), fmt::format("{:.3f}", future.true_utility),
        future.actions.size(),
        fmt::format("{} ({})", info.outcomes[label], engine::to_string(wish.kinds[label])));
  }
  return out +
         "Its probability, and what it would have without a wish: nats is the logarithm of their "
         "ratio. Pays, worth, steps:\nof the most probable history that ends so.\n";
}

nlohmann::json to_json(const Graph& graph, const engine::Wish& wish,
                       const std::vector<Granted>& granted) {
  const engine::EnvironmentInfo& info = graph.environment().info();
  nlohmann::json out = nlohmann::json::array();
  for (const Granted& one : granted) {
    const Future& future = one.future;
    const auto label = static_cast<std::size_t>(future.outcome.label);
    std::vector<std::string> actions;
    for (const engine::Action action : future.actions) actions.push_back(info.actions[action]);
    out.push_back({{"beta", one.beta},
                   {"probability", one.probability},
                   {"unwished", one.unwished},
                   {"history", std::exp(future.log_probability)},
                   {"improbability", future.improbability},
                   {"proxy_return", future.proxy_return},
                   {"true_utility", future.true_utility},
                   {"outcome", info.outcomes[label]},
                   {"kind", engine::to_string(wish.kinds[label])},
                   {"actions", actions}});
  }
  return {{"environment", info.name}, {"wish", wish.name}, {"futures", out}};
}

std::vector<std::filesystem::path> write_replays(const std::vector<Granted>& granted,
                                                 const engine::Wish& wish,
                                                 const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  make_directory(directory);
  for (const Granted& one : granted) {
    if (!one.replay) continue;
    const std::string name = one.beta == 0 ? "nature" : "beta_" + engine::format_number(one.beta);
    engine::Replay replay = *one.replay;
    replay.notes = {
        {"wish", wish.name},
        {"policy", one.beta == 0 ? "no wish" : "beta " + engine::format_number(one.beta)}};
    files.push_back(directory / (name + ".json"));
    write_text(files.back(), engine::write_replay(replay));
  }
  return files;
}

}  // namespace pump::harness
