#include "harness/demo/solved_world.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "engine/replay.hpp"
#include "harness/exact/score.hpp"
#include "harness/files.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

// Small enough that a price of so much a nat changes no choice, and large enough that doubles tell
// returns apart.
constexpr double kNoPrice = 1e-6;
// A class does not wait for more.
constexpr GraphLimits kLimits{.states = 4'000'000, .bytes = std::uint64_t{3} << 30};

// Looked through for some whose two actions are not those of one before.
constexpr std::size_t kPivots = 1000;

std::string key_of(const SolveSpec& spec) {
  std::string key = fmt::format("{} {}", spec.reference, spec.noise);
  if (spec.clone) key += fmt::format(" {}", trial_id(*spec.clone));
  return key;
}

}  // namespace

void SolvedWorld::solve() {
  if (graph_) return;
  if (too_large_) throw Error(*too_large_);
  try {
    graph_ = std::make_unique<Graph>(*environment_, kLimits);
  } catch (const Error& error) {
    too_large_ = error.what();
    throw;
  }
}

const PolicyFlow& SolvedWorld::reference(const SolveSpec& spec,
                                         const std::filesystem::path& directory) {
  std::unique_ptr<PolicyFlow>& flow = references_[key_of(spec)];
  if (flow) return *flow;
  if (spec.clone) {
    const auto trial = directory / ("clone_" + trial_id(*spec.clone));
    make_directory(trial);
    write_text(trial / "config.yaml", write_trial(*spec.clone));
    flow = make_flow(*environment_, "leash:" + trial.string(), "reference");
  } else {
    NamedPolicy policy = name_policy(*environment_, spec.reference, "reference");
    flow = policy.what == NamedPolicy::What::script ? demonstration_flow(policy.script, spec.noise)
                                                    : make_flow(*environment_, std::move(policy));
  }
  return *flow;
}

Answer SolvedWorld::answer(const SolveSpec& spec, const engine::Wish& wish, double beta,
                           const std::filesystem::path& directory) {
  solve();
  const PolicyFlow& from = reference(spec, directory);
  std::vector<double>& unwished = unwished_[key_of(spec)];
  if (unwished.empty()) unwished = outcomes_of(*graph_, from);
  const Tilted tilted =
      tilt(*graph_, from, payment_of(*graph_, wish), std::max(beta, kNoPrice), spec.tilt);
  const ExactScore score = exact_score(*graph_, *tilted.flow, wish);
  const std::vector<double>& outcomes = score.outcomes;
  const auto of = [&](std::size_t label) {
    return foretell(*graph_, *tilted.flow, from, wish, beta, outcomes, unwished, label);
  };
  const auto likeliest =
      static_cast<std::size_t>(std::ranges::max_element(outcomes) - outcomes.begin());
  Answer answer{beta, outcomes, unwished, {}, of(likeliest), {}};
  // value = E R - beta KL, for a policy and a device alike.
  if (beta > 0)
    answer.kl = std::max(0., (score.proxy_return - tilted.value) / std::max(beta, kNoPrice));
  if (spec.leash.empty() || spec.loophole)
    if (const auto hole = loophole(*tilted.flow, from, wish, outcomes)) answer.loophole = of(*hole);
  return answer;
}

std::optional<std::size_t> SolvedWorld::loophole(const Flow& flow, const PolicyFlow& from,
                                                 const engine::Wish& wish,
                                                 const std::vector<double>& outcomes) const {
  constexpr double kLeast = 1e-9, kTie = 1e-6;
  std::vector<std::size_t> labels;  // the most probable first
  for (std::size_t i = 0; i < outcomes.size(); i++)
    if (outcomes[i] >= kLeast) labels.push_back(i);
  std::ranges::stable_sort(labels, std::greater<>(), [&](std::size_t i) { return outcomes[i]; });
  const auto is_intended = [&](std::size_t i) { return wish.kinds[i] == engine::Kind::intended; };
  const auto meant = std::ranges::find_if(labels, is_intended);
  if (meant == labels.end()) return std::nullopt;
  const auto future = [&](std::size_t label) {
    return *most_probable(*graph_, flow, from, wish, {.label = static_cast<int>(label)});
  };
  const Future good = future(*meant);
  for (std::size_t i = 1; i < labels.size(); i++) {  // the first is what is granted
    if (is_intended(labels[i])) continue;
    const Future bad = future(labels[i]);
    const bool pays =
        bad.proxy_return >= good.proxy_return - kTie * (1 + std::abs(good.proxy_return));
    if (pays && bad.true_utility < good.true_utility - kTie) return labels[i];
  }
  return std::nullopt;
}

std::vector<Turning> SolvedWorld::turnings(const SolveSpec& spec, const engine::Wish& wish,
                                           const std::filesystem::path& directory) {
  solve();
  const PolicyFlow& from = reference(spec, directory);
  std::vector<Turning> out;
  std::set<std::pair<engine::Action, engine::Action>> seen;
  for (Pivot& pivot : find_pivots(*graph_, from, from, kPivots).top)
    if (static_cast<int>(out.size()) < spec.pivots && seen.insert({pivot.one, pivot.other}).second)
      out.push_back({std::move(pivot), {}, {}});
  for (Turning& turning : out) {
    const Pivot& pivot = turning.pivot;
    turning.one = branch(from, wish, pivot, pivot.one, pivot.one_outcomes);
    turning.other = branch(from, wish, pivot, pivot.other, pivot.other_outcomes);
  }
  return out;
}

Turning::Branch SolvedWorld::branch(const PolicyFlow& from, const engine::Wish& wish,
                                    const Pivot& pivot, engine::Action action,
                                    const std::vector<double>& outcomes) const {
  const std::size_t actions = environment_->info().actions.size();
  std::vector<double> probabilities(graph_->layer(pivot.depth).size * actions);
  from.actions(*graph_, pivot.depth, probabilities);
  const auto label = std::max_element(outcomes.begin(), outcomes.end()) - outcomes.begin();
  const auto future = most_probable(
      *graph_, from, from, wish,
      {.label = static_cast<int>(label), .turn = Wanted::Turn{pivot.depth, pivot.state, action}});
  return {action, probabilities[pivot.state * actions + action], outcomes,
          future ? find_replay(*graph_, *future) : std::nullopt};
}

std::vector<double> SolvedWorld::outcomes_of_trial(const std::filesystem::path& trial) {
  solve();
  return outcomes_of(*graph_, *make_flow(*environment_, trial.string(), "trained"));
}

std::shared_ptr<SolvedWorld> SolvedWorlds::of(const SolveSpec& spec) {
  auto& world = worlds_[fmt::format("{} {}", spec.environment, spec.parameters)];
  if (!world)
    world = std::make_shared<SolvedWorld>(make_environment(spec.environment, spec.parameters));
  return world;
}

}  // namespace pump::harness
