#include "app/sweep_options.hpp"

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/config_value.hpp"

namespace pump::app {
namespace {

void add_slurm_options(CLI::App& command, SweepChoices& choices) {
  command
      .add_option("--executor", choices.executor,
                  "local: worker processes; slurm: array jobs of a Slurm cluster, with --out where "
                  "every node sees it")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str();
  command
      .add_option(
          "--sbatch", choices.slurm.sbatch,
          "With slurm: an option of sbatch, --sbatch=--partition=short; any number of times")
      ->allow_extra_args(false);
  command
      .add_option("--tasks-at-once", choices.slurm.tasks_at_once,
                  "With slurm: so many tasks of an array at the same time")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      .add_option("--trials-a-task", choices.slurm.trials_a_task,
                  "With slurm; as many as make an array of at most 1,000 tasks unless given")
      ->check(CLI::Range(1, 100'000));
  command
      .add_option("--poll", choices.slurm.poll_seconds,
                  "With slurm: seconds between looks at the queue")
      ->check(in_range(1e-3, 1e9))
      ->capture_default_str();
}

}  // namespace

void add_sweep_choices(CLI::App& command, SweepChoices& choices) {
  command.add_option("--out", choices.out, "Folder of the results; required");
  command.add_option("-j,--jobs", choices.jobs, "Worker processes; as many as cores by default")
      ->check(CLI::Range(1, 1024));
  command
      .add_option("--time-limit", choices.time_limit,
                  "Seconds for a trial in one call; over it, it is stopped at a checkpoint, an "
                  "error until the same command goes on with it")
      ->check(in_range(1e-3, 1e9));
  command
      .add_option("--retries", choices.retries,
                  "How often a trial whose worker died is given to another, which goes on from its "
                  "checkpoint")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
  command.add_flag("--mix-builds", choices.mix_builds,
                   "Go on with the results of another build; what it left unfinished begins anew");
  add_set(command, choices.assignments, "KEY=VALUE, over every trial; KEY may be dotted");
  add_slurm_options(command, choices);
}

std::string command_text(const std::string& command, const SweepChoices& choices) {
  constexpr const char* kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:@%=";
  const bool plain = choices.file.find_first_not_of(kPlain) == std::string::npos;
  std::string text =
      command + " " + (plain ? choices.file : harness::in_shell_quotes(choices.file));
  for (const std::string& assignment : choices.assignments)
    text += fmt::format(" --set {}", harness::in_shell_quotes(assignment));
  return text;
}

int run_trials(const harness::SweepSpec& spec, const SweepChoices& choices,
               const std::string& command,
               const std::function<void(const harness::SweepResults&)>& on_block) {
  const harness::SweepOptions how{.jobs = choices.jobs,
                                  .command = command,
                                  .time_limit = choices.time_limit,
                                  .retries = choices.retries,
                                  .mix_builds = choices.mix_builds,
                                  .on_block = on_block};
  if (!harness::is_utf8(choices.out))
    throw Error(
        fmt::format("--out: expected a name in UTF-8, got {}", harness::in_quotes(choices.out)));
  const bool slurm = choices.executor == "slurm";
  if (slurm && choices.time_limit)
    throw Error("--time-limit: expected none with slurm, whose own is --sbatch=--time=MINUTES");
  warn_about_free_leashes(spec.trials);
  const int errors = slurm ? harness::run_sweep_on_slurm(spec, choices.out, how, choices.slurm)
                           : harness::run_sweep(spec, choices.out, how);
  if (errors > 0)
    tell("pump: {} of {} trials ended in an error; the same command tries them again\n", errors,
         spec.trials.size());
  return errors;
}

}  // namespace pump::app
