#include <memory>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/parity.hpp"

namespace pump::app {
namespace {

int parity(const std::string& folder) {
  int episodes = 0, steps = 0, differing = 0;
  for (const harness::ParityFile& file : harness::check_parity_of_folder(folder)) {
    print("{:<44} {:>6} episodes {:>8} steps  {}\n", file.file, file.episodes, file.steps,
          file.difference ? "differs: " + *file.difference : "equal");
    episodes += file.episodes;
    steps += file.steps;
    differing += file.difference.has_value();
  }
  print("{} episodes, {} steps; {} files differ\n", episodes, steps, differing);
  return differing > 0 ? kCheckFailed : kOk;
}

}  // namespace

void add_parity(CLI::App& app, Run& chosen) {
  struct Options {
    std::string suite, folder;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "parity",
      "Plays recorded episodes of the original environments; status 1 where ours differ",
      "pump parity safety_gridworlds traces");
  command.add_option("SUITE", options->suite, "safety_gridworlds")
      ->required()
      ->check(CLI::IsMember({"safety_gridworlds"}));
  command.add_option("DIR", options->folder, "Folder of *.jsonl, an episode a line")->required();
  command.callback([options, &chosen] { chosen = [options] { return parity(options->folder); }; });
}

}  // namespace pump::app
