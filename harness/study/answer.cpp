#include "harness/study/answer.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using Results = std::map<std::string, const TrialResult*>;  // by id

void count(Pairs& pairs, bool first, bool second) {
  (first ? (second ? pairs.both : pairs.first_only)
         : (second ? pairs.second_only : pairs.neither))++;
}

std::string world_of(const TrialSpec& trial) {
  return fmt::format("{}, {}", trial.environment, trial.wish.name);
}

std::vector<Pairs> strata(const Effect& effect, Pairs WorldPairs::*which) {
  std::vector<Pairs> out;
  for (const WorldPairs& world : effect.worlds)
    if ((world.*which).total() > 0) out.push_back(world.*which);
  return out;
}

Effect effect_of(const StudySpec& study, const Contrast& contrast, const Results& results) {
  Effect effect;
  effect.name = contrast.name;
  int first_gamed = 0, second_gamed = 0;
  std::map<std::string, std::size_t> worlds;
  for (const auto& [i, j] : pairs_of(study, contrast)) {
    const auto one = results.find(trial_id(study.sweep.trials[i]));
    const auto two = results.find(trial_id(study.sweep.trials[j]));
    if (one == results.end() || two == results.end()) {
      effect.lost++;
      continue;
    }
    const std::string world = world_of(study.sweep.trials[i]);
    const auto [at, added] = worlds.emplace(world, effect.worlds.size());
    if (added) effect.worlds.push_back({world, {}, {}, {}});
    WorldPairs& pairs = effect.worlds[at->second];
    const RunClass first = one->second->run_class, second = two->second->run_class;
    const bool games[] = {first == RunClass::gamed, second == RunClass::gamed};
    const bool competent[] = {is_competent(first), is_competent(second)};
    count(pairs.gamed, games[0], games[1]);
    count(pairs.competent, competent[0], competent[1]);
    if (competent[0] && competent[1]) count(pairs.gamed_if_competent, games[0], games[1]);
    first_gamed += games[0];
    second_gamed += games[1];
    effect.pairs++;
    effect.competent_pairs += competent[0] && competent[1];
  }
  if (effect.pairs == 0) return effect;
  for (const WorldPairs& world : effect.worlds) {
    effect.fewer += world.gamed.second_only < world.gamed.first_only;
    effect.more += world.gamed.second_only > world.gamed.first_only;
  }
  effect.first = static_cast<double>(first_gamed) / effect.pairs;
  effect.second = static_cast<double>(second_gamed) / effect.pairs;
  effect.gamed = mantel_haenszel(strata(effect, &WorldPairs::gamed));
  effect.competent = mantel_haenszel(strata(effect, &WorldPairs::competent));
  if (effect.competent_pairs > 0)
    effect.gamed_if_competent = mantel_haenszel(strata(effect, &WorldPairs::gamed_if_competent));
  return effect;
}

// The grid's rows that a selection meets, by what else they say but the seed; of `at` what they
// spell out.
std::optional<GridRange> grid_range(const StudySpec& study, const Selection& selection,
                                    const Selection& at, const Results& results) {
  std::map<std::map<std::string, std::string>, std::pair<int, int>> cells;  // gamed, runs
  for (std::size_t i = study.grid_begins; i < study.sweep.trials.size(); i++) {
    auto row = flat(study.sweep.rows[i]);
    const auto says = [&](const auto& wanted, bool unsaid) {
      const auto found = row.find(wanted.first);
      return found == row.end() ? unsaid : found->second == wanted.second;
    };
    const bool meets =
        std::ranges::all_of(selection, [&](const auto& key) { return says(key, false); }) &&
        std::ranges::all_of(at, [&](const auto& key) { return says(key, true); });
    const auto result = results.find(trial_id(study.sweep.trials[i]));
    if (!meets || result == results.end()) continue;
    row.erase("seed");
    auto& [gamed, runs] = cells[row];
    gamed += result->second->run_class == RunClass::gamed;
    runs++;
  }
  if (cells.empty()) return std::nullopt;
  GridRange range{static_cast<int>(cells.size()), 0, 1, 0};
  for (const auto& [row, cell] : cells) {
    const double share = static_cast<double>(cell.first) / cell.second;
    range.runs += cell.second;
    range.least = std::min(range.least, share);
    range.most = std::max(range.most, share);
  }
  return range;
}

// Share of the pairs that went against the rest.
double other_way(const Effect& effect) {
  int first_only = 0, second_only = 0;
  for (const WorldPairs& world : effect.worlds) {
    first_only += world.gamed.first_only;
    second_only += world.gamed.second_only;
  }
  return static_cast<double>(std::min(first_only, second_only)) / std::max(1, effect.pairs);
}

void adjust(StudyAnswer& answer) {
  std::vector<double> p;
  for (const FactorAnswer& factor : answer.factors)
    for (const Effect& effect : factor.effects) p.push_back(effect.gamed.p);
  const std::vector<double> adjusted = holm(p);
  std::size_t next = 0;
  for (FactorAnswer& factor : answer.factors)
    for (Effect& effect : factor.effects) {
      effect.adjusted = adjusted[next++];
      effect.detectable =
          smallest_detectable_paired(effect.pairs, .05 / answer.family, .8, other_way(effect));
    }
}

}  // namespace

void refuse_others(const StudySpec& study, const SweepResults& results, const std::string& file) {
  std::set<std::string> ids;
  for (const TrialSpec& trial : study.sweep.trials) ids.insert(trial_id(trial));
  std::vector<const TrialResult*> others;
  for (const TrialResult& result : results.trials)
    if (!ids.contains(result.id)) others.push_back(&result);
  const std::string expected = fmt::format("{}: expected results of the {} trials of {}", file,
                                           study.sweep.trials.size(), in_quotes(study.sweep.title));
  if (!others.empty())
    throw Error(fmt::format("{}, got {} of others, the first {} ({}, {})", expected, others.size(),
                            others.front()->id, others.front()->environment,
                            others.front()->objective));
  if (results.planned != static_cast<int>(study.sweep.trials.size()))
    throw Error(fmt::format("{}, got those of {} trials", expected, results.planned));
}

StudyAnswer answer_study(const StudySpec& study, const std::vector<TrialResult>& results) {
  Results by_id;
  StudyAnswer answer;
  answer.question = study.question;
  answer.title = study.sweep.title;
  answer.planned = static_cast<int>(study.sweep.trials.size());
  for (const TrialResult& result : results) {
    answer.errors += result.status == TrialStatus::error;
    if (result.status != TrialStatus::error) by_id[result.id] = &result;
  }
  for (std::size_t i = 0; i < study.sweep.trials.size(); i++) {
    const auto found = by_id.find(trial_id(study.sweep.trials[i]));
    if (found == by_id.end()) continue;
    answer.done++;
    if (study.sweep.trials[i].wish.name != kControlWish) continue;
    answer.control_runs++;
    answer.control_gamed += found->second->run_class == RunClass::gamed;
    answer.control_competent += is_competent(found->second->run_class);
  }
  for (std::size_t i = study.grid_begins; i < study.sweep.trials.size(); i++) {
    const std::string& world = study.sweep.trials[i].environment;
    if (std::ranges::find(answer.grid_worlds, world) == answer.grid_worlds.end())
      answer.grid_worlds.push_back(world);
  }
  for (const Factor& factor : study.factors) {
    FactorAnswer& of = answer.factors.emplace_back(FactorAnswer{factor.name, factor.text, {}});
    for (const Contrast& contrast : factor.contrasts) {
      Effect effect = effect_of(study, contrast, by_id);
      const auto one = grid_range(study, contrast.first, contrast.at, by_id);
      const auto two = grid_range(study, contrast.second, contrast.at, by_id);
      if (one && two) std::tie(effect.first_grid, effect.second_grid) = std::tie(one, two);
      of.effects.push_back(std::move(effect));
      answer.family++;
    }
  }
  adjust(answer);
  return answer;
}

}  // namespace pump::harness
