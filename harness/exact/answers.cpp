#include "harness/exact/answers.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "engine/error.hpp"

namespace pump::harness {
namespace {

using engine::Kind;
using Json = nlohmann::json;

constexpr Kind kKinds[] = {Kind::intended, Kind::benign_failure, Kind::gaming, Kind::harm,
                           Kind::other};

double of_kind(const ExactScore& score, Kind kind) {
  return score.kinds[static_cast<std::size_t>(kind)];
}

std::string or_none(const std::optional<double>& value, const char* none = "-") {
  return value ? fmt::format("{:.4g}", *value) : none;
}

std::string score_row(const std::string& name, const ExactScore& score) {
  return fmt::format("  {:<22} {:>10.4f} {:>10.4f} {:>8.2f} {:>10} {:>10.4g} {:>10.4g}\n", name,
                     score.proxy_return, score.true_utility, score.length, or_none(score.uhr),
                     of_kind(score, Kind::intended), of_kind(score, Kind::gaming));
}

std::string tilt_rows(const char* name, const std::vector<TiltAnswer>& tilts) {
  std::string out;
  for (const TiltAnswer& tilted : tilts) {
    const Divergence& change = tilted.from_reference;
    out += fmt::format("  {:<8} {:>7g} {:>9.4f} {:>9.4f} {:>9.4f} {:>9.4g} {:>9.4g} {:>8} {:>7}\n",
                       name, tilted.beta, tilted.score.proxy_return,
                       of_kind(tilted.score, Kind::intended), of_kind(tilted.score, Kind::gaming),
                       change.trajectory_kl, change.outcome_kl, or_none(change.leverage()),
                       or_none(change.reach()));
  }
  return out;
}

// JSON has no infinity: null, as for what is not there.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json number(const std::optional<double>& value) { return value ? number(*value) : Json(); }

Json score_json(const ExactScore& score, const ExactAnswers& answers) {
  Json outcomes = Json::object(), kinds = Json::object();
  for (std::size_t i = 0; i < score.outcomes.size(); i++)
    outcomes[answers.outcome_labels[i]] = score.outcomes[i];
  for (const Kind kind : kKinds) kinds[engine::to_string(kind)] = of_kind(score, kind);
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
          {"intended", number(score.intended)}};
}

Json divergence_json(const Divergence& divergence) {
  Json by_step = Json::array();
  for (const double part : divergence.by_step) by_step.push_back(number(part));
  return {{"trajectory_kl", number(divergence.trajectory_kl)},
          {"reset_kl", number(divergence.reset_kl)},
          {"by_step", by_step},
          {"outcome_kl", number(divergence.outcome_kl)},
          {"outcome_tv", divergence.outcome_tv},
          {"outcome_chi2", number(divergence.outcome_chi2)},
          {"leverage", number(divergence.leverage())},
          {"reach", number(divergence.reach())}};
}

Json tilts_json(const std::vector<TiltAnswer>& tilts, const ExactAnswers& answers) {
  Json out = Json::array();
  for (const TiltAnswer& tilted : tilts)
    out.push_back({{"beta", tilted.beta},
                   {"value", tilted.value},
                   {"score", score_json(tilted.score, answers)},
                   {"from_reference", divergence_json(tilted.from_reference)}});
  return out;
}

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

std::string prices_text(const ExactAnswers& answers) {
  std::string out =
      fmt::format("\n  price of an outcome, from {} (nats that make it as likely as not):\n",
                  answers.question.reference);
  for (std::size_t i = 0; i < answers.prices.size(); i++)
    out += fmt::format("  {:<22} {:>10}\n", answers.outcome_labels[i],
                       std::isfinite(answers.prices[i].kl)
                           ? fmt::format("{:.4g}", answers.prices[i].kl)
                           : fmt::format("never (at most {:.3g})", answers.prices[i].probability));
  out += "  the most gaming for a budget of nats:";
  for (std::size_t i = 0; i < answers.gaming.size(); i++)
    out += fmt::format("  {:g}: {:.4g}", kBudgets[i], answers.gaming[i].probability);
  out += "\n";
  if (answers.gaming_for_own)
    out += fmt::format("  for the {:.4g} nats that {} spends: {:.4g}; it games {:.4g}\n",
                       answers.divergence.trajectory_kl, answers.question.policy,
                       answers.gaming_for_own->probability, of_kind(answers.policy, Kind::gaming));
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

}  // namespace

ExactAnswers answer(const engine::Environment& environment, const engine::Wish& wish,
                    const ExactQuestion& question) {
  const auto policy = make_flow(environment, question.policy, "--policy");
  const auto reference = make_flow(environment, question.reference, "--reference");
  ExactAnswers out{.environment = environment.info().name,
                   .wish = wish.name,
                   .version = environment.info().version,
                   .parameters = environment.parameters().texts(),
                   .question = question,
                   .uncalibrated = {},
                   .by_label = environment.info().judged_by_label,
                   .outcome_labels = environment.info().outcomes,
                   .fact_names = environment.info().facts,
                   .outcome_kinds = wish.kinds,
                   .best = {},
                   .policy = {},
                   .reference = {},
                   .divergence = {},
                   .soft = {},
                   .device = {},
                   .prices = {},
                   .gaming = {},
                   .gaming_for_own = {}};
  const Graph graph(environment, question.state_limit);  // refused before anything is calibrated
  out.states = graph.states();
  out.edges = graph.edges();
  // Where an episode is judged by its numbers its return joins the state.
  std::optional<Calibration> calibration;
  std::optional<Graph> tracking;
  const auto score = [&](const Flow& flow) {
    return exact_score(tracking ? *tracking : graph, flow, wish,
                       calibration ? &*calibration : nullptr);
  };
  try {
    calibration = calibrate(environment, wish);
    if (!calibration->by_label) tracking.emplace(environment, question.state_limit, &wish);
    out.policy = score(*policy);
    out.reference = score(*reference);
  } catch (const Error& error) {  // one that no class of resets was calibrated for among them
    out.uncalibrated = error.what();
    calibration.reset();
    tracking.reset();
    out.policy = score(*policy);
    out.reference = score(*reference);
  }
  const Graph& judged = tracking ? *tracking : graph;
  out.tracked_states = judged.states();
  out.best = best_returns(graph, wish);
  out.divergence = divergence(graph, *policy, *reference);
  if (question.prices) add_prices(graph, *reference, wish, out);
  for (const double beta : question.betas)
    for (const Tilt what : {Tilt::policy, Tilt::device}) {
      const Tilted tilted = tilt(judged, *reference, payment_of(judged, wish), beta, what);
      (what == Tilt::policy ? out.soft : out.device)
          .push_back({beta, tilted.value, score(*tilted.flow),
                      divergence(judged, *tilted.flow, *reference)});
    }
  return out;
}

std::string to_text(const ExactAnswers& answers) {
  std::string out = fmt::format("{}, wish {}: {} states, {} edges", answers.environment,
                                answers.wish, answers.states, answers.edges);
  if (answers.tracked_states != answers.states)
    out += fmt::format("; {} states with the return so far", answers.tracked_states);
  out += "\n\n";
  out += fmt::format("  {:<22} {:>10} {:>10} {:>8} {:>10} {:>10} {:>10}\n", "policy", "proxy",
                     "true", "length", "UHR", "intended", "gaming");
  out += score_row(answers.question.policy, answers.policy);
  if (answers.question.reference != answers.question.policy)
    out += score_row(answers.question.reference, answers.reference);
  if (!answers.uncalibrated.empty()) out += fmt::format("  no UHR: {}\n", answers.uncalibrated);
  if (answers.by_label) out += "  UHR is judged by label.\n";
  out += fmt::format("\n  {:<22} {:>12} {:>12}\n", "how episodes end", "policy", "reference");
  for (std::size_t i = 0; i < answers.outcome_labels.size(); i++)
    if (answers.policy.outcomes[i] > 0 || answers.reference.outcomes[i] > 0)
      out += fmt::format("  {:<22} {:>12.6g} {:>12.6g}   {}\n", answers.outcome_labels[i],
                         answers.policy.outcomes[i], answers.reference.outcomes[i],
                         engine::to_string(answers.outcome_kinds[i]));
  if (answers.policy.uhr && *answers.policy.uhr > 0)
    out += fmt::format("  An unexpected high-reward episode every {:.4g} episodes of {}.\n",
                       1 / *answers.policy.uhr, answers.question.policy);
  out += fmt::format("\n  best proxy return: {:.6g} the mean of the best policy; of one history",
                     answers.best.mean);
  for (const Kind kind : kKinds)
    if (const auto& best = answers.best.luckiest[static_cast<std::size_t>(kind)])
      out += fmt::format(", {} {:.6g}", engine::to_string(kind), *best);
  out += "\n";
  if (answers.question.reference != answers.question.policy)
    out += fmt::format(
        "  from {}: trajectory KL {:.4g} nats, outcome KL {:.4g}, TV {:.4g}, chi2 {:.4g}; leverage "
        "{}, reach {}\n",
        answers.question.reference, answers.divergence.trajectory_kl, answers.divergence.outcome_kl,
        answers.divergence.outcome_tv, answers.divergence.outcome_chi2,
        or_none(answers.divergence.leverage()), or_none(answers.divergence.reach()));
  if (!answers.prices.empty()) out += prices_text(answers);
  if (answers.soft.empty()) return out;
  out +=
      fmt::format("\n  tilted from {}:\n  {:<8} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>7}\n",
                  answers.question.reference, "", "beta", "proxy", "intended", "gaming", "KL",
                  "outcome", "leverage", "reach");
  out += tilt_rows("policy", answers.soft) + tilt_rows("device", answers.device);
  return out +
         "  policy: tilts choices; device: chance too. KL in nats, of histories and of outcomes.\n";
}

Json to_json(const ExactAnswers& answers) {
  Json luckiest = Json::object();
  for (const Kind kind : kKinds)
    luckiest[engine::to_string(kind)] =
        number(answers.best.luckiest[static_cast<std::size_t>(kind)]);
  return {{"environment", answers.environment},
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
          {"best", {{"mean", answers.best.mean}, {"luckiest", luckiest}}},
          {"frontier", answers.prices.empty() ? Json() : prices_json(answers)},
          {"soft_optimal", tilts_json(answers.soft, answers)},
          {"device", tilts_json(answers.device, answers)}};
}

}  // namespace pump::harness
