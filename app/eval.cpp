#include <memory>

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "envs/catalogue.hpp"
#include "harness/listing.hpp"
#include "harness/measures.hpp"
#include "harness/named_policy.hpp"
#include "harness/policy_score.hpp"
#include "harness/trial.hpp"
#include "harness/wishes.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string environment, wish, policy;
  int episodes = harness::kEvaluationEpisodes;
  std::uint64_t seed = harness::kEvaluationSeed;  // not that of any training
  std::vector<std::string> assignments;
  bool json = false;
};

int evaluate(const Options& options) {
  agents::initialise_compute();
  const engine::CatalogueEntry& entry = envs::find(options.environment);
  const auto environment = entry.make(harness::read_assignments(entry.info(), options.assignments));
  const engine::Wish wish = harness::load_wish(entry.info(), options.wish);
  const harness::PolicyScore score =
      harness::score_policy(*environment, wish, options.policy, options.episodes, options.seed);
  warn_about_other_worlds(*environment, options.policy);
  if (options.json)
    print("{}\n", harness::to_json(score).dump(1));
  else
    print("{}", harness::to_text(score));
  return kOk;
}

}  // namespace

void add_eval(CLI::App& app, Run& chosen) {
  constexpr int kMostEpisodes = 65'536;
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(app, "eval", "What a script, uniform play or a trained policy earns and causes",
                  "pump eval burning_building --wish distance --policy demo:intended");
  command.add_option("ENV", options->environment, "The environment")->required();
  command.add_option("--wish", options->wish, "A name, or the path of a wish's file")->required();
  command.add_option("--policy", options->policy, harness::kPolicyNames)->required();
  command.add_option("--episodes", options->episodes, "One in each of so many worlds")
      ->check(CLI::Range(1, kMostEpisodes))
      ->capture_default_str();
  command.add_option("--seed", options->seed, "Of the worlds and the policy")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_set(command, options->assignments, "PARAMETER=VALUE of the environment");
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return evaluate(*options); }; });
}

}  // namespace pump::app
