#include <memory>

#include "app/commands.hpp"
#include "harness/exact/leverage.hpp"

namespace pump::app {
namespace {

struct Options {
  std::string sweep;
  std::uint64_t state_limit = 1'000'000;
  bool json = false;
};

int leverage(const Options& options) {
  const auto tables = harness::leverage_of(options.sweep, options.state_limit);
  if (options.json)
    print("{}\n", harness::to_json(tables).dump(1));
  else
    print("{}", harness::to_text(tables));
  return kOk;
}

}  // namespace

void add_leverage(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(app, "leverage",
                  "What each leash of a sweep holds: what was trained beside what is so, exactly, "
                  "where a world is small enough to go through every play of it",
                  "pump leverage out/leverage");
  command.add_option("DIR", options->sweep, "Folder of the results")->required();
  command.add_option("--states", options->state_limit, "At most so many in a world")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{4'000'000'000}))
      ->capture_default_str();
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return leverage(*options); }; });
}

}  // namespace pump::app
