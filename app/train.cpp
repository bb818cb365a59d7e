#include <memory>

#include <fmt/format.h>

#include "agents/trainer.hpp"
#include "app/commands.hpp"
#include "harness/progress.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_text.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string file, environment, wish, objective, out;
  std::vector<std::string> assignments;
};

harness::TrialSpec read_spec(const Options& options) {
  harness::ConfigMap config = options.file.empty()
                                  ? harness::ConfigMap::from_text("", "command line")
                                  : harness::ConfigMap::from_file(options.file);
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) config.set(fmt::format("{}={}", key, value));
  };
  set("environment", options.environment);
  set("wish", options.wish);
  set("objective", options.objective);
  for (const std::string& assignment : options.assignments) config.set(assignment);
  return harness::read_trial(config);
}

int train(const Options& options) {
  agents::initialise_compute();
  const harness::TrialSpec spec = read_spec(options);
  harness::refuse_other_trial(spec, options.out);
  warn_about_blas();
  harness::ProgressDisplay display;
  harness::SweepProgress progress{.trials = 1, .running = 1};
  std::optional<std::uint64_t> first;  // the first report may include steps of another day
  const harness::TrialResult result =
      harness::run_trial(spec, options.out, [&](std::uint64_t steps) {
        if (!first) first = steps;
        progress.steps = steps - *first;
        progress.remaining_steps = spec.budget_steps - std::min(steps, spec.budget_steps);
        display.show(progress, false);
      });
  display.clear();
  print("{}in {}\n", harness::to_text(result), options.out);
  return kOk;
}

}  // namespace

void add_train(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(app, "train", "One trial. Stopped at any moment, the same command goes on",
                  "pump train configs/trials/cottage.yaml --set steps=100000 --out "
                  "out/cottage\n"
                  "Example: pump train --environment burning_building --wish distance "
                  "--objective ppo_clip --out out/a");
  command.add_option("FILE", options->file, "The trial, as in configs/trials");
  command.add_option("--environment", options->environment, "As --set environment=");
  command.add_option("--wish", options->wish, "A name, or the path of a wish's file");
  command.add_option("--objective", options->objective, "As --set objective=");
  command.add_option("--out", options->out, "Folder of the results")->required();
  add_set(command, options->assignments, "KEY=VALUE, over the file; KEY may be dotted");
  command.callback([options, &chosen] { chosen = [options] { return train(*options); }; });
}

}  // namespace pump::app
