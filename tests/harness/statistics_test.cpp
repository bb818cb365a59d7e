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
