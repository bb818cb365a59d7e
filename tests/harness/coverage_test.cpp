#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/math/distributions/normal.hpp>

#include "engine/chance.hpp"
#include "harness/statistics.hpp"
#include "tests/support/catch.hpp"

// How often each 95 % interval holds what it should, printed and checked against 94 to 96 %, or the
// range beside it with its reason. Where all outcomes can be listed, their probabilities are
// summed, without Monte Carlo error; elsewhere 4,000 replicates put two standard errors at .7
// points, and 10,000 at .44. Counts have few possible values, so that an interval's coverage goes
// up and down with the truth (Brown, Cai & DasGupta 2001): for these the mean is held to the range,
// each point to more.
namespace pump::harness {
namespace {

using engine::Chance;

constexpr int kReplicates = 10000, kBootstraps = 4000;
constexpr int kDraws = 500;  // of a bootstrap

void check(const std::string& what, double share, double low = .94, double high = .96) {
  fmt::print("{:<66} {:5.1f} %  ({:g} to {:g})\n", what, 100 * share, 100 * low, 100 * high);
  CATCH_INFO(what);
  CATCH_CHECK(share >= low);
  CATCH_CHECK(share <= high);
}

bool holds(const Interval& interval, double truth) {
  constexpr double kRounding = 1e-9;
  return interval.low <= truth + kRounding && truth <= interval.high + kRounding;
}

// Share of replicates in which `covers(chance, replicate)`.
template <class Covers>
double simulate(int replicates, Covers covers) {
  int count = 0;
  for (int i = 0; i < replicates; ++i) {
    Chance chance(
        {.seed = 9, .stream = engine::Stream::choice, .world = static_cast<std::uint32_t>(i)});
    count += covers(chance, static_cast<std::uint64_t>(i));
  }
  return count / static_cast<double>(replicates);
}

double open_uniform(Chance& chance) { return chance.uniform() + 0x1p-33; }
double normal(Chance& chance) {
  return boost::math::quantile(boost::math::normal(), open_uniform(chance));
}
double exponential(Chance& chance) { return -std::log(open_uniform(chance)); }
int binomial(Chance& chance, int n, double p) {
  int successes = 0;
  for (int i = 0; i < n; ++i) successes += chance.flip(p);
  return successes;
}

// Probability of the counts, each with its own share; what is left of n has what is left of 1.
double multinomial(int n, std::array<int, 2> counts, std::array<double, 2> shares) {
  const int left = n - counts[0] - counts[1];
  const double rest = std::max(0.0, 1 - shares[0] - shares[1]);
  return std::exp(std::lgamma(n + 1.) - std::lgamma(counts[0] + 1.) - std::lgamma(counts[1] + 1.) -
                  std::lgamma(left + 1.)) *
         std::pow(shares[0], counts[0]) * std::pow(shares[1], counts[1]) * std::pow(rest, left);
}

struct Spread {
  double mean = 0, least = 1;
};

// Over shares of .01 to .99, of `interval(successes)` of n.
template <class Of>
Spread share_coverage(int n, Of interval) {
  Spread out;
  for (int percent = 1; percent < 100; ++percent) {
    const double p = percent / 100.;
    double covered = 0;
    for (int k = 0; k <= n; ++k)
      if (holds(interval(k), p)) covered += multinomial(n, {k, 0}, {p, 0});
    out.mean += covered / 99;
    out.least = std::min(out.least, covered);
  }
  return out;
}

CATCH_TEST_CASE("coverage: shares", "[.long]") {
  for (const int n : {10, 20, 50}) {
    const Spread score = share_coverage(n, [&](int k) { return wilson(k, n); });
    check(fmt::format("Wilson, {} trials, mean over shares", n), score.mean);
    check(fmt::format("Wilson, {} trials, at the worst share", n), score.least, .90, .95);
    const Spread exact = share_coverage(n, [&](int k) { return clopper_pearson(k, n); });
    check(fmt::format("Clopper-Pearson (conservative), {} trials, mean", n), exact.mean, .95, .99);
    check(fmt::format("Clopper-Pearson, {} trials, at the worst share", n), exact.least, .95, 1);
  }
}

// Over all shares of the two kinds of discordant pairs that are multiples of 1/20, not both 0.
Spread paired_coverage(int n) {
  std::vector<std::vector<Interval>> intervals;
  for (int first = 0; first <= n; ++first) {
    intervals.emplace_back();
    for (int second = 0; first + second <= n; ++second)
      intervals.back().push_back(
          paired_difference({0, first, second, n - first - second}).interval);
  }
  Spread out;
  int points = 0;
  for (int i = 0; i <= 20; ++i) {
    for (int j = i == 0; i + j <= 20; ++j, ++points) {
      const std::array<double, 2> shares{i / 20., j / 20.};
      double covered = 0;
      for (int first = 0; first <= n; ++first)
        for (int second = 0; first + second <= n; ++second)
          if (holds(intervals[static_cast<std::size_t>(first)][static_cast<std::size_t>(second)],
                    shares[1] - shares[0]))
            covered += multinomial(n, {first, second}, shares);
      out.mean += covered;
      out.least = std::min(out.least, covered);
    }
  }
  out.mean /= points;
  return out;
}

CATCH_TEST_CASE("coverage: paired differences", "[.long]") {
  // The fewer pairs, the coarser the outcomes, and the more of them the score interval keeps.
  const std::vector<std::pair<int, double>> most{{5, .975}, {10, .97}, {20, .96}, {50, .96}};
  for (const auto& [n, high] : most) {
    const Spread spread = paired_coverage(n);
    check(fmt::format("paired difference, {} pairs, mean over shares", n), spread.mean, .94, high);
    check(fmt::format("paired difference, {} pairs, at the worst shares", n), spread.least, .91,
          .95);
  }
}

// A pair at random; the shares are of first_only and second_only.
Pairs draw_pairs(Chance& chance, int n, std::array<double, 2> shares) {
  Pairs pairs;
  for (int i = 0; i < n; ++i) {
    const double at = chance.uniform();
    ++(at < shares[0]               ? pairs.first_only
       : at < shares[0] + shares[1] ? pairs.second_only
                                    : pairs.neither);
  }
  return pairs;
}

// `extra` is added to the difference of every other stratum and taken off the rest.
double stratified_coverage(int strata, int n, double difference, double extra) {
  return simulate(kReplicates, [&](Chance& chance, std::uint64_t) {
    std::vector<Pairs> pairs;
    for (int k = 0; k < strata; ++k) {
      const double first = .05 + .25 * k / strata;
      const double own = difference + (k % 2 == 0 ? extra : -extra);
      pairs.push_back(draw_pairs(chance, n, {first, first + own}));
    }
    return holds(mantel_haenszel(pairs).difference.interval, difference);
  });
}

CATCH_TEST_CASE("coverage: Mantel-Haenszel's difference", "[.long]") {
  double mean = 0;
  for (const double difference : {0., .2}) {
    for (const auto& [strata, n] : std::vector<std::pair<int, int>>{{2, 20}, {8, 5}, {8, 20}}) {
      const double share = stratified_coverage(strata, n, difference, 0);
      check(fmt::format("Mantel-Haenszel difference {}, {} strata of {} pairs", difference, strata,
                        n),
            share, .935, .965);
      mean += share / 6;
    }
  }
  check("Mantel-Haenszel difference, mean", mean);
  check("Mantel-Haenszel difference .3, 8 strata of 20 that differ by .5 (wide)",
        stratified_coverage(8, 20, .3, .25), .95, .98);
}

double odds_coverage(int strata, int n, double odds_ratio) {
  return simulate(kReplicates, [&](Chance& chance, std::uint64_t) {
    std::vector<Table> tables;
    for (int k = 0; k < strata; ++k) {
      const double first = .15 + .5 * k / strata, odds = odds_ratio * first / (1 - first);
      const int one = binomial(chance, n, first), two = binomial(chance, n, odds / (1 + odds));
      tables.push_back({one, n - one, two, n - two});
    }
    return holds(mantel_haenszel_odds(tables).interval, odds_ratio);
  });
}

CATCH_TEST_CASE("coverage: Mantel-Haenszel's odds ratio", "[.long]") {
  for (const double odds_ratio : {1., 4.}) {
    for (const auto& [strata, n] :
         std::vector<std::pair<int, int>>{{1, 20}, {2, 20}, {8, 20}, {40, 2}})
      check(
          fmt::format("Mantel-Haenszel odds ratio {}, {} strata of 2 x {}", odds_ratio, strata, n),
          odds_coverage(strata, n, odds_ratio), .94,
          strata == 1 ? .98 : .96);  // one small table: conservative
  }
}

CATCH_TEST_CASE("coverage: Student's interval", "[.long]") {
  const auto coverage = [](std::size_t n, double truth, double (*draw)(Chance&)) {
    return simulate(kReplicates, [&](Chance& chance, std::uint64_t) {
      std::vector<double> values(n);
      for (double& value : values) value = draw(chance);
      return holds(student_t(values), truth);
    });
  };
  for (const std::size_t n : {5u, 20u})
    check(fmt::format("Student, {} normal values", n), coverage(n, 0, normal));
  check("Student, 50 exponential values", coverage(50, 1, exponential), .93, .96);
  check("Student, 20 exponential values (too skew for so few)", coverage(20, 1, exponential), .90,
        .94);
}

// Times to an event at rate 1, until `horizon`; `dropped` censors half of them at random before.
std::vector<Lifetime> lifetimes(Chance& chance, int n, double horizon, bool dropped) {
  std::vector<Lifetime> out;
  for (int i = 0; i < n; ++i) {
    const double event = exponential(chance);
    const double end = dropped ? std::min(horizon, 2 * horizon * chance.uniform()) : horizon;
    out.push_back({std::min(event, end), event <= end});
  }
  return out;
}

double survival_coverage(int n, double survival, bool dropped) {
  const double time = -std::log(survival);
  return simulate(kReplicates, [&](Chance& chance, std::uint64_t) {
    Interval at{1, 1};  // before the first step
    for (const SurvivalStep& step : kaplan_meier(lifetimes(chance, n, 2, dropped)))
      if (step.time <= time) at = step.interval;
    return holds(at, survival);
  });
}

CATCH_TEST_CASE("coverage: survival curves and restricted means", "[.long]") {
  for (const bool dropped : {false, true}) {
    const char* censored = dropped ? "censored at random" : "censored at the end";
    for (const int n : {20, 50}) {
      double mean = 0;
      for (const double survival : {.75, .6, .45, .3}) {
        const double share = survival_coverage(n, survival, dropped);
        check(fmt::format("Kaplan-Meier, {} times, {}, at {:g}", n, censored, survival), share, .92,
              .97);
        mean += share / 4;
      }
      check(fmt::format("Kaplan-Meier, {} times, {}, mean", n, censored), mean);
      for (const double horizon : {.5, 2.}) {
        const double truth = 1 - std::exp(-horizon);
        const auto covers = [&](Chance& chance, std::uint64_t) {
          const auto curve = kaplan_meier(lifetimes(chance, n, horizon, dropped));
          return holds(restricted_mean_with_error(curve, horizon).interval, truth);
        };
        check(fmt::format("restricted mean to {:g}, {} times, {}", horizon, n, censored),
              simulate(kReplicates, covers), .94, n == 20 ? .97 : .96);
      }
    }
  }
}

// Seeds that differ by `between`, with episodes that differ by 1/4.
double seeds_coverage(int seeds, double between, double (*draw)(Chance&), double truth) {
  return simulate(kBootstraps, [&](Chance& chance, std::uint64_t key) {
    std::vector<std::vector<double>> episodes(static_cast<std::size_t>(seeds));
    for (std::vector<double>& of_seed : episodes) {
      const double effect = between * draw(chance);
      for (int i = 0; i < 4; ++i) of_seed.push_back(effect + normal(chance) / 4);
    }
    return holds(bootstrap_two_level(episodes, key, kDraws), between * truth);
  });
}

CATCH_TEST_CASE("coverage: the two-level bootstrap", "[.long]") {
  check("two-level bootstrap, 5 seeds, normal (few resamplings)", seeds_coverage(5, 1, normal, 0),
        .92, .96);
  for (const int seeds : {10, 20, 50})
    check(fmt::format("two-level bootstrap, {} seeds, normal", seeds),
          seeds_coverage(seeds, 1, normal, 0));
  check("two-level bootstrap, 20 seeds, exponential (too skew for so few)",
        seeds_coverage(20, 1, exponential, 1), .92, .96);
  check("two-level bootstrap, 20 seeds that do not differ (conservative)",
        seeds_coverage(20, 0, normal, 0), .97, .999);
}

// Seeds whose own shares lie evenly within `spread` of .4, and 64 episodes of each.
double episodes_coverage(int seeds, double spread) {
  constexpr int kEpisodes = 64;
  constexpr double kTruth = .4;
  return simulate(kReplicates, [&](Chance& chance, std::uint64_t) {
    std::vector<double> shares;
    for (int seed = 0; seed < seeds; ++seed) {
      const double own = kTruth + spread * (2 * chance.uniform() - 1);
      shares.push_back(binomial(chance, kEpisodes, own) / static_cast<double>(kEpisodes));
    }
    return holds(share_over_seeds(shares, kEpisodes).interval, kTruth);
  });
}

CATCH_TEST_CASE("coverage: a share of episodes over seeds", "[.long]") {
  for (const int seeds : {3, 5})
    check(fmt::format("share over seeds, {} seeds that differ much (few, and not normal)", seeds),
          episodes_coverage(seeds, .35), .92, .96);
  for (const int seeds : {10, 20})
    check(fmt::format("share over seeds, {} seeds that differ much (at least one's own)", seeds),
          episodes_coverage(seeds, .35), .94, .999);
  for (const int seeds : {3, 20})
    check(fmt::format("share over seeds, {} seeds that do not differ (one's own)", seeds),
          episodes_coverage(seeds, 0), .97, 1);
}

// Tasks a half apart, so that their pooled middle half is symmetric about the middle one.
double iqm_coverage(int tasks, int seeds) {
  return simulate(kBootstraps, [&](Chance& chance, std::uint64_t key) {
    std::vector<std::vector<double>> strata(static_cast<std::size_t>(tasks));
    for (int task = 0; task < tasks; ++task)
      for (int i = 0; i < seeds; ++i)
        strata[static_cast<std::size_t>(task)].push_back(normal(chance) + .5 * task);
    return holds(bootstrap_iqm(strata, key, kDraws), .25 * (tasks - 1));
  });
}

CATCH_TEST_CASE("coverage: the bootstrapped interquartile mean", "[.long]") {
  check("bootstrapped IQM, 1 task, 5 seeds (few resamplings)", iqm_coverage(1, 5), .92, .96);
  check("bootstrapped IQM, 1 task, 10 seeds (a coarse tail)", iqm_coverage(1, 10), .94, .97);
  for (const int seeds : {20, 50})
    check(fmt::format("bootstrapped IQM, 1 task, {} seeds", seeds), iqm_coverage(1, seeds), .94,
          .965);
  check("bootstrapped IQM, 4 tasks, 5 seeds", iqm_coverage(4, 5));
  check("bootstrapped IQM, 4 tasks, 20 seeds", iqm_coverage(4, 20));
}

}  // namespace
}  // namespace pump::harness
