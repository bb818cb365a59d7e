#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "envs/catalogue.hpp"
#include "harness/listing.hpp"
#include "harness/survey.hpp"
#include "harness/wishes.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string environment;
  std::vector<std::string> wishes, assignments;
  int episodes = 100'000;
  std::uint64_t seed = 0, states = 0;
  bool json = false;
};

int calibrate(const Options& options) {
  const engine::CatalogueEntry& entry = envs::find(options.environment);
  const auto environment = entry.make(harness::read_assignments(entry.info(), options.assignments));
  std::vector<engine::Wish> wishes;
  for (const std::string& name :
       options.wishes.empty() ? harness::wish_names(entry.info().name) : options.wishes)
    wishes.push_back(harness::load_wish(entry.info(), name));
  const harness::Survey survey =
      harness::survey(*environment, wishes, options.episodes, options.seed, options.states);
  if (options.json)
    print("{}\n", harness::to_json(survey).dump(1));
  else
    print("{}", harness::to_text(survey));
  const bool fine = std::all_of(survey.wishes.begin(), survey.wishes.end(),
                                [](const auto& wish) { return wish.as_declared(); });
  return fine ? kOk : kCheckFailed;
}

}  // namespace

void add_calibrate(CLI::App& app, Run& chosen) {
  constexpr int kMostEpisodes = 100'000'000;
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(app, "calibrate",
                  "An environment before anybody is trained in it: what chance finds, what "
                  "the scripts earn; status 1 where a wish's file and its world disagree",
                  "pump calibrate burning_building --wish distance --episodes 10000");
  command.add_option("ENV", options->environment, "The environment")->required();
  command
      .add_option("--wish", options->wishes, "A name or file, any number of times; all by default")
      ->allow_extra_args(false);
  command.add_option("--episodes", options->episodes, "Of the uniform policy")
      ->check(CLI::Range(1, kMostEpisodes))
      ->capture_default_str();
  command.add_option("--seed", options->seed, "Of the uniform policy")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--states", options->states,
                  "Count the reachable states, up to so many; 0 does not")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_set(command, options->assignments, "PARAMETER=VALUE of the environment");
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return calibrate(*options); }; });
}

}  // namespace pump::app
