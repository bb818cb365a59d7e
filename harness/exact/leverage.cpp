#include "harness/exact/leverage.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "agents/trainer.hpp"
#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/exact/flow.hpp"
#include "harness/exact/graph.hpp"
#include "harness/exact/score.hpp"
#include "harness/exact/tax.hpp"
#include "harness/sweep.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using engine::Kind;

struct Trained {
  TrialResult result;
  TrialSpec spec;
  fs::path directory;
};

// Leashed trials whose policies see the states themselves.
std::vector<Trained> leashed_trials(const fs::path& sweep, SweepResults results) {
  std::vector<Trained> out;
  for (std::size_t i = 0; i < results.trials.size(); i++) {
    TrialResult& result = results.trials[i];
    if (result.status != TrialStatus::ok || result.checkpoints.empty() || result.leash == "none")
      continue;
    const std::string where = fmt::format("{}: trial {}", sweep.string(), result.id);
    TrialSpec spec = read_trial(ConfigMap::from_text(results.configs[i], where));
    if (trial_id(spec) != result.id || !plays_as_is(spec)) continue;
    const fs::path directory = sweep / "trials" / result.id;
    out.push_back({std::move(result), std::move(spec), directory});
  }
  if (out.empty())
    throw Error(fmt::format("{}: expected finished trials with a leash, got none of {}",
                            sweep.string(), results.trials.size()));
  return out;
}

std::map<std::string, std::string> beyond_defaults(const TrialSpec& spec) {
  const auto defaults = engine::Parameters(envs::find(spec.environment).info().parameters).texts();
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : spec.parameters)
    if (defaults.at(name) != value) out[name] = value;
  return out;
}

// Runs f on every run of trials that `key` calls equal, in the order in which they first come.
template <class Key, class F>
void for_each_group(const std::vector<const Trained*>& trials, Key&& key, F&& f) {
  using K = decltype(key(*trials.front()));
  std::vector<std::pair<K, std::vector<const Trained*>>> groups;
  for (const Trained* trial : trials) {
    const K mine = key(*trial);
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& group) { return group.first == mine; });
    if (found == groups.end()) found = groups.insert(groups.end(), {mine, {}});
    found->second.push_back(trial);
  }
  for (const auto& [of, members] : groups) f(members);
}

auto world_of(const Trained& trial) {
  const nlohmann::json spec = to_json(trial.spec);
  return std::tuple(trial.result.environment, trial.result.parameters, spec["wish"],
                    trial.result.leash, spec["clone"]);
}
auto arm_of(const Trained& trial) {
  const TrialResult& r = trial.result;
  return std::tuple(r.objective, r.variant, r.start, r.overrides, r.budget_steps, r.beta);
}

// A world gone through, to score what was learnt in it.
class World {
 public:
  World(std::shared_ptr<const engine::Environment> environment, const engine::Wish& wish,
        const GraphLimits& limits)
      : environment_(std::move(environment)),
        wish_(wish),
        graph_(*environment_, limits),
        frontier_(graph_, wish_) {}

  std::uint64_t states() const { return graph_.states(); }

  ExactPoint score(const Trained& trial) {
    const auto policy = make_flow(*environment_, trial.directory.string(), "policy");
    const PolicyFlow& reference = reference_of(trial);
    const ExactScore score = exact_score(graph_, *policy, wish_);
    ExactPoint out{score.of(Kind::intended),
                   score.of(Kind::gaming),
                   score.proxy_return,
                   divergence(graph_, *policy, reference),
                   {},
                   {},
                   {},
                   frontier_.tax(score)};
    const agents::TrainConfig& train = trial.spec.train;
    if (!agents::charges_trajectory_kl(train)) return out;
    const ExactScore& best = soft(reference, train.kl_coef);
    out.soft_intended = best.of(Kind::intended);
    out.soft_gaming = best.of(Kind::gaming);
    out.soft_proxy = best.proxy_return;
    return out;
  }

  // The price at which the soft-optimal policy games as often as it does what was intended; to
  // 1e-6 of it. None where it is not between those that are tried.
  std::optional<double> soft_crossover(const Trained& trial) {
    constexpr double kLow = 1e-3, kHigh = 1e3;
    const PolicyFlow& reference = reference_of(trial);
    const auto games = [&](double beta) {
      const ExactScore& score = soft(reference, beta);
      return score.of(Kind::gaming) > score.of(Kind::intended);
    };
    double low = kLow, high = kHigh;
    if (!games(low) || games(high)) return std::nullopt;
    while (high / low > 1 + 1e-6)
      (games(std::sqrt(low * high)) ? low : high) = std::sqrt(low * high);
    return low;
  }

 private:
  // A clone is each seed's own.
  const PolicyFlow& reference_of(const Trained& trial) {
    const std::string name =
        trial.spec.leash == "clone" ? "leash:" + trial.directory.string() : trial.spec.leash;
    if (name != reference_name_) {
      reference_ = make_flow(*environment_, name, "leash");
      reference_name_ = name;
      soft_.clear();
    }
    return *reference_;
  }
  const ExactScore& soft(const PolicyFlow& reference, double beta) {
    const auto known = soft_.find(beta);
    if (known != soft_.end()) return known->second;
    const Tilted best = tilt(graph_, reference, payment_of(graph_, wish_), beta, Tilt::policy);
    return soft_.emplace(beta, exact_score(graph_, *best.flow, wish_)).first->second;
  }

  std::shared_ptr<const engine::Environment> environment_;
  const engine::Wish& wish_;
  Graph graph_;
  IntendedFrontier frontier_;
  std::string reference_name_;
  std::unique_ptr<PolicyFlow> reference_;
  std::map<double, ExactScore> soft_;  // of that reference, by price
};

ExactPoint mean_of(const std::vector<ExactPoint>& points) {
  ExactPoint out;
  const auto n = static_cast<double>(points.size());
  for (const ExactPoint& point : points) {
    for (double ExactPoint::*part :
         {&ExactPoint::intended, &ExactPoint::gaming, &ExactPoint::proxy_return})
      out.*part += point.*part / n;
    for (double Divergence::*part : {&Divergence::trajectory_kl, &Divergence::outcome_kl,
                                     &Divergence::outcome_tv, &Divergence::length})
      out.change.*part += point.change.*part / n;
  }
  for (std::optional<double> ExactPoint::*part :
       {&ExactPoint::soft_intended, &ExactPoint::soft_gaming, &ExactPoint::soft_proxy,
        &ExactPoint::tax}) {
    double sum = 0;
    bool all = true;
    for (const ExactPoint& point : points) {
      all = all && (point.*part).has_value();
      sum += (point.*part).value_or(0);
    }
    if (all) out.*part = sum / n;
  }
  return out;
}

// An arm's name beside the others of its table: the objective, and of what its config was
// overridden with whatever differs among those of the same objective.
std::string name_of(const TrialResult& arm, const std::vector<const Trained*>& table) {
  std::string name = arm.objective;
  const auto differs = [&](auto TrialResult::*part) {
    return std::any_of(table.begin(), table.end(), [&](const Trained* other) {
      return other->result.objective == arm.objective && other->result.*part != arm.*part;
    });
  };
  if (differs(&TrialResult::variant)) name += ", " + arm.variant;
  if (differs(&TrialResult::start)) name += ", start " + arm.start;
  if (differs(&TrialResult::budget_steps)) name += fmt::format(", {} steps", arm.budget_steps);
  std::map<std::string, std::set<std::string>> values;
  for (const Trained* other : table) {
    if (other->result.objective != arm.objective) continue;
    for (const auto& [key, value] : other->result.overrides) values[key];
  }
  for (auto& [key, seen] : values) {
    const auto value_in = [&key = key](const TrialResult& result) {
      const auto found = result.overrides.find(key);
      return found == result.overrides.end() ? std::string() : found->second;
    };
    for (const Trained* other : table)
      if (other->result.objective == arm.objective) seen.insert(value_in(other->result));
    if (seen.size() > 1 && !value_in(arm).empty())
      name += fmt::format(", {} {}", key, value_in(arm));
  }
  return name;
}

LeverageRow row_of(const std::vector<const Trained*>& members, World* world) {
  std::vector<TrialResult> results;
  std::vector<ExactPoint> points;
  for (const Trained* member : members) {
    results.push_back(member->result);
    if (world) points.push_back(world->score(*member));
  }
  const TrainedPoint sampled = trained_points(results).front();
  LeverageRow row{"", sampled.beta, sampled.seeds, sampled.found, sampled.intended, sampled.gaming,
                  {}};
  if (world) row.exact = mean_of(points);
  return row;
}

// log(gaming / intended): of the last policies themselves where they were gone through.
double log_odds(const LeverageRow& row) {
  return row.exact ? std::log(row.exact->gaming / row.exact->intended)
                   : std::log(row.gaming.mean / row.intended.mean);
}

std::vector<Crossover> crossovers_of(std::vector<LeverageRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const LeverageRow& a, const LeverageRow& b) {
    return std::tie(a.arm, a.beta) < std::tie(b.arm, b.beta);
  });
  std::vector<Crossover> out;
  for (std::size_t i = 1; i < rows.size(); i++) {
    const LeverageRow &low = rows[i - 1], &high = rows[i];
    const double below = log_odds(low), above = log_odds(high);
    if (low.arm != high.arm || low.beta <= 0 || !(below > 0 && above <= 0)) continue;
    const double share = std::isfinite(below) ? below / (below - above) : 1;
    const double inverse = 1 / low.beta + share * (1 / high.beta - 1 / low.beta);
    out.push_back({low.arm, 1 / inverse});
  }
  return out;
}

LeverageTable table_of(const std::vector<const Trained*>& members, const GraphLimits& limits) {
  const TrialSpec& spec = members.front()->spec;
  LeverageTable table{
      spec.environment, spec.wish.name, spec.leash, beyond_defaults(spec), 0, {}, {}};
  std::unique_ptr<World> world;
  try {
    world = std::make_unique<World>(make_environment(spec.environment, spec.parameters), spec.wish,
                                    limits);
    table.states = world->states();
  } catch (const Error& error) {
    table.why_not = error.what();
  }
  for_each_group(members, arm_of, [&](const std::vector<const Trained*>& arm) {
    table.rows.push_back(row_of(arm, world.get()));
    table.rows.back().arm = name_of(arm.front()->result, members);
  });
  table.crossovers = crossovers_of(table.rows);
  const bool one = spec.leash != "clone";
  const bool priced = std::any_of(members.begin(), members.end(), [](const Trained* member) {
    return agents::charges_trajectory_kl(member->spec.train);
  });
  if (world && one && priced) table.soft_crossover = world->soft_crossover(*members.front());
  return table;
}

}  // namespace

LeverageReport leverage_of(const fs::path& sweep, const GraphLimits& limits) {
  SweepResults results = read_results(sweep);
  LeverageReport report;
  report.ended = static_cast<int>(results.trials.size());
  const std::vector<Trained> trials = leashed_trials(sweep, std::move(results));
  report.left_out = report.ended - static_cast<int>(trials.size());
  std::vector<const Trained*> all;
  for (const Trained& trial : trials) all.push_back(&trial);
  for_each_group(all, world_of, [&](const std::vector<const Trained*>& members) {
    report.tables.push_back(table_of(members, limits));
  });
  return report;
}

}  // namespace pump::harness
