#include <atomic>
#include <filesystem>

#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/open_session.hpp"
#include "harness/replay_text.hpp"
#include "harness/trial_config.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/harness/small_train.hpp"

using namespace pump::harness;
using pump::test::complaint;
using pump::test::contains;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

TrialSpec small_trial(const std::string& objective) {
  return read_trial(ConfigMap::from_text(
      "environment: burning_building\nwish: distance\nobjective: " + objective +
          "\nsteps: 4000\nevaluation_episodes: 16\nclone: {episodes: 32}\ntrain: " +
          pump::test::small_train(objective),
      "test"));
}

}  // namespace

CATCH_TEST_CASE("a trial that is watched while it learns leaves the bytes it leaves alone") {
  const Scratch scratch;
  const TrialSpec spec = small_trial("ppo_kl");
  run_trial(spec, scratch / "alone");
  TrainingWatch watch(spec);
  int shown = 0;
  std::unique_ptr<Session> session;
  run_trial(spec, scratch / "watched", {}, [&](std::uint64_t steps, const auto& policy) {
    CATCH_CHECK((shown++ > 0) == (steps > 0));  // the first before anything is learnt
    watch.show(steps, policy);
    if (!session) session = watch.open([] { return false; });
    session->begin(session->episode() + 1);
  });
  CATCH_CHECK(shown > 10);
  CATCH_CHECK(pump::test::contents_of(scratch / "watched") ==
              pump::test::contents_of(scratch / "alone"));
  const auto inspection = session->snapshot().inspection;
  CATCH_CHECK(contains(inspection.remark, "learnt from 4"));
  CATCH_CHECK(contains(inspection.reference, "clone"));
}

CATCH_TEST_CASE("a trial is watched as it ended, or as its last checkpoint has it") {
  const Scratch scratch;
  const TrialSpec spec = small_trial("ppo_clip");
  CATCH_CHECK_THROWS_AS(
      run_trial(spec, scratch / "a", [](std::uint64_t steps, const auto&) { return steps < 2000; }),
      Interrupted);
  CATCH_CHECK(fs::exists(scratch / "a" / "checkpoint.bin"));
  const auto look = [&](const fs::path& source) {
    const auto session = open_session({source.string(), "", "", {}, 3});
    const auto inspection = session->snapshot().inspection;
    CATCH_CHECK(inspection.thoughts.probabilities.size() == inspection.actions.size());
    CATCH_CHECK(inspection.thoughts.value.has_value());
    CATCH_CHECK(inspection.thoughts.kl.value() >= 0);
    CATCH_CHECK(inspection.reference == "uniform play");
    CATCH_CHECK(contains(session->snapshot().title, "ppo_clip"));
    session->take_footprint();
    CATCH_CHECK(session->snapshot().footprint->overlays.size() == 2);
    return inspection.thoughts.probabilities;
  };
  const auto halfway = look(scratch / "a");
  CATCH_CHECK(halfway == look(scratch / "a" / "checkpoint.bin"));
  run_trial(spec, scratch / "a");
  const auto done = look(scratch / "a");
  CATCH_CHECK(done == look(scratch / "a" / "policy.bin"));
  CATCH_CHECK(done != halfway);
  fs::remove(scratch / "a" / "policy.bin");
  CATCH_CHECK(contains(complaint([&] { look(scratch / "a"); }), "policy.bin"));
}

CATCH_TEST_CASE("a trial of coarse, sticky and noisy worlds is watched in worlds of its kind") {
  const Scratch scratch;
  TrialSpec spec = small_trial("ppo_clip");
  spec.coarse_actions = 3;
  spec.sticky_actions = .2;
  spec.observation_noise = .05;
  run_trial(spec, scratch / "a");
  const auto session = open_session({(scratch / "a").string(), "", "", {}, 5});
  const auto first = session->snapshot().inspection;
  CATCH_CHECK_FALSE(first.thoughts.probabilities.empty());
  session->step_forward();  // within a decision nothing is thought
  CATCH_CHECK(session->snapshot().inspection.thoughts.probabilities.empty());
  session->seek(3);
  CATCH_CHECK_FALSE(session->snapshot().inspection.thoughts.probabilities.empty());
  session->to_end();
  const auto end = session->snapshot().inspection;
  CATCH_CHECK(end.ended);
  CATCH_CHECK(end.kl[1] == end.kl[3]);
  CATCH_CHECK(end.kl[0] == 0);
}

CATCH_TEST_CASE("a policy that is watched plays the episode that it is evaluated in") {
  const Scratch scratch;
  const TrialSpec spec = small_trial("ppo_clip");
  run_trial(spec, scratch / "a");
  const auto environment = make_environment(spec.environment, spec.parameters);
  const auto replay = record_policy(*environment, (scratch / "a").string(), 5);
  const auto session = open_session({(scratch / "a").string(), "", "", {}, 5});
  session->to_end();
  CATCH_CHECK(session->snapshot().inspection.state_hash == replay.hashes.back());
  CATCH_CHECK(session->replay().actions == replay.actions);
}
