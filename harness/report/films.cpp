#include "harness/report/films.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/config_map.hpp"
#include "harness/files.hpp"
#include "harness/replay_text.hpp"
#include "harness/report/film.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

// Of a film, and of all: a page that can be mailed. Most films are a tenth of that.
constexpr std::size_t kMostBytes = 80'000, kMostBytesOfAll = 2'500'000;
constexpr std::size_t kTries = 8;  // runs of a row whose folder is looked into

// A film that is wanted, and the runs that may have it.
struct Wanted {
  std::size_t study, arm;
  bool novel;
  std::string name;  // of the replay's file
  const std::vector<Example>* runs;
};

// Novel ones of every arm, the others of those that have a cell in the matrix.
std::vector<Wanted> wanted_films(const Report& report, bool novel) {
  std::vector<Wanted> wanted;
  for (std::size_t s = 0; s < report.studies.size(); s++) {
    const Study& study = report.studies[s];
    for (const Row& row : study.settings[study.headline].rows) {
      if (novel && !row.novel_runs.empty())
        wanted.push_back({s, row.arm, true, "novel", &row.novel_runs});
      if (!novel && row.dominant && report.arms[row.arm].charted)
        wanted.push_back(
            {s, row.arm, false, study.outcome_labels[*row.dominant], &row.dominant_runs});
    }
  }
  return wanted;
}

std::size_t label_index(const Study& study, const std::string& label) {
  const auto found = std::find(study.outcome_labels.begin(), study.outcome_labels.end(), label);
  return static_cast<std::size_t>(found - study.outcome_labels.begin());
}

Film make_film(const Wanted& wanted, const Example& run, const Study& study, const fs::path& folder,
               const fs::path& file) {
  const OpenReplay open = open_replay(file.string());
  const TrialSpec spec = read_trial(ConfigMap::from_file((folder / "config.yaml").string()));
  Film film;
  film.study = wanted.study;
  film.arm = wanted.arm;
  film.novel = wanted.novel;
  film.run = run;
  film.scenes = film_of(*open.environment, open.replay, spec.wish, kMostBytes);
  film.label = label_index(study, film.scenes.at("outcome").get<std::string>());
  if (film.label == study.outcome_labels.size())
    throw Error(
        fmt::format("{}: it ends in an outcome that the sweep does not know", file.string()));
  if (const auto policy = open.replay.notes.find("policy"); policy != open.replay.notes.end())
    film.scenes["policy"] = policy->second;
  return film;
}

// Of the first run whose folder has it; "" or what went wrong.
std::string add_film(const Wanted& wanted, const Report& report, const fs::path& directory,
                     Films& films) {
  const Study& study = report.studies[wanted.study];
  std::string problem = "the runs' folders have no such replay";
  for (std::size_t i = 0; i < std::min(kTries, wanted.runs->size()); i++) {
    const Example& run = (*wanted.runs)[i];
    const fs::path folder = directory / "trials" / run.trial;
    const fs::path file = folder / "replays" / (wanted.name + ".json");
    std::error_code ignored;
    if (!fs::exists(file, ignored)) continue;
    try {
      films.films.push_back(make_film(wanted, run, study, folder, file));
      return "";
    } catch (const Error& error) {
      problem = error.what();  // which names the file
      const std::string where = directory.string();
      const std::size_t at = problem.find(where);
      if (at != std::string::npos)
        problem = fmt::format("{}DIR{}", problem.substr(0, at), problem.substr(at + where.size()));
    }
  }
  return problem;
}

}  // namespace

Films gather_films(const Report& report, const fs::path& directory) {
  Films films;
  std::size_t over = 0, bytes = 0;
  for (const bool novel : {true, false})
    for (const Wanted& wanted : wanted_films(report, novel)) {
      if (bytes > kMostBytesOfAll) {
        over++;
        continue;
      }
      const std::string problem = add_film(wanted, report, directory, films);
      if (problem.empty()) {
        bytes += films.films.back().scenes.dump().size();
        continue;
      }
      const Study& study = report.studies[wanted.study];
      films.missing.push_back(fmt::format("{}, {}, {}, {}: {}.", plain_words(study.environment),
                                          study.wish, report.arms[wanted.arm].name,
                                          plain_words(wanted.name), problem));
    }
  if (over > 0)
    films.missing.push_back(fmt::format(
        "{} more episodes were left out, to keep the page small. pump watch plays all that is in "
        "the runs' folders.",
        over));
  if (!films.films.empty()) {
    films.sprites = read_text(assets_directory() / "sprites.json");
    films.sheet = read_text(assets_directory() / "sprites_light.png");
  }
  return films;
}

}  // namespace pump::harness
