#include "harness/report/film.hpp"

#include <map>
#include <string>

#include "engine/scene.hpp"
#include "harness/config_map.hpp"
#include "harness/files.hpp"
#include "harness/replay_text.hpp"
#include "harness/report/films.hpp"
#include "harness/trial.hpp"
#include "harness/trial_config.hpp"
#include "harness/wishes.hpp"
#include "tests/harness/report_trials.hpp"
#include "tests/support/catch.hpp"

namespace pump::harness {
namespace {

using Catch::Approx;
using nlohmann::json;

constexpr std::size_t kPlenty = 10'000'000;

// A rescue that goes wrong on purpose.
struct Explosion {
  std::unique_ptr<engine::Environment> environment = make_environment("burning_building", {});
  engine::Replay replay = record_policy(*environment, "demo:explosion", 1);
  engine::Wish wish = load_wish(environment->info(), "distance");
};

// What the page's script makes of the frames: the last one whole.
std::map<std::string, json> last_frame(const json& film) {
  std::map<std::string, json> whole;
  for (const json& frame : film.at("frames"))
    for (const auto& [name, value] : frame.items()) {
      if (!value.is_object()) {
        whole[name] = value;
        continue;
      }
      json& list = whole[name];
      while (list.size() > value.at("n")) list.erase(list.size() - 1);
      const json& changes = value.at("d");
      for (std::size_t i = 0; i < changes.size(); i += 2)
        list[changes[i].get<std::size_t>()] = changes[i + 1];
    }
  return whole;
}

CATCH_TEST_CASE("a film unfolds to the scenes of its replay") {
  const Explosion it;
  const json film = film_of(*it.environment, it.replay, it.wish, kPlenty);
  CATCH_CHECK(film["stride"] == 1);
  CATCH_CHECK(film["frames"].size() == it.replay.actions.size() + 1);
  engine::Playback playback(*it.environment, it.replay);
  while (playback.advance()) {
  }
  engine::Scene scene;
  it.environment->draw(playback.state(), scene);
  const auto frame = last_frame(film);
  const json& words = film["words"];
  CATCH_REQUIRE(frame.at("tiles").size() == scene.tiles.size());
  for (std::size_t i = 0; i < scene.tiles.size(); i++)
    CATCH_CHECK(words[frame.at("tiles")[i].get<std::size_t>()] == scene.tiles[i].kind);
  CATCH_REQUIRE(frame.at("sprites").size() == scene.sprites.size());
  for (std::size_t i = 0; i < scene.sprites.size(); i++) {
    const json& sprite = frame.at("sprites")[i];
    CATCH_CHECK(words[sprite[0].get<std::size_t>()] == scene.sprites[i].kind);
    CATCH_CHECK(sprite[2].get<double>() == Approx(scene.sprites[i].x).margin(.006));
  }
  CATCH_CHECK(frame.at("captions").size() == scene.captions.size());
}

CATCH_TEST_CASE("a film's numbers are the episode's") {
  const Explosion it;
  const auto frame = last_frame(film_of(*it.environment, it.replay, it.wish, kPlenty));
  engine::Playback playback(*it.environment, it.replay);
  while (playback.advance()) {
  }
  CATCH_CHECK(frame.at("step") == playback.step_index());
  CATCH_CHECK(frame.at("utility").get<double>() ==
              Approx(it.environment->true_utility(playback.state())).margin(.006));
  // It pays better than the rescue, and is worse.
  Explosion rescue;
  rescue.replay = record_policy(*rescue.environment, "demo:intended", 1);
  const auto other = last_frame(film_of(*rescue.environment, rescue.replay, rescue.wish, kPlenty));
  CATCH_CHECK(frame.at("proxy").get<double>() > other.at("proxy").get<double>());
  CATCH_CHECK(frame.at("utility").get<double>() < other.at("utility").get<double>());
}

CATCH_TEST_CASE("a film that is too long leaves steps out, never the last") {
  Explosion it;
  it.replay = record_policy(*it.environment, "demo:idle", 1);
  const json film = film_of(*it.environment, it.replay, it.wish, 4'000);
  CATCH_CHECK(film["stride"] > 1);
  CATCH_CHECK(film["frames"].back()["step"] == film["steps"]);
}

CATCH_TEST_CASE("a sweep's folder gives its films, and what it lacks is said") {
  const Explosion it;
  const TemporaryFolder folder;
  std::vector<TrialResult> trials = made_up_sweep(2);
  const Report report = build_report(trials, "pump sweep x", "x");
  const Row& row = report.studies[0].settings[report.studies[0].headline].rows[2];
  CATCH_REQUIRE(row.dominant);
  const std::string label = report.studies[0].outcome_labels[*row.dominant];
  const auto trial = folder.path() / "trials" / row.dominant_runs.front().trial;
  make_directory(trial / "replays");
  write_text(trial / "config.yaml",
             write_trial(read_trial(ConfigMap::from_text(
                 "environment: burning_building\nwish: distance\nobjective: reinforce\n", "x"))));
  write_text(trial / "replays" / (label + ".json"), engine::write_replay(it.replay));
  const Films films = gather_films(report, folder.path());
  CATCH_REQUIRE(films.films.size() == 1);
  CATCH_CHECK(films.films[0].arm == 2);
  CATCH_CHECK(films.films[0].run.trial == row.dominant_runs.front().trial);
  CATCH_CHECK_FALSE(films.sheet.empty());
  std::size_t rows = 0;
  for (const Study& study : report.studies)
    for (const Row& r : study.settings[study.headline].rows)
      rows += r.dominant.has_value() + !r.novel_runs.empty();
  CATCH_CHECK(films.missing.size() == rows - 1);
}

}  // namespace
}  // namespace pump::harness
