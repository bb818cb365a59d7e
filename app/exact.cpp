#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "envs/catalogue.hpp"
#include "harness/exact/answers.hpp"
#include "harness/listing.hpp"
#include "harness/wishes.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string environment, wish = "true";
  harness::ExactQuestion question;
  std::vector<std::string> assignments;
  bool json = false;
};

int exact(const Options& options) {
  const engine::CatalogueEntry& entry = envs::find(options.environment);
  const auto environment = entry.make(harness::read_assignments(entry.info(), options.assignments));
  const engine::Wish wish = harness::load_wish(entry.info(), options.wish);
  const harness::ExactAnswers answers = harness::answer(*environment, wish, options.question);
  if (options.json)
    print("{}\n", harness::to_json(answers).dump(1));
  else
    print("{}", harness::to_text(answers));
  return kOk;
}

}  // namespace

void add_exact(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "exact", "What is so, where a world is small enough to go through every play of it",
      "pump exact unit_test --wish green --reference prior --beta 1 --beta 0.1");
  harness::ExactQuestion& question = options->question;
  command.add_option("ENV", options->environment, "The environment")->required();
  command.add_option("--wish", options->wish, "A name, or the path of a wish's file")->required();
  command
      .add_option("--policy", question.policy,
                  "uniform, prior, demo:NAME, or a trial's policy.bin or its folder")
      ->capture_default_str();
  command.add_option("--reference", question.reference, "Likewise: what the tilts start from")
      ->capture_default_str();
  command
      .add_option("--beta", question.betas,
                  "Price of a nat from the reference, any number of times")
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber);
  command.add_option("--states", question.state_limit, "At most so many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_set(command, options->assignments, "PARAMETER=VALUE of the environment");
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return exact(*options); }; });
}

}  // namespace pump::app
