#include <memory>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "harness/listing.hpp"

namespace pump::app {

void add_list(CLI::App& app, Run& chosen) {
  struct Options {
    std::string environment;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "list",
                                  "Environments with their wishes, parameters, "
                                  "signals, outcomes and demonstrations",
                                  "pump list burning_building");
  command.add_option("ENV", options->environment, "One environment instead of all");
  add_json(command, options->json);
  command.callback([options, &chosen] {
    chosen = [options] {
      if (options->json)
        print("{}\n", harness::list_json(options->environment).dump(1));
      else
        print("{}", harness::list_text(options->environment));
      return kOk;
    };
  });
}

}  // namespace pump::app
