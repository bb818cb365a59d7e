#include "harness/statistics.hpp"

#include <cmath>
#include <vector>

#include "engine/error.hpp"
#include "tests/support/catch.hpp"

namespace pump::harness {
namespace {

using Catch::Approx;

void check_interval(const Interval& interval, double low, double high) {
  CATCH_CHECK(interval.low == Approx(low).margin(5e-5));
  CATCH_CHECK(interval.high == Approx(high).margin(5e-5));
}

// Weeks of remission of Freireich et al. 1963 (Blood 21:699), with and without 6-MP; the figures
// checked against are those of Klein & Moeschberger 2003 and of R's survival package.
std::vector<Lifetime> treated() {
  return {{6, true},   {6, true},   {6, true},   {6, false}, {7, true},   {9, false},
          {10, true},  {10, false}, {11, false}, {13, true}, {16, true},  {17, false},
          {19, false}, {20, false}, {22, true},  {23, true}, {25, false}, {32, false},
          {32, false}, {34, false}, {35, false}};
}
std::vector<Lifetime> placebo() {
  std::vector<Lifetime> lifetimes;
  for (const double weeks : {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23})
    lifetimes.push_back({weeks, true});
  return lifetimes;
}

// Newcombe 1998 (Statistics in Medicine 17:857), table I, methods 3 and 5.
CATCH_TEST_CASE("Wilson intervals match Newcombe's table") {
  check_interval(wilson(81, 263), .2553, .3662);
  check_interval(wilson(15, 148), .0624, .1605);
  check_interval(wilson(0, 20), 0, .1611);
  check_interval(wilson(1, 29), .0061, .1718);
  check_interval(wilson(20, 20), 1 - .1611, 1);
  check_interval(wilson(0, 0), 0, 1);
}

CATCH_TEST_CASE("Student's interval is the one worked out by hand") {
  // Mean 2, deviation 1, three values: 2 +- 4.302653 / sqrt 3.
  const Interval of_three = student_t(std::vector<double>{1, 2, 3});
  CATCH_CHECK(of_three.high == Catch::Approx(2 + 4.302653 / std::sqrt(3.)));
  CATCH_CHECK(of_three.low == Catch::Approx(2 - 4.302653 / std::sqrt(3.)));
  CATCH_CHECK(std::isinf(student_t(std::vector<double>{1}).high));
}

CATCH_TEST_CASE("Clopper-Pearson intervals match Newcombe's table, and zero has an upper end") {
  check_interval(clopper_pearson(81, 263), .2527, .3676);
  check_interval(clopper_pearson(15, 148), .0578, .1617);
  check_interval(clopper_pearson(0, 20), 0, .1684);
  check_interval(clopper_pearson(1, 29), .0009, .1776);
  check_interval(clopper_pearson(0, 10), 0, 1 - std::pow(.025, .1));
  check_interval(clopper_pearson(10, 10), std::pow(.025, .1), 1);
  check_interval(clopper_pearson(0, 0), 0, 1);
}

CATCH_TEST_CASE("exact McNemar is the binomial test of the discordant pairs") {
  CATCH_CHECK(mcnemar_exact(0, 0) == 1);
  CATCH_CHECK(mcnemar_exact(6, 0) == Approx(2.0 / 64));
  CATCH_CHECK(mcnemar_exact(0, 6) == Approx(2.0 / 64));
  CATCH_CHECK(mcnemar_exact(4, 4) == 1);
  CATCH_CHECK(mcnemar_exact(1, 7) == Approx(2 * (1 + 8) / 256.0));
}

// Fagerland, Lydersen & Laake 2014 (Statistics in Medicine 33:2850), table II (airways before and
// after a transplantation) and R's contingencytables (response before and after a therapy); Agresti
// & Min 2005 (Statistics in Medicine 24:729), both as R's ratesci has them.
CATCH_TEST_CASE("the interval of a paired difference is Tango's, as published") {
  const Difference airways = paired_difference({1, 7, 1, 12});
  CATCH_CHECK(airways.value == Approx(-6.0 / 21));
  CATCH_CHECK(airways.interval.low == Approx(-.517).margin(5e-4));
  CATCH_CHECK(airways.interval.high == Approx(-.026).margin(5e-4));
  check_interval(paired_difference({59, 16, 6, 80}).interval, -.1240, -.0054);
  const Interval agresti_min = paired_difference({53, 8, 16, 9}).interval;
  CATCH_CHECK(agresti_min.low == Approx(-.020).margin(5e-4));
  CATCH_CHECK(agresti_min.high == Approx(.207).margin(5e-4));
}

// The limits were computed apart from this code, with the likelihood maximised numerically.
CATCH_TEST_CASE("a paired difference keeps its interval where cells are zero") {
  check_interval(paired_difference({}).interval, -1, 1);
  const double z = 1.959964;
  check_interval(paired_difference({4, 0, 0, 6}).interval, -z * z / (10 + z * z),
                 z * z / (10 + z * z));
  check_interval(paired_difference({0, 0, 3, 7}).interval, -.060793, .603222);
  check_interval(paired_difference({6, 0, 6, 8}).interval, .090537, .518973);
  check_interval(paired_difference({0, 0, 20, 0}).interval, .677750, 1);
  check_interval(paired_difference({0, 20, 0, 0}).interval, -1, -.677750);
  CATCH_CHECK(paired_difference({0, 0, 20, 0}).interval.high <= 1);
}

CATCH_TEST_CASE("swapping the sides of pairs mirrors their difference") {
  const Interval one = paired_difference({3, 4, 9, 24}, .9).interval;
  const Interval two = paired_difference({24, 9, 4, 3}, .9).interval;
  check_interval(one, -two.high, -two.low);
  CATCH_CHECK(one.high < paired_difference({3, 4, 9, 24}).interval.high);
}

CATCH_TEST_CASE("Mantel-Haenszel of matched pairs: one stratum is the plain difference and test") {
  const Pairs pairs{3, 1, 9, 7};
  const MantelHaenszel one = mantel_haenszel(std::vector<Pairs>{pairs, {}});
  const Difference plain = paired_difference(pairs);
  CATCH_CHECK(one.strata == 1);
  CATCH_CHECK(one.difference.value == plain.value);
  CATCH_CHECK(one.difference.interval.low == plain.interval.low);
  CATCH_CHECK(one.difference.interval.high == plain.interval.high);
  CATCH_CHECK(one.p == mcnemar_exact(1, 9));
  const MantelHaenszel none = mantel_haenszel(std::vector<Pairs>{});
  CATCH_CHECK(none.p == 1);
  CATCH_CHECK(none.strata == 0);
  check_interval(none.difference.interval, -1, 1);
}

CATCH_TEST_CASE("Mantel-Haenszel of matched pairs weights strata by their pairs") {
  // Differences of 1/2, 0 and -1/4 over 8, 4 and 8 pairs; 3 are for the first alone, 5 for the
  // second.
  const std::vector<Pairs> strata{{2, 0, 4, 2}, {1, 0, 0, 3}, {2, 3, 1, 2}};
  const MantelHaenszel common = mantel_haenszel(strata);
  CATCH_CHECK(common.strata == 3);
  CATCH_CHECK(common.difference.value == Approx((8 * .5 + 4 * 0 - 8 * .25) / 20));
  CATCH_CHECK(common.p == Approx(2 * (1 + 8 + 28 + 56) / 256.0));
}

// Agresti 2013, section 6.4 (eight centres: 2.13 from 1.18 to 3.87, 6.38 with P .012; the further
// digits were computed apart from this code), SAS's example of PROC FREQ (migraine: 8.3052), R's
// help of mantelhaen.test (rabbits, Berkeley) and statsmodels' tests, which have their intervals
// from R.
CATCH_TEST_CASE("the common odds ratio matches the textbook's and R's") {
  const auto check = [](const std::vector<Table>& strata, double value, double low, double high,
                        double p) {
    const OddsRatio odds = mantel_haenszel_odds(strata);
    CATCH_CHECK(odds.value == Approx(value).epsilon(1e-4));
    CATCH_CHECK(odds.interval.low == Approx(low).epsilon(1e-4));
    CATCH_CHECK(odds.interval.high == Approx(high).epsilon(1e-4));
    CATCH_CHECK(odds.p == Approx(p).epsilon(1e-3));
  };
  check({{10, 27, 11, 25},
         {22, 10, 16, 4},
         {7, 12, 14, 5},
         {1, 16, 2, 14},
         {0, 12, 6, 11},
         {0, 10, 1, 10},
         {1, 8, 1, 4},
         {6, 1, 4, 2}},
        2.13455, 1.17759, 3.86917, .0115146);
  check({{5, 20, 16, 11}, {7, 19, 12, 16}}, 3.3132, 1.4456, 7.5934, .003953);
  check({{6, 5, 0, 0}, {3, 6, 3, 0}, {0, 4, 6, 2}, {1, 0, 5, 6}, {0, 0, 2, 5}}, 7, 1.026713,
        47.725133, .0173844);
  check({{10, 24, 20, 14}, {3, 15, 15, 12}, {3, 2, 3, 2}, {7, 5, 12, 3}, {3, 2, 1, 0}}, 3.5912,
        1.781135, 7.240633, 3.03838e-4);
  check({{89, 19, 512, 313},
         {17, 8, 353, 207},
         {202, 391, 120, 205},
         {131, 244, 138, 279},
         {94, 299, 53, 138},
         {24, 317, 22, 351}},
        .904697, .771907, 1.060330, .216924);
}

CATCH_TEST_CASE("of pairs as strata, the common odds ratio is that of the discordant ones") {
  // Robins, Breslow & Greenland's variance is then 1 / first_only + 1 / second_only and the test
  // McNemar's without continuity correction: here 9 / 3 and (9 - 3)^2 / 12 = 3.
  std::vector<Table> strata(9, {0, 1, 1, 0});
  strata.insert(strata.end(), 3, {1, 0, 0, 1});
  strata.insert(strata.end(), 5, {1, 0, 1, 0});
  const OddsRatio odds = mantel_haenszel_odds(strata);
  CATCH_CHECK(odds.value == Approx(3));
  CATCH_CHECK(odds.interval.high == Approx(3 * std::exp(1.959964 * std::sqrt(1. / 9 + 1. / 3))));
  CATCH_CHECK(odds.p == Approx(.0832645).epsilon(1e-4));
}

// The finite ends were computed apart from this code, from the whole conditional distribution.
CATCH_TEST_CASE("a common odds ratio of zero or infinity has its other end") {
  const OddsRatio zero = mantel_haenszel_odds(std::vector<Table>{{5, 5, 0, 10}, {3, 7, 0, 8}});
  CATCH_CHECK(zero.value == 0);
  CATCH_CHECK(zero.interval.low == 0);
  CATCH_CHECK(zero.interval.high == Approx(.4859617));
  CATCH_CHECK(mantel_haenszel_odds(std::vector<Table>{{5, 5, 0, 10}}).interval.high ==
              Approx(.8365218));
  const OddsRatio infinite = mantel_haenszel_odds(std::vector<Table>{{0, 10, 5, 5}});
  CATCH_CHECK(std::isinf(infinite.value));
  CATCH_CHECK(std::isinf(infinite.interval.high));
  CATCH_CHECK(infinite.interval.low == Approx(1 / .8365218));
  for (const std::vector<Table>& nothing :
       {std::vector<Table>{}, {{0, 0, 3, 4}}, {{0, 5, 0, 5}, {4, 0, 6, 0}}}) {
    const OddsRatio odds = mantel_haenszel_odds(nothing);
    CATCH_CHECK(odds.value == 1);
    CATCH_CHECK(odds.p == 1);
    CATCH_CHECK(odds.interval.low == 0);
    CATCH_CHECK(std::isinf(odds.interval.high));
  }
}

// R's manual of power.prop.test: p1 .50, p2 .75, power .90 needs 76.7 a group.
CATCH_TEST_CASE("smallest detectable difference inverts the sample size formula") {
  CATCH_CHECK(smallest_detectable_difference(.5, 77, .05, .9).value() == Approx(.25).margin(5e-4));
  CATCH_CHECK(smallest_detectable_difference(.75, 40).value() ==
              Approx(smallest_detectable_difference(.25, 40).value()));
  CATCH_CHECK(smallest_detectable_difference(.1, 1000).value() <
              smallest_detectable_difference(.1, 50).value());
  CATCH_CHECK_FALSE(smallest_detectable_difference(.5, 2).has_value());
}

CATCH_TEST_CASE("smallest detectable paired difference is the binomial power of one-way pairs") {
  // Six one-way pairs are the first that reach .05; five cannot.
  CATCH_CHECK_FALSE(smallest_detectable_paired(5).has_value());
  CATCH_CHECK(smallest_detectable_paired(6).value() == Approx(std::pow(.8, 1.0 / 6)));
  const double d = smallest_detectable_paired(8).value();
  const double reach =
      28 * std::pow(d, 6) * std::pow(1 - d, 2) + 8 * std::pow(d, 7) * (1 - d) + std::pow(d, 8);
  CATCH_CHECK(reach == Approx(.8));
}

CATCH_TEST_CASE("pairs that go the other way make a difference harder to see") {
  const auto power = [](int n, double one_way, double other_way) {  // by every count of each way
    double sum = 0;
    for (int a = 0; a <= n; a++)
      for (int b = 0; a + b <= n; b++)
        if (a > b && mcnemar_exact(a, b) <= .05)
          sum += std::exp(std::lgamma(n + 1.) - std::lgamma(a + 1.) - std::lgamma(b + 1.) -
                          std::lgamma(n - a - b + 1.)) *
                 std::pow(one_way, a) * std::pow(other_way, b) *
                 std::pow(1 - one_way - other_way, n - a - b);
    return sum;
  };
  for (const double reverse : {.02, .1, .2}) {
    const double d = smallest_detectable_paired(30, .05, .8, reverse).value();
    CATCH_CHECK(power(30, d + reverse, reverse) == Approx(.8).margin(1e-4));
  }
  CATCH_CHECK(smallest_detectable_paired(180, .05 / 42).value() == Approx(.075).margin(.005));
  CATCH_CHECK(smallest_detectable_paired(180, .05 / 42, .8, .05).value() ==
              Approx(.15).margin(.01));
  CATCH_CHECK_FALSE(smallest_detectable_paired(8, .05, .8, .4).has_value());
}

CATCH_TEST_CASE("Holm steps down and Benjamini-Hochberg steps up, in the order given") {
  const std::vector<double> holm_in = {.319, .201, .4, .374, .113};
  const std::vector<double> holm_out = {.957, .804, .957, .957, .565};
  const std::vector<double> bh_in = {.008, .03, .123, .6, .2};
  const std::vector<double> bh_out = {.04, .075, .205, .6, .25};
  for (std::size_t i = 0; i < 5; ++i) {
    CATCH_CHECK(holm(holm_in)[i] == Approx(holm_out[i]));
    CATCH_CHECK(benjamini_hochberg(bh_in)[i] == Approx(bh_out[i]));
  }
  CATCH_CHECK(holm({}).empty());
}

// Benjamini & Hochberg 1995, section 4: of 15 hypotheses four are rejected at .05, and three by a
// Bonferroni-type procedure.
CATCH_TEST_CASE("Benjamini-Hochberg rejects four of the fifteen of its paper, Holm three") {
  const std::vector<double> p = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                                 .0459, .3240, .4262, .5719, .6528, .7590, 1.000};
  const auto rejected = [](const std::vector<double>& adjusted) {
    int count = 0;
    for (const double value : adjusted) count += value <= .05;
    return count;
  };
  CATCH_CHECK(rejected(benjamini_hochberg(p)) == 4);
  CATCH_CHECK(rejected(holm(p)) == 3);
}

CATCH_TEST_CASE("Kaplan-Meier matches the textbook's remission data") {
  const auto curve = kaplan_meier(treated());
  const std::vector<double> times = {6, 7, 10, 13, 16, 22, 23};
  const std::vector<double> survival = {.8571, .8067, .7529, .6902, .6275, .5378, .4482};
  CATCH_REQUIRE(curve.size() == times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    CATCH_CHECK(curve[i].time == times[i]);
    CATCH_CHECK(curve[i].survival == Approx(survival[i]).margin(5e-5));
  }
  CATCH_CHECK(curve[0].at_risk == 21);
  CATCH_CHECK(curve[0].events == 3);
  check_interval(curve[0].interval, .6197, .9516);
  CATCH_CHECK(median_time(curve).value() == 23);
  CATCH_CHECK(median_time(kaplan_meier(placebo())).value() == 8);
}

CATCH_TEST_CASE("without censoring the curve is the share left and its area the mean") {
  const auto curve = kaplan_meier(placebo());
  CATCH_CHECK(curve.back().survival == 0);
  CATCH_CHECK(curve.back().interval.low == 0);
  CATCH_CHECK(curve.back().interval.high > 0);
  const RestrictedMean area = restricted_mean_with_error(curve, 35);
  CATCH_CHECK(area.mean == Approx(182.0 / 21));
  CATCH_CHECK(area.standard_error == Approx(1.377).margin(5e-4));
}

CATCH_TEST_CASE("nothing that happened is a flat curve without a median") {
  const std::vector<Lifetime> censored(10, {500, false});
  const auto curve = kaplan_meier(censored);
  CATCH_CHECK(curve.empty());
  CATCH_CHECK_FALSE(median_time(curve).has_value());
  CATCH_CHECK(restricted_mean(curve, 500) == 500);
}

CATCH_TEST_CASE("the restricted mean is the area up to its horizon") {
  const auto curve = kaplan_meier(std::vector<Lifetime>{{2, true}, {4, true}});
  CATCH_CHECK(restricted_mean(curve, 1) == 1);
  CATCH_CHECK(restricted_mean(curve, 3) == Approx(2 + .5));
  CATCH_CHECK(restricted_mean(curve, 9) == Approx(3));
  const RestrictedMean area = restricted_mean_with_error(kaplan_meier(treated()), 35);
  CATCH_CHECK(area.mean == Approx(23.29).margin(5e-3));
  CATCH_CHECK(area.standard_error == Approx(2.83).margin(5e-3));
}

CATCH_TEST_CASE("the restricted mean's interval stays within the horizon") {
  // Logit of 23.287 / 35 is .6872, its error 2.827 / 35 / (.66535 * .33465); t of 20 is 2.085963.
  const RestrictedMean area = restricted_mean_with_error(kaplan_meier(treated()), 35);
  const double share = area.mean / 35, reach = 2.085963 * std::sqrt(21. / 20) *
                                               area.standard_error / 35 / (share * (1 - share));
  const double logit = std::log(share / (1 - share));
  CATCH_CHECK(area.interval.low == Approx(35 / (1 + std::exp(reach - logit))));
  CATCH_CHECK(area.interval.high == Approx(35 / (1 + std::exp(-reach - logit))));
  CATCH_CHECK(area.interval.high < 35);
  const RestrictedMean untold = restricted_mean_with_error({}, 9);
  check_interval(untold.interval, 0, 9);
}

CATCH_TEST_CASE("log-rank matches the textbook's remission data") {
  const LogRank test = log_rank(std::vector<std::vector<Lifetime>>{treated(), placebo()});
  CATCH_CHECK(test.chi_squared == Approx(16.79).margin(5e-3));
  CATCH_CHECK(test.degrees == 1);
  CATCH_CHECK(test.p == Approx(4.17e-5).epsilon(.01));
}

CATCH_TEST_CASE("log-rank of three groups does not depend on their order") {
  const std::vector<Lifetime> third(21, {9, true});
  const LogRank one = log_rank(std::vector<std::vector<Lifetime>>{treated(), placebo(), third});
  const LogRank two = log_rank(std::vector<std::vector<Lifetime>>{third, treated(), placebo()});
  CATCH_CHECK(one.degrees == 2);
  CATCH_CHECK(one.chi_squared == Approx(two.chi_squared));
}

CATCH_TEST_CASE("log-rank tells nothing where nothing happened") {
  const std::vector<Lifetime> censored(5, {10, false});
  CATCH_CHECK(log_rank(std::vector<std::vector<Lifetime>>{censored, censored}).p == 1);
  CATCH_CHECK(log_rank(std::vector<std::vector<Lifetime>>{treated()}).p == 1);
}

CATCH_TEST_CASE("the interquartile mean cuts a quarter at each end, fractionally") {
  CATCH_CHECK(interquartile_mean(std::vector<double>{100, 2, 3, -50}) == Approx(2.5));
  // Of five, 1.25 at each end: .75 of the second and fourth and all of the third remain.
  CATCH_CHECK(interquartile_mean(std::vector<double>{0, 1, 2, 4, 90}) ==
              Approx((.75 * 1 + 2 + .75 * 4) / 2.5));
  CATCH_CHECK(interquartile_mean(std::vector<double>{7}) == Approx(7));
  CATCH_CHECK_THROWS_AS(interquartile_mean(std::vector<double>{}), Error);
}

CATCH_TEST_CASE("bootstraps are a function of their seed and hold their estimate") {
  const std::vector<std::vector<double>> strata = {{0, 1, 2, 3, 4, 5, 6, 7}, {8, 9, 10, 11}};
  const Interval a = bootstrap_iqm(strata, 1, 500), b = bootstrap_iqm(strata, 1, 500);
  CATCH_CHECK(a.low == b.low);
  CATCH_CHECK(a.high == b.high);
  const double estimate =
      interquartile_mean(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  CATCH_CHECK(a.low < estimate);
  CATCH_CHECK(estimate < a.high);
  const Interval fixed = bootstrap_iqm(std::vector<std::vector<double>>{{4}, {4}}, 3, 50);
  CATCH_CHECK(fixed.low == 4);
  CATCH_CHECK(fixed.high == 4);
}

// Every resampling was enumerated apart from this code: of five values with four degrees of freedom
// the 80 % interval is read where the normal's tail beyond 1.533206 sqrt(5/4) is, .0433, and of ten
// with nine the 90 % one beyond 1.833113 sqrt(10/9), .0267, which is two of ten heads at even odds.
CATCH_TEST_CASE("bootstraps are read at expanded percentiles of every resampling") {
  const Interval iqm =
      bootstrap_iqm(std::vector<std::vector<double>>{{0, 1, 3, 7, 8}}, 4, 8000, .8);
  check_interval(iqm, .7, 7.3);
  std::vector<std::vector<double>> seeds;
  for (int seed = 0; seed < 10; ++seed) seeds.emplace_back(3, seed % 2);
  check_interval(bootstrap_two_level(seeds, 4, 8000, .9), .2, .8);
}

CATCH_TEST_CASE("episodes of one seed do not count as independent") {
  // Ten seeds, each all 0 or all 1: what varies is the seed, however many episodes it has.
  std::vector<std::vector<double>> few, many;
  for (int seed = 0; seed < 10; ++seed) {
    few.emplace_back(4, seed % 2);
    many.emplace_back(400, seed % 2);
  }
  const Interval a = bootstrap_two_level(few, 5, 400);
  const Interval b = bootstrap_two_level(many, 5, 400);
  CATCH_CHECK(a.high - a.low > .4);
  CATCH_CHECK(b.high - b.low > .4);
  CATCH_CHECK_THROWS_AS(bootstrap_two_level({}, 5), Error);
  CATCH_CHECK_THROWS_AS(bootstrap_two_level(std::vector<std::vector<double>>{{}}, 5), Error);
}

}  // namespace
}  // namespace pump::harness
