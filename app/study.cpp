#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "agents/trainer.hpp"
#include "app/commands.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/report/films.hpp"
#include "harness/report/report.hpp"
#include "harness/study/answer.hpp"
#include "harness/study/estimate.hpp"
#include "harness/study/study.hpp"
#include "harness/sweep.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string file, out;
  std::vector<std::string> assignments;
  int jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  bool quick = false, estimate = false, json = false;
};

std::string command_text(const Options& options) {
  std::string text = "pump study " + options.file;
  if (options.quick) text += " --quick";
  for (const std::string& assignment : options.assignments)
    text += fmt::format(" --set '{}'", assignment);
  return text;
}

void say_estimate(const harness::StudySpec& study, int jobs) {
  const harness::SignalsHeld signals;
  const harness::Estimate estimate =
      harness::estimate(study.sweep, jobs, [] { return !harness::interrupted(); });
  tell("{} trials in {} workers: {}\n", study.sweep.trials.size(), jobs,
       harness::to_text(estimate));
}

int study(const Options& options) {
  agents::initialise_compute();
  const harness::StudySpec study =
      harness::read_study(options.file, options.quick, options.assignments);
  warn_about_blas();
  const std::filesystem::path out = options.out;
  if (options.estimate || !std::filesystem::exists(out / "results.sqlite"))
    say_estimate(study, options.jobs);
  if (options.estimate) return kOk;
  harness::SweepOptions how;
  how.jobs = options.jobs;
  how.command = command_text(options);
  const int errors = harness::run_sweep(study.sweep, out, how);
  const harness::SweepResults results = harness::read_results(out);
  const harness::StudyAnswer answer = harness::answer_study(study, results.trials);
  harness::write_text(out / "study.md", harness::to_markdown(answer));
  harness::write_text(out / "study.json", harness::to_json(answer).dump(1) + "\n");
  harness::Report report =
      harness::build_report(results.trials, results.command, results.heading());
  report.preface = harness::preface_of(answer);
  harness::write_text(out / "report.html",
                      harness::to_html(report, harness::gather_films(report, out)));
  if (options.json)
    print("{}\n", harness::to_json(answer).dump(1));
  else
    print("{}\nin {}: study.md, study.json, and report.html with every run\n",
          harness::to_markdown(answer), options.out);
  return errors == 0 ? kOk : kCheckFailed;
}

}  // namespace

void add_study(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "study",
      "A question, its pre-declared comparisons, the trials, and the answer in words. Says first "
      "how long it takes; stopped at any moment, the same command goes on",
      "pump study configs/studies/seed_question.yaml --quick --out out/seed -j 2");
  command.add_option("FILE", options->file, "The study, as in configs/studies")->required();
  command.add_option("--out", options->out, "Folder of the results");
  command.add_option("-j,--jobs", options->jobs, "Worker processes; as many as cores by default")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--quick", options->quick, "The smaller study that the file declares");
  command.add_flag("--estimate", options->estimate, "Say how long it takes, and end");
  add_set(command, options->assignments, "KEY=VALUE, over every trial; KEY may be dotted");
  add_json(command, options->json);
  command.callback([options, &chosen] {
    if (options->out.empty() && !options->estimate) throw CLI::RequiredError("--out");
    chosen = [options] { return study(*options); };
  });
}

}  // namespace pump::app
