#include "harness/wishes.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "harness/files.hpp"

namespace pump::harness {
namespace {

using engine::EnvironmentInfo;
using engine::Kind;

constexpr double kLargestWeight = 1e6;

std::filesystem::path directory_of(const std::string& environment) {
  return configs_directory() / "wishes" / environment;
}

std::filesystem::path file_of(const EnvironmentInfo& info, const std::string& name) {
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(".yaml");
  if (is_file) return name;
  if (!has_wish(info.name, name)) {
    const std::vector<std::string> names = wish_names(info.name);
    if (names.empty())
      throw Error(fmt::format("wish: expected one in {}, got none there",
                              directory_of(info.name).string()));
    const std::string near = engine::nearest_name(name, names);
    throw Error(fmt::format("wish: expected a file or one of {}, got \"{}\"{}",
                            fmt::join(names, ", "), name,
                            near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
  }
  return directory_of(info.name) / (name + ".yaml");
}

std::vector<double> read_weights(const EnvironmentInfo& info, ConfigMap& config) {
  ConfigMap map = config.map("weights");
  std::vector<double> weights;
  for (const engine::SignalSpec& signal : info.signals)
    weights.push_back(map.number(signal.name, 0, -kLargestWeight, kLargestWeight));
  map.finish();  // the nearest signal, before anything is said about what is missing
  if (std::all_of(weights.begin(), weights.end(), [](double w) { return w == 0; }))
    config.refuse("weights", "at least one weight that is not 0");
  return weights;
}

std::vector<Kind> read_kinds(const EnvironmentInfo& info, ConfigMap& config) {
  constexpr Kind kAll[] = {Kind::intended, Kind::benign_failure, Kind::gaming, Kind::harm,
                           Kind::other};
  std::vector<std::string> words;
  for (const Kind kind : kAll) words.push_back(to_string(kind));
  ConfigMap map = config.map("kinds");
  std::vector<Kind> kinds;
  std::vector<std::string> missing;
  for (const std::string& label : info.outcomes) {
    if (!map.has(label)) missing.push_back(label);
    const std::string word = map.choice(label, words, to_string(Kind::other));
    kinds.push_back(kAll[std::find(words.begin(), words.end(), word) - words.begin()]);
  }
  map.finish();
  if (!missing.empty())
    config.refuse("kinds",
                  fmt::format("a kind for every outcome, also {}", fmt::join(missing, ", ")));
  if (std::find(kinds.begin(), kinds.end(), Kind::intended) == kinds.end())
    config.refuse("kinds", "an outcome that is intended");
  return kinds;
}

std::vector<int> read_exploits(const EnvironmentInfo& info, ConfigMap& config) {
  std::vector<std::string> known;
  for (const engine::DemonstrationSpec& demonstration : info.demonstrations)
    if (demonstration.role == engine::DemonstrationRole::exploit)
      known.push_back(demonstration.name);
  std::vector<int> exploits;
  for (const std::string& name : config.texts("exploits")) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string near = engine::nearest_name(name, known);
      config.refuse("exploits", fmt::format("names of exploits ({}){}", fmt::join(known, ", "),
                                            near.empty() ? "" : fmt::format(", perhaps {}", near)));
    }
    const int exploit = *engine::find_demonstration(info, name);
    if (std::find(exploits.begin(), exploits.end(), exploit) != exploits.end())
      config.refuse("exploits", fmt::format("{} once", name));
    exploits.push_back(exploit);
  }
  return exploits;
}

}  // namespace

bool has_wish(const std::string& environment, const std::string& name) {
  const std::vector<std::string> names = wish_names(environment);
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> wish_names(const std::string& environment) {
  std::vector<std::string> names;
  const std::filesystem::path directory = directory_of(environment);
  if (!std::filesystem::is_directory(directory)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

engine::Wish read_wish(const EnvironmentInfo& info, const std::string& name, ConfigMap config) {
  engine::Wish wish;
  wish.environment = info.name;
  wish.name = name;
  wish.text = config.text("text");
  wish.weights = read_weights(info, config);
  wish.kinds = read_kinds(info, config);
  wish.exploits = read_exploits(info, config);
  config.finish();
  return wish;
}

engine::Wish load_wish(const EnvironmentInfo& info, const std::string& name_or_file) {
  const std::filesystem::path file = file_of(info, name_or_file);
  if (!is_utf8(file.string()))
    throw Error(
        fmt::format("wish: expected a file's name in UTF-8, got {}", in_quotes(name_or_file)));
  return read_wish(info, file.stem().string(), ConfigMap::from_file(file.string()));
}

std::string wish_remark(const EnvironmentInfo& info, const std::string& name_or_file) {
  std::istringstream text(read_text(file_of(info, name_or_file)));
  std::string remark;
  for (std::string line; std::getline(text, line) && line.starts_with('#');) {
    line.erase(0, line.find_first_not_of("# "));
    remark += (remark.empty() || line.empty() ? "" : " ") + line;
  }
  std::erase(remark, '`');
  const auto from = remark.find("Closes ");
  return from == std::string::npos ? "" : remark.substr(from);
}

}  // namespace pump::harness
