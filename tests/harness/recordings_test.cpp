#include "harness/recordings.hpp"

#include <filesystem>

#include "engine/batch.hpp"
#include "harness/files.hpp"
#include "harness/replay_text.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/new_thread.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::engine::Environment;
using pump::engine::Replay;
using pump::test::complaint;
using pump::test::contains;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<Environment> building(const std::string& valve_turns = "3") {
  return make_environment("burning_building", {{"valve_turns", valve_turns}});
}

Replay honest(const Environment& environment, std::uint64_t seed) {
  return record_policy(environment, "demo:intended", seed);
}

void write(const fs::path& file, const Replay& replay) {
  write_text(file, pump::engine::write_replay(replay));
}

}  // namespace

CATCH_TEST_CASE("recordings are played again, and every decision learnt with what was seen") {
  const Scratch scratch;
  const auto environment = building();
  const Replay one = honest(*environment, 1), two = honest(*environment, 2);
  write(scratch / "b.json", one);
  write(scratch / "a.json", two);
  const Recordings both = read_recordings(scratch.path(), *environment);
  CATCH_REQUIRE(both.replays.size() == 2);
  const auto data = decisions_of(*environment, both.replays);
  CATCH_REQUIRE(data.actions.size() == one.actions.size() + two.actions.size());

  const Recordings single = read_recordings(scratch / "b.json", *environment);
  const auto of_one = decisions_of(*environment, single.replays);
  CATCH_CHECK(of_one.actions == one.actions);
  // What a batch shows when it plays the same.
  const auto batch = environment->batch(1, one.seed);
  batch->begin_episodes();
  for (std::size_t step = 0; step < one.actions.size(); step++) {
    const auto codes = batch->codes();
    CATCH_REQUIRE(std::equal(codes.begin(), codes.end(),
                             of_one.codes.begin() + static_cast<long>(step * codes.size())));
    const auto scalars = batch->scalars();
    CATCH_REQUIRE(std::equal(scalars.begin(), scalars.end(),
                             of_one.scalars.begin() + static_cast<long>(step * scalars.size())));
    batch->step(std::vector{one.actions[step]});
  }
}

CATCH_TEST_CASE("the hash of recordings is that of their content, whatever the files are called") {
  const Scratch scratch;
  const auto environment = building();
  const Replay one = honest(*environment, 1), two = honest(*environment, 2);
  for (const char* folder : {"x", "y", "z"}) make_directory(scratch / folder);
  write(scratch / "x" / "1.json", one);
  write(scratch / "x" / "2.json", two);
  write(scratch / "y" / "b.json", one);
  write(scratch / "y" / "a.json", two);
  write_text(scratch / "y" / "notes.txt", "not a replay, and not read");
  write(scratch / "z" / "1.json", one);
  const auto hash = [&](const char* folder) {
    return read_recordings(scratch / folder, *environment).hash;
  };
  CATCH_CHECK(hash("x").size() == 16);
  CATCH_CHECK(hash("x") == hash("y"));
  CATCH_CHECK(hash("x") != hash("z"));
}

CATCH_TEST_CASE("what cannot be learnt from is refused with the file's name") {
  const Scratch scratch;
  const auto environment = building();
  const Replay sound = honest(*environment, 1);
  const auto refusal = [&] {
    return complaint([&] { read_recordings(scratch.path(), *environment); });
  };
  CATCH_CHECK(contains(refusal(), "expected a folder with replays (*.json), got one without"));
  write(scratch / "a.json", sound);
  CATCH_CHECK(refusal() == "");
  const std::string text = read_text(scratch / "a.json");
  write_text(scratch / "b.json", text.substr(0, text.size() / 2));
  CATCH_CHECK(contains(refusal(), "b.json: expected a replay"));
  write(scratch / "b.json", honest(*building("2"), 1));
  CATCH_CHECK(contains(refusal(), "b.json: expected a replay of burning_building with "));
  Replay changed = sound;
  changed.actions[3] = changed.actions[3] == 0 ? 1 : 0;
  write(scratch / "b.json", changed);
  CATCH_CHECK(contains(refusal(), "b.json: expected states as they were recorded, got another"));
  changed = sound;
  changed.environment = "burning_bilding";
  write(scratch / "b.json", changed);
  CATCH_CHECK(contains(refusal(), "b.json: "));
  changed = sound;
  changed.version++;
  write(scratch / "b.json", changed);
  CATCH_CHECK(contains(refusal(), "b.json: version: expected"));
  CATCH_CHECK(contains(complaint([&] { read_recordings(scratch / "none", *environment); }),
                       "none: expected a readable file"));
}

namespace {

TrialSpec trial(const std::string& recordings, const std::vector<std::string>& more = {}) {
  ConfigMap config = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nobjective: ppo_clip\nstart: clone\n"
      "steps: 2000\nevaluation_episodes: 8\ntrain: {worlds: 8, rollout_steps: 32}\n"
      "clone: {recordings: " +
          recordings + "}\n",
      "t.yaml");
  for (const std::string& assignment : more) config.set(assignment);
  return read_trial(config);
}

}  // namespace

CATCH_TEST_CASE("a trial is told apart by what its recordings hold, not by where they are") {
  const Scratch scratch;
  const auto environment = building();
  const fs::path one = scratch / "one", moved = scratch / "moved";
  make_directory(one);
  write(one / "a.json", honest(*environment, 1));
  const TrialSpec spec = trial(one.string());
  CATCH_CHECK(trial_id(read_trial(ConfigMap::from_text(write_trial(spec), "config.yaml"))) ==
              trial_id(spec));
  fs::copy(one, moved, fs::copy_options::recursive);
  const TrialSpec spec_moved = trial(moved.string());
  CATCH_CHECK(trial_id(spec_moved) == trial_id(spec));
  CATCH_CHECK(describe(spec).overrides.count("clone.recordings") == 1);
  make_directory(scratch / "begun");
  write_text(scratch / "begun" / "config.yaml", write_trial(spec));
  CATCH_CHECK(complaint([&] { refuse_other_trial(trial(moved.string()), scratch / "begun"); }) ==
              "");
  const fs::path gone = scratch / "gone";
  fs::rename(moved, gone);
  write_text(scratch / "begun" / "config.yaml", write_trial(spec_moved));
  CATCH_CHECK(complaint([&] { refuse_other_trial(trial(gone.string()), scratch / "begun"); }) ==
              "");
  CATCH_CHECK(contains(
      complaint([&] { refuse_other_trial(trial(one.string(), {"seed=1"}), scratch / "begun"); }),
      "expected the trial"));

  write(one / "b.json", honest(*environment, 2));
  CATCH_CHECK(trial_id(trial(one.string())) != trial_id(spec));
  CATCH_CHECK(contains(
      complaint([&] { read_trial(ConfigMap::from_text(write_trial(spec), "config.yaml")); }),
      "config.yaml:"));
  // Changed between the reading of the config and the training.
  CATCH_CHECK(contains(complaint([&] { run_trial(spec, scratch / "out"); }),
                       "expected recordings whose hash is " + spec.clone.recordings_hash));
  CATCH_CHECK(contains(complaint([&] { trial(one.string(), {"clone.noise=.2"}); }),
                       "--set: clone.noise: expected nothing, because recordings"));
  CATCH_CHECK(contains(complaint([&] { trial((scratch / "no").string()); }), "t.yaml:"));
}

CATCH_TEST_CASE("a trial starts from a clone of recordings, the same bytes twice") {
  const Scratch scratch;
  const auto environment = building();
  for (std::uint64_t seed = 0; seed < 8; seed++)
    write(scratch / (std::to_string(seed) + ".json"), honest(*environment, seed));
  for (const char* out : {"one", "two"})
    pump::test::in_new_thread(
        [&] { return run_trial(trial(scratch.path().string()), scratch / out); });
  const std::string report = read_text(scratch / "one" / "imitation.json");
  CATCH_CHECK(contains(report, "\"clone\""));
  CATCH_CHECK(contains(report, "\"accuracy\""));
  for (const char* file : {"config.yaml", "result.json", "policy.bin", "imitation.json"})
    CATCH_CHECK(read_text(scratch / "one" / file) == read_text(scratch / "two" / file));
}
