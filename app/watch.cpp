#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "app/commands.hpp"
#include "app/window_loop.hpp"
#include "engine/error.hpp"
#include "harness/named_policy.hpp"
#include "harness/open_session.hpp"
#include "harness/showing.hpp"
#include "viewer/video.hpp"
#include "viewer/window.hpp"

namespace pump::app {
namespace {

using harness::Showing;
using harness::WatchRequest;

constexpr std::size_t kMostPanels = 4;

struct Options {
  std::vector<std::string> sources, policies, wishes;
  std::string environment, screenshot, video, record;
  std::vector<std::string> assignments;
  std::optional<std::uint64_t> seed;
  std::optional<double> step;
  WindowChoices window;
};

// One request a panel: every source; or, of one environment, every policy under every wish.
std::vector<WatchRequest> requests(const Options& options) {
  std::vector<WatchRequest> out;
  const auto wishes = options.wishes.empty() ? std::vector<std::string>{""} : options.wishes;
  const auto policies = options.policies.empty() ? std::vector<std::string>{""} : options.policies;
  std::vector<std::string> sources = options.sources;
  if (!options.environment.empty()) sources.push_back(options.environment);
  for (const std::string& source : sources)
    for (const std::string& policy : policies)
      for (const std::string& wish : wishes)
        out.push_back({source, policy, wish, options.assignments, options.seed});
  if (out.empty()) throw Error("watch: expected what to watch, or --env and --policy, got nothing");
  if (out.size() > kMostPanels)
    throw Error(
        fmt::format("watch: expected at most {} side by side, got {}", kMostPanels, out.size()));
  return out;
}

// To a step, or to somewhere on the way from it to the next.
void go_to(Showing& showing, double step) {
  const double whole = std::floor(step);
  showing.apply({engine::Command::Kind::seek, static_cast<int>(whole)});
  showing.move_within(step - whole);
}

int film(const Options& options, Showing& showing, viewer::Window& window) {
  viewer::Video video(options.video);
  constexpr double kSeconds = 1. / viewer::kVideoRate;
  int pictures = 0;
  const auto add = [&] {
    // So that it answers, and can be closed. Of what it wants, the layers asked for.
    for (const engine::Command& command : window.commands())
      if (command.kind == engine::Command::Kind::footprint) showing.apply(command);
    if (!window.is_open()) throw Error("--video: expected the window to stay open, got it closed");
    video.add(window.picture(showing.snapshots(), kSeconds));
    pictures++;
  };
  for (showing.play_one(); showing.playing(); showing.advance(kSeconds)) add();
  for (int i = 0; i < viewer::kVideoRate; i++) add();  // the outcome is read
  video.finish();
  print("{} pictures, {:.1f} s, in {}\n", pictures, pictures * kSeconds, options.video);
  return kOk;
}

int show(const Options& options, Showing& showing) {
  auto window_options = options.window.options();
  window_options.smooth = options.video.empty() && options.screenshot.empty();
  viewer::Window window(window_options, showing.snapshots());
  if (options.step) go_to(showing, *options.step);
  if (!options.screenshot.empty()) {
    for (const engine::Command& command : window.commands()) showing.apply(command);
    save(window.picture(showing.snapshots(), 0), options.screenshot);
    print("{}\n", options.screenshot);
    return kOk;
  }
  if (!options.video.empty()) return film(options, showing, window);
  if (!options.step) showing.play();
  run_window(window, showing);
  return kOk;
}

int watch(const Options& options) {
  options.window.check();
  agents::initialise_compute();
  std::vector<std::unique_ptr<harness::Session>> sessions;
  for (const WatchRequest& request : requests(options))
    sessions.push_back(harness::open_session(request));
  Showing showing(std::move(sessions));
  return show(options, showing);
}

int play(const Options& options) {
  options.window.check();
  std::vector<std::unique_ptr<harness::Session>> sessions;
  sessions.push_back(harness::open_play({options.environment, "",
                                         options.wishes.empty() ? "" : options.wishes.front(),
                                         options.assignments, options.seed}));
  Showing showing(std::move(sessions));
  if (!options.record.empty()) showing.record_into(options.record);
  return show(options, showing);
}

void add_common(CLI::App& command, Options& options) {
  command.add_option("--seed", options.seed, "Of the world and the policy; 0 unless given")
      ->check(CLI::NonNegativeNumber);
  add_set(command, options.assignments, "PARAMETER=VALUE of the environment");
  add_window_choices(command, options.window);
  command.add_option("--screenshot", options.screenshot, "Write this PNG, show no window for long");
}

}  // namespace

void add_watch(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "watch", "A window on trials, replays, playthroughs or policies; several side by side",
      "pump watch out/cottage\n"
      "Example: pump watch --env burning_building --policy demo:intended --policy "
      "demo:explosion --wish distance");
  command.add_option("WHAT", options->sources,
                     "Trials' folders, replays (.json), golden playthroughs (.txt)");
  command.add_option("--env", options->environment, "An environment, with --policy");
  command
      .add_option("--policy", options->policies,
                  harness::kPolicyNames + std::string("; more than once to compare"))
      ->allow_extra_args(false);
  command
      .add_option("--wish", options->wishes,
                  "A name, or the path of a wish's file; more than once to compare")
      ->allow_extra_args(false);
  command.add_option("--step", options->step, "Begin there; 12.5 is halfway from step 12 to 13")
      ->check(in_range(0, 1e6));
  command.add_option("--video", options->video,
                     "Write one episode as .mp4 or .gif, by ffmpeg, and end");
  add_common(command, *options);
  command.get_option("--video")->excludes("--screenshot");
  command.callback([options, &chosen] { chosen = [options] { return watch(*options); }; });
}

void add_play(CLI::App& app, Run& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(app, "play", "Play a world with the keyboard",
                                  "pump play burning_building --wish distance --record out/me");
  command.add_option("ENV", options->environment, "The environment")->required();
  command.add_option("--wish", options->wishes, "A name, or the path of a wish's file")
      ->expected(1);
  command.add_option("--record", options->record,
                     "Folder for every finished episode, which clone.recordings takes as it is");
  add_common(command, *options);
  command.callback([options, &chosen] { chosen = [options] { return play(*options); }; });
}

}  // namespace pump::app
