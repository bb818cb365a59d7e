#include "harness/golden.hpp"

#include <charconv>
#include <functional>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/chance.hpp"
#include "engine/ensure.hpp"
#include "engine/episode_record.hpp"
#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"
#include "harness/listing.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using engine::Action;
using engine::Chance;
using engine::ConstStateBytes;
using engine::Environment;
using engine::EnvironmentInfo;
using engine::StateBuffer;
using engine::Status;
using engine::Stream;

constexpr std::uint64_t kGoldenSeed = 1;

// What to do in a state; nullopt: nothing more.
using Choose = std::function<std::optional<Action>(ConstStateBytes)>;

// Plays one episode and writes it down.
class Narrator {
 public:
  Narrator(const Environment& environment, std::uint64_t seed)
      : environment_(environment),
        info_(environment.info()),
        seed_(seed),
        state_(environment.state_size()),
        totals_(info_.signals.size()) {}

  std::string play(const std::string& demonstration, const Choose& choose) {
    head(demonstration);
    Chance chance({seed_, Stream::reset, 0, 0, 0});
    environment_.reset(state_, chance);
    show();
    while (environment_.status(state_) == Status::running) {
      const std::optional<Action> action = choose(state_);
      if (!action) break;
      step(*action);
    }
    tail();
    return text_;
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  void head(const std::string& demonstration) {
    line("environment: " + info_.name);
    line(fmt::format("version: {}", info_.version));
    for (const auto& [name, value] : environment_.parameters().texts())
      line(fmt::format("parameter: {}={}", name, value));
    line("demonstration: " + demonstration);
    line(fmt::format("seed: {}", seed_));
    line("");
  }

  void step(Action action) {
    const StateBuffer before = state_;
    Chance chance({seed_, Stream::step, 0, 0, static_cast<std::uint32_t>(steps_++)});
    environment_.step(state_, action, chance);
    line("action: " + info_.actions[action]);
    std::vector<float> signals(totals_.size());
    environment_.signals(before, state_, signals);
    std::string seen;
    for (std::size_t i = 0; i < signals.size(); i++) {
      totals_[i] += static_cast<double>(signals[i]);
      if (signals[i] != 0) seen += fmt::format(" {}={:g}", info_.signals[i].name, signals[i]);
    }
    show();
    line("signals:" + seen);
    line("");
  }

  // A map that is as it was is not written again; its last line, which counts the steps, is.
  void show() {
    const std::string text = environment_.text(state_);
    const std::size_t last = text.rfind('\n') + 1;
    const std::string map = text.substr(0, last);
    if (map != map_) text_ += map;
    map_ = map;
    line(text.substr(last));
    line(fmt::format("hash: {:016x}", engine::hash_state(state_)));
    if (steps_ == 0) line("");
  }

  void tail() {
    const engine::Outcome outcome = environment_.outcome(state_);
    std::vector<std::string> facts;
    for (std::size_t i = 0; i < info_.facts.size(); i++)
      if (outcome.facts >> i & 1) facts.push_back(info_.facts[i]);
    line("outcome: " + info_.outcomes[static_cast<std::size_t>(outcome.label)]);
    line(fmt::format("facts: {}", fmt::join(facts, " ")));
    line(fmt::format("true_utility: {:g}", environment_.true_utility(state_)));
    for (const std::string& name : wish_names(info_.name)) {
      const engine::Wish wish = load_wish(info_, name);
      line(fmt::format("proxy_return: {}={:g}", name,
                       wish.reward(std::span<const double>(totals_))));
    }
  }

  const Environment& environment_;
  const EnvironmentInfo& info_;
  std::uint64_t seed_;
  StateBuffer state_;
  std::vector<double> totals_;
  int steps_ = 0;
  std::string map_, text_;
};

// What a playthrough's text says of how to play it.
struct Script {
  std::string environment, demonstration;
  std::vector<std::string> parameters, actions, hashes;
  std::uint64_t seed = kGoldenSeed;
  std::optional<std::string> version;
};

Script parse(const std::string& text, const std::string& file) {
  Script script;
  std::istringstream in(text);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    number++;
    const auto value = [&](std::string_view key) -> std::optional<std::string> {
      if (!line.starts_with(key)) return std::nullopt;
      return line.substr(key.size());
    };
    if (const auto name = value("environment: ")) script.environment = *name;
    if (const auto name = value("demonstration: ")) script.demonstration = *name;
    if (const auto set = value("parameter: ")) script.parameters.push_back(*set);
    if (const auto action = value("action: ")) script.actions.push_back(*action);
    if (const auto version = value("version: ")) script.version = *version;
    if (const auto hash = value("hash: ")) script.hashes.push_back(*hash);
    if (const auto seed = value("seed: ")) {
      if (seed->empty() || seed->size() > 18 ||
          seed->find_first_not_of("0123456789") != std::string::npos)
        throw Error(
            fmt::format("{}:{}: seed: expected a whole number, got \"{}\"", file, number, *seed));
      script.seed = std::stoull(*seed);
    }
  }
  if (script.environment.empty())
    throw Error(fmt::format("{}:1: environment: expected a name, got none", file));
  return script;
}

std::unique_ptr<Environment> environment_of(const Script& script, const std::string& file) {
  try {
    const engine::CatalogueEntry& entry = envs::find(script.environment);
    return entry.make(read_assignments(entry.info(), script.parameters));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
}

std::uint64_t read_hash(const std::string& text, const std::string& file) {
  std::uint64_t hash = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, hash, 16);
  if (error == std::errc() && read == end) return hash;
  throw Error(
      fmt::format("{}: hash: expected 16 hexadecimal digits, got {}", file, in_quotes(text)));
}

std::vector<Action> actions_of(const Script& script, const EnvironmentInfo& info,
                               const std::string& file) {
  std::vector<Action> actions;
  for (const std::string& name : script.actions) {
    const auto action = engine::index_of(info.actions, name);
    if (!action)
      throw Error(fmt::format("{}: action {}: expected one of {}, got \"{}\"", file,
                              actions.size() + 1, fmt::join(info.actions, ", "), name));
    actions.push_back(static_cast<Action>(*action));
  }
  return actions;
}

// The values of the choice that makes one environment several places.
std::vector<std::optional<std::string>> places(const EnvironmentInfo& info, std::string& name) {
  for (const engine::ParameterSpec& spec : info.parameters)
    if ((spec.name == "map" || spec.name == "level") && !spec.choices.empty()) {
      name = spec.name;
      return {spec.choices.begin(), spec.choices.end()};
    }
  return {std::nullopt};
}

}  // namespace

std::string play_golden(const Environment& environment, int demonstration) {
  const auto& spec = environment.info().demonstrations.at(static_cast<std::size_t>(demonstration));
  return Narrator(environment, kGoldenSeed).play(spec.name, [&](ConstStateBytes state) {
    return environment.demonstrate(demonstration, state);
  });
}

std::string replay_golden(const std::string& text, const std::string& file) {
  const Script script = parse(text, file);
  const auto environment = environment_of(script, file);
  const std::vector<Action> actions = actions_of(script, environment->info(), file);
  std::size_t next = 0;
  const Choose choose = [&](ConstStateBytes) -> std::optional<Action> {
    if (next == actions.size()) return std::nullopt;
    return actions[next++];
  };
  return Narrator(*environment, script.seed).play(script.demonstration, choose);
}

OpenReplay open_golden(const std::string& file) {
  const Script script = parse(read_text(file), file);
  OpenReplay open;
  open.environment = environment_of(script, file);
  const EnvironmentInfo& info = open.environment->info();
  if (script.version && *script.version != std::to_string(info.version))
    throw Error(fmt::format("{}: version: expected {} of {}, got {}", file, info.version, info.name,
                            in_quotes(*script.version)));
  open.replay =
      engine::record(*open.environment, script.seed, 0, 0, actions_of(script, info, file));
  // A playthrough without them is played as it comes.
  if (!script.hashes.empty()) {
    if (script.hashes.size() != open.replay.hashes.size())
      throw Error(fmt::format("{}: hash: expected {} (one more than actions), got {}", file,
                              open.replay.hashes.size(), script.hashes.size()));
    for (std::size_t i = 0; i < script.hashes.size(); i++)
      open.replay.hashes[i] = read_hash(script.hashes[i], file);
  }
  open.replay.notes["policy"] = "demo:" + script.demonstration;
  return open;
}

std::vector<GoldenFile> golden_files() {
  std::vector<GoldenFile> files;
  for (const engine::CatalogueEntry& entry : envs::catalogue()) {
    const EnvironmentInfo& info = entry.info();
    std::string knob;
    for (const auto& place : places(info, knob)) {
      engine::Parameters parameters(info.parameters);
      if (place) parameters.set(knob, *place);
      const auto environment = entry.make(parameters);
      for (std::size_t i = 0; i < info.demonstrations.size(); i++)
        files.push_back({fmt::format("{}{}-{}.txt", info.name, place ? "-" + *place : "",
                                     info.demonstrations[i].name),
                         play_golden(*environment, static_cast<int>(i))});
    }
  }
  return files;
}

}  // namespace pump::harness
