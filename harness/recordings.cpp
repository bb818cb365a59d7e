#include "harness/recordings.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/replay_text.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using engine::Environment;
using engine::Replay;

std::vector<fs::path> files_of(const fs::path& file_or_folder) {
  std::error_code ignored;
  if (!fs::is_directory(file_or_folder, ignored)) return {file_or_folder};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(file_or_folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // so that of two bad files always the same is named
  if (files.empty())
    throw Error(fmt::format("{}: expected a folder with replays (*.json), got one without",
                            file_or_folder.string()));
  return files;
}

std::string parameters_text(const std::map<std::string, std::string>& parameters) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : parameters) texts.push_back(name + "=" + value);
  return fmt::format("{}", fmt::join(texts, " "));
}

// "burning_building with map=cottage ...".
std::string name_of(const Environment& environment) {
  return fmt::format("{} with {}", environment.info().name,
                     parameters_text(environment.parameters().texts()));
}

Replay sound_replay(const std::string& file, const Environment& environment) {
  const OpenReplay open = open_replay(file);
  if (name_of(*open.environment) != name_of(environment))
    throw Error(fmt::format("{}: expected a replay of {}, got one of {}", file,
                            name_of(environment), name_of(*open.environment)));
  if (const auto divergence = engine::verify(environment, open.replay))
    throw Error(
        fmt::format("{}: expected states as they were recorded, got another after {} "
                    "actions (made on another kind of machine, or changed)",
                    file, divergence->step));
  return open.replay;
}

std::uint64_t hash_of(std::string_view text) {
  return engine::hash_state(std::as_bytes(std::span(text)));
}

}  // namespace

Recordings read_recordings(const fs::path& file_or_folder, const Environment& environment) {
  // A sweep reads the same files for every row: each content is opened and played once.
  static std::map<std::pair<std::uint64_t, std::string>, Replay> sound;
  std::vector<std::pair<std::uint64_t, const Replay*>> found;
  for (const fs::path& file : files_of(file_or_folder)) {
    const std::uint64_t hash = hash_of(read_text(file));
    const std::pair key(hash, name_of(environment));
    auto known = sound.find(key);
    if (known == sound.end())
      known = sound.emplace(key, sound_replay(file.string(), environment)).first;
    found.emplace_back(hash, &known->second);
  }
  std::sort(found.begin(), found.end());
  Recordings recordings;
  std::string hashes;
  for (const auto& [hash, replay] : found) {
    recordings.replays.push_back(*replay);
    hashes += fmt::format("{:016x}", hash);
  }
  recordings.hash = fmt::format("{:016x}", hash_of(hashes));
  return recordings;
}

agents::Dataset decisions_of(const Environment& environment, const std::vector<Replay>& replays) {
  agents::Dataset data;
  const engine::ObservationSpec& spec = environment.observation();
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(spec.codes()));
  std::vector<float> scalars(spec.scalars.size());
  for (const Replay& replay : replays) {
    engine::Playback playback(environment, replay);
    for (const engine::Action action : replay.actions) {
      environment.observe(playback.state(), codes, scalars);
      data.codes.insert(data.codes.end(), codes.begin(), codes.end());
      data.scalars.insert(data.scalars.end(), scalars.begin(), scalars.end());
      data.actions.push_back(action);
      playback.advance();
    }
  }
  return data;
}

}  // namespace pump::harness
