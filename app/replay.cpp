#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "engine/error.hpp"
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

void warn_about(const std::string& file, const engine::Divergence& divergence) {
  tell("warning: {}: not what was recorded, from step {} on\n", file, divergence.step);
}

int replay(const ReplayOptions& options) {
  const harness::OpenReplay open = harness::open_replay(options.file);
  const auto divergence = engine::verify(*open.environment, open.replay);
  if (!options.verify) {
    print("{}", harness::to_text(*open.environment, open.replay));
    if (divergence) warn_about(options.file, *divergence);
    return kOk;
  }
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
  std::optional<std::uint64_t> seed;
  std::vector<std::string> assignments;
};

harness::OpenReplay open(const RenderOptions& options) {
  if (options.policy.empty()) {
    for (const engine::CatalogueEntry& entry : envs::catalogue())
      if (entry.info().name == options.source)
        throw Error(fmt::format("--policy: expected who plays {}, got nothing", options.source));
    if (options.seed || !options.assignments.empty())
      throw Error(
          fmt::format("{}: expected no --seed and no --set beside a replay, which has its "
                      "own",
                      options.source));
    harness::OpenReplay open = harness::open_replay(options.source);
    if (const auto divergence = engine::verify(*open.environment, open.replay))
      warn_about(options.source, *divergence);
    return open;
  }
  agents::initialise_compute();
  const engine::CatalogueEntry& entry = envs::find(options.source);
  harness::OpenReplay made;
  made.environment = entry.make(harness::read_assignments(entry.info(), options.assignments));
  made.replay = harness::record_policy(*made.environment, options.policy, options.seed.value_or(0));
  warn_about_other_worlds(*made.environment, options.policy);
  return made;
}

int render(const RenderOptions& options) {
  const harness::OpenReplay made = open(options);
  const auto frames = harness::to_frames(*made.environment, made.replay);
  const std::filesystem::path out = options.out;
  harness::make_directory(out);
  const auto file = [&](std::size_t i) { return out / fmt::format("{:04}.svg", i); };
  for (std::size_t i = 0; i < frames.size(); i++) harness::write_text(file(i), frames[i]);
  // A film of the folder ends where this one does, and not with a longer one's frames.
  for (std::size_t i = frames.size(); std::filesystem::remove(file(i)); i++) continue;
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
  command.add_option("--seed", options->seed, "Of the world and the policy; 0 unless given")
      ->check(CLI::NonNegativeNumber);
  add_set(command, options->assignments, "PARAMETER=VALUE of the environment, with --policy");
  command.callback([options, &chosen] { chosen = [options] { return render(*options); }; });
}

}  // namespace pump::app
