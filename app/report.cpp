#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/files.hpp"
#include "harness/report/curves.hpp"
#include "harness/report/files.hpp"
#include "harness/report/films.hpp"
#include "harness/report/report.hpp"
#include "harness/sweep.hpp"

namespace pump::app {
namespace {

struct Options {
  std::filesystem::path directory;
  std::string page, markdown, csv, svg;
  std::vector<std::string> exact;
  bool json = false;
};

// What was asked for beside the page.
void write_files(const harness::Report& report, const Options& options) {
  if (!options.markdown.empty())
    harness::write_text(options.markdown, harness::to_markdown(report));
  if (!options.csv.empty()) harness::write_text(options.csv, harness::to_csv(report));
  if (options.svg.empty()) return;
  harness::make_directory(options.svg);
  for (const auto& [name, svg] : harness::to_svg_files(report))
    harness::write_text(std::filesystem::path(options.svg) / name, svg);
}

void add_exact(const std::string& file, harness::Report& report) {
  const harness::ExactCurve curve = harness::read_exact_curve(harness::read_text(file), file);
  const bool drawn = std::ranges::any_of(report.studies, [&](const harness::Study& study) {
    return harness::is_of_headline(curve, study);
  });
  if (!drawn)
    tell("warning: {}: {} {} with these parameters is in no headline setting, and not drawn\n",
         file, curve.environment, curve.wish);
  report.exact.push_back(curve);
}

int report(const Options& options) {
  const harness::SweepResults results = harness::read_results(options.directory);
  harness::Report report =
      harness::build_report(results.trials, results.command, results.heading());
  for (const std::string& file : options.exact) add_exact(file, report);
  std::filesystem::path page = options.page;
  if (page.empty() && !options.json) page = options.directory / "report.html";
  if (!page.empty())
    harness::write_text(page,
                        harness::to_html(report, harness::gather_films(report, options.directory)));
  write_files(report, options);
  if (options.json) {
    print("{}\n", harness::to_json(report).dump(1));
    return kOk;
  }
  print("{}", harness::to_text(report));
  if (static_cast<int>(results.trials.size()) < results.planned)
    print("{} of {} trials: the sweep is not done\n", results.trials.size(), results.planned);
  print("page: {}\n", page.string());
  return kOk;
}

}  // namespace

void add_report(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "report", "The table of a sweep, and its page",
                                  "pump report out/quickstart");
  command.add_option("DIR", options->directory, "The sweep's folder")->required();
  command.add_option("--html", options->page,
                     "Where the page goes; DIR/report.html by default, with --json nowhere");
  command.add_option("--markdown", options->markdown, "Also the tables, as Markdown, to this file");
  command.add_option("--csv", options->csv,
                     "Also every number, a row an environment, wish, setting and objective");
  command.add_option("--svg", options->svg, "Also the charts, as files in this folder");
  command.add_option("--exact", options->exact,
                     "Files of pump exact --json: what is so at each beta, under the beta curves");
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return report(*options); }; });
}

}  // namespace pump::app
