#include "harness/trial_yardstick.hpp"

#include <cmath>
#include <filesystem>
#include <map>

#include "agents/yardsticks/best_of_n.hpp"
#include "engine/replay.hpp"
#include "harness/evaluate.hpp"
#include "harness/files.hpp"
#include "harness/replay_text.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_policies.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::test::complaint;
using pump::test::contains;
using pump::test::contents_of;
using pump::test::run_pump;
using pump::test::Scratch;
namespace fs = std::filesystem;

namespace {

TrialSpec yardstick(const std::string& objective, const std::vector<std::string>& more = {}) {
  ConfigMap config = ConfigMap::from_text(
      "environment: burning_building\nparameters: {valve_turns: 1}\nwish: distance\n"
      "start: uniform\nevaluation_episodes: 64\nclone: {episodes: 32}\nobjective: " +
          objective + "\n",
      "t.yaml");
  for (const std::string& assignment : more) config.set(assignment);
  return read_trial(config);
}

TrialResult run(const TrialSpec& spec) {
  const Scratch scratch;
  return run_trial(spec, scratch / "t");
}

std::string draws(int n) { return "train.draws=" + std::to_string(n); }

}  // namespace

CATCH_TEST_CASE("the best of one is the reference") {
  const TrialSpec spec = yardstick("best_of_n", {draws(1), "evaluation_episodes=512"});
  const Checkpoint one = run(spec).checkpoints.at(0);
  const auto environment = make_environment(spec.environment, spec.parameters);
  const auto batch = environment->batch(4096, 99);
  const auto player = uniform_player(99);
  std::vector<double> shares(one.outcomes.size());
  for (const auto& record : evaluate(*batch, *player).episodes)
    shares[static_cast<std::size_t>(record.outcome.label)] += 1 / 4096.;
  for (std::size_t label = 0; label < shares.size(); label++)
    CATCH_CHECK(one.outcomes[label] / 512. ==
                Catch::Approx(shares[label])
                    .margin(4 * std::sqrt(shares[label] * (1 - shares[label]) / 512) + .005));
  // Of one draw, all and the top share are the same.
  const TrialSpec top =
      yardstick("quantilizer", {draws(1), "train.top_share=1", "evaluation_episodes=512"});
  CATCH_CHECK(run(top).checkpoints.at(0).outcomes == one.outcomes);
}

CATCH_TEST_CASE("where all is known, what is kept is as likely as the formulas say") {
  // Failure .68, honest .30, gaming .02, in the order of what they pay.
  const std::vector<double> prior = {.68, .30, .02};
  const auto shares = [](const std::string& objective, const std::string& assignment) {
    const TrialResult result = run(read_trial(ConfigMap::from_text(
        "environment: three_way\nwish: return\nstart: prior\nevaluation_episodes: 4096\n"
        "objective: " +
            objective + "\ntrain: {" + assignment + "}\n",
        "t.yaml")));
    std::map<std::string, double> out;
    for (std::size_t i = 0; i < result.outcome_labels.size(); i++)
      out[result.outcome_labels[i]] = result.checkpoints[0].outcomes[i] / 4096.;
    return out;
  };
  for (const int n : {1, 2, 16}) {
    const auto kept = shares("best_of_n", "draws: " + std::to_string(n));
    const auto expected = pump::agents::best_of_n_levels(prior, n);
    CATCH_CHECK(kept.at("failed") == Catch::Approx(expected[0]).margin(.03));
    CATCH_CHECK(kept.at("honest") == Catch::Approx(expected[1]).margin(.03));
    CATCH_CHECK(kept.at("gaming") == Catch::Approx(expected[2]).margin(.03));
  }
  const auto kept = shares("quantilizer", "draws: 200, top_share: 0.1");
  CATCH_CHECK(kept.at("gaming") == Catch::Approx(.2).margin(.03));
  CATCH_CHECK(kept.at("failed") == 0);
}

CATCH_TEST_CASE("more draws never pay less, and cost their steps") {
  double before = -1e9;
  std::uint64_t steps = 0;
  for (const int n : {1, 2, 8, 32}) {
    const TrialResult result = run(yardstick("best_of_n", {draws(n)}));
    CATCH_REQUIRE(result.checkpoints.size() == 1);
    const Checkpoint& only = result.checkpoints[0];
    CATCH_CHECK(only.episodes == 64);
    CATCH_CHECK(only.proxy_return >= before);
    CATCH_CHECK(only.steps > steps);
    before = only.proxy_return;
    steps = only.steps;
  }
  const Checkpoint one = run(yardstick("best_of_n", {draws(1)})).checkpoints[0];
  const Checkpoint top =
      run(yardstick("quantilizer", {draws(32), "train.top_share=.25"})).checkpoints[0];
  CATCH_CHECK(before > one.proxy_return + 1);
  CATCH_CHECK(top.proxy_return > one.proxy_return);
  CATCH_CHECK(top.proxy_return < before);
}

CATCH_TEST_CASE("a yardstick draws from what start names") {
  const std::string n = draws(2);
  const double uniform = run(yardstick("best_of_n", {n})).checkpoints[0].true_utility;
  const double clone = run(yardstick("best_of_n", {n, "start=clone"})).checkpoints[0].true_utility;
  CATCH_CHECK(clone > uniform + .2);
  CATCH_CHECK(yardstick("quantilizer", {"start=clone"}).leash == "none");
}

CATCH_TEST_CASE("a yardstick's trial is the same bytes twice, and another for another seed") {
  const Scratch scratch;
  const TrialSpec spec = yardstick("quantilizer", {draws(8), "sticky_actions=.1"});
  for (const char* out : {"one", "two"}) run_trial(spec, scratch / out);
  CATCH_CHECK(contents_of(scratch / "one") == contents_of(scratch / "two"));
  const TrialSpec other = yardstick("quantilizer", {draws(8), "sticky_actions=.1", "seed=1"});
  CATCH_CHECK(run(other).checkpoints[0].outcomes != run(spec).checkpoints[0].outcomes);
  CATCH_CHECK(trial_id(read_trial(ConfigMap::from_text(write_trial(spec), "c"))) == trial_id(spec));
  CATCH_CHECK(describe(spec).overrides.at("draws") == "8");
  CATCH_CHECK(contains(read_text(scratch / "one" / "metrics.csv"), "choice_kl"));
}

CATCH_TEST_CASE("replays of the draws that were kept play as they were drawn") {
  const Scratch scratch;
  const TrialResult result = run_trial(yardstick("best_of_n", {draws(8)}), scratch / "t");
  int replays = 0;
  for (const auto& file : fs::directory_iterator(scratch / "t" / "replays")) {
    const OpenReplay open = open_replay(file.path().string());
    CATCH_CHECK_FALSE(pump::engine::verify(*open.environment, open.replay));
    CATCH_CHECK(open.replay.reset_episode == 0);
    replays++;
  }
  CATCH_CHECK(replays > 0);
  CATCH_CHECK(result.discovery_steps.has_value());
  CATCH_CHECK(*result.discovery_steps < result.checkpoints[0].steps);
}

CATCH_TEST_CASE("what a yardstick cannot be told is refused") {
  const auto refusal = [](const std::string& objective, const std::string& assignment) {
    return complaint([&] { yardstick(objective, {assignment}); });
  };
  CATCH_CHECK(
      contains(refusal("best_of_n", "start=fresh"), "expected one of uniform, prior, clone"));
  CATCH_CHECK(contains(refusal("best_of_n", "leash=clone"), "leash: expected one of none"));
  CATCH_CHECK(contains(refusal("best_of_n", "train.draws=0"), "train.draws: expected an integer"));
  CATCH_CHECK(contains(refusal("quantilizer", "train.top_share=0"), "train.top_share: expected"));
  CATCH_CHECK(contains(refusal("quantilizer", "train.top_share=.01"),
                       "train.top_share: expected at least one of the draws"));
  CATCH_CHECK(contains(refusal("ppo_clip", "train.draws=4"), "train.draws: expected"));
}

CATCH_TEST_CASE("yardsticks stand beside trained objectives in a sweep and its report",
                "[process]") {
  const Scratch scratch;
  write_text(scratch / "s.yaml",
             "title: beside\ndefaults:\n  environment: burning_building\n"
             "  parameters: {valve_turns: 1}\n  wish: distance\n  steps: 2000\n"
             "  evaluation_episodes: 16\n  clone: {episodes: 16}\n"
             "blocks:\n  - set: {train: {draws: 4, top_share: 0.5}}\n"
             "    vary: {objective: [best_of_n, quantilizer], start: [uniform, clone]}\n"
             "  - set: {objective: a2c}\n");
  const std::string out = (scratch / "out").string();
  CATCH_CHECK(run_pump({"sweep", (scratch / "s.yaml").string(), "--out", out, "-j", "1"}).status ==
              0);
  const auto report = run_pump({"report", out});
  CATCH_CHECK(report.status == 0);
  for (const char* part : {"best_of_n, start uniform", "quantilizer, start clone", "a2c"})
    CATCH_CHECK(contains(report.out, part));
  CATCH_CHECK(contains(run_pump({"list"}).out, "best_of_n, quantilizer"));
  CATCH_CHECK(contains(run_pump({"train", "--help"}).out, "best_of_n"));
}
