#include "harness/exact/pivots.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "harness/exact/score.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

class Finder {
 public:
  Finder(const Graph& graph, const PolicyFlow& policy, const PolicyFlow& reference,
         std::size_t most, PivotOrder order)
      : graph_(graph),
        policy_(policy),
        reference_(reference),
        most_(most),
        order_(order),
        labels_(graph.environment().info().outcomes.size()),
        actions_(graph.environment().info().actions.size()),
        visits_(occupancy(graph, policy)) {}

  Pivots find() {
    for (std::size_t depth = graph_.depth(); depth-- > 0;) solve(depth);
    keep_most(most_);
    out_.states = graph_.states();
    // Of weights w with sum W: entropy = log W - sum w log w / W.
    if (weight_ > 0 && std::isfinite(weight_))
      out_.effective_number = std::exp(std::log(weight_) - weight_log_weight_ / weight_);
    return std::move(out_);
  }

 private:
  // The outcomes from each state of a layer, from those of the layer after.
  void solve(std::size_t depth) {
    const std::size_t size = graph_.layer(depth).size;
    std::vector<double> ours(size * actions_), theirs(size * actions_);
    policy_.actions(graph_, depth, ours);
    reference_.actions(graph_, depth, theirs);
    std::vector<double> outcomes(size * labels_);
    for (std::size_t i = 0; i < size; i++) {
      const std::span<double> mine = std::span(outcomes).subspan(i * labels_, labels_);
      if (graph_.ended(depth, i)) {
        mine[graph_.label(depth, i)] = 1;
        continue;
      }
      gather(depth, i);
      const auto reference = std::span(theirs).subspan(i * actions_, actions_);
      for (std::size_t a = 0; a < actions_; a++)
        for (std::size_t k = 0; k < labels_; k++)
          mine[k] += reference[a] * by_action_[a * labels_ + k];
      judge(depth, i, kl(std::span(ours).subspan(i * actions_, actions_), reference));
    }
    after_.swap(outcomes);
  }

  // The outcomes after each action of a state, [actions][labels].
  void gather(std::size_t depth, std::size_t i) {
    const Graph::Layer& layer = graph_.layer(depth);
    by_action_.assign(actions_ * labels_, 0);
    std::size_t action = 0;
    for (std::size_t e = layer.first[i]; e < layer.first[i + 1]; e++) {
      const Graph::Edge& edge = layer.edges[e];
      for (std::size_t k = 0; k < labels_; k++)
        by_action_[action * labels_ + k] +=
            graph_.probability(edge) * after_[edge.child * labels_ + k];
      action += edge.last;
    }
  }

  std::span<const double> after_action(std::size_t action) const {
    return std::span(by_action_).subspan(action * labels_, labels_);
  }

  void judge(std::size_t depth, std::size_t i, double kl_here) {
    const double visit = visits_[depth][i];
    if (visit == 0) return;
    Pivot pivot{depth, i, visit, 0, kl_here, 0, 0, {}, {}};
    for (std::size_t a = 0; a < actions_; a++)
      for (std::size_t b = a + 1; b < actions_; b++) {
        const double apart = total_variation(after_action(a), after_action(b));
        if (apart <= pivot.pivotality) continue;
        pivot.pivotality = apart;
        pivot.one = static_cast<engine::Action>(a);
        pivot.other = static_cast<engine::Action>(b);
      }
    const double weight = pivot.visit * pivot.kl * pivot.pivotality;
    if (weight > 1e-12) {  // more than rounding; and not NaN, of 0 times infinite
      weight_ += weight;
      weight_log_weight_ += weight * std::log(weight);
    }
    out_.trajectory_kl += pivot.trajectory_kl();
    if (rank(pivot) < 1e-12) return;
    const auto keep = [&](std::size_t action) {
      return std::vector<double>(after_action(action).begin(), after_action(action).end());
    };
    pivot.one_outcomes = keep(pivot.one);
    pivot.other_outcomes = keep(pivot.other);
    out_.top.push_back(std::move(pivot));
    if (out_.top.size() >= 2 * most_ + 64) keep_most(most_);
  }

  double rank(const Pivot& pivot) const {
    return order_ == PivotOrder::stake ? pivot.stake() : pivot.trajectory_kl();
  }

  void keep_most(std::size_t count) {
    std::sort(out_.top.begin(), out_.top.end(), [this](const Pivot& a, const Pivot& b) {
      if (rank(a) != rank(b)) return rank(a) > rank(b);
      return std::pair(a.depth, a.state) < std::pair(b.depth, b.state);
    });
    if (out_.top.size() > count) out_.top.resize(count);
  }

  const Graph& graph_;
  const PolicyFlow &policy_, &reference_;
  std::size_t most_;
  PivotOrder order_;
  std::size_t labels_, actions_;
  std::vector<std::vector<double>> visits_;
  std::vector<double> after_, by_action_;
  double weight_ = 0, weight_log_weight_ = 0;
  Pivots out_;
};

std::string outcomes_text(const engine::EnvironmentInfo& info,
                          const std::vector<double>& outcomes) {
  std::string out;
  for (std::size_t k = 0; k < outcomes.size(); k++)
    if (outcomes[k] >= .0005) out += fmt::format(" {} {:.3f}", info.outcomes[k], outcomes[k]);
  return out;
}

Json outcomes_json(const engine::EnvironmentInfo& info, const std::vector<double>& outcomes) {
  Json out = Json::object();
  for (std::size_t k = 0; k < outcomes.size(); k++) out[info.outcomes[k]] = outcomes[k];
  return out;
}

}  // namespace

Pivots find_pivots(const Graph& graph, const PolicyFlow& policy, const PolicyFlow& reference,
                   std::size_t most, PivotOrder order) {
  return Finder(graph, policy, reference, most, order).find();
}

namespace {

std::string pivot_text(const Graph& graph, const Pivot& pivot) {
  const engine::EnvironmentInfo& info = graph.environment().info();
  std::string out = fmt::format(
      "at step {}: visited {:.4g}, pivotality {:.4g}, KL {:.4g} nats ({:.4g} of the "
      "trajectory's)\n{}\n",
      pivot.depth, pivot.visit, pivot.pivotality, pivot.kl, pivot.trajectory_kl(),
      graph.environment().text(graph.state(pivot.depth, pivot.state)));
  if (pivot.one == pivot.other) return out + "  No action here changes how an episode ends.\n";
  const std::string &one = info.actions[pivot.one], &other = info.actions[pivot.other];
  const std::size_t width = std::max(one.size(), other.size());
  return out + fmt::format("  {:<{}} ->{}\n  {:<{}} ->{}\n", one, width,
                           outcomes_text(info, pivot.one_outcomes), other, width,
                           outcomes_text(info, pivot.other_outcomes));
}

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace

std::string to_text(const Graph& graph, const Pivots& pivots) {
  std::string out = fmt::format("{}: {} states\n", graph.environment().info().name, pivots.states);
  if (pivots.trajectory_kl > 0)
    out += fmt::format("Trajectory KL from the reference: {:.4g} nats.\n", pivots.trajectory_kl);
  if (pivots.effective_number)
    out += fmt::format("The change from the reference rests on {:.3g} states.\n",
                       *pivots.effective_number);
  int rank = 0;
  for (const Pivot& pivot : pivots.top)
    out += fmt::format("\n{}. {}", ++rank, pivot_text(graph, pivot));
  if (pivots.top.empty()) out += "There is no such state.\n";
  return out;
}

Json to_json(const Graph& graph, const Pivots& pivots, const std::string& policy,
             const std::string& reference) {
  const engine::EnvironmentInfo& info = graph.environment().info();
  Json list = Json::array();
  for (const Pivot& pivot : pivots.top)
    list.push_back(
        {{"step", pivot.depth},
         {"visit", pivot.visit},
         {"pivotality", pivot.pivotality},
         {"kl", finite(pivot.kl)},
         {"trajectory_kl", finite(pivot.trajectory_kl())},
         {"actions", {info.actions[pivot.one], info.actions[pivot.other]}},
         {"outcomes",
          {outcomes_json(info, pivot.one_outcomes), outcomes_json(info, pivot.other_outcomes)}},
         {"board", graph.environment().text(graph.state(pivot.depth, pivot.state))}});
  return {{"environment", info.name},
          {"version", info.version},
          {"parameters", graph.environment().parameters().texts()},
          {"policy", policy},
          {"reference", reference},
          {"states", pivots.states},
          {"trajectory_kl", finite(pivots.trajectory_kl)},
          {"effective_number", pivots.effective_number ? Json(*pivots.effective_number) : Json()},
          {"pivots", list}};
}

}  // namespace pump::harness
