#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "app/sweep_options.hpp"
#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/report/films.hpp"
#include "harness/report/report.hpp"
#include "harness/study/answer.hpp"
#include "harness/study/estimate.hpp"
#include "harness/study/study.hpp"

namespace pump::app {
namespace {

struct Options {
  SweepChoices choices;
  bool quick = false, estimate = false, so_far = false, json = false;
};

void say_estimate(const harness::StudySpec& study, int jobs) {
  const harness::SignalsHeld signals;
  const harness::Estimate estimate =
      harness::estimate(study.sweep, jobs, [] { return !harness::interrupted(); });
  tell("{} trials in {} workers: {}\n", study.sweep.trials.size(), jobs,
       harness::to_text(estimate));
}

// By the trials that are done.
void give_answer(const harness::StudySpec& study, const Options& options) {
  const std::filesystem::path out = options.choices.out;
  const harness::SweepResults results = harness::read_results(out);
  const std::string file = (out / "results.sqlite").string();
  harness::refuse_others(study, results, file);
  if (results.trials.empty())
    throw Error(fmt::format("{}: expected a trial that is done, got none yet", file));
  harness::StudyAnswer answer = harness::answer_study(study, results.trials);
  answer.builds = results.builds;
  harness::write_text(out / "study.md", harness::to_markdown(answer));
  harness::write_text(out / "study.json", harness::to_json(answer).dump(1) + "\n");
  const harness::Report report = harness::build_report(
      results.trials, results.command, results.heading(), harness::preface_of(answer));
  harness::write_text(out / "report.html",
                      harness::to_html(report, harness::gather_films(report, out)));
  if (options.json)
    print("{}\n", harness::to_json(answer).dump(1));
  else
    print("{}\nin {}: study.md, study.json, and report.html with every run\n",
          harness::to_markdown(answer), options.choices.out);
}

int study(const Options& options) {
  agents::initialise_compute();
  const SweepChoices& choices = options.choices;
  const harness::StudySpec study =
      harness::read_study(choices.file, options.quick, choices.assignments);
  int errors = 0;
  if (!options.so_far) {
    warn_about_blas();
    const bool begins =
        !std::filesystem::exists(std::filesystem::path(choices.out) / "results.sqlite");
    // Of this machine, which is not the one that works with slurm.
    if (options.estimate || (begins && choices.executor != "slurm"))
      say_estimate(study, choices.jobs);
    if (options.estimate) return kOk;
    std::string command = command_text("pump study", choices);
    if (options.quick) command += " --quick";
    errors = run_trials(study.sweep, choices, command);
  }
  give_answer(study, options);
  return errors == 0 ? kOk : kCheckFailed;
}

}  // namespace

void add_study(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "study",
      "A question, its pre-declared comparisons, the trials, and the answer in words. Says first "
      "how long it takes; stopped at any moment, the same command goes on",
      "pump study configs/studies/seed_question.yaml --quick --out out/seed_quick -j 2");
  command.add_option("FILE", options->choices.file, "The study, as in configs/studies")->required();
  add_sweep_choices(command, options->choices);
  command.add_flag("--quick", options->quick, "The smaller study that the file declares");
  CLI::Option* estimate =
      command.add_flag("--estimate", options->estimate, "Say how long it takes, and end");
  command
      .add_flag("--so-far", options->so_far,
                "Answer by the trials that are done, and run none; also while others run")
      ->excludes(estimate);
  add_json(command, options->json);
  command.callback([options, &chosen] {
    if (options->choices.out.empty() && !options->estimate) throw CLI::RequiredError("--out");
    chosen = [options] { return study(*options); };
  });
}

}  // namespace pump::app
