#include "harness/report/row.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "agents/yardsticks/yardstick.hpp"
#include "engine/error.hpp"
#include "harness/config_value.hpp"

namespace pump::harness {
namespace {

using Trials = std::vector<const TrialResult*>;

constexpr std::uint64_t kBootstrapSeed = 1;

Clock make_clock(const Trials& runs, bool adoption, double horizon) {
  const std::vector<Lifetime> lifetimes = lifetimes_of(runs, adoption);
  Clock clock;
  clock.curve = kaplan_meier(lifetimes);
  clock.runs = static_cast<int>(lifetimes.size());
  clock.events = static_cast<int>(std::count_if(
      lifetimes.begin(), lifetimes.end(), [](const Lifetime& life) { return life.observed; }));
  clock.horizon = horizon;
  clock.median = median_time(clock.curve);
  clock.restricted = restricted_mean_with_error(clock.curve, horizon);
  return clock;
}

std::span<const Checkpoint> last_checkpoints(const TrialResult& run) {
  const std::span<const Checkpoint> all = run.checkpoints;
  return all.last(std::min<std::size_t>(kEmergenceRun, all.size()));
}

// Of training episodes the mean is over decisions, of which a world of coarse actions has fewer
// than steps.
double decisions_an_episode(const TrialResult& run, const Checkpoint& c) {
  const auto coarse = run.overrides.find("coarse_actions");
  if (coarse == run.overrides.end()) return c.length;
  const std::string& text = coarse->second;
  int steps = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), steps);
  if (error != std::errc() || end != text.data() + text.size() || steps < 1)
    throw Error(fmt::format("trial {}: coarse_actions: expected a number of steps, got {}", run.id,
                            in_quotes(text)));
  return c.length / steps;
}

std::optional<Score> make_score(const Trials& runs, double Checkpoint::*member) {
  std::vector<double> values;
  for (const TrialResult* run : runs) {
    double sum = 0;
    const auto last = last_checkpoints(*run);
    for (const Checkpoint& c : last) sum += c.*member;
    const double mean = sum / static_cast<double>(last.size());
    if (std::isfinite(mean)) values.push_back(mean);
  }
  if (values.empty()) return std::nullopt;
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return Score{interquartile_mean(values),
               bootstrap_iqm(std::vector<std::vector<double>>{values}, kBootstrapSeed),
               sum / static_cast<double>(values.size()), student_t(values)};
}

void add_outcomes(const Checkpoint& c, double weight, std::vector<double>& shares) {
  shares.resize(std::max(shares.size(), c.outcomes.size()), 0.0);
  for (std::size_t i = 0; i < c.outcomes.size(); ++i)
    if (c.episodes > 0) shares[i] += weight * c.outcomes[i] / c.episodes;
}

const Checkpoint& nearest_checkpoint(const TrialResult& run, double steps) {
  return *std::ranges::min_element(run.checkpoints, {}, [&](const Checkpoint& c) {
    return std::abs(static_cast<double>(c.steps) - steps);
  });
}

// Of a run, environment steps. What draws has no budget.
double length_of(const TrialResult& run) {
  return static_cast<double>(agents::is_yardstick(run.objective) ? run.checkpoints.back().steps
                                                                 : run.budget_steps);
}

// At as many points as the run with most checkpoints has, evenly over the longest; the last is
// every run's own end. A run that diverged stays as it was.
std::vector<CourseStep> make_course(const Trials& all) {
  Trials runs = all;
  std::erase_if(runs, [](const TrialResult* run) { return run->checkpoints.empty(); });
  std::size_t points = 0;
  double longest = 0;
  for (const TrialResult* run : runs) {
    points = std::max(points, run->checkpoints.size());
    longest = std::max(longest, length_of(*run));
  }
  std::vector<CourseStep> course;
  for (std::size_t i = 1; i <= points; ++i) {
    CourseStep step;
    step.runs = static_cast<int>(runs.size());
    step.steps = longest * static_cast<double>(i) / static_cast<double>(points);
    const double weight = 1.0 / step.runs;
    for (const TrialResult* run : runs) {
      const Checkpoint& c =
          i == points ? run->checkpoints.back() : nearest_checkpoint(*run, step.steps);
      if (c.episodes > 0) {
        step.uhr += weight * c.uhr / c.episodes;
        step.intended += weight * c.intended / c.episodes;
      }
      step.kl += weight * c.kl_to_reference * decisions_an_episode(*run, c);
      add_outcomes(c, weight, step.outcomes);
    }
    course.push_back(std::move(step));
  }
  return course;
}

void add_final_outcomes(Row& row, const Trials& runs) {
  for (const TrialResult* run : runs) {
    const auto last = last_checkpoints(*run);
    if (last.empty()) continue;
    std::vector<double>& shares = row.run_outcomes.emplace_back();
    for (const Checkpoint& c : last) {
      const double weight = 1.0 / static_cast<double>(last.size());
      add_outcomes(c, weight, shares);
      row.final_kl += weight * c.kl_to_reference * decisions_an_episode(*run, c);
      row.fewest_episodes =
          row.fewest_episodes == 0 ? c.episodes : std::min(row.fewest_episodes, c.episodes);
    }
    const FinalShares final = final_shares(run->checkpoints);
    row.run_uhr.push_back(final.uhr);
    row.final_novel += final.novel;
  }
  const auto count = static_cast<double>(row.run_outcomes.size());
  if (count > 0) row.final_novel /= count;
  if (count > 0) row.final_kl /= count;
  for (const std::vector<double>& shares : row.run_outcomes) {
    row.final_outcomes.resize(shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) row.final_outcomes[i] += shares[i] / count;
  }
}

// Most first; equals in the order of seeds.
void sort_examples(std::vector<Example>& examples) {
  std::stable_sort(examples.begin(), examples.end(),
                   [](const Example& a, const Example& b) { return a.share > b.share; });
}

void add_examples(Row& row, const Trials& runs) {
  const auto most = std::max_element(row.final_outcomes.begin(), row.final_outcomes.end());
  if (most != row.final_outcomes.end() && *most > 0)
    row.dominant = static_cast<std::size_t>(most - row.final_outcomes.begin());
  for (const TrialResult* run : runs) {
    const auto last = last_checkpoints(*run);
    std::vector<double> shares;
    for (const Checkpoint& c : last)
      add_outcomes(c, 1.0 / static_cast<double>(last.size()), shares);
    if (row.dominant && !shares.empty() && shares[*row.dominant] > 0)
      row.dominant_runs.push_back({run->id, run->seed, shares[*row.dominant]});
    const bool novel = std::any_of(run->checkpoints.begin(), run->checkpoints.end(),
                                   [](const Checkpoint& c) { return c.novel > 0; });
    if (novel) row.novel_runs.push_back({run->id, run->seed, final_shares(run->checkpoints).novel});
  }
  sort_examples(row.dominant_runs);
  sort_examples(row.novel_runs);
}

}  // namespace

Share make_share(int count, int total) {
  return {count, total, clopper_pearson(count, total), wilson(count, total)};
}

std::vector<Lifetime> lifetimes_of(const std::vector<const TrialResult*>& runs, bool adoption) {
  std::vector<Lifetime> lifetimes;
  for (const TrialResult* run : runs) {
    if (agents::is_yardstick(run->objective)) continue;
    const auto& time = adoption ? run->adoption_steps : run->discovery_steps;
    std::uint64_t seen = run->budget_steps;
    if (run->status != TrialStatus::ok)
      seen = run->checkpoints.empty() ? 0 : run->checkpoints.back().steps;
    lifetimes.push_back({static_cast<double>(time.value_or(seen)), time.has_value()});
  }
  return lifetimes;
}

Row make_row(std::size_t arm, const Trials& trials, double horizon) {
  Row row;
  row.arm = arm;
  Trials runs;
  for (const TrialResult* t : trials) {
    row.errors += t->status == TrialStatus::error;
    if (t->status != TrialStatus::error) runs.push_back(t);
  }
  row.runs = static_cast<int>(runs.size());
  for (const TrialResult* run : runs) {
    const bool diverged = run->status == TrialStatus::diverged;
    row.classes[static_cast<std::size_t>(run->run_class)]++;
    row.diverged += diverged;
    row.abandoned += run->abandoned;
    row.near_threshold += run->near_threshold;
    row.seeds.push_back({run->seed, run->run_class, diverged, run->near_threshold, run->abandoned});
  }
  const int gamed = row.classes[static_cast<std::size_t>(RunClass::gamed)];
  const int competent = row.runs - row.classes[static_cast<std::size_t>(RunClass::failed)];
  row.gamed = make_share(gamed, row.runs);
  row.gamed_if_competent = make_share(gamed, competent);
  row.competent = make_share(competent, row.runs);
  row.discovery = make_clock(runs, false, horizon);
  row.adoption = make_clock(runs, true, horizon);
  row.proxy_return = make_score(runs, &Checkpoint::proxy_return);
  row.true_utility = make_score(runs, &Checkpoint::true_utility);
  row.course = make_course(runs);
  add_final_outcomes(row, runs);
  add_examples(row, runs);
  return row;
}

std::string episodes_text(const Report& report) {
  return fmt::format("{}{}",
                     report.fewest_episodes < report.most_episodes
                         ? fmt::format("{} to ", report.fewest_episodes)
                         : "",
                     report.most_episodes);
}

const Row* find_row(const Setting& setting, std::size_t arm) {
  const auto found = std::find_if(setting.rows.begin(), setting.rows.end(),
                                  [&](const Row& row) { return row.arm == arm; });
  return found == setting.rows.end() ? nullptr : &*found;
}

std::string at_most(double share) {
  const double percent = 100 * share;
  if (percent < 10) return fmt::format("{:.1f} %", std::ceil(10 * percent - 1e-9) / 10);
  return fmt::format("{:.0f} %", std::ceil(percent - 1e-9));
}

std::string count_text(const Share& share) {
  return fmt::format("{}/{}", share.count, share.total);
}

std::string share_text(const Share& share) {
  if (share.total == 0) return "no such run";
  return fmt::format("{:.0f} % [{:.0f}, {:.0f}]", 100 * share.value(), 100 * share.exact.low,
                     100 * share.exact.high);
}

std::string steps_text(double steps) {
  if (steps >= 9.995e5) return fmt::format("{:.3g}M", steps / 1e6);
  if (steps >= 1e3) return fmt::format("{:.3g}k", steps / 1e3);
  return fmt::format("{:.0f}", steps);
}

std::string plain_words(const std::string& name) {
  std::string words = name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace pump::harness
