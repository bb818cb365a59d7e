#include "harness/report/report.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "agents/yardsticks/yardstick.hpp"
#include "engine/error.hpp"
#include "harness/report/arms.hpp"
#include "harness/report/row.hpp"

namespace pump::harness {
namespace {

using Trials = std::vector<const TrialResult*>;

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Numbers by their value, before words.
bool natural_less(const std::string& a, const std::string& b) {
  const auto x = as_number(a), y = as_number(b);
  if (x && y && *x != *y) return *x < *y;
  if (x.has_value() != y.has_value()) return x.has_value();
  return a < b;
}

bool settings_less(const Setting& a, const Setting& b) {
  for (const auto& [name, value] : a.varying) {
    const std::string& other = b.varying.at(name);
    if (value != other) return natural_less(value, other);
  }
  return false;
}

// Parameters with more than one value among the trials.
std::set<std::string> varying_parameters(const Trials& trials) {
  std::map<std::string, std::set<std::string>> values;
  for (const TrialResult* t : trials)
    for (const auto& [name, value] : t->parameters) values[name].insert(value);
  std::set<std::string> varying;
  for (const auto& [name, seen] : values)
    if (seen.size() > 1) varying.insert(name);
  return varying;
}

std::map<std::string, std::string> only(const std::map<std::string, std::string>& parameters,
                                        const std::set<std::string>& names, bool in) {
  std::map<std::string, std::string> chosen;
  for (const auto& [name, value] : parameters)
    if (names.contains(name) == in) chosen[name] = value;
  return chosen;
}

std::string setting_label(const std::map<std::string, std::string>& varying) {
  std::string label;
  for (const auto& [name, value] : varying)
    label += (label.empty() ? "" : ", ") + fmt::format("{} = {}", name, value);
  return label;
}

// The numeric parameter with most values.
std::string find_axis(const std::vector<Setting>& settings) {
  std::map<std::string, std::set<std::string>> values;
  for (const Setting& setting : settings)
    for (const auto& [name, value] : setting.varying) values[name].insert(value);
  std::string axis;
  for (const auto& [name, seen] : values) {
    const bool numeric = std::all_of(seen.begin(), seen.end(),
                                     [](const std::string& v) { return as_number(v).has_value(); });
    if (numeric && (axis.empty() || seen.size() > values[axis].size())) axis = name;
  }
  return axis;
}

std::vector<std::size_t> settings_along(const Study& study) {
  std::vector<std::size_t> along;
  if (study.axis.empty()) return along;
  auto wanted = study.settings[study.headline].varying;
  wanted.erase(study.axis);
  for (std::size_t i = 0; i < study.settings.size(); ++i) {
    auto rest = study.settings[i].varying;
    rest.erase(study.axis);
    if (rest == wanted) along.push_back(i);
  }
  return along;
}

Comparison compare(std::size_t first, std::size_t second, const Trials& a, const Trials& b) {
  Comparison c;
  c.first = first;
  c.second = second;
  for (const TrialResult* x : a) {
    const auto y = std::find_if(b.begin(), b.end(), [&](auto* t) { return t->seed == x->seed; });
    if (y == b.end()) continue;
    const bool x_gamed = x->run_class == RunClass::gamed;
    const bool y_gamed = (*y)->run_class == RunClass::gamed;
    c.pairs++;
    c.first_only += x_gamed && !y_gamed;
    c.second_only += y_gamed && !x_gamed;
    if (!is_competent(x->run_class) || !is_competent((*y)->run_class)) continue;
    c.competent_pairs++;
    c.competent_first_only += x_gamed && !y_gamed;
    c.competent_second_only += y_gamed && !x_gamed;
  }
  c.p = mcnemar_exact(c.first_only, c.second_only);
  c.competent_p = mcnemar_exact(c.competent_first_only, c.competent_second_only);
  return c;
}

void fill_setting(Setting& setting, const std::vector<Arm>& arms, const Trials& trials) {
  std::vector<Trials> by_arm(arms.size());
  std::uint64_t smallest = trials.front()->budget_steps;
  for (const TrialResult* t : trials) smallest = std::min(smallest, t->budget_steps);
  setting.budget_steps = smallest;
  std::vector<std::vector<Lifetime>> discovery, adoption;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    Trials all;
    for (const TrialResult* t : trials)
      if (arm_key(*t) == arm_key(arms[i])) all.push_back(t);
    if (all.empty()) continue;
    std::stable_sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->seed < b->seed; });
    setting.rows.push_back(make_row(i, all, static_cast<double>(smallest)));
    if (!arms[i].charted) continue;
    std::erase_if(all, [](auto* t) { return t->status == TrialStatus::error; });
    if (!agents::is_yardstick(arms[i].objective)) {
      discovery.push_back(lifetimes_of(all, false));
      adoption.push_back(lifetimes_of(all, true));
    }
    by_arm[i] = std::move(all);
  }
  setting.discovery = log_rank(discovery);
  setting.adoption = log_rank(adoption);
  for (std::size_t i = 0; i < arms.size(); ++i)
    for (std::size_t j = i + 1; j < arms.size(); ++j) {
      const Comparison c = compare(i, j, by_arm[i], by_arm[j]);
      if (c.pairs > 0) setting.comparisons.push_back(c);
    }
}

// Of one environment: what its trials say of it is alike.
void check_alike(const TrialResult& trial, const TrialResult& first) {
  if (!std::ranges::equal(trial.parameters, first.parameters, {},
                          &std::pair<const std::string, std::string>::first,
                          &std::pair<const std::string, std::string>::first))
    throw Error(fmt::format("trial {}: expected the parameters of trial {}, got others", trial.id,
                            first.id));
  const std::size_t labels = first.outcome_labels.size();
  if (trial.outcome_labels != first.outcome_labels || trial.outcome_kinds.size() != labels)
    throw Error(fmt::format("trial {}: expected the outcome labels of trial {}, got others",
                            trial.id, first.id));
  for (const Checkpoint& c : trial.checkpoints)
    if (c.outcomes.size() != labels)
      throw Error(fmt::format("trial {}: outcomes: expected {} counts a checkpoint, got {}",
                              trial.id, labels, c.outcomes.size()));
}

Study make_study(const Trials& trials, const std::vector<Arm>& arms) {
  const TrialResult& first = *trials.front();
  Study study;
  study.environment = first.environment;
  study.wish = first.wish;
  study.wish_text = first.wish_text;
  study.by_label = first.by_label;
  study.control = first.wish == "true";
  study.outcome_labels = first.outcome_labels;
  study.outcome_kinds = first.outcome_kinds;
  const std::set<std::string> varying = varying_parameters(trials);
  study.fixed = only(first.parameters, varying, false);
  std::map<std::map<std::string, std::string>, Trials> by_setting;
  for (const TrialResult* t : trials) {
    check_alike(*t, first);
    by_setting[only(t->parameters, varying, true)].push_back(t);
  }
  for (const auto& [values, members] : by_setting) {
    Setting& setting = study.settings.emplace_back();
    setting.varying = values;
    setting.label = setting_label(values);
    fill_setting(setting, arms, members);
  }
  std::stable_sort(study.settings.begin(), study.settings.end(), settings_less);
  const auto headline = only(first.parameters, varying, true);
  while (study.settings[study.headline].varying != headline) study.headline++;
  study.axis = find_axis(study.settings);
  study.curve = settings_along(study);
  return study;
}

// The headline settings' comparisons are the declared family (Holm), unless a study declared its
// own; the rest explore (Benjamini-Hochberg). Controls explore.
void adjust_comparisons(Report& report) {
  std::vector<Comparison*> family, rest;
  for (Study& study : report.studies)
    for (std::size_t i = 0; i < study.settings.size(); ++i)
      for (Comparison& c : study.settings[i].comparisons) {
        c.family = !report.preface && !study.control && i == study.headline;
        (c.family ? family : rest).push_back(&c);
      }
  const auto adjust = [](std::vector<Comparison*>& members, auto method) {
    std::vector<double> p;
    for (const Comparison* c : members) p.push_back(c->p);
    const std::vector<double> adjusted = method(p);
    for (std::size_t i = 0; i < members.size(); ++i) {
      members[i]->adjusted = adjusted[i];
      const double comparisons = members[i]->family ? static_cast<double>(members.size()) : 1;
      members[i]->detectable = smallest_detectable_paired(members[i]->pairs, .05 / comparisons);
    }
  };
  adjust(family, holm);
  adjust(rest, benjamini_hochberg);
}

// Arms to count together: those that differ in beta alone, where no wish was given to two of them.
std::vector<std::vector<std::size_t>> pools_of(const Report& report) {
  std::vector<std::vector<std::size_t>> pools;
  for (std::size_t arm = 0; arm < report.arms.size(); ++arm) {
    const auto joins = [&](const std::vector<std::size_t>& pool) {
      return same_but_beta(report.arms[pool.front()], report.arms[arm]) &&
             std::none_of(report.studies.begin(), report.studies.end(), [&](const Study& study) {
               const Setting& setting = study.settings[study.headline];
               return find_row(setting, arm) != nullptr &&
                      std::any_of(pool.begin(), pool.end(), [&](std::size_t other) {
                        return find_row(setting, other) != nullptr;
                      });
             });
    };
    const auto pool = std::find_if(pools.begin(), pools.end(), joins);
    if (pool == pools.end())
      pools.push_back({arm});
    else
      pool->push_back(arm);
  }
  return pools;
}

void pool_wishes(Report& report) {
  for (std::vector<std::size_t>& arms : pools_of(report)) {
    Pooled pooled;
    for (const Study& study : report.studies)
      for (const std::size_t arm : arms) {
        const Row* row = find_row(study.settings[study.headline], arm);
        if (study.control || row == nullptr) continue;
        pooled.wishes++;
        const auto add = [](Share& sum, const Share& share) {
          sum = make_share(sum.count + share.count, sum.total + share.total);
        };
        add(pooled.gamed, row->gamed);
        add(pooled.gamed_if_competent, row->gamed_if_competent);
        add(pooled.competent, row->competent);
      }
    if (pooled.wishes < 2) continue;
    pooled.name =
        arms.size() == 1 ? report.arms[arms[0]].name : name_of_any_beta(report.arms[arms[0]]);
    pooled.arms = std::move(arms);
    report.pooled.push_back(std::move(pooled));
  }
}

void collect_flags(Report& report, const std::vector<TrialResult>& trials) {
  for (const TrialResult& t : trials) {
    const auto arm = std::find_if(report.arms.begin(), report.arms.end(),
                                  [&](const Arm& a) { return arm_key(a) == arm_key(t); });
    const auto study = std::find_if(
        report.studies.begin(), report.studies.end(),
        [&](const Study& s) { return s.environment == t.environment && s.wish == t.wish; });
    std::string where = t.environment + ", " + t.wish;
    for (const auto& [name, value] : study->settings.front().varying)
      where += fmt::format(", {} = {}", name, t.parameters.at(name));
    const auto flag = [&](std::vector<Flag>& list, const std::string& message) {
      list.push_back({t.id, where, arm->name, message, t.seed});
    };
    if (t.status == TrialStatus::error) flag(report.errors, t.message);
    if (t.status == TrialStatus::diverged) flag(report.diverged, t.message);
    if (t.status != TrialStatus::ok) continue;
    const FinalShares shares = final_shares(t.checkpoints);
    const std::string figures = fmt::format(
        "{}: UHR {:.0f} %, intended {:.0f} %, threshold {:.0f} %", to_string(t.run_class),
        100 * shares.uhr, 100 * shares.intended, 100 * t.emergence_threshold);
    if (t.near_threshold) flag(report.near_threshold, figures);
    if (t.abandoned)
      flag(report.abandoned,
           fmt::format("emerged at {} steps, ended {}",
                       steps_text(static_cast<double>(t.adoption_steps.value_or(0))), figures));
    int novel = 0;
    for (const Checkpoint& c : t.checkpoints) novel += c.novel;
    if (novel > 0) flag(report.novel, fmt::format("{} high-reward episodes labelled other", novel));
  }
}

}  // namespace

namespace {

auto run_key(const TrialResult& t) {
  return std::tuple_cat(std::tie(t.environment, t.wish, t.parameters, t.seed), arm_key(t));
}

// Where runs differ in nothing but their length, that is part of how those of their environment and
// wish were trained. nullopt: nowhere.
std::optional<std::vector<TrialResult>> lengths_told(const std::vector<TrialResult>& trials) {
  std::map<decltype(run_key(trials.front())), std::uint64_t> lengths;
  std::set<std::pair<std::string, std::string>> several;
  for (const TrialResult& t : trials) {
    const auto [known, added] = lengths.emplace(run_key(t), t.budget_steps);
    if (!added && known->second != t.budget_steps) several.emplace(t.environment, t.wish);
  }
  if (several.empty()) return std::nullopt;
  std::vector<TrialResult> told = trials;
  for (TrialResult& t : told)
    if (several.contains({t.environment, t.wish}))
      t.overrides["steps"] = std::to_string(t.budget_steps);
  return told;
}

void refuse_twice(const std::vector<TrialResult>& trials) {
  std::set<decltype(run_key(trials.front()))> seen;
  for (const TrialResult& t : trials)
    if (!seen.insert(run_key(t)).second)
      throw Error(fmt::format("trial {}: expected a seed once an arm and setting, got {} again",
                              t.id, t.seed));
}

}  // namespace

Report build_report(const std::vector<TrialResult>& trials, const std::string& command,
                    const std::string& title, std::optional<Preface> preface) {
  if (trials.empty()) throw Error("report: expected at least one trial, got none");
  if (const auto told = lengths_told(trials)) return build_report(*told, command, title, preface);
  refuse_twice(trials);
  Report report;
  report.title = title;
  report.command = command;
  report.preface = std::move(preface);
  report.trials = static_cast<int>(trials.size());
  report.arms = find_arms(trials);
  std::vector<Trials> studies;
  for (const TrialResult& t : trials) {
    auto found = std::find_if(studies.begin(), studies.end(), [&](const Trials& s) {
      return s.front()->environment == t.environment && s.front()->wish == t.wish;
    });
    if (found == studies.end()) found = studies.insert(studies.end(), Trials{});
    found->push_back(&t);
  }
  for (const Trials& members : studies) report.studies.push_back(make_study(members, report.arms));
  std::stable_partition(report.studies.begin(), report.studies.end(),
                        [](const Study& s) { return !s.control; });
  for (const TrialResult& t : trials)
    for (const Checkpoint& c : t.checkpoints) {
      const bool first = report.most_episodes == 0;
      report.fewest_episodes = first ? c.episodes : std::min(report.fewest_episodes, c.episodes);
      report.most_episodes = std::max(report.most_episodes, c.episodes);
    }
  pool_wishes(report);
  adjust_comparisons(report);
  collect_flags(report, trials);
  return report;
}

}  // namespace pump::harness
