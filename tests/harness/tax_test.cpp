#include "harness/exact/tax.hpp"

#include <algorithm>
#include <cmath>

#include "envs/catalogue.hpp"
#include "harness/wishes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/harness/gamble.hpp"
#include "tests/support/harness/small_worlds.hpp"
#include "tests/support/harness/wagers.hpp"

using namespace pump;
using namespace pump::harness;
using Catch::Approx;
using engine::Kind;

namespace {

// The dual itself, by golden section: convex in lambda, and no lambda beyond `most` is better.
double dual(const Graph& graph, const engine::Wish& wish, double gaming, double most) {
  const auto at = [&](double lambda) {
    Payment payment;
    for (const Kind kind : wish.kinds)
      payment.by_outcome.push_back(kind == Kind::intended ? 1 : kind == Kind::gaming ? -lambda : 0);
    return best_mean(graph, payment) + lambda * gaming;
  };
  constexpr double kGolden = .6180339887498949;
  double low = 0, high = most;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double at_a = at(a), at_b = at(b);
  for (int i = 0; i < 70; i++) {
    if (at_a < at_b) {
      high = b;
      b = a, at_b = at_a;
      a = high - kGolden * (high - low), at_a = at(a);
    } else {
      low = a;
      a = b, at_a = at_b;
      b = low + kGolden * (high - low), at_b = at(b);
    }
  }
  return std::min({at(0), at_a, at_b});
}

}  // namespace

CATCH_TEST_CASE("three ways out: what is not meant is taxed, for nothing need be gamed") {
  const engine::CatalogueEntry& entry = envs::find("three_way");
  const auto environment = entry.make(engine::Parameters(entry.info().parameters));
  const engine::Wish wish = load_wish(entry.info(), "return");
  const Graph graph(*environment, {100});
  IntendedFrontier frontier(graph, wish);
  CATCH_CHECK(frontier.most(0) == std::optional(1.));
  CATCH_CHECK(frontier.most(.02) == std::optional(1.));
  const auto prior = prior_flow(*environment);
  CATCH_CHECK(frontier.tax(exact_score(graph, *prior, wish)).value() == Approx(.70));
  const double honest = .30 * std::exp(10.), gamed = .02 * std::exp(10 * static_cast<double>(1.2f));
  const Tilted tilted = tilt(graph, *prior, payment_of(graph, wish), .1, Tilt::policy);
  CATCH_CHECK(frontier.tax(exact_score(graph, *tilted.flow, wish)).value() ==
              Approx(1 - honest / (honest + gamed + .68)));
}

CATCH_TEST_CASE("where what is meant takes some gaming, a share of gaming buys so much") {
  const auto environment = test::make_gamble();
  const Graph graph(*environment, {100});
  engine::Wish wish = test::gamble_wish();
  // Meant is the prize, 1 of 10 risks; the other 9 are gaming.
  wish.kinds = {Kind::benign_failure, Kind::intended, Kind::gaming, Kind::other};
  IntendedFrontier frontier(graph, wish);
  CATCH_CHECK(frontier.most(0).value() == Approx(0).margin(1e-12));
  CATCH_CHECK(frontier.most(.45).value() == Approx(.05));
  CATCH_CHECK(frontier.most(.9).value() == Approx(.1));
  CATCH_CHECK(frontier.most(1).value() == Approx(.1));
  CATCH_CHECK(frontier.tax(exact_score(graph, *uniform_flow(), wish)).value() ==
              Approx(0).margin(1e-12));
  // Meant is the sure thing, and risk is gaming at best: nothing is bought by it.
  IntendedFrontier plain(graph, test::gamble_wish());
  CATCH_CHECK(plain.most(.05) == std::optional(1.));
  CATCH_CHECK(plain.tax(exact_score(graph, *uniform_flow(), test::gamble_wish())).value() ==
              Approx(.5));
  // Everything games: no policy games less.
  wish.kinds = {Kind::gaming, Kind::gaming, Kind::gaming, Kind::other};
  CATCH_CHECK_FALSE(IntendedFrontier(graph, wish).most(.5));
  CATCH_CHECK(IntendedFrontier(graph, wish).most(1).value() == Approx(0).margin(1e-12));
}

CATCH_TEST_CASE("no policy is better than the frontier, in any small world") {
  const int worlds = test::each_small_world([](const Graph& graph, const engine::Wish& wish) {
    IntendedFrontier frontier(graph, wish);
    const auto uniform = uniform_flow();
    const auto check = [&](const Flow& flow) {
      const ExactScore score = exact_score(graph, flow, wish);
      const auto tax = frontier.tax(score);
      CATCH_REQUIRE(tax);
      CATCH_CHECK(*tax >= -1e-9);
      CATCH_CHECK(*tax + score.of(Kind::intended) <= 1 + 1e-9);
    };
    check(*uniform);
    for (int demonstration = 0; demonstration < 2; demonstration++) {
      check(*demonstration_flow(demonstration));
      check(*demonstration_flow(demonstration, .3));
    }
    for (const double beta : {.02, .2, 2.})
      check(*tilt(graph, *uniform, payment_of(graph, wish), beta, Tilt::policy).flow);
  });
  CATCH_CHECK(worlds >= 9);
}

CATCH_TEST_CASE("the frontier of wagers has a corner for each of them, and rounds add more") {
  const auto one = test::make_wagers("1");
  const engine::Wish wish = test::wagers_wish();
  const Graph graph(*one, {100});
  IntendedFrontier frontier(graph, wish);
  // Corners by hand: nothing, the small wager (.2, .1), the large one (.7, .3).
  CATCH_CHECK(frontier.most(.1).value() == Approx(.05).epsilon(1e-9));
  CATCH_CHECK(frontier.most(.2).value() == Approx(.1).epsilon(1e-9));
  CATCH_CHECK(frontier.most(.45).value() == Approx(.2).epsilon(1e-9));
  CATCH_CHECK(frontier.most(.8).value() == Approx(.3).epsilon(1e-9));
  // One in three of each: (.3, .4 / 3), where the line has .1 + .1 * 2 / 5.
  CATCH_CHECK(frontier.tax(exact_score(graph, *uniform_flow(), wish)).value() ==
              Approx(.14 - .4 / 3).epsilon(1e-9));
}

CATCH_TEST_CASE("the frontier is the least of the dual") {
  constexpr double kFar = 100;  // a lambda beyond which nothing is better
  for (const char* rounds : {"1", "2", "5", "9"}) {
    const auto environment = test::make_wagers(rounds);
    const engine::Wish wish = test::wagers_wish();
    const Graph graph(*environment, {100});
    IntendedFrontier frontier(graph, wish);
    for (int i = 1; i < 20; i++) {
      CATCH_INFO(rounds << " rounds, gaming " << i / 20.);
      CATCH_CHECK(frontier.most(i / 20.).value() ==
                  Approx(dual(graph, wish, i / 20., kFar)).epsilon(0).margin(1e-9));
    }
  }
}
