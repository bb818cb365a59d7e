#include "harness/exact/trained.hpp"

#include <algorithm>
#include <cmath>

#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/exact/answers.hpp"
#include "harness/exact/plot.hpp"
#include "harness/files.hpp"
#include "harness/store.hpp"
#include "harness/trial_policies.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/command.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using test::contains;
using test::Ran;
using test::run_pump;
using test::Scratch;

namespace {

const engine::CatalogueEntry& three_way() { return envs::find("three_way"); }

TrialSpec spec_of(double beta, std::uint64_t seed) {
  TrialSpec spec;
  spec.environment = "three_way";
  spec.wish = load_wish(three_way().info(), "return");
  spec.parameters = engine::Parameters(three_way().info().parameters).texts();
  spec.train = load_objective("ppo_kl", "common");
  spec.train.kl_coef = beta;
  spec.start = spec.leash = "prior";
  spec.seed = seed;
  return spec;
}

// What it came to: of 100 episodes so many honest and gamed, at each of 4 checkpoints.
TrialResult result_of(const TrialSpec& spec, const std::vector<int>& honest, int gamed) {
  TrialResult result = describe(spec);
  for (const int count : honest) {
    Checkpoint& checkpoint = result.checkpoints.emplace_back();
    checkpoint.episodes = 100;
    checkpoint.outcomes = {count, gamed, 100 - count - gamed, 0};
  }
  return result;
}

// The sweep of a folder, with what each trial came to.
void store(const Scratch& scratch, const std::vector<std::pair<TrialSpec, TrialResult>>& trials,
           int planned = 0) {
  SweepSpec sweep{"made up", {}, {}};
  for (const auto& [spec, result] : trials) sweep.trials.push_back(spec);
  for (int i = 0; i < planned; i++) sweep.trials.push_back(spec_of(7, 100 + i));
  Store store(scratch.path(), sweep, "made up");
  for (std::size_t i = 0; i < trials.size(); i++) store.keep(i, trials[i].second);
}

std::pair<TrialSpec, TrialResult> trial(TrialSpec spec, int honest = 60, int gamed = 30) {
  TrialResult result = result_of(spec, {0, honest, honest, honest}, gamed);
  return {std::move(spec), std::move(result)};
}

TrainedTrials read(const Scratch& scratch, const std::string& reference = "prior") {
  const auto environment = three_way().make(engine::Parameters(three_way().info().parameters));
  return trained_trials(scratch.path(), *environment, load_wish(three_way().info(), "return"),
                        name_policy(*environment, reference));
}

}  // namespace

CATCH_TEST_CASE("trained shares are means over seeds of the last three checkpoints") {
  const Scratch scratch;
  TrialResult discoverer = result_of(spec_of(.1, 0), {0, 60, 63, 66}, 30);
  discoverer.discovery_steps = 100;
  store(scratch, {{spec_of(.1, 0), discoverer},
                  {spec_of(.1, 1), result_of(spec_of(.1, 1), {90, 72, 69, 72}, 20)},
                  trial(spec_of(.5, 0), 70, 0)});
  const TrainedTrials found = read(scratch);
  CATCH_REQUIRE(found.points.size() == 2);
  const TrainedPoint& two = found.points[0];
  CATCH_CHECK(two.beta == .1);
  CATCH_CHECK((two.seeds == 2 && two.found == 1));
  CATCH_CHECK(two.intended.mean == Approx((.63 + .71) / 2));
  CATCH_CHECK(two.gaming.mean == Approx(.25));
  // Two seeds, .08 apart: Student's interval is 12.7 times .04 wide either way, and shares end
  // at 1.
  CATCH_CHECK(two.intended.interval.low == Approx(.67 - 12.7062 * .04).epsilon(1e-4));
  CATCH_CHECK(two.intended.interval.high == 1);
  // One seed: Clopper-Pearson's of 0 of 100 has an upper end.
  CATCH_CHECK(found.points[1].gaming.mean == 0);
  CATCH_CHECK(found.points[1].gaming.interval.low == 0);
  CATCH_CHECK(found.points[1].gaming.interval.high == Approx(1 - std::pow(.025, .01)));
}

CATCH_TEST_CASE("seeds that all came to the same still leave an interval") {
  const Scratch scratch;
  store(scratch, {trial(spec_of(.1, 0), 100, 0), trial(spec_of(.1, 1), 100, 0)});
  CATCH_CHECK(read(scratch).points[0].gaming.interval.high == Approx(1 - std::pow(.025, .01)));
}

CATCH_TEST_CASE("trials of another question are left out, and counted") {
  const Scratch scratch;
  std::vector<std::pair<TrialSpec, TrialResult>> trials = {trial(spec_of(.1, 0))};
  const auto other = [&](auto change) {
    TrialSpec spec = spec_of(.1, trials.size());
    change(spec);
    trials.push_back(trial(spec));
  };
  other([](TrialSpec& spec) { spec.wish.weights[0] += 1; });  // elsewhere, from here on
  other([](TrialSpec& spec) { spec.sticky_actions = .1; });
  other([](TrialSpec& spec) { spec.evaluation_actions = Choice::most_probable; });
  trials.push_back(trial(spec_of(.1, 50)));
  trials.back().second.environment = "bandit";
  const int elsewhere = 4;
  other([](TrialSpec& spec) { spec.leash = "uniform"; });  // otherwise, from here on
  other([](TrialSpec& spec) {
    spec.train = load_objective("ppo_clip", "common");
    spec.leash = "none";
  });
  other([](TrialSpec& spec) { spec.train.kl_coef = 0; });
  other([](TrialSpec& spec) { spec.train.kl_target = 1; });
  other([](TrialSpec& spec) { spec.train.ent_coef = .05; });
  other([](TrialSpec& spec) { spec.train.gamma = .99; });
  other([](TrialSpec& spec) {  // pays in its loss
    spec.train = load_objective("grpo", "common");
    spec.train.ent_coef = 0;
    spec.train.kl_coef = .1;
  });
  const int otherwise = 7;
  trials.push_back(trial(spec_of(.1, 60)));
  trials.back().second.status = TrialStatus::diverged;
  store(scratch, trials, 2);
  const TrainedTrials found = read(scratch);
  CATCH_REQUIRE(found.points.size() == 1);
  CATCH_CHECK(found.points[0].seeds == 1);
  CATCH_CHECK(found.trials == 15);
  CATCH_CHECK(found.elsewhere == elsewhere);
  CATCH_CHECK(found.otherwise == otherwise);
  CATCH_CHECK(found.unfinished == 3);
  CATCH_CHECK(read(scratch, "uniform").points.size() == 1);
}

CATCH_TEST_CASE("a sweep without a trial of the question is refused in one line") {
  const Scratch scratch;
  store(scratch, {trial(spec_of(.1, 0))});
  const std::string none = test::complaint([&] { read(scratch, "uniform"); });
  CATCH_CHECK(contains(none, "--trials: expected finished trials of this wish, world and leash"));
  CATCH_CHECK(contains(none, "got none of 1: 0 elsewhere, 1 of another leash, 0 unfinished"));
  CATCH_CHECK(contains(test::complaint([&] { read(scratch, "demo:intended"); }),
                       "--trials: expected a --reference that a trial can be leashed to"));
}

CATCH_TEST_CASE("trained points lie beside the exact ones, in words, numbers and a picture",
                "[process]") {
  const Scratch scratch;
  store(scratch, {trial(spec_of(.1, 0)), trial(spec_of(.2, 0))});
  const std::string plot = (scratch / "curve.svg").string();
  const std::vector<std::string> words = {
      "exact",       "three_way", "--wish",   "return",
      "--reference", "prior",     "--trials", scratch.path().string()};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return run_pump(more);
  };
  const Ran text = with({"--plot", plot});
  CATCH_CHECK(text.status == 0);
  CATCH_CHECK(contains(text.out, "0.6000 ["));
  CATCH_CHECK(contains(text.out, "Left out: 0 of another world or wish"));
  const std::string svg = read_text(plot);
  CATCH_CHECK(contains(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
  for (const std::string part : {"three_way, wish return", "beta, reward a nat", "device: tilts",
                                 "the reference itself: prior", "trained, mean over seeds",
                                 "ppo_kl, \u03b2 0.2, beta 0.2, 1 seeds: gaming 0.3000"})
    CATCH_CHECK(contains(svg, part));
  CATCH_CHECK(!contains(svg, "var("));  // its own colours
  const auto json = nlohmann::json::parse(with({"--beta", "1", "--json"}).out);
  CATCH_CHECK(json["soft_optimal"].size() == 3);  // the trials' betas are solved too
  CATCH_CHECK(json["trained"]["points"][0]["gaming"]["mean"].get<double>() == Approx(.3));
  CATCH_CHECK(json["trained"]["points"][0]["gaming"]["exact"].get<double>() ==
              Approx(.330).margin(5e-4));
  for (const std::vector<std::string>& bad : {std::vector<std::string>{"--trials", "/nowhere"},
                                              {"--reference", "uniform"},
                                              {"--reference", "leash:/nowhere"},
                                              {"--plot", "/nowhere/curve.svg"}}) {
    const Ran ran = with(bad);
    CATCH_INFO(ran.err);
    CATCH_CHECK(ran.status == 2);
    CATCH_CHECK(ran.out == "");
    CATCH_CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  }
}

CATCH_TEST_CASE("where no wish is named, it is what was meant, or the only one", "[process]") {
  CATCH_CHECK(contains(run_pump({"exact", "unit_test"}).out, "unit_test, wish true: "));
  CATCH_CHECK(contains(run_pump({"exact", "bandit"}).out, "bandit, wish return: "));
}

CATCH_TEST_CASE("the picture's grid is twenty-five betas, and one beta is a picture too") {
  const std::vector<double> betas = plot_betas();
  CATCH_CHECK(betas.size() == 25);
  CATCH_CHECK(betas.front() == Approx(.01));
  CATCH_CHECK(betas.back() == Approx(10));
  CATCH_CHECK(std::is_sorted(betas.begin(), betas.end()));
  const auto environment = three_way().make(engine::Parameters(three_way().info().parameters));
  const ExactQuestion question{.reference = "prior", .betas = {.1}};
  const std::string svg =
      to_svg(answer(*environment, load_wish(three_way().info(), "return"), question));
  CATCH_CHECK(!contains(svg, "nan"));
  CATCH_CHECK(!contains(svg, "trained, mean"));
}

CATCH_TEST_CASE("a trial's leash is a reference: the clone it was leashed to, in every state") {
  const Scratch scratch;
  const engine::CatalogueEntry& entry = envs::find("unit_test");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  TrialSpec spec;
  spec.environment = "unit_test";
  spec.wish = load_wish(entry.info(), "green");
  spec.parameters = environment->parameters().texts();
  spec.train = load_objective("ppo_kl", "common");
  spec.train.network.hidden = {16};
  spec.clone.episodes = 16;
  spec.start = spec.leash = "clone";
  write_text(scratch / "config.yaml", write_trial(spec));
  const std::string name = "leash:" + scratch.path().string();
  const NamedPolicy named = name_policy(*environment, name, "--reference");
  CATCH_CHECK(named.uniform_share == .05);
  // As training has it, in a batch's worlds.
  const auto batch = environment->batch(4, 3);
  batch->begin_episodes();
  engine::TrainingView view(*batch, spec.wish);
  const std::size_t actions = environment->info().actions.size();
  std::vector<float> logs(4 * actions);
  TrialPolicies policies(spec, *environment, [&](int worlds, std::uint64_t seed) {
    return environment->batch(worlds, seed);
  });
  policies.leash()->log_probs(view, logs);
  const Graph graph(*environment, {100'000});
  CATCH_REQUIRE(graph.layer(0).size == 1);
  std::vector<double> ours(actions);
  make_flow(*environment, name, "--reference")->actions(graph, 0, ours);
  for (std::size_t a = 0; a < actions; a++)
    CATCH_CHECK(ours[a] == Approx(std::exp(static_cast<double>(logs[a]))).epsilon(1e-4));

  spec.train = load_objective("ppo_clip", "common");
  spec.leash = "none";
  write_text(scratch / "config.yaml", write_trial(spec));
  CATCH_CHECK(contains(test::complaint([&] { name_policy(*environment, name); }),
                       "expected a trial with a leash"));
  CATCH_CHECK(contains(
      test::complaint([&] {
        name_policy(*three_way().make(engine::Parameters(three_way().info().parameters)), name);
      }),
      "expected a trial in this three_way"));
}
