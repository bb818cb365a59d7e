#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agents/compute.hpp"
#include "agents/trainer.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "app/commands.hpp"
#ifdef PUMP_VIEWER
#include "app/window_training.hpp"
#endif
#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/folder_lock.hpp"
#include "harness/interrupt.hpp"
#include "harness/progress.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_text.hpp"
#include "harness/trial_worlds.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string file, environment, wish, objective, out;
  std::vector<std::string> assignments;
#ifdef PUMP_VIEWER
  bool watch = false;
  WindowChoices window;
#endif
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

// Shows how far a trial is, on stderr.
class Report {
 public:
  explicit Report(const harness::TrialSpec& spec) : leashed_(spec.leash != "none") {
    if (!agents::is_yardstick(spec.train.objective)) progress_.budget_steps = spec.budget_steps;
  }

  void operator()(std::uint64_t steps, const harness::TrialResult& so_far) {
    if (!display_) {  // from here: what comes before the first update is not training
      display_.emplace();
      progress_.steps_before = steps;
    }
    progress_.steps = steps;
    if (!so_far.checkpoints.empty()) {
      const harness::Checkpoint& last = so_far.checkpoints.back();
      progress_.proxy_return = last.proxy_return;
      progress_.uhr = static_cast<double>(last.uhr) / last.episodes;
      if (leashed_) progress_.kl_to_reference = last.kl_to_reference;
    }
    display_->show(progress_text(progress_, display_->seconds()), false);
  }
  void clear() {
    if (display_) display_->clear();
  }

 private:
  bool leashed_;
  harness::TrialProgress progress_;
  std::optional<harness::ProgressDisplay> display_;
};

#ifdef PUMP_VIEWER
// A window on the trial, where one is wanted.
class Watch {
 public:
  Watch(const Options& options, const harness::TrialSpec& spec) {
    if (!options.watch) return;
    options.window.check();
    if (agents::is_yardstick(spec.train.objective))
      throw Error(
          fmt::format("--watch: expected an objective that trains, got {}", spec.train.objective));
    if (harness::is_done(options.out))
      throw Error(fmt::format("--watch: expected a trial that is not over; pump watch {} shows it",
                              options.out));
    window_.emplace(spec, options.window);
  }
  harness::PolicyWatch policies() { return window_ ? window_->policies() : harness::PolicyWatch(); }
  void finish() {
    if (window_) window_->finish();
  }

 private:
  std::optional<TrainingWindow> window_;
};
#else
struct Watch {
  Watch(const Options&, const harness::TrialSpec&) {}
  harness::PolicyWatch policies() { return {}; }
  void finish() {}
};
#endif

int train(const Options& options) {
  agents::initialise_compute();
  const harness::TrialSpec spec = read_spec(options);
  harness::refuse_other_trial(spec, options.out);
  warn_about_blas();
  warn_about_free_leashes({&spec, 1});
  const harness::SignalsHeld signals;
  Report report(spec);
  Watch watch(options, spec);
  const std::filesystem::path out = options.out;
  std::optional<harness::FolderLock> lock;
  if (!harness::is_done(out)) {
    // What is refused, a window too, leaves no folder behind.
    harness::standards(*harness::make_environment(spec.environment, spec.parameters), spec);
    lock.emplace(out, harness::FolderLock::Where::if_possible);
    if (harness::is_of_another_build(spec, out))
      tell("pump: {}: what is there was begun by another build or on another device; begun anew\n",
           options.out);
  }
  try {
    const harness::TrialResult result = harness::run_trial(
        spec, options.out,
        [&](std::uint64_t steps, const harness::TrialResult& so_far) {
          report(steps, so_far);
          return !harness::interrupted();
        },
        watch.policies());
    report.clear();
    print("{}in {}\n", harness::to_text(result), options.out);
    if (const auto ends = std::filesystem::path(options.out) / "ends.csv";
        std::filesystem::exists(ends))
      print("how its last {} and the reference's episodes ended:\n{}", spec.train.outcome_episodes,
            harness::read_text(ends));
    watch.finish();
    return kOk;
  } catch (const harness::Interrupted&) {
    report.clear();
    tell("pump: interrupted; the same command goes on\n");
    throw;
  }
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
  command.add_option(
      "--objective", options->objective,
      fmt::format("{}, or, without training: {}", fmt::join(agents::objective_names(), ", "),
                  fmt::join(agents::yardstick_names(), ", ")));
  command.add_option("--out", options->out, "Folder of the results")->required();
  add_set(command, options->assignments, "KEY=VALUE, over the file; KEY may be dotted");
#ifdef PUMP_VIEWER
  command.add_flag("--watch", options->watch, "A window on what it has learnt so far");
  add_window_choices(command, options->window);
  for (const char* name : {"--size", "--theme", "--text", "--layer", "--bare"})
    command.get_option(name)->needs("--watch");
#endif
  command.callback([options, &chosen] { chosen = [options] { return train(*options); }; });
}

}  // namespace pump::app
