#include "harness/replay_text.hpp"

#include <fmt/format.h>

#include "engine/error.hpp"
#include "engine/scene.hpp"
#include "envs/catalogue.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"
#include "harness/named_policy.hpp"
#include "harness/trial.hpp"

namespace pump::harness {
namespace {

using engine::ConstStateBytes;
using engine::Environment;
using engine::Playback;
using engine::Replay;

std::string word(engine::Status status) {
  switch (status) {
    case engine::Status::running:
      return "still running";
    case engine::Status::terminated:
      return "terminated";
    case engine::Status::truncated:
      return "truncated at the horizon";
  }
  return "";
}

const std::string& action_name(const Environment& environment, const Replay& replay, int step) {
  return environment.info().actions[replay.actions[static_cast<std::size_t>(step)]];
}

// "distance_gained 1, broken 2": those that are not zero.
std::string signals_text(const Environment& environment, ConstStateBytes before,
                         ConstStateBytes after) {
  const auto& specs = environment.info().signals;
  std::vector<float> signals(specs.size());
  environment.signals(before, after, signals);
  std::string text;
  for (std::size_t i = 0; i < signals.size(); i++)
    if (signals[i] != 0)
      text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", specs[i].name, signals[i]);
  return text;
}

std::string facts_text(const Environment& environment, std::uint32_t facts) {
  std::string text;
  for (std::size_t i = 0; i < environment.info().facts.size(); i++)
    if ((facts >> i) & 1) text += (text.empty() ? "" : ", ") + environment.info().facts[i];
  return text.empty() ? "none" : text;
}

engine::StateBuffer copy_of(const Environment& environment, ConstStateBytes state) {
  engine::StateBuffer copy(environment.state_size());
  std::copy(state.begin(), state.end(), engine::StateBytes(copy).begin());
  return copy;
}

}  // namespace

OpenReplay open_replay(const std::string& file) {
  OpenReplay open;
  open.replay = engine::read_replay(read_text(file), file);
  const Replay& replay = open.replay;
  try {
    open.environment = make_environment(replay.environment, replay.parameters);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
  const engine::EnvironmentInfo& info = open.environment->info();
  if (replay.version != info.version)
    throw Error(fmt::format("{}: version: expected {} of {}, got {}", file, info.version, info.name,
                            replay.version));
  for (const engine::Action action : replay.actions)
    if (action >= info.actions.size())
      throw Error(fmt::format("{}: actions: expected 0 to {}, got {}", file,
                              info.actions.size() - 1, action));
  const std::size_t carried = open.environment->carried().size;
  if (!replay.carried.empty() && replay.carried.size() != carried)
    throw Error(fmt::format("{}: carried: expected {} bytes, got {}", file, carried,
                            replay.carried.size()));
  return open;
}

Replay record_policy(const Environment& environment, const std::string& policy,
                     std::uint64_t seed) {
  const auto player = make_player(name_policy(environment, policy), seed);
  const auto batch = environment.batch(1, seed);
  const Evaluation evaluation = evaluate(*batch, *player);
  Replay replay = engine::record(environment, seed, evaluation.episodes[0], evaluation.actions[0]);
  replay.notes["policy"] = policy;
  return replay;
}

std::string to_text(const Environment& environment, const Replay& replay) {
  std::string out =
      fmt::format("{} (version {}), seed {}, world {}, episode {}\n", replay.environment,
                  replay.version, replay.seed, replay.world, replay.episode);
  for (const auto& [name, value] : replay.parameters)
    out += fmt::format("  {} = {}\n", name, value);
  for (const auto& [name, value] : replay.notes)
    out += fmt::format("  {}: {}\n", one_line(name, 400), one_line(value, 400));
  Playback playback(environment, replay);
  out += fmt::format("\n{}\n", environment.text(playback.state()));
  for (;;) {
    const engine::StateBuffer before = copy_of(environment, playback.state());
    const int step = playback.step_index();
    if (!playback.advance()) break;
    out += fmt::format("{:4}  {:<12} {}\n", step + 1, action_name(environment, replay, step),
                       signals_text(environment, before, playback.state()));
  }
  const ConstStateBytes end = playback.state();
  const engine::Outcome outcome = environment.outcome(end);
  return out + fmt::format("\n{}\n{} after {} steps: {}\nfacts: {}\ntrue utility: {:.6g}\n",
                           environment.text(end), word(environment.status(end)),
                           playback.step_index(),
                           environment.info().outcomes[static_cast<std::size_t>(outcome.label)],
                           facts_text(environment, outcome.facts), environment.true_utility(end));
}

std::vector<std::string> to_frames(const Environment& environment, const Replay& replay) {
  std::vector<std::string> frames;
  Playback playback(environment, replay);
  std::string caption = fmt::format("{}: reset", replay.environment);
  do {
    const int step = playback.step_index();
    if (step > 0)
      caption = fmt::format("step {}: {}", step, action_name(environment, replay, step - 1));
    engine::Scene scene;
    environment.draw(playback.state(), scene);
    std::vector<std::string> lines = {caption};
    if (environment.status(playback.state()) != engine::Status::running) {
      const auto label = static_cast<std::size_t>(environment.outcome(playback.state()).label);
      lines.push_back(fmt::format("{}: {}", word(environment.status(playback.state())),
                                  environment.info().outcomes[label]));
    }
    frames.push_back(engine::to_svg(scene, lines));
  } while (playback.advance());
  return frames;
}

}  // namespace pump::harness
