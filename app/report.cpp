#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/files.hpp"
#include "harness/report/films.hpp"
#include "harness/report/report.hpp"
#include "harness/sweep.hpp"

namespace pump::app {
namespace {

struct Options {
  std::filesystem::path directory;
  std::string page;
  bool json = false;
};

int report(const Options& options) {
  const harness::SweepResults results = harness::read_results(options.directory);
  const harness::Report report =
      harness::build_report(results.trials, results.command, results.title);
  std::filesystem::path page = options.page;
  if (page.empty() && !options.json) page = options.directory / "report.html";
  if (!page.empty())
    harness::write_text(page,
                        harness::to_html(report, harness::gather_films(report, options.directory)));
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
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return report(*options); }; });
}

}  // namespace pump::app
