#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "agents/trainer.hpp"
#include "app/commands.hpp"
#include "envs/catalogue.hpp"
#include "harness/files.hpp"
#include "harness/listing.hpp"
#include "harness/named_policy.hpp"
#include "harness/replay_text.hpp"

namespace pump::app {
namespace {

struct ReplayOptions {
  std::string file;
  bool verify = false;
};

int replay(const ReplayOptions& options) {
  const harness::OpenReplay open = harness::open_replay(options.file);
  if (!options.verify) {
    print("{}", harness::to_text(*open.environment, open.replay));
    return kOk;
  }
  const auto divergence = engine::verify(*open.environment, open.replay);
  if (!divergence) {
    print("{}: {} states, all as recorded\n", options.file, open.replay.hashes.size());
    return kOk;
  }
  print("{}: differs first after {} actions: expected {:016x}, got {:016x}\n", options.file,
        divergence->step, divergence->expected, divergence->got);
  return kCheckFailed;
}

struct RenderOptions {
  std::string source, out, policy;
  std::uint64_t seed = 0;
  std::vector<std::string> assignments;
};

harness::OpenReplay open(const RenderOptions& options) {
  if (options.policy.empty()) return harness::open_replay(options.source);
  agents::initialise_compute();
  const engine::CatalogueEntry& entry = envs::find(options.source);
  harness::OpenReplay made;
  made.environment = entry.make(harness::read_assignments(entry.info(), options.assignments));
  made.replay = harness::record_policy(*made.environment, options.policy, options.seed);
  return made;
}

int render(const RenderOptions& options) {
  const harness::OpenReplay made = open(options);
  const auto frames = harness::to_frames(*made.environment, made.replay);
  const std::filesystem::path out = options.out;
  harness::make_directory(out);
  for (std::size_t i = 0; i < frames.size(); i++)
    harness::write_text(out / fmt::format("{:04}.svg", i), frames[i]);
  if (!options.policy.empty())
    harness::write_text(out / "replay.json", engine::write_replay(made.replay));
  print("{} frames in {}\n", frames.size(), options.out);
  return kOk;
}

}  // namespace

void add_replay(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<ReplayOptions>();
  CLI::App& command = add_command(app, "replay",
                                  "What happened in a recorded episode; with --verify, status 1 "
                                  "where its trace differs",
                                  "pump replay out/cottage/replays/carried_out_alive.json");
  command.add_option("FILE", options->file, "The replay")->required();
  command.add_flag("--verify", options->verify, "Only say where its hash trace first differs");
  command.callback([options, &chosen] { chosen = [options] { return replay(*options); }; });
}

void add_render(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<RenderOptions>();
  CLI::App& command =
      add_command(app, "render", "SVG frames of a replay, or of a policy's first episode",
                  "pump render burning_building --policy demo:intended --out out/frames");
  command.add_option("FILE", options->source, "The replay; with --policy, the environment")
      ->required();
  command.add_option("--out", options->out, "Folder of the frames")->required();
  command.add_option("--policy", options->policy, harness::kPolicyNames);
  command.add_option("--seed", options->seed, "Of the world and the policy")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_set(command, options->assignments, "PARAMETER=VALUE of the environment, with --policy");
  command.callback([options, &chosen] { chosen = [options] { return render(*options); }; });
}

}  // namespace pump::app
