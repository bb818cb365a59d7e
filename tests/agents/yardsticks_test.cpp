#include <cmath>
#include <vector>

#include "agents/yardsticks/best_of_n.hpp"
#include "agents/yardsticks/quantilizer.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;
using Doubles = std::vector<double>;

// Of the world three_way's choice: failure, honest, gaming, by what they pay.
const Doubles kThreeWay = {.68, .30, .02};

double sum(const Doubles& values) {
  double out = 0;
  for (const double value : values) out += value;
  return out;
}

CATCH_TEST_CASE("the best draw is kept, the first among equals") {
  CATCH_CHECK(best_of(Doubles{3}) == 0);
  CATCH_CHECK(best_of(Doubles{1, 5, 2}) == 1);
  CATCH_CHECK(best_of(Doubles{1, 4, 2, 4, 4}) == 1);
  CATCH_CHECK(best_of(Doubles{-2, -2}) == 0);
}

CATCH_TEST_CASE("best of two keeps each level as often as worked out by hand") {
  const Doubles p = best_of_n_levels(Doubles{.5, .3, .2}, 2);
  // F = .5, .8, 1: .25, .64 - .25, 1 - .64.
  CATCH_CHECK(p[0] == Approx(.25));
  CATCH_CHECK(p[1] == Approx(.39));
  CATCH_CHECK(p[2] == Approx(.36));
  // .25 log(1/2) + .39 log 1.3 + .36 log 1.8 = -.173287 + .102322 + .211603
  CATCH_CHECK(kl_divergence(p, Doubles{.5, .3, .2}) == Approx(.140639).epsilon(1e-4));
  CATCH_CHECK(best_of_n_kl_bound(2) == Approx(std::log(2) - .5));
}

CATCH_TEST_CASE("what best of n costs is the exact sum, under its bound, and grows with n") {
  double before = -1;
  for (const int n : {1, 2, 4, 16, 64, 256, 4096}) {
    const Doubles p = best_of_n_levels(kThreeWay, n);
    CATCH_CHECK(sum(p) == Approx(1));
    const double kl = kl_divergence(p, kThreeWay);
    CATCH_CHECK(kl <= best_of_n_kl_bound(n) + 1e-12);
    CATCH_CHECK(kl > before);
    before = kl;
  }
  CATCH_CHECK(kl_divergence(best_of_n_levels(kThreeWay, 1), kThreeWay) == Approx(0).margin(1e-12));
  // In the end the top level alone is left, and its price is -log .02; the bound goes on growing.
  CATCH_CHECK(before == Approx(-std::log(.02)));
  CATCH_CHECK(best_of_n_kl_bound(4096) > before + 3);
}

CATCH_TEST_CASE("the bound of best of n is reached where no two returns are equal") {
  const Doubles fine(20'000, 1. / 20'000);
  for (const int n : {2, 8, 32})
    CATCH_CHECK(kl_divergence(best_of_n_levels(fine, n), fine) ==
                Approx(best_of_n_kl_bound(n)).margin(2e-3));
}

CATCH_TEST_CASE("the best of n draws is as often of each level as the formula says") {
  constexpr int kTrials = 20'000, kDraws = 5;
  Doubles shares(3);
  for (std::uint32_t trial = 0; trial < kTrials; trial++) {
    engine::Chance chance({7, engine::Stream::action, trial});
    Doubles returns;
    for (int draw = 0; draw < kDraws; draw++) returns.push_back(chance.pick(kThreeWay));
    shares[static_cast<std::size_t>(returns[best_of(returns)])] += 1. / kTrials;
  }
  const Doubles expected = best_of_n_levels(kThreeWay, kDraws);
  for (std::size_t i = 0; i < 3; i++)
    CATCH_CHECK(shares[i] == Approx(expected[i]).margin(.014));  // 4 standard errors
}

CATCH_TEST_CASE("a quantilizer keeps any of the top share, all alike, the first drawn of equals") {
  const Doubles returns = {1, 9, 5, 9, 5, 5, 0, 2};
  std::vector<int> kept(returns.size());
  for (std::uint32_t world = 0; world < 3000; world++) {
    engine::Chance chance({1, engine::Stream::choice, world});
    kept[quantilized(returns, .5, chance)]++;
  }
  // Both nines, then two of the three fives: those drawn first.
  for (const std::size_t in : {1, 3, 2, 4})
    CATCH_CHECK(kept[in] / 3000. == Approx(.25).margin(.04));
  for (const std::size_t out : {0, 5, 6, 7}) CATCH_CHECK(kept[out] == 0);
  CATCH_CHECK(draws_on_top(8, .5) == 4);
  CATCH_CHECK(draws_on_top(100, .07) == 7);
  CATCH_CHECK(draws_on_top(8, .01) == 1);
  CATCH_CHECK(draws_on_top(1, 1) == 1);
}

CATCH_TEST_CASE(
    "a quantilizer of a share of one is the reference, one of a single draw best of n") {
  std::vector<int> kept(4);
  for (std::uint32_t world = 0; world < 2000; world++) {
    engine::Chance chance({1, engine::Stream::choice, world});
    kept[quantilized(Doubles{4, 1, 3, 2}, 1, chance)]++;
    CATCH_CHECK(quantilized(Doubles{4, 1, 7, 2}, .25, chance) == 2);
  }
  for (const int count : kept) CATCH_CHECK(count / 2000. == Approx(.25).margin(.04));
  const Doubles whole = quantilizer_levels(kThreeWay, 1);
  for (std::size_t i = 0; i < 3; i++) CATCH_CHECK(whole[i] == Approx(kThreeWay[i]));
}

CATCH_TEST_CASE("what a quantilizer keeps and costs is worked out by hand") {
  // All of the gaming, and of the honest what is left of a share of .1: .08 / .1.
  const Doubles p = quantilizer_levels(kThreeWay, .1);
  CATCH_CHECK(p[0] == 0);
  CATCH_CHECK(p[1] == Approx(.8));
  CATCH_CHECK(p[2] == Approx(.2));
  CATCH_CHECK(kl_divergence(p, kThreeWay) == Approx(.8 * std::log(.8 / .3) + .2 * std::log(10)));
  // The bound is reached where the share ends between two levels.
  const Doubles whole = quantilizer_levels(kThreeWay, .32);
  CATCH_CHECK(whole[1] == Approx(.30 / .32));
  CATCH_CHECK(kl_divergence(whole, kThreeWay) == Approx(quantilizer_kl_bound(.32)));
  for (const double share : {1., .7, .3, .1, .02, .001}) {
    const Doubles kept = quantilizer_levels(kThreeWay, share);
    CATCH_CHECK(sum(kept) == Approx(1));
    CATCH_CHECK(kl_divergence(kept, kThreeWay) <= quantilizer_kl_bound(share) + 1e-12);
    for (std::size_t i = 0; i < 3; i++) CATCH_CHECK(kept[i] <= kThreeWay[i] / share + 1e-12);
  }
}

CATCH_TEST_CASE("levels are the shares of different values, from the lowest up") {
  CATCH_CHECK(levels_of(Doubles{2, -1, 2, 2}) == Doubles{.25, .75});
  CATCH_CHECK(levels_of(Doubles{5}) == Doubles{1});
}

}  // namespace
}  // namespace pump::agents
