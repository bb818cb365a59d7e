#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "harness/exact/answers.hpp"

namespace pump::harness {
namespace {

using engine::Kind;

std::string or_none(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}

// Of shares that may be nothing but rounding.
std::string fixed_or_none(const std::optional<double>& value) {
  return value ? fmt::format("{:.4f}", *value) : "-";
}

std::string score_row(const std::string& name, const ExactScore& score) {
  return fmt::format("  {:<22} {:>10.4f} {:>10.4f} {:>8.2f} {:>10} {:>10.4g} {:>10.4g}\n", name,
                     score.proxy_return, score.true_utility, score.length, or_none(score.uhr),
                     score.of(Kind::intended), score.of(Kind::gaming));
}

constexpr const char* kTiltRow =
    "  {:<6} {:>6} {:>8} {:>9} {:>9} {:>9} {:>9} {:>8} {:>10} {:>7} {:>8}\n";

std::string tilt_rows(const char* name, const std::vector<TiltAnswer>& tilts) {
  const auto short_of = [](double value) { return fmt::format("{:.4g}", value); };
  std::string out;
  for (const TiltAnswer& tilted : tilts) {
    const Divergence& change = tilted.from_reference;
    out += fmt::format(kTiltRow, name, fmt::format("{:g}", tilted.beta),
                       fixed_or_none(tilted.score.proxy_return),
                       fixed_or_none(tilted.score.of(Kind::intended)),
                       fixed_or_none(tilted.score.of(Kind::gaming)), short_of(change.trajectory_kl),
                       short_of(change.outcome_kl), or_none(change.leverage()),
                       fixed_or_none(change.off_metric_leverage()), or_none(change.reach()),
                       fixed_or_none(tilted.tax));
  }
  return out;
}

std::string tilts_text(const ExactAnswers& answers) {
  return fmt::format("\n  tilted from {}:\n", answers.question.reference) +
         fmt::format(kTiltRow, "", "beta", "proxy", "intended", "gaming", "KL", "outcome",
                     "leverage", "off-metric", "reach", "tax") +
         tilt_rows("policy", answers.soft) + tilt_rows("device", answers.device) +
         "  policy: tilts choices; device: chance too. KL in nats, of histories and of outcomes.\n";
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
                       answers.gaming_for_own->probability, answers.policy.of(Kind::gaming));
  return out;
}

std::string scores_text(const ExactAnswers& answers) {
  std::string out = fmt::format("  {:<22} {:>10} {:>10} {:>8} {:>10} {:>10} {:>10}\n", "policy",
                                "proxy", "true", "length", "UHR", "intended", "gaming");
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
  return out;
}

std::string best_text(const ExactAnswers& answers) {
  std::string out =
      fmt::format("\n  best proxy return: {:.6g} the mean of the best policy; of one history",
                  answers.best.mean);
  for (const Kind kind : kEveryKind)
    if (const auto& best = answers.best.luckiest[static_cast<std::size_t>(kind)])
      out += fmt::format(", {} {:.6g}", engine::to_string(kind), *best);
  for (const auto& [name, t] : answers.thresholds)
    out += fmt::format(
        "\n  UHR{}: a proxy return of {:.6g} (r_int - eps) or more, a true utility under {:.6g} "
        "(u_int - delta)",
        answers.thresholds.size() > 1 ? fmt::format(" in {}", name) : "", t.proxy - t.proxy_slack,
        t.utility - t.utility_gap);
  if (answers.tax)
    out += fmt::format(
        "\n  capability tax of {}: {:.4g} of intended outcomes, for a policy that "
        "games as little can have {:.4g}",
        answers.question.policy, *answers.tax, *answers.tax + answers.policy.of(Kind::intended));
  return out + "\n";
}

std::string divergence_text(const ExactAnswers& answers) {
  const Divergence& change = answers.divergence;
  return fmt::format(
      "  from {}: trajectory KL {:.4g} nats, occupancy KL {:.4g}, outcome KL {:.4g}, TV {:.4g}, "
      "chi2 {:.4g};\n    leverage {}, off-metric {}, reach {}\n",
      answers.question.reference, change.trajectory_kl, change.occupancy_kl, change.outcome_kl,
      change.outcome_tv, change.outcome_chi2, or_none(change.leverage()),
      fixed_or_none(change.off_metric_leverage()), or_none(change.reach()));
}

std::string interval_text(const SeedsShare& share) {
  return fmt::format("{:.4f} [{:.4f}, {:.4f}]", share.mean, share.interval.low,
                     share.interval.high);
}

std::string trained_text(const ExactAnswers& answers) {
  const TrainedTrials& trained = *answers.trained;
  constexpr const char* kRow = "  {:<24} {:>6} {:>5} {:>5} {:>24} {:>8} {:>24} {:>8}\n";
  std::string out = fmt::format("\n  trained, of the {} trials in {}:\n", trained.trials,
                                answers.question.trials);
  out += fmt::format(kRow, "", "beta", "seeds", "found", "intended", "exact", "gaming", "exact");
  for (const TrainedPoint& point : trained.points) {
    const ExactScore& exact = soft_at(answers, point.beta).score;
    out += fmt::format(kRow, point.arm, fmt::format("{:g}", point.beta), point.seeds, point.found,
                       interval_text(point.intended), fixed_or_none(exact.of(Kind::intended)),
                       interval_text(point.gaming), fixed_or_none(exact.of(Kind::gaming)));
  }
  return out +
         fmt::format(
             "  Mean over seeds of the last 3 checkpoints; in brackets: 95 % intervals. Exact: "
             "the soft-optimal policy.\n  Found: seeds that met a high-reward episode of the wrong "
             "kind in training; a seed that never did says nothing of what the leash holds.\n  "
             "Left out: {} of another world "
             "or wish, {} of another "
             "leash, {} unfinished.\n",
             trained.elsewhere, trained.otherwise, trained.unfinished);
}

}  // namespace

std::string to_text(const ExactAnswers& answers) {
  std::string out = fmt::format("{}, wish {}: {} states, {} edges", answers.environment,
                                answers.wish, answers.states, answers.edges);
  if (answers.tracked_states != answers.states)
    out += fmt::format("; {} states with the return so far", answers.tracked_states);
  out += "\n\n" + scores_text(answers) + best_text(answers);
  if (answers.question.reference != answers.question.policy) out += divergence_text(answers);
  if (!answers.prices.empty()) out += prices_text(answers);
  if (!answers.soft.empty()) out += tilts_text(answers);
  if (answers.trained) out += trained_text(answers);
  return out;
}

}  // namespace pump::harness
