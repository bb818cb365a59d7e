#include <cmath>
#include <numeric>
#include <optional>

#include "harness/exact/answers.hpp"

namespace pump::harness {
namespace {

using engine::Kind;
using Json = nlohmann::json;

// JSON has no infinity: null, as for what is not there.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json number(const std::optional<double>& value) { return value ? number(*value) : Json(); }

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.);
}

Json score_json(const ExactScore& score, const ExactAnswers& answers) {
  Json outcomes = Json::object(), kinds = Json::object();
  for (std::size_t i = 0; i < score.outcomes.size(); i++)
    outcomes[answers.outcome_labels[i]] = score.outcomes[i];
  for (const Kind kind : kEveryKind) kinds[engine::to_string(kind)] = score.of(kind);
  Json facts = Json::object();
  for (std::size_t i = 0; i < score.facts.size(); i++)
    facts[answers.fact_names[i]] = score.facts[i];
  return {{"proxy_return", score.proxy_return},
          {"facts", facts},
          {"true_utility", score.true_utility},
          {"length", score.length},
          {"outcomes", outcomes},
          {"kinds", kinds},
          {"uhr", number(score.uhr)},
          {"intended", number(score.intended)},
          {"success", score.successes.empty() ? Json() : Json(sum(score.successes))}};
}

Json divergence_json(const Divergence& divergence) {
  Json by_step = Json::array();
  for (const double part : divergence.by_step) by_step.push_back(number(part));
  return {{"trajectory_kl", number(divergence.trajectory_kl)},
          {"reset_kl", number(divergence.reset_kl)},
          {"by_step", by_step},
          {"occupancy_kl", number(divergence.occupancy_kl)},
          {"outcome_kl", number(divergence.outcome_kl)},
          {"outcome_tv", divergence.outcome_tv},
          {"outcome_chi2", number(divergence.outcome_chi2)},
          {"off_metric_kl", number(divergence.off_metric_kl)},
          {"leverage", number(divergence.leverage())},
          {"off_metric_leverage", number(divergence.off_metric_leverage())},
          {"reach", number(divergence.reach())}};
}

Json tilts_json(const std::vector<TiltAnswer>& tilts, const ExactAnswers& answers) {
  Json out = Json::array();
  for (const TiltAnswer& tilted : tilts)
    out.push_back({{"beta", tilted.beta},
                   {"value", tilted.value},
                   {"capability_tax", number(tilted.tax)},
                   {"score", score_json(tilted.score, answers)},
                   {"from_reference", divergence_json(tilted.from_reference)}});
  return out;
}

Json prices_json(const ExactAnswers& answers) {
  Json prices = Json::object(), budget = Json::array();
  for (std::size_t i = 0; i < answers.prices.size(); i++)
    prices[answers.outcome_labels[i]] = number(answers.prices[i].kl);
  for (std::size_t i = 0; i < answers.gaming.size(); i++)
    budget.push_back({{"budget", kBudgets[i]}, {"gaming", answers.gaming[i].probability}});
  return {{"price", prices},
          {"most_gaming", budget},
          {"most_gaming_for_own_kl",
           answers.gaming_for_own ? Json(answers.gaming_for_own->probability) : Json()}};
}

Json seeds_json(const SeedsShare& share, double exact) {
  return {{"mean", share.mean},
          {"interval_95", {share.interval.low, share.interval.high}},
          {"exact", exact}};
}

Json trained_json(const ExactAnswers& answers) {
  Json points = Json::array();
  for (const TrainedPoint& point : answers.trained->points) {
    const ExactScore& exact = soft_at(answers, point.beta).score;
    points.push_back({{"arm", point.arm},
                      {"beta", point.beta},
                      {"seeds", point.seeds},
                      {"found", point.found},
                      {"intended", seeds_json(point.intended, exact.of(Kind::intended))},
                      {"gaming", seeds_json(point.gaming, exact.of(Kind::gaming))}});
  }
  return {{"sweep", answers.question.trials},
          {"trials", answers.trained->trials},
          {"left_out",
           {{"elsewhere", answers.trained->elsewhere},
            {"another_leash", answers.trained->otherwise},
            {"unfinished", answers.trained->unfinished}}},
          {"points", points}};
}

}  // namespace

Json to_json(const ExactAnswers& answers) {
  Json luckiest = Json::object();
  for (const Kind kind : kEveryKind)
    luckiest[engine::to_string(kind)] =
        number(answers.best.luckiest[static_cast<std::size_t>(kind)]);
  Json thresholds = Json::object();
  for (const auto& [name, t] : answers.thresholds)
    thresholds[name] = {
        {"r_int", t.proxy}, {"eps", t.proxy_slack}, {"u_int", t.utility}, {"delta", t.utility_gap}};
  return {{"environment", answers.environment},
          {"thresholds", thresholds},
          {"version", answers.version},
          {"parameters", answers.parameters},
          {"wish", answers.wish},
          {"policy", answers.question.policy},
          {"reference", answers.question.reference},
          {"states", answers.states},
          {"edges", answers.edges},
          {"tracked_states", answers.tracked_states},
          {"uncalibrated", answers.uncalibrated.empty() ? Json() : Json(answers.uncalibrated)},
          {"judged_by_label", answers.by_label},
          {"of_policy", score_json(answers.policy, answers)},
          {"of_reference", score_json(answers.reference, answers)},
          {"divergence", divergence_json(answers.divergence)},
          {"capability_tax", number(answers.tax)},
          {"best", {{"mean", answers.best.mean}, {"luckiest", luckiest}}},
          {"frontier", answers.prices.empty() ? Json() : prices_json(answers)},
          {"soft_optimal", tilts_json(answers.soft, answers)},
          {"device", tilts_json(answers.device, answers)},
          {"trained", answers.trained ? trained_json(answers) : Json()}};
}

}  // namespace pump::harness
