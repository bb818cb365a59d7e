#include "harness/trial.hpp"

#include <filesystem>
#include <map>

#include "agents/bytes.hpp"
#include "agents/trainer.hpp"
#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/trial_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/new_thread.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/harness/small_train.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;

// A moment of training with everything that a checkpoint must remember.
TrialSpec small_trial(const std::vector<std::string>& assignments = {}) {
  ConfigMap config = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nobjective: ppo_kl\nsteps: 6000\n"
      "evaluation_episodes: 16\nclone: {episodes: 16, noise: 0.2}\n"
      "train: {worlds: 4, rollout_steps: 32, kl_target: 3, kl_coef: 0.1}\n"
      "sticky_actions: 0.1\nobservation_noise: 0.01\n",
      "test");
  for (const std::string& assignment : assignments) config.set(assignment);
  return read_trial(config);
}

std::map<std::string, std::string> contents(const fs::path& directory) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      out[fs::relative(entry.path(), directory).string()] = read_text(entry.path());
  return out;
}

struct Stopped {};

void run_until(const TrialSpec& spec, const fs::path& directory, std::uint64_t stop) {
  CATCH_CHECK_THROWS_AS(run_trial(spec, directory,
                                  [&](std::uint64_t steps, const TrialResult&) {
                                    if (steps >= stop) throw Stopped();
                                    return true;
                                  }),
                        Stopped);
}

CATCH_TEST_CASE("a trial stopped twice ends as one that ran through, byte for byte") {
  const test::Scratch scratch;
  for (const std::string& objective : agents::objective_names()) {
    CATCH_INFO(objective);
    const std::string own = objective == "ppo_outcome"     ? "outcome_max_kl: 0.02"
                            : objective == "ppo_occupancy" ? "kl_coef: 0.1"
                                                           : "kl_target: 3, kl_coef: 0.1";
    const TrialSpec spec =
        small_trial({"objective=" + objective, "train=" + test::small_train(objective, own)});
    run_trial(spec, scratch / objective / "whole");
    run_until(spec, scratch / objective / "parts", 2000);
    run_until(spec, scratch / objective / "parts", 4500);
    CATCH_CHECK(fs::exists(scratch / objective / "parts/checkpoint.bin"));
    test::in_new_thread([&] { return run_trial(spec, scratch / objective / "parts"); });
    CATCH_CHECK(
        (contents(scratch / objective / "whole") == contents(scratch / objective / "parts")));
  }
}

CATCH_TEST_CASE("a trial that is told to stop goes on from that very update to the same bytes") {
  const test::Scratch scratch;
  const TrialSpec spec = small_trial();
  run_trial(spec, scratch / "whole");
  const auto parts = scratch / "parts";
  std::uint64_t last = 0;
  int stops = 0;
  while (!fs::exists(parts / "result.json")) {
    CATCH_REQUIRE(stops <= 100);
    // Seven updates at a time: some of the stops are between checkpoints.
    int updates = 0;
    const auto until = [&](std::uint64_t steps, const TrialResult&) {
      CATCH_CHECK(steps > last);
      last = steps;
      return ++updates < 7;
    };
    try {
      run_trial(spec, parts, until);
    } catch (const Interrupted&) {
      stops++;
    }
  }
  CATCH_CHECK(stops == 6000 / (7 * 4 * 32));
  CATCH_CHECK((contents(scratch / "whole") == contents(parts)));
}

CATCH_TEST_CASE("every start and leash trains, and a stopped one goes on to the same bytes",
                "[.long]") {
  const test::Scratch scratch;
  const auto words = [](const std::string& start, const std::string& leash) {
    return std::vector<std::string>{"objective=ppo_clip", "steps=4000", "start=" + start,
                                    "leash=" + leash};
  };
  for (const char* start : {"fresh", "uniform", "clone"})
    for (const char* leash : {"none", "uniform", "clone"}) {
      CATCH_INFO(start << ", " << leash);
      const TrialSpec spec = small_trial(words(start, leash));
      const std::string name = std::string(start) + leash;
      const TrialResult result = run_trial(spec, scratch / name / "whole");
      CATCH_CHECK((result.checkpoints.back().kl_to_reference > 0) ==
                  (std::string(leash) != "none"));
      run_until(spec, scratch / name / "parts", 2000);
      test::in_new_thread([&] { return run_trial(spec, scratch / name / "parts"); });
      CATCH_CHECK((contents(scratch / name / "whole") == contents(scratch / name / "parts")));
    }
}

CATCH_TEST_CASE("a checkpoint with one byte changed is refused, wherever it is") {
  const test::Scratch scratch;
  const TrialSpec spec = small_trial();
  run_until(spec, scratch / "t", 2000);
  const fs::path file = scratch / "t/checkpoint.bin";
  const std::string sound = read_text(file);
  for (int part = 0; part <= 10; part++) {
    std::string changed = sound;
    char& byte = changed[(sound.size() - 1) * static_cast<std::size_t>(part) / 10];
    byte = static_cast<char>(byte ^ 0x10);
    write_text(file, changed);
    CATCH_CHECK_THROWS_AS(run_trial(spec, scratch / "t"), Error);
    CATCH_CHECK((read_text(file) == changed));
  }
  write_text(file, sound);
  CATCH_CHECK_NOTHROW(run_trial(spec, scratch / "t"));
}

CATCH_TEST_CASE("a checkpoint of another build is not gone on from") {
  const test::Scratch scratch;
  const TrialSpec spec = small_trial();
  run_trial(spec, scratch / "whole");
  const fs::path parts = scratch / "parts", file = parts / "checkpoint.bin";
  run_until(spec, parts, 2000);
  CATCH_CHECK_FALSE(is_of_another_build(spec, parts));
  const std::vector<std::byte> bytes = read_bytes(file);
  const auto inside = agents::unsealed(bytes, "");
  std::vector<std::byte> other(inside.begin(), inside.end());
  const std::string_view prefix = "pump checkpoint of ";
  other[sizeof(std::uint64_t) + prefix.size()] ^= std::byte{1};  // a letter of the build's name
  write_bytes(file, agents::sealed(other));
  CATCH_CHECK(is_of_another_build(spec, parts));
  CATCH_CHECK_NOTHROW(learnt_policy(spec, parts));  // to look at, whoever made it
  std::vector<std::byte> older(inside.begin(), inside.end());
  older[sizeof(std::uint64_t)] ^= std::byte{1};  // of what all of this version begin with
  make_directory(scratch / "older");
  write_bytes(scratch / "older/checkpoint.bin", agents::sealed(older));
  CATCH_CHECK(is_of_another_build(spec, scratch / "older"));
  CATCH_CHECK_THROWS_AS(learnt_policy(spec, scratch / "older"), Error);
  std::uint64_t first = 0;
  run_trial(spec, parts, [&](std::uint64_t steps, const TrialResult&) {
    if (first == 0) first = steps;
    return true;
  });
  CATCH_CHECK(first == 4 * 32);  // the first update's
  CATCH_CHECK((contents(scratch / "whole") == contents(parts)));
}

CATCH_TEST_CASE("a folder that holds another trial's result is refused") {
  const test::Scratch scratch;
  run_trial(small_trial(), scratch / "t");
  CATCH_CHECK_NOTHROW(run_trial(small_trial(), scratch / "t"));
  CATCH_CHECK_THROWS_AS(run_trial(small_trial({"seed=1"}), scratch / "t"), Error);
}

CATCH_TEST_CASE("a trial says what it was told beyond its objective's config") {
  const TrialResult described = describe(small_trial());
  const auto& overrides = described.overrides;
  CATCH_CHECK(overrides.at("worlds") == "4");
  CATCH_CHECK(overrides.at("sticky_actions") == "0.1");
  CATCH_CHECK(overrides.at("clone.noise") == "0.2");
  CATCH_CHECK(overrides.count("kl_coef") == 0);  // that is beta
  CATCH_CHECK(described.beta == .1);
  const auto shares =
      describe(small_trial({"clone.demonstrations={intended: .75, idle: .25}"})).overrides;
  CATCH_CHECK(shares.at("clone.demonstrations.idle") == "0.25");
  ConfigMap plain = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nobjective: a2c\n", "test");
  CATCH_CHECK(describe(read_trial(plain)).overrides.empty());
  ConfigMap priced = ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nobjective: a2c\ntrain: {kl_coef: 0.3}\n",
      "test");  // which nobody pays
  CATCH_CHECK(describe(read_trial(priced)).overrides.empty());
}

CATCH_TEST_CASE("every clock counts steps of the environment, also where an action is repeated") {
  const test::Scratch scratch;
  const TrialResult result =
      run_trial(small_trial({"objective=a2c", "coarse_actions=4", "steps=8000"}), scratch / "t");
  // 8,000 steps are some 62 updates of 4 x 32: with four steps a decision, a quarter of them.
  CATCH_REQUIRE(!result.checkpoints.empty());
  CATCH_CHECK(result.checkpoints.back().steps >= 8000);
  CATCH_CHECK(result.checkpoints.back().steps < 8000 + 4 * 32 * 4);
  CATCH_CHECK(result.checkpoints.size() <= 16);
}

}  // namespace
}  // namespace pump::harness
