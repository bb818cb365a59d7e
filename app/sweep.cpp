#include <functional>
#include <memory>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/sweep_options.hpp"
#include "harness/report/report.hpp"
#include "harness/sweep_merge.hpp"
#include "harness/sweep_status.hpp"

namespace pump::app {
namespace {

struct Options {
  SweepChoices choices;
  bool report = false;
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

void print_report(const harness::SweepResults& results) {
  print("{}", harness::to_text(
                  harness::build_report(results.trials, results.command, results.heading())));
  print("{} of {} trials\n\n", results.trials.size(), results.planned);
  std::fflush(stdout);
}

int sweep(const Options& options) {
  const SweepChoices& choices = options.choices;
  const harness::SweepSpec spec = harness::read_sweep(choices.file, choices.assignments);
  warn_about_blas();
  std::function<void(const harness::SweepResults&)> on_block;
  if (options.report) on_block = print_report;
  const int errors = run_trials(spec, choices, command_text("pump sweep", choices), on_block);
  return errors == 0 ? kOk : kCheckFailed;
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

}  // namespace

void add_sweep(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "sweep",
                                  "A table of trials, in worker processes. Stopped at any "
                                  "moment, the same command goes on, also when FILE has more "
                                  "trials by then; "
                                  "status 1 when a trial ended in an error",
                                  "pump sweep configs/sweeps/smoke.yaml --out out/smoke -j 2");
  command.add_option("FILE", options->choices.file,
                     "The sweep, as in configs/sweeps; required. One that "
                     "is called status or merge: ./status");
  add_sweep_choices(command, options->choices);
  command.add_flag("--report", options->report, "Print the report whenever a block is done");
  add_status(command, chosen);
  add_merge(command, chosen);
  command.callback([options, &command, &chosen] {
    if (!command.get_subcommands().empty()) return;
    // Not ->required(), which would hold for the subcommands too.
    if (options->choices.file.empty()) throw CLI::RequiredError("FILE");
    if (options->choices.out.empty()) throw CLI::RequiredError("--out");
    chosen = [options] { return sweep(*options); };
  });
}

void add_worker(CLI::App& app, Run& chosen) {
  CLI::App& command = add_command(app, "worker", "Runs a sweep's trials", "none");
  command.group("");  // not for people
  command.callback([&chosen] { chosen = harness::run_worker; });
}

}  // namespace pump::app
