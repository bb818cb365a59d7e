#include <algorithm>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/report/report.hpp"
#include "harness/sweep.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string file, out;
  std::vector<std::string> assignments;
  int jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  bool report = false;
};

// Without -j and --out, which do not change a result.
std::string command_text(const Options& options) {
  std::string text = "pump sweep " + options.file;
  for (const std::string& assignment : options.assignments)
    text += fmt::format(" --set '{}'", assignment);
  return text;
}

void print_report(const harness::SweepResults& results) {
  print("{}",
        harness::to_text(harness::build_report(results.trials, results.command, results.title)));
  print("{} of {} trials\n\n", results.trials.size(), results.planned);
  std::fflush(stdout);
}

int sweep(const Options& options) {
  const harness::SweepSpec spec = harness::read_sweep(options.file, options.assignments);
  warn_about_blas();
  harness::SweepOptions how{.jobs = options.jobs, .command = command_text(options), .on_block = {}};
  if (options.report) how.on_block = print_report;
  const int errors = harness::run_sweep(spec, options.out, how);
  if (errors == 0) return kOk;
  tell(
      "pump: {} of {} trials ended in an error; the same command tries "
      "them again\n",
      errors, spec.trials.size());
  return kCheckFailed;
}

}  // namespace

void add_sweep(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "sweep",
                                  "A table of trials, in worker processes. Stopped at any "
                                  "moment, the same command goes on; "
                                  "status 1 when a trial ended in an error",
                                  "pump sweep configs/sweeps/smoke.yaml --out out/smoke -j 2");
  command.add_option("FILE", options->file, "The sweep, as in configs/sweeps")->required();
  command.add_option("--out", options->out, "Folder of the results")->required();
  command.add_option("-j,--jobs", options->jobs, "Worker processes; as many as cores by default")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--report", options->report, "Print the report whenever a block is done");
  add_set(command, options->assignments, "KEY=VALUE, over every trial; KEY may be dotted");
  command.callback([options, &chosen] { chosen = [options] { return sweep(*options); }; });
}

void add_worker(CLI::App& app, Run& chosen) {
  CLI::App& command = add_command(app, "worker", "Runs a sweep's trials", "none");
  command.group("");  // not for people
  command.callback([&chosen] { chosen = harness::run_worker; });
}

}  // namespace pump::app
