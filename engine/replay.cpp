#include "engine/replay.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/ensure.hpp"
#include "engine/error.hpp"

namespace pump::engine {

namespace {

constexpr const char* kFormat = "outcome-pump-replay-1";

std::string hex(std::uint64_t value) { return fmt::format("{:016x}", value); }

std::uint64_t unhex(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.size() != 16)
    throw Error(fmt::format("hashes: expected 16 hexadecimal digits, got \"{}\"", text));
  return value;
}

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::vector<std::byte> unhex_bytes(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (text.size() % 2 != 0 || text.find_first_not_of(kDigits) != std::string::npos)
    throw Error(fmt::format("carried: expected bytes of 2 hexadecimal digits, got \"{}\"", text));
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(kDigits.find(text[i]) << 4 | kDigits.find(text[i + 1])));
  return bytes;
}

}  // namespace

Chance reset_chance(const Replay& replay) {
  return Chance({replay.seed, Stream::reset, replay.reset_world, replay.reset_episode, 0});
}

Chance step_chance(const Replay& replay, int step) {
  return Chance(
      {replay.seed, Stream::step, replay.world, replay.episode, static_cast<std::uint32_t>(step)});
}

Replay record(const Environment& environment, std::uint64_t seed, std::uint32_t world,
              std::uint32_t episode, const std::vector<Action>& actions) {
  EpisodeRecord of;
  of.world = of.reset_world = world;
  of.episode = of.reset_episode = episode;
  return record(environment, seed, of, actions);
}

StateBuffer reset_state(const Environment& environment, const Replay& replay) {
  StateBuffer state(environment.state_size());
  const StateBytes carried = environment.carried_of(StateBytes(state));
  ENSURE(replay.carried.empty() || replay.carried.size() == carried.size(),
         "{} bytes are carried, not {}", carried.size(), replay.carried.size());
  std::ranges::copy(replay.carried, carried.begin());
  Chance chance = reset_chance(replay);
  environment.reset(state, chance);
  return state;
}

Replay record(const Environment& environment, std::uint64_t seed, const EpisodeRecord& episode,
              const std::vector<Action>& actions) {
  const auto carried = std::span(episode.carried).first(environment.carried().size);
  Replay replay{environment.info().name,
                environment.info().version,
                environment.parameters().texts(),
                seed,
                episode.world,
                episode.episode,
                episode.reset_world,
                episode.reset_episode,
                {carried.begin(), carried.end()},
                actions,
                {},
                {}};
  Playback playback(environment, replay);
  replay.hashes.push_back(hash_state(playback.state()));
  while (playback.advance()) replay.hashes.push_back(hash_state(playback.state()));
  replay.actions.resize(static_cast<std::size_t>(playback.step_index()));
  return replay;
}

Playback::Playback(const Environment& environment, const Replay& replay)
    : environment_(environment), replay_(replay), state_(reset_state(environment, replay)) {}

bool Playback::advance() {
  if (static_cast<std::size_t>(step_) >= replay_.actions.size()) return false;
  if (environment_.status(state_) != Status::running) return false;
  Chance chance = step_chance(replay_, step_);
  environment_.step(state_, replay_.actions[static_cast<std::size_t>(step_)], chance);
  step_++;
  return true;
}

std::optional<Divergence> verify(const Environment& environment, const Replay& replay) {
  Playback playback(environment, replay);
  for (std::size_t i = 0; i < replay.hashes.size(); i++) {
    const bool there = i == 0 || playback.advance();  // no state is there once it has ended
    const std::uint64_t got = there ? hash_state(playback.state()) : std::uint64_t{0};
    if (!there || got != replay.hashes[i])
      return Divergence{static_cast<int>(i), replay.hashes[i], got};
  }
  return std::nullopt;
}

namespace {

// nlohmann's own conversions wrap what is negative or too large, and cut fractions off.
template <class Number>
Number whole(const nlohmann::json& json, const char* key, std::optional<Number> absent = {}) {
  if (absent && !json.contains(key)) return *absent;
  const nlohmann::json& value = json.at(key);
  constexpr std::uint64_t kMost = std::numeric_limits<Number>::max();
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost)
    throw Error(
        fmt::format("{}: expected a whole number from 0 to {}, got {}", key, kMost, value.dump()));
  return value.get<Number>();
}

}  // namespace

std::string write_replay(const Replay& replay) {
  nlohmann::ordered_json json;
  json["format"] = kFormat;
  json["environment"] = replay.environment;
  json["version"] = replay.version;
  json["parameters"] = replay.parameters;
  json["seed"] = replay.seed;
  json["world"] = replay.world;
  json["episode"] = replay.episode;
  if (replay.reset_world != replay.world) json["reset_world"] = replay.reset_world;
  if (replay.reset_episode != replay.episode) json["reset_episode"] = replay.reset_episode;
  if (!replay.carried.empty()) json["carried"] = hex(replay.carried);
  json["notes"] = replay.notes;
  json["actions"] = replay.actions;
  json["hashes"] = nlohmann::ordered_json::array();
  for (std::uint64_t hash : replay.hashes) json["hashes"].push_back(hex(hash));
  return json.dump(1) + "\n";
}

Replay read_replay(const std::string& text, const std::string& file) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    if (json.at("format").get<std::string>() != kFormat)
      throw Error(fmt::format("format: expected {}, got {}", kFormat, json.at("format").dump()));
    Replay replay;
    json.at("environment").get_to(replay.environment);
    json.at("version").get_to(replay.version);
    json.at("parameters").get_to(replay.parameters);
    replay.seed = whole<std::uint64_t>(json, "seed");
    replay.world = whole<std::uint32_t>(json, "world");
    replay.episode = whole<std::uint32_t>(json, "episode");
    replay.reset_world = whole<std::uint32_t>(json, "reset_world", replay.world);
    replay.reset_episode = whole<std::uint32_t>(json, "reset_episode", replay.episode);
    replay.carried = unhex_bytes(json.value("carried", ""));
    json.at("notes").get_to(replay.notes);
    for (const auto& action : json.at("actions")) {
      if (!action.is_number_unsigned() || action.get<std::uint64_t>() > 254)
        throw Error(fmt::format("actions: expected 0 to 254, got {}", action.dump()));
      replay.actions.push_back(action.get<Action>());
    }
    for (const auto& hash : json.at("hashes"))
      replay.hashes.push_back(unhex(hash.get<std::string>()));
    if (replay.hashes.size() != replay.actions.size() + 1)
      throw Error(fmt::format("hashes: expected {} (one more than actions), got {}",
                              replay.actions.size() + 1, replay.hashes.size()));
    return replay;
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: expected a replay, got something else: {}", file, error.what()));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
}

}  // namespace pump::engine
