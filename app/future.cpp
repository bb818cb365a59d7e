#include <memory>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "app/exact_options.hpp"
#include "harness/exact/future.hpp"
#include "harness/wishes.hpp"

namespace pump::app {
namespace {

struct Options {
  World world;
  std::string wish, reference = "uniform", out;
  std::vector<double> betas;
  bool device = false, json = false;
};

int future(const Options& options) {
  agents::initialise_compute();
  const auto environment = options.world.make();
  const engine::Wish wish = harness::load_wish(environment->info(), options.wish);
  const auto reference = harness::make_flow(*environment, options.reference, "--reference");
  const harness::Graph graph(*environment, options.world.limits);
  const auto granted =
      harness::grant(graph, *reference, wish, options.betas,
                     options.device ? harness::Tilt::device : harness::Tilt::policy);
  warn_about_other_worlds(*environment, options.reference);
  if (options.json)
    print("{}\n", harness::to_json(graph, wish, granted).dump(1));
  else
    print("{}", harness::to_text(graph, wish, granted));
  if (options.out.empty()) return kOk;
  for (const auto& file : harness::write_replays(granted, wish, options.out))
    tell("pump watch {}\n", file.string());
  for (const harness::Granted& one : granted)
    if (!one.replay)
      tell("no replay at beta {}: none of the episodes looked through has that chance\n", one.beta);
  return kOk;
}

}  // namespace

void add_future(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "future", "A wish granted: the most probable future at each price of improbability",
      "pump future burning_building_pump --wish distance --reference prior --beta 1 --beta 0.5");
  add_world(command, options->world);
  command.add_option("--wish", options->wish, "A name, or the path of a wish's file")->required();
  command.add_option("--reference", options->reference, harness::kPolicyNames)
      ->capture_default_str();
  add_betas(command, options->betas);
  command.add_flag("--device", options->device, "Tilt chance too, as the device does");
  command.add_option("--out", options->out, "Folder for replays of the futures, to be watched");
  add_json(command, options->json);
  command.callback([options, &chosen] { chosen = [options] { return future(*options); }; });
}

}  // namespace pump::app
