#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/report/report.hpp"
#include "harness/slurm.hpp"
#include "harness/sweep.hpp"
#include "harness/sweep_merge.hpp"
#include "harness/sweep_status.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string file, out;
  std::vector<std::string> assignments;
  int jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::optional<double> time_limit;  // seconds
  int retries = harness::SweepOptions{}.retries;
  bool report = false, mix_builds = false;
  std::string executor = "local";
  harness::SlurmOptions slurm;
};

struct StatusOptions {
  std::string directory;
  bool json = false;
};

struct MergeOptions {
  std::vector<std::string> directories;
  std::string out;
  bool mix_builds = false;
};

// Without what does not change a result.
std::string command_text(const Options& options) {
  std::string text = "pump sweep " + options.file;
  for (const std::string& assignment : options.assignments)
    text += fmt::format(" --set '{}'", assignment);
  return text;
}

void print_report(const harness::SweepResults& results) {
  print("{}", harness::to_text(
                  harness::build_report(results.trials, results.command, results.heading())));
  print("{} of {} trials\n\n", results.trials.size(), results.planned);
  std::fflush(stdout);
}

int sweep(const Options& options) {
  const harness::SweepSpec spec = harness::read_sweep(options.file, options.assignments);
  warn_about_blas();
  harness::SweepOptions how{.jobs = options.jobs,
                            .command = command_text(options),
                            .time_limit = options.time_limit,
                            .retries = options.retries,
                            .mix_builds = options.mix_builds};
  if (options.report) how.on_block = print_report;
  const int errors = options.executor == "slurm"
                         ? harness::run_sweep_on_slurm(spec, options.out, how, options.slurm)
                         : harness::run_sweep(spec, options.out, how);
  if (errors == 0) return kOk;
  tell(
      "pump: {} of {} trials ended in an error; the same command tries "
      "them again\n",
      errors, spec.trials.size());
  return kCheckFailed;
}

int status(const StatusOptions& options) {
  const harness::SweepStatus now = harness::read_status(options.directory);
  if (options.json)
    print("{}\n", harness::to_json(now).dump(1));
  else
    print("{}", harness::to_text(now));
  return kOk;
}

int merge(const MergeOptions& options) {
  const harness::MergeCounts counts = harness::merge_sweeps(
      {options.directories.begin(), options.directories.end()}, options.out, options.mix_builds);
  print("{}: {} trials, {} of them done\n", options.out, counts.trials, counts.done);
  return kOk;
}

void add_status(CLI::App& sweep, Run& chosen) {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App& command = add_command(sweep, "status",
                                  "How far a sweep is, by block; errors by message; also while a "
                                  "process is at work there",
                                  "pump sweep status out/smoke");
  command.add_option("DIR", options->directory, "The sweep's folder")->required();
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

void add_merge(CLI::App& sweep, Run& chosen) {
  const auto options = std::make_shared<MergeOptions>();
  CLI::App& command = add_command(sweep, "merge",
                                  "Joins the results of several sweeps. A trial that is in more "
                                  "than one must have the same result in all",
                                  "pump sweep merge out/a out/b --out out/both");
  command.add_option("DIRS", options->directories, "The sweeps' folders")->required();
  command.add_option("--out", options->out, "Folder of the joint results, made")->required();
  command.add_flag("--mix-builds", options->mix_builds, "Also where they are of different builds");
  command.callback([options, &chosen] { chosen = [options] { return merge(*options); }; });
}

void add_slurm_options(CLI::App& command, Options& options) {
  command
      .add_option("--executor", options.executor,
                  "local: worker processes; slurm: array jobs of a Slurm cluster, with --out where "
                  "every node sees it")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str();
  command
      .add_option(
          "--sbatch", options.slurm.sbatch,
          "With slurm: an option of sbatch, --sbatch=--partition=short; any number of times")
      ->allow_extra_args(false);
  command
      .add_option("--tasks-at-once", options.slurm.tasks_at_once,
                  "With slurm: so many tasks of an array at the same time")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      .add_option("--trials-a-task", options.slurm.trials_a_task,
                  "With slurm; as many as make an array of at most 1,000 tasks unless given")
      ->check(CLI::Range(1, 100'000));
  command
      .add_option("--poll", options.slurm.poll_seconds,
                  "With slurm: seconds between looks at the queue")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_options(CLI::App& command, Options& options) {
  add_slurm_options(command, options);
  command.add_option("FILE", options.file,
                     "The sweep, as in configs/sweeps; required. One that "
                     "is called status or merge: ./status");
  command.add_option("--out", options.out, "Folder of the results; required");
  command.add_option("-j,--jobs", options.jobs, "Worker processes; as many as cores by default")
      ->check(CLI::Range(1, 1024));
  command
      .add_option("--time-limit", options.time_limit,
                  "Seconds for a trial in one call; over it, it is stopped at a checkpoint, an "
                  "error until the same command goes on with it")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--retries", options.retries,
                  "How often a trial whose worker died is given to another, which goes on from its "
                  "checkpoint")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
  command.add_flag("--mix-builds", options.mix_builds,
                   "Go on with the results of another build; what it left unfinished begins anew");
  command.add_flag("--report", options.report, "Print the report whenever a block is done");
  add_set(command, options.assignments, "KEY=VALUE, over every trial; KEY may be dotted");
}

}  // namespace

void add_sweep(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "sweep",
                                  "A table of trials, in worker processes. Stopped at any "
                                  "moment, the same command goes on, also when FILE has more "
                                  "trials by then; "
                                  "status 1 when a trial ended in an error",
                                  "pump sweep configs/sweeps/smoke.yaml --out out/smoke -j 2");
  add_options(command, *options);
  add_status(command, chosen);
  add_merge(command, chosen);
  command.callback([options, &command, &chosen] {
    if (!command.get_subcommands().empty()) return;
    // Not ->required(), which would hold for the subcommands too.
    if (options->file.empty()) throw CLI::RequiredError("FILE");
    if (options->out.empty()) throw CLI::RequiredError("--out");
    chosen = [options] { return sweep(*options); };
  });
}

void add_worker(CLI::App& app, Run& chosen) {
  CLI::App& command = add_command(app, "worker", "Runs a sweep's trials", "none");
  command.group("");  // not for people
  command.callback([&chosen] { chosen = harness::run_worker; });
}

}  // namespace pump::app
