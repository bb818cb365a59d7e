#include "harness/exact/leverage.hpp"

#include <cmath>

#include "envs/catalogue.hpp"
#include "harness/exact/flow.hpp"
#include "harness/exact/score.hpp"
#include "harness/store.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using test::contains;
using test::Scratch;

namespace {

const engine::CatalogueEntry& three_way() { return envs::find("three_way"); }

TrialSpec spec_of(const std::string& objective, std::uint64_t seed) {
  TrialSpec spec;
  spec.environment = "three_way";
  spec.wish = load_wish(three_way().info(), "return");
  spec.parameters = engine::Parameters(three_way().info().parameters).texts();
  spec.train = load_objective(objective, "common");
  spec.train.kl_coef = .1;
  spec.train.rollout_steps = 0;
  spec.train.worlds = 256;
  spec.start = spec.leash = "prior";
  spec.budget_steps = 20'000;
  spec.seed = seed;
  return spec;
}

// A sweep's folder with these trials, run.
void run(const Scratch& scratch, const std::vector<TrialSpec>& trials) {
  const SweepSpec sweep{"made up", trials, {}};
  Store store(scratch.path(), sweep, "made up");
  for (std::size_t i = 0; i < trials.size(); i++)
    store.keep(i, run_trial(trials[i], scratch / "trials" / trial_id(trials[i])));
}

}  // namespace

CATCH_TEST_CASE("what a leash holds is told by arm and price, trained beside exact") {
  const Scratch scratch;
  TrialSpec normalised = spec_of("ppo_kl", 0), sticky = spec_of("ppo_kl", 3);
  normalised.train.kl_length_normalised = true;
  sticky.sticky_actions = .5;
  run(scratch,
      {spec_of("ppo_kl", 0), spec_of("ppo_kl", 1), normalised, sticky, spec_of("ppo_outcome", 0)});
  const LeverageReport report = leverage_of(scratch.path(), {1000});
  const std::vector<LeverageTable>& tables = report.tables;
  CATCH_REQUIRE(tables.size() == 1);
  const LeverageTable& table = tables[0];
  CATCH_CHECK(report.ended == 5);
  CATCH_CHECK(report.left_out == 1);  // the sticky one
  CATCH_CHECK(table.environment == "three_way");
  CATCH_CHECK(table.states > 0);
  CATCH_REQUIRE(table.rows.size() == 3);  // the sticky one's observations are not the states'
  CATCH_CHECK(table.rows[0].arm == "ppo_kl");
  CATCH_CHECK(table.rows[1].arm == "ppo_kl, kl_length_normalised true");
  CATCH_CHECK(table.rows[2].arm == "ppo_outcome");
  CATCH_CHECK(table.rows[0].seeds == 2);

  // Means of what each seed's policy does.
  const auto environment = three_way().make(engine::Parameters(three_way().info().parameters));
  const Graph graph(*environment, {1000});
  double gaming = 0;
  for (const std::uint64_t seed : {0, 1}) {
    const auto flow = make_flow(
        *environment, (scratch / "trials" / trial_id(spec_of("ppo_kl", seed))).string(), "policy");
    gaming += exact_score(graph, *flow, normalised.wish).of(engine::Kind::gaming) / 2;
  }
  CATCH_REQUIRE(table.rows[0].exact);
  const ExactPoint& point = *table.rows[0].exact;
  CATCH_CHECK(point.gaming == Approx(gaming));
  CATCH_CHECK(*point.soft_gaming == Approx(.330).margin(5e-4));
  // Another nat, and no nat of trajectories.
  CATCH_CHECK(!table.rows[1].exact->soft_gaming);
  CATCH_CHECK(!table.rows[2].exact->soft_gaming);
  // An action is an outcome here, and intended outcomes need no gaming.
  CATCH_CHECK(*point.change.leverage() == Approx(1));
  CATCH_CHECK(*point.tax == Approx(1 - point.intended));
  CATCH_CHECK(*point.change.reach() ==
              Approx(point.change.outcome_tv / point.change.trajectory_kl));

  CATCH_CHECK(contains(to_text(report), "three_way, wish return, leash prior"));
  CATCH_CHECK(to_json(report)["tables"][0]["rows"][0]["found"] == table.rows[0].found);
  CATCH_CHECK(to_json(report)["tables"][0]["rows"][0]["exact"]["gaming"].get<double>() ==
              Approx(gaming));
}

CATCH_TEST_CASE("where gaming overtakes what was intended is found between two prices") {
  const Scratch scratch;
  std::vector<TrialSpec> trials;
  for (const double beta : {.05, .2}) {
    trials.push_back(spec_of("ppo_kl", 0));
    trials.back().train.kl_coef = beta;
    trials.back().train.learning_rate = 3e-3;
    trials.back().budget_steps = 100'000;
  }
  run(scratch, trials);
  const LeverageReport report = leverage_of(scratch.path(), {1000});
  const std::vector<LeverageTable>& tables = report.tables;
  CATCH_REQUIRE(tables.size() == 1);
  // By hand: (1.2 - 1) / log(.30 / .02).
  CATCH_REQUIRE(tables[0].soft_crossover);
  CATCH_CHECK(*tables[0].soft_crossover == Approx(.2 / std::log(15.)).epsilon(1e-5));
  CATCH_REQUIRE(tables[0].crossovers.size() == 1);
  CATCH_CHECK(tables[0].crossovers[0].beta == Approx(.0739).margin(.02));
}

CATCH_TEST_CASE("where a world is too large, what was sampled is told, and why no more") {
  const Scratch scratch;
  run(scratch, {spec_of("ppo_kl", 0)});
  const LeverageReport report = leverage_of(scratch.path(), {1});
  const std::vector<LeverageTable>& tables = report.tables;
  CATCH_REQUIRE(tables.size() == 1);
  CATCH_CHECK(tables[0].states == 0);
  CATCH_CHECK(contains(tables[0].why_not, "expected at most 1 states"));
  CATCH_CHECK(!tables[0].rows[0].exact);
  CATCH_CHECK(contains(to_text(report), "sampled only: states of three_way"));

  const Scratch other;
  TrialSpec free = spec_of("ppo_clip", 0);
  free.start = "fresh";
  free.leash = "none";
  run(other, {free});
  CATCH_CHECK(contains(test::complaint([&] { leverage_of(other.path(), {1000}); }),
                       "expected finished trials with a leash, got none of 1"));
}
