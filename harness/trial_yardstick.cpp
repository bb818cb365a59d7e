#include "harness/trial_yardstick.hpp"

#include <utility>
#include <vector>

#include "agents/yardsticks/best_of_n.hpp"
#include "agents/yardsticks/quantilizer.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "engine/training_view.hpp"
#include "harness/evaluate.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/trial_log.hpp"
#include "harness/trial_policies.hpp"
#include "harness/trial_worlds.hpp"

namespace pump::harness {
namespace {

// Tells the draws' seed from those of what a reference imitates.
constexpr std::uint64_t kDrawsPart = ~std::uint64_t{1};

// Chooses among what was drawn, world by world.
class Chooser {
 public:
  Chooser(const TrialSpec& spec, std::uint64_t seed) : spec_(spec), seed_(seed) {}

  Evaluation choose(const std::vector<Evaluation>& draws) {
    Evaluation kept;
    kl_ = 0;
    const std::size_t worlds = draws.front().episodes.size();
    for (std::size_t world = 0; world < worlds; world++) {
      std::vector<double> returns;
      for (const Evaluation& draw : draws)
        returns.push_back(spec_.wish.reward(std::span<const double>(draw.episodes[world].signals)));
      const Evaluation& chosen = draws[choose_one(returns, static_cast<std::uint32_t>(world))];
      kept.episodes.push_back(chosen.episodes[world]);
      kept.actions.push_back(chosen.actions[world]);
      kl_ += kl(returns) / static_cast<double>(worlds);
    }
    return kept;
  }

  // Of the choice last made, nats an episode. choice_kl takes the returns drawn in a world for all
  // there are.
  agents::Metrics metrics() const { return {{"choice_kl", kl_}, {"choice_kl_bound", kl_bound()}}; }

 private:
  bool best() const { return spec_.train.objective == "best_of_n"; }
  int draws() const { return spec_.yardstick.draws; }
  // The share that so many draws can have.
  double top_share() const {
    return agents::draws_on_top(draws(), spec_.yardstick.top_share) / static_cast<double>(draws());
  }

  std::size_t choose_one(const std::vector<double>& returns, std::uint32_t world) const {
    if (best()) return agents::best_of(returns);
    engine::Chance chance({seed_, engine::Stream::choice, world});
    return agents::quantilized(returns, spec_.yardstick.top_share, chance);
  }

  double kl(const std::vector<double>& returns) const {
    const std::vector<double> reference = agents::levels_of(returns);
    return agents::kl_divergence(best() ? agents::best_of_n_levels(reference, draws())
                                        : agents::quantilizer_levels(reference, top_share()),
                                 reference);
  }

  double kl_bound() const {
    return best() ? agents::best_of_n_kl_bound(draws()) : agents::quantilizer_kl_bound(top_share());
  }

  const TrialSpec& spec_;
  std::uint64_t seed_;
  double kl_ = 0;
};

}  // namespace

TrialResult run_yardstick(const TrialSpec& spec, const std::filesystem::path& directory,
                          const Progress& progress) {
  const auto environment = make_environment(spec.environment, spec.parameters);
  if (environment->remembers())
    throw Error(
        fmt::format("environment: expected one that forgets, for {} draws an episode anew "
                    "from one reset; got {}, which remembers the one before",
                    spec.train.objective, spec.environment));
  const auto worlds = [&](int count, std::uint64_t seed) {
    return make_worlds(*environment, spec, count, seed);
  };
  TrialLog log(spec, *environment, directory);
  log.open();
  TrialPolicies policies(spec, *environment, worlds);
  const auto reference = policies.reference(spec.start);
  // The worlds and resets of every evaluation, and the same nature for every seed, draw by draw;
  // what is done in them is this trial's own.
  const auto batch = worlds(spec.evaluation_episodes, kEvaluationSeed);
  batch->share_resets({.every_episode = true});
  const engine::TrainingView view(*batch, spec.wish);
  const std::uint64_t seed = derived_seed(spec.seed, kDrawsPart);
  const auto player = reference_player(*reference, view, seed);
  std::vector<Evaluation> draws;
  while (draws.size() < static_cast<std::size_t>(spec.yardstick.draws)) {
    draws.push_back(evaluate(*batch, *player));
    log.discover(draws.back().episodes);
    if (progress && !progress(batch->total_steps(), log.result())) throw Interrupted();
  }
  Chooser chooser(spec, seed);
  const Evaluation kept = chooser.choose(draws);
  log.add(chooser.metrics());
  log.checkpoint(batch->total_steps(), kept);
  policies.write_report(directory);
  return log.finish();
}

}  // namespace pump::harness
