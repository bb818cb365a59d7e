#include "harness/exact/trained.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "agents/trainer.hpp"
#include "engine/error.hpp"
#include "harness/report/report.hpp"
#include "harness/sweep.hpp"

namespace pump::harness {
namespace {

using engine::Kind;

// The word of a trial's spec.
std::string leash_of(const NamedPolicy& reference) {
  if (reference.leashed) return reference.leashed->leash;
  if (reference.what == NamedPolicy::What::uniform) return "uniform";
  if (reference.what == NamedPolicy::What::prior) return "prior";
  throw Error(
      "--trials: expected a --reference that a trial can be leashed to (uniform, prior or "
      "leash:TRIAL), got another");
}

class Matcher {
 public:
  Matcher(const engine::Environment& environment, const engine::Wish& wish,
          const NamedPolicy& reference)
      : environment_(environment),
        wish_(wish),
        reference_(reference),
        leash_(leash_of(reference)) {}

  // What can be told without the spec: worlds that are no longer known have none.
  bool may_be_here(const TrialResult& trial) const {
    return trial.environment == environment_.info().name &&
           trial.parameters == environment_.parameters().texts();
  }
  bool here(const TrialSpec& spec, const std::string& id) const {
    // Another version of the environment makes another id of the same spec.
    return trial_id(spec) == id && spec.wish.weights == wish_.weights &&
           spec.wish.kinds == wish_.kinds && plays_as_is(spec);
  }
  bool leashed(const TrialSpec& spec) const {
    if (spec.leash != leash_ || !agents::charges_trajectory_kl(spec.train)) return false;
    if (leash_ != "clone") return true;
    const auto ours = to_json(spec), theirs = to_json(*reference_.leashed);
    return ours["clone"] == theirs["clone"] &&
           ours["train"]["network"] == theirs["train"]["network"];
  }

 private:
  const engine::Environment& environment_;
  const engine::Wish& wish_;
  const NamedPolicy& reference_;
  std::string leash_;
};

SeedsShare share_of(const Row& row, const std::vector<Kind>& kinds, Kind kind) {
  std::vector<double> shares;
  for (const std::vector<double>& outcomes : row.run_outcomes) {
    double share = 0;
    for (std::size_t i = 0; i < outcomes.size(); i++) share += kinds[i] == kind ? outcomes[i] : 0;
    shares.push_back(share);
  }
  return share_over_seeds(shares, row.fewest_episodes);
}

}  // namespace

bool plays_as_is(const TrialSpec& spec) {
  return spec.sticky_actions == 0 && spec.observation_noise == 0 && spec.coarse_actions == 1 &&
         spec.evaluation_actions == Choice::sampled;
}

std::vector<TrainedPoint> trained_points(const std::vector<TrialResult>& trials) {
  std::vector<TrainedPoint> out;
  // A report's rows: one an arm.
  const Report report = build_report(trials, "", "");
  for (const Study& study : report.studies)
    for (const Setting& setting : study.settings)
      for (const Row& row : setting.rows)
        out.push_back({report.arms[row.arm].name, report.arms[row.arm].beta, row.runs,
                       row.discovery.events, share_of(row, study.outcome_kinds, Kind::intended),
                       share_of(row, study.outcome_kinds, Kind::gaming)});
  return out;
}

TrainedTrials trained_trials(const std::filesystem::path& sweep,
                             const engine::Environment& environment, const engine::Wish& wish,
                             const NamedPolicy& reference) {
  const Matcher matcher(environment, wish, reference);
  const SweepResults results = read_results(sweep);
  TrainedTrials out;
  out.trials = results.planned;
  out.unfinished = results.planned - static_cast<int>(results.trials.size());
  std::vector<TrialResult> matching;
  for (std::size_t i = 0; i < results.trials.size(); i++) {
    const TrialResult& trial = results.trials[i];
    if (!matcher.may_be_here(trial)) {
      out.elsewhere++;
      continue;
    }
    const TrialSpec spec = read_trial(ConfigMap::from_text(
        results.configs[i], fmt::format("{}: trial {}", sweep.string(), trial.id)));
    if (!matcher.here(spec, trial.id))
      out.elsewhere++;
    else if (!matcher.leashed(spec))
      out.otherwise++;
    else if (trial.status != TrialStatus::ok || trial.checkpoints.empty())
      out.unfinished++;
    else
      matching.push_back(trial);
  }
  if (matching.empty())
    throw Error(fmt::format(
        "--trials: expected finished trials of this wish, world and leash in {}, got none of {}: "
        "{} elsewhere, {} of another leash, {} unfinished",
        sweep.string(), out.trials, out.elsewhere, out.otherwise, out.unfinished));
  out.points = trained_points(matching);
  return out;
}

}  // namespace pump::harness
