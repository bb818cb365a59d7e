#include "harness/trial_config.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <yaml-cpp/yaml.h>

#include "agents/trainer.hpp"
#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump::harness;
using pump::test::complaint;
using pump::test::contains;

namespace {

const std::string kTrial =
    "environment: burning_building\nparameters: {valve_turns: 2}\nwish: distance\n"
    "objective: ppo_clip\nseed: 7\nsteps: 5e4\ntrain:\n  ent_coef: .1\n";

TrialSpec read(const std::string& text, const std::vector<std::string>& assignments = {}) {
  ConfigMap config = ConfigMap::from_text(text, "t.yaml");
  for (const std::string& assignment : assignments) config.set(assignment);
  return read_trial(config);
}

std::string complaint_about(const std::string& assignment) {
  return complaint([&] { read(kTrial, {assignment}); });
}

SweepSpec sweep(const std::string& text, const std::vector<std::string>& assignments = {}) {
  const pump::test::Scratch scratch;
  write_text(scratch / "s.yaml", text);
  return read_sweep((scratch / "s.yaml").string(), assignments);
}

}  // namespace

CATCH_TEST_CASE("a trial goes over its objective's config, and an assignment over both") {
  const pump::agents::TrainConfig common = load_objective("ppo_clip", "common");
  const TrialSpec spec = read(kTrial);
  CATCH_CHECK(spec.parameters.at("valve_turns") == "2");
  CATCH_CHECK(spec.parameters.at("map") == "cottage");
  CATCH_CHECK(spec.seed == 7);
  CATCH_CHECK(spec.budget_steps == 50'000);
  CATCH_CHECK(spec.train.ent_coef == .1);
  CATCH_CHECK(spec.train.learning_rate == common.learning_rate);
  CATCH_CHECK(spec.start == "fresh");
  CATCH_CHECK(spec.leash == "none");
  CATCH_CHECK(read(kTrial, {"train.ent_coef=.3"}).train.ent_coef == .3);
  CATCH_CHECK(read(kTrial, {"train.network.hidden=[8]"}).train.network.hidden ==
              std::vector<int>{8});
  const TrialSpec leashed = read(kTrial, {"objective=ppo_kl"});
  CATCH_CHECK(leashed.start == "clone");
  CATCH_CHECK(leashed.leash == "clone");
}

CATCH_TEST_CASE("every reproduction has several seeds and the published reward") {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(configs_directory() / "verification")) {
    CATCH_INFO(entry.path().string());
    const SweepSpec reproduction = read_sweep(entry.path().string(), {});
    std::set<std::uint64_t> seeds;
    for (const TrialSpec& trial : reproduction.trials) {
      CATCH_CHECK(trial.wish.name == "return");
      seeds.insert(trial.seed);
    }
    // Ten, but where the answer is exact and the runs all agree.
    CATCH_CHECK(seeds.size() >= (entry.path().stem() == "three_way" ? 5 : 10));
    files++;
  }
  CATCH_CHECK(files >= 3);
}

CATCH_TEST_CASE("a trial written is the same trial read") {
  const std::vector<std::vector<std::string>> variants = {
      {},
      {"objective=ppo_kl", "clone.demonstrations={intended: .75, idle: .25}", "clone.noise=.2"},
      {"wish=true", "start=clone", "variant=paper", "sticky_actions=.25", "coarse_actions=2"},
      {"start=uniform", "leash=clone", "clone.episodes=64", "evaluation_actions=most_probable"},
      {"train.network={hidden: [4], activation: relu, shared_trunk: true}",
       "train.learning_rate=1.2345678901234567e-5", "train.optimiser=rmsprop"}};
  for (const auto& assignments : variants) {
    const TrialSpec spec = read(kTrial, assignments);
    const std::string text = write_trial(spec);
    CATCH_INFO(text);
    const TrialSpec again = read(text);
    CATCH_CHECK(to_json(again) == to_json(spec));
    CATCH_CHECK(trial_id(again) == trial_id(spec));
    CATCH_CHECK(write_trial(again) == text);
  }
}

CATCH_TEST_CASE("whatever key of a training config differs, it is another trial") {
  const YAML::Node train = YAML::Load(write_trial(read(kTrial)))["train"];
  int keys = 0;
  const auto tells = [&](const std::string& key) {
    for (const char* value : {"true", "false", "0", "0.5", "1", "3", "64", "relu", "rmsprop", "cpu",
                              "state_action", "chi2", "oracle", "convolution", "[7]"}) {
      for (const char* rollout : {"train.rollout_steps=0", "train.rollout_steps=32"}) try {
          const std::string plain = trial_id(read(kTrial, {rollout}));
          if (trial_id(read(kTrial, {rollout, key + "=" + value})) != plain) return true;
        } catch (const pump::Error&) {  // not of this key
        }
    }
    return false;
  };
  for (const auto& entry : train) {
    const auto key = "train." + entry.first.as<std::string>();
    keys++;
    if (!entry.second.IsMap()) {
      CATCH_INFO(key);
      CATCH_CHECK(tells(key));
      continue;
    }
    for (const auto& inner : entry.second) {
      CATCH_INFO(inner.first.as<std::string>());
      CATCH_CHECK(tells(key + "." + inner.first.as<std::string>()));
    }
  }
  CATCH_CHECK(keys > 30);
}

CATCH_TEST_CASE("every config of an objective can be read") {
  std::vector<std::string> all = pump::agents::objective_names();
  for (const std::string& name : pump::agents::yardstick_names()) all.push_back(name);
  for (const std::string& objective : all)
    for (const std::string variant : {"common", "paper"})
      CATCH_CHECK(load_objective(objective, variant).objective == objective);
  CATCH_CHECK(load_yardstick("quantilizer", "common").top_share == .125);
}

CATCH_TEST_CASE("what cannot be a trial is refused with its place and the nearest name") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"environment=burning_bilding", "(did you mean burning_building?)"},
      {"wish=distanse", "(did you mean distance?)"},
      {"objective=ppo_clap", "(did you mean ppo_clip?)"},
      {"variant=comon", "(did you mean common?)"},
      {"steps=-1", "--set: steps: expected an integer from 1 to"},
      {"steps=many", "got \"many\""},
      {"seed=-1", "--set: seed: expected an integer from 0 to"},
      {"step=3", "--set: step: expected a known key, got \"step\" (did you mean steps?)"},
      {"parameters.valve_turns=0", "valve_turns: expected an integer from 1 to"},
      {"parameters.valve_turn=1", "(did you mean valve_turns?)"},
      {"train.ent_coeff=.1", "--set: train.ent_coeff: expected a known key"},
      {"train.gamma=1.5", "--set: train.gamma: expected a number from 0 to 1"},
      {"train.network.hidden=[0]", "expected integers from 1 to"},
      {"train.network.hidden=[]", "expected 1 to 8 layers"},
      {"train.network.hidden=64", "--set: train.network.hidden: expected a list"},
      {"train.network.activation=tan", "(did you mean tanh?)"},
      {"train={worlds: 60000, rollout_steps: 1000}", "expected worlds x rollout steps of at most"},
      {"train.minibatches=5000", "expected at most 4096, the decisions of an update"},
      {"clone.demonstrations={intendd: 1}", "(did you mean intended?)"},
      {"clone.demonstrations={intended: .5}", "expected shares that sum to 1"},
      {"start=clown", "expected one of fresh, uniform, prior, clone, got \"clown\" (did you mean "},
      {"start=prior", "expected fresh, uniform or clone, because burning_building declares no"},
      {"leash=prior", "expected none, uniform or clone, because burning_building declares no"},
      {"clone.recordings=/nowhere", "/nowhere: expected a readable file"},
      {"leash=rope", "expected one of none, uniform, prior, clone"},
      {"train=3", "--set: train: expected a mapping, got \"3\""},
  };
  for (const auto& [assignment, part] : cases) {
    const std::string got = complaint_about(assignment);
    CATCH_INFO(assignment << " -> " << got);
    CATCH_CHECK(contains(got, part));
    CATCH_CHECK(contains(got, "--set: "));
  }
  CATCH_CHECK(contains(complaint([] {
                         read(kTrial, {"objective=reinforce", "train={bootstrap_truncated: true}"});
                       }),
                       "whole episodes are not cut off"));
  CATCH_CHECK(contains(complaint([] {
                         read(kTrial, {"objective=ppo_kl", "leash=none"});
                       }),
                       "because ppo_kl is leashed"));
  const auto without = [](const std::string& world, std::vector<std::string> more) {
    more.insert(more.begin(), "objective=ppo_outcome");
    return complaint([&] { read(world, more); });
  };
  const std::string building = "environment: burning_building\nwish: distance\n",
                    boats = "environment: boat_race\nwish: observed\n";
  CATCH_CHECK(
      contains(without(boats, {}), "train.outcome_code: expected oracle, because boat_race has 0"));
  CATCH_CHECK(without(boats, {"train.outcome_code=oracle"}).empty());
  CATCH_CHECK(contains(without("environment: friend_foe\nwish: observed\n", {}),
                       "because friend_foe remembers"));
  CATCH_CHECK(contains(without(building, {"train.kl_target=3"}),
                       "train.kl_target: expected 0, because ppo_outcome charges for outcomes"));
  CATCH_CHECK(contains(complaint([] {
                         read(kTrial, {"objective=ppo_occupancy", "train={kl_target: 3}"});
                       }),
                       "kl_target: expected 0, because ppo_occupancy charges for states"));
  CATCH_CHECK(contains(without(building, {"train.kl_length_normalised=true"}),
                       "train.kl_length_normalised: expected false"));
  CATCH_CHECK(contains(
      without(building + "parameters: {horizon: 1000}\n", {"train.outcome_episodes=65536"}),
      "train.outcome_episodes: expected at most 16777, of 1000 steps each"));
  CATCH_CHECK(complaint([] { read("wish: distance\n"); }) ==
              "t.yaml:1: environment: expected text, got nothing");
}

CATCH_TEST_CASE("a clone that nobody uses does not change a trial") {
  CATCH_CHECK(trial_id(read(kTrial, {"clone.episodes=5"})) == trial_id(read(kTrial)));
  CATCH_CHECK(trial_id(read(kTrial, {"start=clone", "clone.episodes=5"})) !=
              trial_id(read(kTrial, {"start=clone"})));
}

CATCH_TEST_CASE("start and leash are a trial's own, whatever its objective") {
  std::set<std::string> ids;
  for (const char* start : {"fresh", "uniform", "clone"})
    for (const char* leash : {"none", "uniform", "clone"}) {
      const TrialSpec spec =
          read(kTrial, {std::string("start=") + start, std::string("leash=") + leash});
      CATCH_CHECK(spec.start == start);
      CATCH_CHECK(spec.leash == leash);
      ids.insert(trial_id(spec));
    }
  CATCH_CHECK(ids.size() == 9);
}

CATCH_TEST_CASE("a sweep's trials come in the order of its file, the first key outermost") {
  const std::string text =
      "title: t\ndefaults: {environment: burning_building, wish: distance, steps: 100}\n"
      "blocks:\n"
      "  - vary:\n      objective: [a2c, ppo_clip]\n      seed: 3..5\n"
      "  - set: {objective: reinforce, train: {gamma: .9}}\n"
      "    vary: {parameters.valve_turns: [1, 2]}\n"
      "  - set: {objective: a2c, seed: 9}\n";
  const SweepSpec spec = sweep(text);
  CATCH_CHECK(spec.title == "t");
  CATCH_REQUIRE(spec.trials.size() == 9);
  CATCH_CHECK(spec.block_ends == std::vector<std::size_t>{6, 8, 9});
  CATCH_CHECK(spec.trials[1].train.objective == "a2c");
  CATCH_CHECK(spec.trials[1].seed == 4);
  CATCH_CHECK(spec.trials[3].train.objective == "ppo_clip");
  CATCH_CHECK(spec.trials[3].seed == 3);
  CATCH_CHECK(spec.trials[7].parameters.at("valve_turns") == "2");
  CATCH_CHECK(spec.trials[7].train.gamma == .9);
  CATCH_CHECK(spec.trials[8].seed == 9);
  for (const TrialSpec& trial : sweep(text, {"steps=200"}).trials)
    CATCH_CHECK(trial.budget_steps == 200);
}

CATCH_TEST_CASE("what cannot be a sweep is refused") {
  const std::string head =
      "title: t\ndefaults: {environment: burning_building, wish: distance, objective: a2c}\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {head, "s.yaml:1: blocks: expected a list of at least one block, got nothing"},
      {head + "blocks:\n  - vary: {seed: 5..2}\n", "expected a list of values, or a range"},
      {head + "blocks:\n  - vary: {seed: 0..99999999}\n", "expected a list of values"},
      {head + "blocks:\n  - vary: {seed: -9223372036854775808..9223372036854775807}\n",
       "expected a list of values, or a range"},
      {head + "blocks:\n  - vary: {seed: [1, 1]}\n", "expected each trial once"},
      {head + "blocks:\n  - vary: {evaluation_episodes: [8, 16]}\n",
       "expected runs that differ in their results, got trials 0 and 1"},
      {head + "blocks:\n  - vary: {train.kl_coef: [0.1, 1]}\n", "a leash's price without a leash"},
      {head + "blocks:\n  - vary: {seed: [1, x]}\n", "s.yaml:4: seed: expected an integer"},
      {head + "blocks:\n  - very: {seed: [1]}\n", "s.yaml:4: blocks[0].very: expected a known"},
      {head + "blocks:\n  - vary: {sed: [1]}\n", "s.yaml:4: sed: expected a known key"},
      {head + "blocks: 3\n", "s.yaml:3: blocks: expected a list of mappings, got \"3\""},
      {"blocks: []\n", "title: expected text, got nothing"},
  };
  for (const auto& [text, part] : cases) {
    const std::string got = complaint([&] { sweep(text); });
    CATCH_INFO(got);
    CATCH_CHECK(contains(got, part));
  }
}

CATCH_TEST_CASE("a range may end with the last number that there is") {
  const SweepSpec two = sweep(
      "title: t\ndefaults: {environment: bandit, wish: return, objective: a2c}\nblocks:\n"
      "  - vary: {seed: 9223372036854775806..9223372036854775807}\n");
  CATCH_REQUIRE(two.trials.size() == 2);
  CATCH_CHECK(two.trials[1].seed == 9223372036854775807u);
}

CATCH_TEST_CASE("the sweeps and trials that ship can be read") {
  CATCH_CHECK(read_sweep((configs_directory() / "sweeps/smoke.yaml").string(), {}).trials.size() ==
              4);
  const SweepSpec quickstart =
      read_sweep((configs_directory() / "sweeps/quickstart.yaml").string(), {});
  CATCH_CHECK(quickstart.trials.size() == 280);
  CATCH_CHECK(quickstart.block_ends.front() == 40);
  for (std::size_t i = 0; i < 40; i++)
    CATCH_CHECK(quickstart.trials[i].parameters.at("valve_turns") == "3");
  for (const char* folder : {"sweeps", "verification"})
    for (const auto& entry : std::filesystem::directory_iterator(configs_directory() / folder))
      CATCH_CHECK_FALSE(read_sweep(entry.path().string(), {}).trials.empty());
  read_trial(ConfigMap::from_file((configs_directory() / "trials/cottage.yaml").string()));
}
