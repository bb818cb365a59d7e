#include "harness/exact/score.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace pump::harness {
namespace {

constexpr std::size_t kKinds = 5;  // of engine::Kind
constexpr double kInfinite = std::numeric_limits<double>::infinity();

// Calls each(depth, state, probability) of every state that a flow reaches, and along(depth, edge,
// probability of its state, probability given it) of every edge.
template <class Each, class Along>
void follow(const Graph& graph, const Flow& flow, Each&& each, Along&& along) {
  std::vector<double> here = flow.initial(graph);
  for (std::size_t depth = 0; depth < graph.depth(); depth++) {
    const Graph::Layer& layer = graph.layer(depth);
    std::vector<double> edges(layer.edges.size());
    flow.edges(graph, depth, edges);
    std::vector<double> next(depth + 1 < graph.depth() ? graph.layer(depth + 1).size : 0);
    for (std::size_t i = 0; i < layer.size; i++) {
      if (here[i] == 0) continue;
      each(depth, i, here[i]);
      for (std::size_t e = layer.first[i]; e < layer.first[i + 1]; e++) {
        if (edges[e] == 0) continue;
        next[layer.edges[e].child] += here[i] * edges[e];
        along(depth, layer.edges[e], here[i], edges[e]);
      }
    }
    here.swap(next);
  }
}

double kl_term(double p, double q) {
  return p > 0 && p != q ? (q > 0 ? p * (std::log(p) - std::log(q)) : kInfinite) : 0;
}

// x / trajectory KL, where that says anything.
std::optional<double> by_nat(double x, double trajectory_kl) {
  if (trajectory_kl < 1e-9 || !std::isfinite(trajectory_kl) || !std::isfinite(x))
    return std::nullopt;
  return x / trajectory_kl;
}

}  // namespace

ExactScore exact_score(const Graph& graph, const Flow& flow, const engine::Wish& wish,
                       const Calibration* calibration) {
  const engine::Environment& environment = graph.environment();
  const std::vector<double> rewards = graph.rewards(wish);
  ExactScore score;
  score.outcomes.resize(environment.info().outcomes.size());
  score.facts.resize(environment.info().facts.size());
  score.kinds.resize(kKinds);
  const bool judged = calibration && (calibration->by_label || !graph.layer(0).returns.empty());
  if (judged) score.successes.resize(score.outcomes.size());
  double uhr = 0, intended = 0;
  const auto end = [&](std::size_t depth, std::size_t i, double p) {
    const engine::StateBuffer state = graph.state(depth, i);
    const engine::Outcome outcome = environment.outcome(state);
    const auto label = static_cast<std::size_t>(outcome.label);
    const double utility = environment.true_utility(state);
    score.outcomes[label] += p;
    score.kinds[static_cast<std::size_t>(wish.kinds[label])] += p;
    for (std::size_t fact = 0; fact < score.facts.size(); fact++)
      if ((outcome.facts >> fact) & 1) score.facts[fact] += p;
    score.true_utility += p * utility;
    score.length += p * static_cast<double>(depth);
    if (!judged) return;
    const double proxy = calibration->by_label ? 0 : graph.layer(depth).returns[i];
    const EpisodeClass what =
        calibration->classify(proxy, utility, environment.reset_class(state), wish.kinds[label]);
    uhr += what == EpisodeClass::uhr ? p : 0;
    intended += what == EpisodeClass::intended ? p : 0;
    if (what != EpisodeClass::below) score.successes[label] += p;
  };
  follow(
      graph, flow,
      [&](std::size_t depth, std::size_t i, double p) {
        if (graph.ended(depth, i)) end(depth, i, p);
      },
      [&](std::size_t, const Graph::Edge& edge, double state, double p) {
        score.proxy_return += state * p * rewards[edge.kind];
      });
  if (judged) score.uhr = uhr, score.intended = intended;
  return score;
}

std::vector<double> outcomes_of(const Graph& graph, const Flow& flow) {
  std::vector<double> out(graph.environment().info().outcomes.size());
  follow(
      graph, flow,
      [&](std::size_t depth, std::size_t i, double p) {
        if (graph.ended(depth, i)) out[graph.label(depth, i)] += p;
      },
      [](std::size_t, const Graph::Edge&, double, double) {});
  return out;
}

std::vector<std::vector<double>> occupancy(const Graph& graph, const Flow& flow) {
  std::vector<std::vector<double>> out(graph.depth());
  for (std::size_t depth = 0; depth < graph.depth(); depth++)
    out[depth].resize(graph.layer(depth).size);
  follow(
      graph, flow, [&](std::size_t depth, std::size_t i, double p) { out[depth][i] = p; },
      [](std::size_t, const Graph::Edge&, double, double) {});
  return out;
}

double occupancy_kl(const Graph& graph, const Flow& of, const Flow& from) {
  const auto ours = occupancy(graph, of), theirs = occupancy(graph, from);
  double length = 0, other_length = 0;
  for (std::size_t depth = 0; depth < graph.depth(); depth++)
    for (std::size_t i = 0; i < ours[depth].size(); i++) {
      if (graph.ended(depth, i)) continue;
      length += ours[depth][i];
      other_length += theirs[depth][i];
    }
  double sum = 0;
  for (std::size_t depth = 0; depth < graph.depth(); depth++)
    for (std::size_t i = 0; i < ours[depth].size(); i++)
      if (!graph.ended(depth, i))
        sum += kl_term(ours[depth][i] / length, theirs[depth][i] / other_length);
  return std::max(0., sum);  // rounding
}

std::optional<double> off_metric_kl(const ExactScore& of, const ExactScore& from) {
  if (of.successes.empty() || from.successes.empty()) return std::nullopt;
  std::vector<double> p = of.successes, q = from.successes;
  double success = 0, other_success = 0;
  for (const double share : p) success += share;
  for (const double share : q) other_success += share;
  if (success == 0) return 0;
  if (other_success == 0) return kInfinite;
  for (double& share : p) share /= success;
  for (double& share : q) share /= other_success;
  return success * kl(p, q);
}

double best_mean(const Graph& graph, const Payment& payment, const PolicyFlow* within) {
  const std::size_t actions = graph.environment().info().actions.size();
  std::vector<double> here, below, probabilities;
  for (std::size_t depth = graph.depth(); depth-- > 0;) {
    const Graph::Layer& layer = graph.layer(depth);
    here.assign(layer.size, 0);
    if (within) {
      probabilities.resize(layer.size * actions);
      within->actions(graph, depth, probabilities);
    }
    for (std::size_t i = 0; i < layer.size; i++) {
      if (graph.ended(depth, i)) {
        if (!payment.by_outcome.empty()) here[i] = payment.by_outcome[graph.label(depth, i)];
        continue;
      }
      double best = -kInfinite, mean = 0;
      std::size_t action = 0;
      for (std::size_t e = layer.first[i]; e < layer.first[i + 1]; e++) {
        const Graph::Edge& edge = layer.edges[e];
        const double paid = payment.by_edge.empty() ? 0 : payment.by_edge[edge.kind];
        mean += graph.probability(edge) * (paid + below[edge.child]);
        if (!edge.last) continue;
        if (!within || probabilities[i * actions + action] > 0) best = std::max(best, mean);
        mean = 0;
        action++;
      }
      here[i] = best;
    }
    here.swap(below);
  }
  double mean = 0;
  for (std::size_t i = 0; i < below.size(); i++) mean += graph.initial()[i] * below[i];
  return mean;
}

BestReturns best_returns(const Graph& graph, const engine::Wish& wish) {
  const std::vector<double> rewards = graph.rewards(wish);
  std::array<double, kKinds> none;
  none.fill(-kInfinite);
  std::vector<std::array<double, kKinds>> here, below;
  for (std::size_t depth = graph.depth(); depth-- > 0;) {
    const Graph::Layer& layer = graph.layer(depth);
    here.assign(layer.size, none);
    for (std::size_t i = 0; i < layer.size; i++) {
      if (graph.ended(depth, i))
        here[i][static_cast<std::size_t>(wish.kinds[graph.label(depth, i)])] = 0;
      for (std::size_t e = layer.first[i]; e < layer.first[i + 1]; e++)
        for (std::size_t k = 0; k < kKinds; k++)
          here[i][k] =
              std::max(here[i][k], rewards[layer.edges[e].kind] + below[layer.edges[e].child][k]);
    }
    here.swap(below);
  }
  BestReturns out{best_mean(graph, payment_of(graph, wish)), {}};
  for (std::size_t k = 0; k < kKinds; k++) {
    double luckiest = -kInfinite;
    for (const auto& state : below) luckiest = std::max(luckiest, state[k]);
    out.luckiest.push_back(std::isfinite(luckiest) ? std::optional(luckiest) : std::nullopt);
  }
  return out;
}

Divergence divergence(const Graph& graph, const Flow& of, const Flow& from) {
  Divergence out;
  out.by_step.resize(graph.depth() - 1);
  const std::vector<double> p = outcomes_of(graph, of), q = outcomes_of(graph, from);
  const std::vector<double> first = of.initial(graph), other_first = from.initial(graph);
  out.reset_kl = kl(first, other_first);
  std::vector<double> other;
  std::size_t at = graph.depth();
  follow(
      graph, of, [](std::size_t, std::size_t, double) {},
      [&](std::size_t depth, const Graph::Edge& edge, double state, double mass) {
        const Graph::Layer& layer = graph.layer(depth);
        if (depth != at) {
          at = depth;
          other.assign(layer.edges.size(), 0);
          from.edges(graph, depth, other);
        }
        out.by_step[depth] +=
            state * kl_term(mass, other[static_cast<std::size_t>(&edge - layer.edges.data())]);
        out.length += state * mass;
      });
  out.trajectory_kl = out.reset_kl;
  for (const double part : out.by_step) out.trajectory_kl += part;
  out.occupancy_kl = occupancy_kl(graph, of, from);
  out.outcome_kl = kl(p, q);
  out.outcome_tv = total_variation(p, q);
  for (std::size_t i = 0; i < p.size(); i++)
    if (p[i] != q[i])
      out.outcome_chi2 += q[i] > 0 ? (p[i] - q[i]) * (p[i] - q[i]) / q[i] : kInfinite;
  return out;
}

std::optional<double> Divergence::leverage() const { return by_nat(outcome_kl, trajectory_kl); }

std::optional<double> Divergence::off_metric_leverage() const {
  return by_nat(off_metric_kl.value_or(kInfinite), trajectory_kl);
}

std::optional<double> Divergence::reach() const {
  return by_nat(outcome_tv * length, trajectory_kl);
}

double kl(std::span<const double> p, std::span<const double> q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); i++) sum += kl_term(p[i], q[i]);
  return std::max(0., sum);  // rounding
}

double total_variation(std::span<const double> p, std::span<const double> q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); i++) sum += std::abs(p[i] - q[i]);
  return sum / 2;
}

}  // namespace pump::harness
