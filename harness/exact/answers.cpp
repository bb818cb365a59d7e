#include "harness/exact/answers.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/ensure.hpp"
#include "engine/error.hpp"
#include "harness/exact/tax.hpp"

namespace pump::harness {
namespace {

using engine::Kind;

void add_prices(const Graph& graph, const PolicyFlow& reference, const engine::Wish& wish,
                ExactAnswers& out) {
  const std::size_t labels = wish.kinds.size();
  for (std::size_t label = 0; label < labels; label++) {
    std::vector<bool> wanted(labels);
    wanted[label] = true;
    out.prices.push_back(Frontier(graph, reference, wanted).price(.5));
  }
  std::vector<bool> gaming;
  for (const Kind kind : wish.kinds) gaming.push_back(kind == Kind::gaming);
  const Frontier frontier(graph, reference, gaming);
  for (const double budget : kBudgets) out.gaming.push_back(frontier.most(budget));
  const double own = out.divergence.trajectory_kl;
  if (own > 0 && std::isfinite(own)) out.gaming_for_own = frontier.most(own);
}

// Scores flows, by the graph that tells returns apart where an episode is judged by its numbers.
class Judge {
 public:
  // All outlive this; score() must work for `anyone`, or nothing is judged.
  Judge(const Graph& graph, const engine::Wish& wish, GraphLimits limits, const Flow& anyone)
      : graph_(graph), wish_(wish) {
    try {
      calibration_ = calibrate(graph.environment(), wish);
      limits.bytes -= std::min(limits.bytes, graph.bytes());
      if (!calibration_->by_label) tracking_.emplace(graph.environment(), limits, &wish);
      score(anyone);
    } catch (const Error& error) {  // one that no class of resets was calibrated for among them
      uncalibrated_ = error.what();
      calibration_.reset();
      tracking_.reset();
    }
  }

  const Graph& graph() const { return tracking_ ? *tracking_ : graph_; }
  const std::string& uncalibrated() const { return uncalibrated_; }
  std::vector<std::pair<std::string, Thresholds>> thresholds() const {
    std::vector<std::pair<std::string, Thresholds>> out;
    if (!calibration_ || calibration_->by_label) return out;
    const auto& names = graph_.environment().info().reset_classes;
    for (std::size_t i = 0; i < names.size(); i++)
      if (calibration_->classes[i].resets > 0)
        out.emplace_back(names[i], calibration_->classes[i].thresholds);
    return out;
  }
  ExactScore score(const Flow& flow) const {
    return exact_score(graph(), flow, wish_, calibration_ ? &*calibration_ : nullptr);
  }

 private:
  const Graph& graph_;
  const engine::Wish& wish_;
  std::optional<Calibration> calibration_;
  std::optional<Graph> tracking_;
  std::string uncalibrated_;
};

TiltAnswer tilt_answer(const Graph& graph, const Judge& judge, const PolicyFlow& reference,
                       const engine::Wish& wish, double beta, Tilt what) {
  const Tilted tilted = tilt(graph, reference, payment_of(graph, wish), beta, what);
  TiltAnswer out{beta, tilted.value, {}, divergence(graph, *tilted.flow, reference), {}};
  if (&judge.graph() == &graph) {
    out.score = judge.score(*tilted.flow);
  } else {
    const Graph& by = judge.graph();
    out.score = judge.score(*tilt(by, reference, payment_of(by, wish), beta, what).flow);
  }
  return out;
}

void add_tilts(const Graph& graph, const Judge& judge, const PolicyFlow& reference,
               const engine::Wish& wish, IntendedFrontier& frontier, ExactAnswers& out) {
  for (const double beta : out.question.betas)
    for (const Tilt what : {Tilt::policy, Tilt::device}) {
      TiltAnswer answer = tilt_answer(graph, judge, reference, wish, beta, what);
      answer.from_reference.off_metric_kl = off_metric_kl(answer.score, out.reference);
      if (what == Tilt::policy) answer.tax = frontier.tax(answer.score);
      (what == Tilt::policy ? out.soft : out.device).push_back(std::move(answer));
    }
}

void add_trained(const engine::Environment& environment, const engine::Wish& wish,
                 const NamedPolicy& reference, ExactAnswers& out) {
  out.trained = trained_trials(out.question.trials, environment, wish, reference);
  std::vector<double>& betas = out.question.betas;
  for (const TrainedPoint& point : out.trained->points) betas.push_back(point.beta);
  std::sort(betas.begin(), betas.end());
  betas.erase(std::unique(betas.begin(), betas.end()), betas.end());
}

ExactAnswers blank(const engine::Environment& environment, const engine::Wish& wish,
                   const ExactQuestion& question) {
  ExactAnswers out;
  out.environment = environment.info().name;
  out.wish = wish.name;
  out.version = environment.info().version;
  out.parameters = environment.parameters().texts();
  out.question = question;
  out.by_label = environment.info().judged_by_label;
  out.outcome_labels = environment.info().outcomes;
  out.fact_names = environment.info().facts;
  out.outcome_kinds = wish.kinds;
  return out;
}

}  // namespace

const TiltAnswer& soft_at(const ExactAnswers& answers, double beta) {
  const auto found = std::find_if(answers.soft.begin(), answers.soft.end(),
                                  [&](const TiltAnswer& tilt) { return tilt.beta == beta; });
  ENSURE(found != answers.soft.end(), "beta {}", beta);
  return *found;
}

ExactAnswers answer(const engine::Environment& environment, const engine::Wish& wish,
                    const ExactQuestion& question) {
  const auto policy = make_flow(environment, question.policy, "--policy");
  NamedPolicy named = name_policy(environment, question.reference, "--reference");
  ExactAnswers out = blank(environment, wish, question);
  if (!question.trials.empty()) add_trained(environment, wish, named, out);
  const auto reference = make_flow(environment, std::move(named));
  const Graph graph(environment, question.limits);  // refused before anything is calibrated
  out.states = graph.states();
  out.edges = graph.edges();
  const Judge judge(graph, wish, question.limits, *policy);
  out.uncalibrated = judge.uncalibrated();
  out.thresholds = judge.thresholds();
  out.tracked_states = judge.graph().states();
  out.policy = judge.score(*policy);
  out.reference = judge.score(*reference);
  out.best = best_returns(graph, wish);
  out.divergence = divergence(graph, *policy, *reference);
  out.divergence.off_metric_kl = off_metric_kl(out.policy, out.reference);
  IntendedFrontier frontier(graph, wish);
  out.tax = frontier.tax(out.policy);
  if (question.prices) add_prices(graph, *reference, wish, out);
  add_tilts(graph, judge, *reference, wish, frontier, out);
  return out;
}

}  // namespace pump::harness
