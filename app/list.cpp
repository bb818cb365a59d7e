#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "agents/trainer.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "app/commands.hpp"
#include "harness/listing.hpp"

namespace pump::app {
namespace {

std::string objectives_text() {
  return fmt::format(
      "\nObjectives, each with two configs in configs/objectives\n  {}\n"
      "Yardsticks, which choose among a reference's episodes\n  {}\n",
      fmt::join(agents::objective_names(), ", "), fmt::join(agents::yardstick_names(), ", "));
}

nlohmann::json list_json(const std::string& environment) {
  nlohmann::json json = harness::list_json(environment);
  if (!environment.empty()) return json;
  json["objectives"] = agents::objective_names();
  json["yardsticks"] = agents::yardstick_names();
  return json;
}

}  // namespace

void add_list(CLI::App& app, Run& chosen) {
  struct Options {
    std::string environment;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "list",
                                  "Environments with their wishes, parameters, "
                                  "signals, outcomes and demonstrations; objectives",
                                  "pump list burning_building");
  command.add_option("ENV", options->environment, "One environment instead of all");
  add_json(command, options->json);
  command.callback([options, &chosen] {
    chosen = [options] {
      if (options->json)
        print("{}\n", list_json(options->environment).dump(1));
      else
        print("{}{}", harness::list_text(options->environment),
              options->environment.empty() ? objectives_text() : "");
      return kOk;
    };
  });
}

}  // namespace pump::app
