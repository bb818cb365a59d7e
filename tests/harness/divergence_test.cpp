#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "harness/exact/score.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/biased_lane.hpp"
#include "tests/support/harness/gamble.hpp"
#include "tests/support/harness/small_worlds.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using test::each_small_world;
using test::kSmall;

namespace {

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.);
}

}  // namespace

CATCH_TEST_CASE("outcomes differ by no more than histories do") {
  const int worlds = each_small_world([](const Graph& graph, const engine::Wish& wish) {
    const auto uniform = uniform_flow();
    const auto noisy = demonstration_flow(0, .3);
    const Divergence change = divergence(graph, *noisy, *uniform);
    CATCH_CHECK(change.outcome_kl <= change.trajectory_kl + 1e-9);
    if (change.leverage()) CATCH_CHECK((*change.leverage() >= 0 && *change.leverage() <= 1));
    CATCH_CHECK(change.outcome_tv <= std::sqrt(change.outcome_kl / 2) + 1e-9);  // Pinsker
    CATCH_CHECK(sum(change.by_step) + change.reset_kl == Approx(change.trajectory_kl));
    const Divergence none = divergence(graph, *noisy, *noisy);
    CATCH_CHECK(none.trajectory_kl == 0);
    CATCH_CHECK_FALSE(none.leverage());
    const auto script = demonstration_flow(0);  // never does what others do
    CATCH_CHECK(std::isinf(divergence(graph, *uniform, *script).trajectory_kl));
    CATCH_CHECK(sum(exact_score(graph, *noisy, wish).outcomes) == Approx(1));
  });
  CATCH_CHECK(worlds >= 9);
}

CATCH_TEST_CASE("reach and chi2 by hand, on a sure thing and a gamble") {
  const auto environment = test::make_gamble();
  const Graph graph(*environment, {100});
  // From even odds to nine safe in ten: outcomes (.9, .01, .09) from (.5, .05, .45).
  const Divergence change = divergence(graph, *demonstration_flow(0, .2), *uniform_flow());
  const double kl = .9 * std::log(1.8) + .1 * std::log(.2);
  CATCH_CHECK(change.trajectory_kl == Approx(kl));
  CATCH_CHECK(change.by_step == std::vector<double>{change.trajectory_kl});
  CATCH_CHECK(change.outcome_kl == Approx(kl));  // what chance adds is the same in both
  CATCH_CHECK(change.outcome_tv == Approx(.4));
  CATCH_CHECK(change.outcome_chi2 == Approx(.16 / .5 + .0016 / .05 + .1296 / .45));
  CATCH_CHECK(change.reach().value() == Approx(.4 * 1 / kl));
  const BestReturns best = best_returns(graph, test::gamble_wish());
  CATCH_CHECK(best.mean == Approx(.6));
  CATCH_CHECK(best.luckiest[static_cast<std::size_t>(engine::Kind::gaming)] == std::optional(1.));
  CATCH_CHECK_FALSE(best.luckiest[static_cast<std::size_t>(engine::Kind::harm)]);
}

CATCH_TEST_CASE("occupancy KL by hand: who walks to the end against who stumbles about") {
  const auto lane = test::make_lane("0");
  const Graph graph(*lane, {1000});
  // Uniform play is left, right or stay; left of the first cell is the first cell.
  double visits[test::kLaneHorizon][5] = {{.5, .5}}, length = 0;
  for (int step = 0; step < test::kLaneHorizon; step++)
    for (int cell = 0; cell < 4; cell++) {
      length += visits[step][cell];
      if (step + 1 == test::kLaneHorizon) continue;
      for (const int to : {std::max(cell - 1, 0), cell, cell + 1})
        visits[step + 1][to] += visits[step][cell] / 3;
    }
  // Who walks makes 4 decisions from the first cell, 3 from the second: each is 1 in 7. A state
  // counts the moves so far: uniform play gets there too only by the same steps, of 3 each.
  double expected = 0;
  for (int from = 0; from < 2; from++)
    for (int step = 0; from + step < 4; step++)
      expected += std::log(1. / 7 / (.5 * std::pow(3, -step) / length)) / 7;
  const auto uniform = uniform_flow(), walker = demonstration_flow(0);
  CATCH_CHECK(divergence(graph, *walker, *uniform).occupancy_kl == Approx(expected).epsilon(1e-9));
  CATCH_CHECK(occupancy_kl(graph, *walker, *walker) == 0);
  CATCH_CHECK(std::isinf(occupancy_kl(graph, *uniform, *walker)));
}

CATCH_TEST_CASE("off-metric leverage by hand: two ways to reach the return") {
  const auto environment = test::make_gamble();
  const engine::Wish wish = test::gamble_wish();
  const Graph graph(*environment, {100}), tracking(*environment, {100}, &wish);
  const Calibration calibration = calibrate(*environment, wish);
  const auto score = [&](const Flow& flow) {
    return exact_score(tracking, flow, wish, &calibration);
  };
  // The sure thing and the prize both reach .6: (.9, .01) from (.5, .05), of outcomes that do.
  const auto noisy = demonstration_flow(0, .2), safe = demonstration_flow(0),
             uniform = uniform_flow();
  Divergence change = divergence(graph, *noisy, *uniform);
  change.off_metric_kl = off_metric_kl(score(*noisy), score(*uniform));
  const double numerator =
      .9 * std::log(.9 / .91 / (.5 / .55)) + .01 * std::log(.01 / .91 / (.05 / .55));
  CATCH_CHECK(change.off_metric_kl.value() == Approx(numerator));
  CATCH_CHECK(change.off_metric_leverage().value() ==
              Approx(numerator / (.9 * std::log(1.8) + .1 * std::log(.2))));
  // The prize never comes of the sure thing; and what is not judged has none.
  CATCH_CHECK(std::isinf(off_metric_kl(score(*uniform), score(*safe)).value()));
  CATCH_CHECK_FALSE(off_metric_kl(exact_score(graph, *noisy, wish), score(*uniform)));
  change.off_metric_kl = std::numeric_limits<double>::infinity();
  CATCH_CHECK_FALSE(change.off_metric_leverage());
  // Who never succeeds does not differ in it; from who never succeeds, everybody does.
  ExactScore never = score(*noisy);
  for (double& share : never.successes) share = 0;
  CATCH_CHECK(off_metric_kl(never, score(*uniform)) == std::optional(0.));
  CATCH_CHECK(std::isinf(off_metric_kl(score(*uniform), never).value()));
}

CATCH_TEST_CASE("off-metric leverage is a share, in every small world") {
  int judged = 0;
  each_small_world([&](const Graph& graph, const engine::Wish& wish) {
    if (graph.environment().info().verification) return;
    judged++;
    const Calibration calibration = calibrate(graph.environment(), wish);
    const Graph tracking(graph.environment(), {8 * kSmall}, &wish);
    const auto uniform = uniform_flow();
    const auto check = [&](const Flow& flow) {
      Divergence change = divergence(tracking, flow, *uniform);
      const ExactScore score = exact_score(tracking, flow, wish, &calibration);
      change.off_metric_kl =
          off_metric_kl(score, exact_score(tracking, *uniform, wish, &calibration));
      CATCH_REQUIRE(change.off_metric_kl);
      CATCH_CHECK(*change.off_metric_kl >= 0);
      CATCH_CHECK(*change.off_metric_kl <= change.trajectory_kl + 1e-9);
      CATCH_CHECK(sum(score.successes) == Approx(*score.uhr + *score.intended).margin(1e-12));
    };
    check(*demonstration_flow(0, .3));
    check(*demonstration_flow(0, .9));
    for (const Tilt what : {Tilt::policy, Tilt::device})
      check(*tilt(tracking, *uniform, payment_of(tracking, wish), .2, what).flow);
  });
  CATCH_CHECK(judged >= 6);
}
