#include "harness/exact/flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "engine/ensure.hpp"
#include "engine/error.hpp"
#include "harness/evaluate.hpp"
#include "harness/named_policy.hpp"

namespace pump::harness {
namespace {

std::size_t actions_of(const Graph& graph) { return graph.environment().info().actions.size(); }

class Uniform final : public PolicyFlow {
 public:
  void actions(const Graph& graph, std::size_t, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 1 / static_cast<double>(actions_of(graph)));
  }
};

class Prior final : public PolicyFlow {
 public:
  void actions(const Graph& graph, std::size_t depth, std::span<double> out) const override {
    const std::size_t n = actions_of(graph);
    for (std::size_t i = 0; i < graph.layer(depth).size; i++)
      if (!graph.ended(depth, i))
        graph.environment().prior(graph.state(depth, i), out.subspan(i * n, n));
  }
};

class Demonstration final : public PolicyFlow {
 public:
  Demonstration(int demonstration, double noise) : demonstration_(demonstration), noise_(noise) {}
  void actions(const Graph& graph, std::size_t depth, std::span<double> out) const override {
    const std::size_t n = actions_of(graph);
    std::fill(out.begin(), out.end(), noise_ / static_cast<double>(n));
    for (std::size_t i = 0; i < graph.layer(depth).size; i++)
      if (!graph.ended(depth, i))
        out[i * n + graph.environment().demonstrate(demonstration_, graph.state(depth, i))] +=
            1 - noise_;
  }

 private:
  int demonstration_;
  double noise_;
};

class NetworkFlow final : public PolicyFlow {
 public:
  NetworkFlow(agents::Policy policy, double mixed) : policy_(std::move(policy)), mixed_(mixed) {}
  void actions(const Graph& graph, std::size_t depth, std::span<double> out) const override {
    const std::span<const float> known = probabilities(graph, depth);
    const std::size_t n = actions_of(graph);
    for (std::size_t i = 0; i < graph.layer(depth).size; i++) normalise(known, i, out, i * n);
  }

 private:
  // A network is asked once about each state, of the last graph there was, however often it is gone
  // through: [size][actions]; 4 bytes each.
  std::span<const float> probabilities(const Graph& graph, std::size_t depth) const {
    if (graph.id() != asked_) {
      asked_ = graph.id();
      known_.assign(graph.depth(), {});
    }
    std::vector<float>& out = known_[depth];
    if (out.empty()) ask(graph, depth, out);
    return out;
  }

  void ask(const Graph& graph, std::size_t depth, std::vector<float>& out) const {
    constexpr std::size_t kBatch = 1024;
    const engine::Environment& environment = graph.environment();
    const auto code_count = static_cast<std::size_t>(environment.observation().codes());
    const std::size_t scalar_count = environment.observation().scalars.size();
    const std::size_t n = actions_of(graph), size = graph.layer(depth).size;
    out.resize(size * n);
    std::vector<std::uint8_t> codes;
    std::vector<float> scalars;
    for (std::size_t from = 0; from < size; from += kBatch) {
      const std::size_t count = std::min(kBatch, size - from);
      codes.assign(count * code_count, 0);
      scalars.assign(count * scalar_count, 0);
      for (std::size_t i = 0; i < count; i++)
        environment.observe(graph.state(depth, from + i),
                            std::span(codes).subspan(i * code_count, code_count),
                            std::span(scalars).subspan(i * scalar_count, scalar_count));
      policy_.evaluate({codes, scalars}, static_cast<int>(count),
                       std::span(out).subspan(from * n, count * n));
    }
  }

  // The floats sum to 1 only within rounding.
  void normalise(std::span<const float> probabilities, std::size_t i, std::span<double> out,
                 std::size_t at) const {
    const auto n = static_cast<std::size_t>(policy_.actions());
    const std::span<const float> row = probabilities.subspan(i * n, n);
    double sum = 0;
    for (const float p : row) sum += static_cast<double>(p);
    if (!(sum > 0 && std::isfinite(sum)))
      throw Error(fmt::format("a policy: expected probabilities of actions, got a sum of {}", sum));
    for (std::size_t a = 0; a < n; a++)
      out[at + a] =
          (1 - mixed_) * static_cast<double>(row[a]) / sum + mixed_ / static_cast<double>(n);
  }

  agents::Policy policy_;
  double mixed_;
  mutable std::uint64_t asked_ = 0;  // a graph's id
  mutable std::vector<std::vector<float>> known_;
};

// log sum exp of numbers that come one after another.
class LogSum {
 public:
  void add(double x) {
    ENSURE(!std::isnan(x), "{}", x);
    if (x > top_) {
      sum_ = sum_ * std::exp(top_ - x) + 1;
      top_ = x;
    } else if (x > -std::numeric_limits<double>::infinity()) {
      sum_ += std::exp(x - top_);
    }
  }
  double value() const { return sum_ > 0 ? top_ + std::log(sum_) : top_; }

 private:
  double top_ = -std::numeric_limits<double>::infinity(), sum_ = 0;
};

// What the tilts share: the value of every state, in units of beta, and what follows from it.
class TiltValues {
 public:
  TiltValues(const Graph& graph, const PolicyFlow& reference, Payment payment, double beta,
             Tilt what)
      : reference_(reference), beta_(beta), what_(what), payment_(std::move(payment)) {
    values_.resize(graph.depth());
    for (std::size_t depth = graph.depth(); depth-- > 0;) solve(graph, depth);
  }

  const std::vector<double>& values(std::size_t depth) const { return values_[depth]; }

  // Of one state: its edges' gains (reward and value of the child, by beta). A policy's choice
  // weighs an action by the mean gain over its branches, the device each edge by its own.
  // each(edge index, log weight): of every edge with weight, that sum to exp of the state's value.
  template <class Each>
  void weigh(const Graph& graph, std::size_t depth, std::size_t state,
             std::span<const double> actions, Each&& each) const {
    const Graph::Layer& layer = graph.layer(depth);
    std::size_t action = 0;
    for (std::size_t from = layer.first[state]; from < layer.first[state + 1]; action++) {
      std::size_t to = from;
      double mean = 0;
      do mean += graph.probability(layer.edges[to]) * gain(depth, layer.edges[to]);
      while (!layer.edges[to++].last);
      const double choice = std::log(actions[action]);
      for (std::size_t e = from; e < to; e++) {
        const double branch = std::log(graph.probability(layer.edges[e]));
        each(e, choice + branch + (what_ == Tilt::device ? gain(depth, layer.edges[e]) : mean));
      }
      from = to;
    }
  }

  const PolicyFlow& reference() const { return reference_; }
  double beta() const { return beta_; }

 private:
  double gain(std::size_t depth, const Graph::Edge& edge) const {
    const double paid = payment_.by_edge.empty() ? 0 : payment_.by_edge[edge.kind];
    return paid / beta_ + values_[depth + 1][edge.child];
  }

  double at_end(const Graph& graph, std::size_t depth, std::size_t i) const {
    if (payment_.by_outcome.empty()) return 0;
    return payment_.by_outcome[graph.label(depth, i)] / beta_;
  }

  void solve(const Graph& graph, std::size_t depth) {
    const Graph::Layer& layer = graph.layer(depth);
    const std::size_t n = actions_of(graph);
    std::vector<double> actions(layer.size * n);
    reference_.actions(graph, depth, actions);
    values_[depth].assign(layer.size, 0);
    for (std::size_t i = 0; i < layer.size; i++) {
      if (graph.ended(depth, i)) {
        values_[depth][i] = at_end(graph, depth, i);
        continue;
      }
      LogSum sum;
      weigh(graph, depth, i, std::span(actions).subspan(i * n, n),
            [&](std::size_t, double weight) { sum.add(weight); });
      values_[depth][i] = sum.value();
    }
  }

  const PolicyFlow& reference_;
  double beta_;
  Tilt what_;
  Payment payment_;
  std::vector<std::vector<double>> values_;
};

// Log weights become probabilities. Against their largest, and not against a value of R / beta,
// which may be so large that its rounding shows.
void from_logs(std::span<double> weights) {
  if (weights.empty()) return;
  const double top = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - top);
  for (double& weight : weights) weight /= sum;
}

class TiltedFlow final : public Flow {
 public:
  TiltedFlow(TiltValues values, Tilt what) : values_(std::move(values)), what_(what) {}

  std::vector<double> initial(const Graph& graph) const override {
    std::vector<double> out = Flow::initial(graph);
    if (what_ == Tilt::policy) return out;
    for (std::size_t i = 0; i < out.size(); i++) out[i] = std::log(out[i]) + values_.values(0)[i];
    from_logs(out);
    return out;
  }

  void edges(const Graph& graph, std::size_t depth, std::span<double> out) const override {
    const std::size_t n = actions_of(graph), size = graph.layer(depth).size;
    std::vector<double> actions(size * n);
    values_.reference().actions(graph, depth, actions);
    for (std::size_t i = 0; i < size; i++)
      values_.weigh(graph, depth, i, std::span(actions).subspan(i * n, n),
                    [&](std::size_t edge, double weight) { out[edge] = weight; });
    const std::vector<std::uint64_t>& first = graph.layer(depth).first;
    for (std::size_t i = 0; i < size; i++)
      from_logs(out.subspan(first[i], first[i + 1] - first[i]));
  }

  // In units of beta.
  double log_total(const Graph& graph) const {
    LogSum device;
    double mean = 0;
    for (std::size_t i = 0; i < graph.initial().size(); i++) {
      device.add(std::log(graph.initial()[i]) + values_.values(0)[i]);
      mean += graph.initial()[i] * values_.values(0)[i];
    }
    return what_ == Tilt::device ? device.value() : mean;
  }

 private:
  TiltValues values_;
  Tilt what_;
};

}  // namespace

std::vector<double> Flow::initial(const Graph& graph) const {
  return {graph.initial().begin(), graph.initial().end()};
}

void PolicyFlow::edges(const Graph& graph, std::size_t depth, std::span<double> out) const {
  const Graph::Layer& layer = graph.layer(depth);
  const std::size_t n = actions_of(graph);
  std::vector<double> chosen(layer.size * n);
  actions(graph, depth, chosen);
  for (std::size_t i = 0; i < layer.size; i++) {
    std::size_t action = i * n;
    for (std::size_t e = layer.first[i]; e < layer.first[i + 1]; e++) {
      out[e] = chosen[action] * graph.probability(layer.edges[e]);
      action += layer.edges[e].last;
    }
  }
}

std::unique_ptr<PolicyFlow> uniform_flow() { return std::make_unique<Uniform>(); }

std::unique_ptr<PolicyFlow> prior_flow(const engine::Environment& environment) {
  if (!declares_prior(environment))
    throw Error(fmt::format("prior: expected an environment that declares one, got {}",
                            environment.info().name));
  return std::make_unique<Prior>();
}

std::unique_ptr<PolicyFlow> demonstration_flow(int demonstration, double noise) {
  return std::make_unique<Demonstration>(demonstration, noise);
}

std::unique_ptr<PolicyFlow> network_flow(agents::Policy policy, double mixed) {
  return std::make_unique<NetworkFlow>(std::move(policy), mixed);
}

std::unique_ptr<PolicyFlow> make_flow(const engine::Environment& environment,
                                      const std::string& policy, const std::string& option) {
  return make_flow(environment, name_policy(environment, policy, option));
}

std::unique_ptr<PolicyFlow> make_flow(const engine::Environment& environment, NamedPolicy named) {
  switch (named.what) {
    case NamedPolicy::What::uniform:
      return uniform_flow();
    case NamedPolicy::What::prior:
      return prior_flow(environment);
    case NamedPolicy::What::script:
      return demonstration_flow(named.script);
    case NamedPolicy::What::network:
      break;
  }
  return network_flow(std::move(*named.network), named.uniform_share);
}

Payment payment_of(const Graph& graph, const engine::Wish& wish) {
  return {graph.rewards(wish), {}};
}

Tilted tilt(const Graph& graph, const PolicyFlow& reference, const Payment& payment, double beta,
            Tilt what) {
  ENSURE(beta > 0, "beta {}", beta);
  auto flow = std::make_unique<TiltedFlow>(TiltValues(graph, reference, payment, beta, what), what);
  const double value = beta * flow->log_total(graph);
  return {std::move(flow), value};
}

}  // namespace pump::harness
