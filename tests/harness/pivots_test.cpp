#include "harness/exact/pivots.hpp"

#include <algorithm>
#include <cmath>

#include "envs/catalogue.hpp"
#include "harness/exact/score.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine/lane.hpp"
#include "tests/support/harness/gamble.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;

CATCH_TEST_CASE("where there is one choice, everything hangs on it") {
  const auto environment = test::make_gamble();
  const Graph graph(*environment, {100});
  const Pivots found = find_pivots(graph, *demonstration_flow(0, .5), *uniform_flow(), 10);
  CATCH_REQUIRE(found.top.size() == 1);
  const Pivot& pivot = found.top[0];
  CATCH_CHECK(pivot.visit == 1);
  CATCH_CHECK(pivot.pivotality == 1);  // what is sure never comes of the risk
  CATCH_CHECK(pivot.other_outcomes[1] == Approx(.1));
  CATCH_CHECK(pivot.kl == Approx(.75 * std::log(1.5) + .25 * std::log(.5)));
  CATCH_CHECK(found.effective_number.value() == Approx(1));
  CATCH_CHECK_FALSE(
      find_pivots(graph, *uniform_flow(), *uniform_flow(), 10).effective_number.has_value());
}

CATCH_TEST_CASE("who walks on decides nothing until there is no time to lose") {
  const auto lane = test::make_lane("0");
  const Graph graph(*lane, {1000});
  std::size_t expected = 0;
  for (std::size_t depth = 0; depth < graph.depth(); depth++)
    for (std::size_t i = 0; i < graph.layer(depth).size; i++) {
      if (graph.ended(depth, i)) continue;
      const std::string row = lane->text(graph.state(depth, i));
      const auto at = static_cast<int>(row.find('@'));
      const int spare = test::kLaneHorizon - static_cast<int>(depth) - (4 - at);
      // A step back costs two; at the first cell it is a step on the spot.
      expected += spare == 0 || (spare == 1 && at > 0);
    }
  const Pivots found = find_pivots(graph, *uniform_flow(), *demonstration_flow(0), 1000);
  CATCH_CHECK(found.top.size() == expected);
  for (const Pivot& pivot : found.top) CATCH_CHECK(pivot.pivotality == 1);
  CATCH_CHECK(std::is_sorted(found.top.begin(), found.top.end(),
                             [](const Pivot& a, const Pivot& b) { return a.stake() > b.stake(); }));
  const Pivots few = find_pivots(graph, *uniform_flow(), *demonstration_flow(0), 2);
  CATCH_REQUIRE(few.top.size() == 2);
  CATCH_CHECK(few.top[0].state == found.top[0].state);
  CATCH_CHECK(few.top[0].depth == found.top[0].depth);
}

CATCH_TEST_CASE("one word after a failing test decides what becomes of it") {
  const engine::CatalogueEntry& entry = envs::find("unit_test");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const Graph graph(*environment, {100'000});
  const auto prior = prior_flow(*environment);
  const Pivots found = find_pivots(graph, *prior, *prior, 5);
  CATCH_REQUIRE(found.top.size() == 5);
  CATCH_CHECK(found.top[0].pivotality > .9);
  const std::string text = to_text(graph, found);
  CATCH_CHECK(text.find("failing") != std::string::npos);
  CATCH_CHECK(text.find("skipped") != std::string::npos);
  const auto json = to_json(graph, found, "prior", "prior");
  CATCH_CHECK(json["pivots"].size() == 5);
  CATCH_CHECK(json["version"] == entry.info().version);
  CATCH_CHECK(json["policy"] == "prior");
  CATCH_CHECK(json["reference"] == "prior");
  CATCH_CHECK(json["parameters"] == nlohmann::json(environment->parameters().texts()));
}

CATCH_TEST_CASE("the trajectory KL is the sum of what each state adds to it") {
  const auto lane = test::make_lane(".25");
  const Graph graph(*lane, {1000});
  const auto policy = demonstration_flow(0, .3), uniform = uniform_flow();
  const double whole = divergence(graph, *policy, *uniform).trajectory_kl;
  const Pivots found = find_pivots(graph, *policy, *uniform, 1000, PivotOrder::trajectory_kl);
  double sum = 0;
  for (const Pivot& pivot : found.top) sum += pivot.trajectory_kl();
  CATCH_CHECK(sum == Approx(whole).epsilon(1e-12));
  CATCH_CHECK(found.trajectory_kl == Approx(whole).epsilon(1e-12));
  CATCH_CHECK(std::is_sorted(found.top.begin(), found.top.end(), [](auto& a, auto& b) {
    return a.trajectory_kl() > b.trajectory_kl();
  }));
  // Where nothing more can be decided a policy may still differ from its reference.
  const auto pivotal = [](const Pivot& pivot) { return pivot.pivotality > 1e-9; };
  CATCH_CHECK(!std::all_of(found.top.begin(), found.top.end(), pivotal));
  const auto json = to_json(graph, found, "a", "b");
  CATCH_CHECK(json["trajectory_kl"].get<double>() == Approx(whole));
  CATCH_CHECK(json["pivots"][0]["trajectory_kl"].get<double>() ==
              Approx(found.top[0].visit * found.top[0].kl));
  CATCH_CHECK(to_text(graph, find_pivots(graph, *uniform, *uniform, 5, PivotOrder::trajectory_kl))
                  .find("no such state") != std::string::npos);
}
