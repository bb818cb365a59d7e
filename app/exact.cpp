#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "app/exact_options.hpp"
#include "harness/exact/answers.hpp"
#include "harness/exact/leverage.hpp"
#include "harness/exact/pivots.hpp"
#include "harness/exact/plot.hpp"
#include "harness/files.hpp"
#include "harness/named_policy.hpp"
#include "harness/wishes.hpp"

namespace pump::app {
namespace {

struct Options {
  World world;  // whose limits are the question's
  std::string wish;
  harness::ExactQuestion question;
  std::size_t most = 10;
  harness::PivotOrder order = harness::PivotOrder::stake;
  bool json = false;
  std::string plot;
};

// Where none is named: what was meant, or else the only one there is.
engine::Wish wish_of(const engine::EnvironmentInfo& info, const std::string& name) {
  constexpr const char* kMeant = "true";
  if (!name.empty()) return harness::load_wish(info, name);
  if (harness::has_wish(info.name, kMeant)) return harness::load_wish(info, kMeant);
  const std::vector<std::string> names = harness::wish_names(info.name);
  return harness::load_wish(info, names.empty() ? kMeant : names.front());
}

int exact(const Options& options) {
  agents::initialise_compute();
  const auto environment = options.world.make();
  const engine::Wish wish = wish_of(environment->info(), options.wish);
  harness::ExactQuestion question = options.question;
  question.limits = options.world.limits;
  if (!options.plot.empty() && question.betas.empty()) question.betas = harness::plot_betas();
  const harness::ExactAnswers answers = harness::answer(*environment, wish, question);
  warn_about_other_worlds(*environment, question.policy);
  warn_about_other_worlds(*environment, question.reference);
  if (!options.plot.empty()) harness::write_text(options.plot, harness::to_svg(answers));
  if (options.json)
    print("{}\n", harness::to_json(answers).dump(1));
  else
    print("{}", harness::to_text(answers));
  return kOk;
}

int pivots(const Options& options) {
  agents::initialise_compute();
  const auto environment = options.world.make();
  const auto policy = harness::make_flow(*environment, options.question.policy, "--policy");
  const auto reference =
      harness::make_flow(*environment, options.question.reference, "--reference");
  const harness::Graph graph(*environment, options.world.limits);
  warn_about_other_worlds(*environment, options.question.policy);
  warn_about_other_worlds(*environment, options.question.reference);
  const harness::Pivots found =
      harness::find_pivots(graph, *policy, *reference, options.most, options.order);
  const harness::ExactQuestion& question = options.question;
  if (options.json)
    print("{}\n", harness::to_json(graph, found, question.policy, question.reference).dump(1));
  else
    print("{}", harness::to_text(graph, found));
  return kOk;
}

int leverage(const std::string& sweep, const harness::GraphLimits& limits, bool json) {
  agents::initialise_compute();
  const harness::LeverageReport report = harness::leverage_of(sweep, limits);
  if (json)
    print("{}\n", harness::to_json(report).dump(1));
  else
    print("{}", harness::to_text(report));
  return kOk;
}

void add_question(CLI::App& command, Options& options, const std::string& role_of_reference) {
  harness::ExactQuestion& question = options.question;
  add_world(command, options.world);
  command.add_option("--policy", question.policy, harness::kPolicyNames)->capture_default_str();
  command.add_option("--reference", question.reference, "Likewise: " + role_of_reference)
      ->capture_default_str();
  add_json(command, options.json);
}

}  // namespace

void add_exact(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "exact", "What is so, where a world is small enough to go through every play of it",
      "pump exact unit_test --wish green --reference prior --beta 1 --beta 0.1");
  add_question(command, *options, "what the tilts start from");
  command.add_option("--wish", options->wish,
                     "A name, or the path of a wish's file; what was meant (true) by default");
  add_betas(command, options->question.betas);
  command.add_flag("--prices", options->question.prices,
                   "Also what each outcome costs, and the most gaming for a budget of nats");
  command.add_option("--plot", options->plot,
                     "Write an SVG of the shares over beta; without --beta over a grid from .01 to "
                     "10");
  command.add_option("--trials", options->question.trials,
                     "A sweep's folder: also what its trials of this question came to");
  command.callback([options, &chosen] { chosen = [options] { return exact(*options); }; });
}

void add_pivots(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(app, "pivots", "The states where one action decides how an episode ends",
                  "pump pivots unit_test --policy prior --reference prior --most 3");
  add_question(command, *options, "who goes on after the action");
  command.add_option("--most", options->most, "How many to show")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  static const std::map<std::string, harness::PivotOrder> kOrders = {
      {"stake", harness::PivotOrder::stake}, {"kl", harness::PivotOrder::trajectory_kl}};
  command
      .add_option("--by", options->order,
                  "stake: visits x pivotality; kl: the state's part of the trajectory KL")
      ->transform(CLI::CheckedTransformer(kOrders).description(""))
      ->type_name("stake|kl")
      ->default_str("stake");
  command.callback([options, &chosen] { chosen = [options] { return pivots(*options); }; });
}

void add_leverage(CLI::App& app, Run& chosen) {
  struct Asked {
    std::string sweep;
    harness::GraphLimits limits{.states = 1'000'000};
    bool json = false;
  };
  const auto asked = std::make_shared<Asked>();
  CLI::App& command =
      add_command(app, "leverage",
                  "What each leash of a sweep holds: what was trained beside what is so, where a "
                  "world is small enough to go through every play of it",
                  "pump leverage out/leverage");
  command.add_option("DIR", asked->sweep, "Folder of the results")->required();
  add_limits(command, asked->limits);
  add_json(command, asked->json);
  command.callback([asked, &chosen] {
    chosen = [asked] { return leverage(asked->sweep, asked->limits, asked->json); };
  });
}

}  // namespace pump::app
