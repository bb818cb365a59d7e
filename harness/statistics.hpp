#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

// Intervals, tests and survival curves for small numbers of seeds. Randomness (bootstraps) is
// engine::Chance under a given seed, so that a report is the same bytes each time.
namespace pump::harness {

struct Interval {
  double low = 0, high = 0;
};

// ---- Shares ------------------------------------------------------------------------------------

// Wilson 1927, score interval of a share, without continuity correction; for plots. successes may
// be a mean count. [0, 1] when trials is 0. Coverage at 95 %, mean over shares: 95 to 95.5 % of 10
// to 50 trials; 90 % at the worst share.
Interval wilson(double successes, double trials, double confidence = .95);
// Clopper & Pearson 1934, exact; for tables. 0 of n still has an upper end: "none seen" is not
// "none". [0, 1] when trials is 0. Conservative: never under 95 %, on average 98 % of 10 trials and
// 97 % of 50.
Interval clopper_pearson(int successes, int trials, double confidence = .95);

// Two-sided exact McNemar of paired yes/no results: binomial test of the discordant pairs at 1/2.
// 1 when no pair is discordant.
double mcnemar_exact(int first_only, int second_only);

// Counts of pairs (runs of the same seed, say) in which both, only the first, only the second or
// neither did.
struct Pairs {
  int both = 0, first_only = 0, second_only = 0, neither = 0;
  int total() const { return both + first_only + second_only + neither; }
};
// Share of the second minus share of the first, in [-1, 1], with its interval for paired data.
struct Difference {
  double value = 0;
  Interval interval{-1, 1};
};
// Tango 1998 (Statistics in Medicine 17:891), score interval without continuity correction: the
// differences that his score test does not reject. Stays in [-1, 1] and has a width
// where no pair is discordant. [-1, 1] without pairs. Coverage at 95 %, over a grid of shares:
// 97.1 % of 5 pairs, 96.5 % of 10, 95.8 % of 20, 95.3 % of 50; 91 % at the worst shares.
Difference paired_difference(const Pairs& pairs, double confidence = .95);

// Matched pairs in strata (environments): the common difference, second minus first, and the p
// value of no difference in any stratum. In a stratum of n pairs both sides have n, so the weights
// of Mantel & Haenszel 1959 (for a difference: Greenland & Robins 1985, Biometrics 41:55) are half
// of n: the estimate is the difference over all pairs, or the mean of the strata's weighted by
// their pairs. Under a common difference the variance of its score is the sum of the strata's,
// whatever their other shares, so the interval is paired_difference of all pairs; where the
// strata's differences differ it is for their weighted mean, and wide. It needs no large stratum.
// Coverage at 95 %: 94 to 96 % of 40 to 160 pairs in 2 to 8 strata. p is exact: without a
// difference every discordant pair is a fair coin in whatever stratum (Mantel & Haenszel's test
// with a pair as the stratum, which is McNemar's). Strata without pairs are not counted.
struct MantelHaenszel {
  Difference difference;
  double p = 1;
  int strata = 0;
};
MantelHaenszel mantel_haenszel(std::span<const Pairs> strata, double confidence = .95);

// Counts of two independent groups.
struct Table {
  int first_yes = 0, first_no = 0, second_yes = 0, second_no = 0;
};
// Odds of yes in the second over the odds in the first.
struct OddsRatio {
  double value = 1;
  Interval interval{0, std::numeric_limits<double>::infinity()};
  double p = 1;
};
// The common odds ratio of Mantel & Haenszel 1959 with the interval of Robins, Breslow & Greenland
// 1986 (Biometrics 42:311; few large strata or many small ones), and the p value of the
// Cochran-Mantel-Haenszel test of 1, without continuity correction (Agresti 2013, section 6.4). 0
// or infinity where zero cells make it so; there the variance is undefined, and the other end of
// the interval is the exact conditional one (Mehta, Patel & Gray 1985, JASA 80:969). Its
// coverage at 95 %: 94 to 96 % of two strata of 20 or more a group, or of 40 of 2; 97 % of one
// of 20. 1, [0, infinity] and p 1 where no stratum has both a yes and a no and both groups.
OddsRatio mantel_haenszel_odds(std::span<const Table> strata, double confidence = .95);

// The smallest |p2 - p1|, p2 on the far side of 1/2 from p1's end, that a two-sided comparison of
// two independent shares of n each would have shown with the given power (normal approximation:
// Fleiss, Levin & Paik 2003, ch. 4, without continuity correction). nullopt when not even the
// largest would.
std::optional<double> smallest_detectable_difference(double p1, int n, double alpha = .05,
                                                     double power = .8);
// The same for n pairs and the exact McNemar test above, where a share `reverse` of the pairs, at
// most half, goes the other way: the least difference d for which the test finds it, d + reverse
// against reverse, with that power (exact, by binomials). At reverse 0, the design's best case,
// every discordant pair points the same way. nullopt when not even the largest would be found.
std::optional<double> smallest_detectable_paired(int n, double alpha = .05, double power = .8,
                                                 double reverse = 0);

// ---- Families of tests -------------------------------------------------------------------------

// Adjusted p values in the order given. Holm 1979 (family-wise error), for pre-declared families.
std::vector<double> holm(std::span<const double> p);
// Benjamini & Hochberg 1995 (false discovery rate), elsewhere.
std::vector<double> benjamini_hochberg(std::span<const double> p);

// ---- Times -------------------------------------------------------------------------------------

// A right-censored time: when not observed, the event had not happened by `time`.
struct Lifetime {
  double time = 0;
  bool observed = false;
};

// Just after `time`, the share without the event is `survival`, with its pointwise interval.
struct SurvivalStep {
  double time = 0;
  int at_risk = 0;  // just before
  int events = 0;
  double survival = 1;
  Interval interval{1, 1};
};
// Kaplan & Meier 1958: one step a distinct time with events, in order. Greenwood's variance and
// log(-log) interval, which stays in [0, 1]; at survival 0, where that is undefined, 0 and the last
// upper end. Coverage at 95 % of 20 or 50 times: 94 to 96 %, mean over the curve; 92.5 to 96.5 % at
// a point. Before the first step there is no interval: clopper_pearson has one.
std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes,
                                       double confidence = .95);
// The first time at which survival <= 1/2; nullopt when it stays above.
std::optional<double> median_time(std::span<const SurvivalStep> curve);
// Area under the curve up to `horizon`: the mean of min(time, horizon).
double restricted_mean(std::span<const SurvivalStep> curve, double horizon);
// With its standard error (Klein & Moeschberger 2003, eq. 4.5.2) and an interval: the delta method
// on the logit of mean / horizon, which keeps it in [0, horizon], with Student's quantile and
// variance n / (n - 1) for the n at risk before the first event (mean +- z errors covers 91 % of 20
// times). [0, horizon] where fewer than two are at risk or no error can be told. Coverage at 95 %:
// 94 to 97 % of 20 times, 95 to 96 % of 50.
struct RestrictedMean {
  double mean = 0, standard_error = 0;
  Interval interval{0, 0};
};
RestrictedMean restricted_mean_with_error(std::span<const SurvivalStep> curve, double horizon,
                                          double confidence = .95);

// Log-rank test of equal curves (Mantel 1966); chi-squared with groups - 1 degrees of freedom.
// p is 1 when nothing can be told (fewer than two groups, no events).
struct LogRank {
  double chi_squared = 0;
  int degrees = 0;
  double p = 1;
};
LogRank log_rank(std::span<const std::vector<Lifetime>> groups);

// ---- Scores ------------------------------------------------------------------------------------

// Student's interval of a mean (Student 1908); all numbers for fewer than two values. Coverage at
// 95 %: that of normal values; 92 % of 20 exponential ones, 93 % of 50.
Interval student_t(std::span<const double> values, double confidence = .95);

// Mean of the middle half: a quarter of the weight is cut at each end, fractionally (Agarwal et al.
// 2021 use it over runs x tasks). pump::Error when empty.
double interquartile_mean(std::span<const double> values);

inline constexpr int kBootstrapDraws = 2000;

// Expanded percentile interval of the IQM over all strata's values; each draw resamples within each
// stratum (Agarwal et al. 2021: strata are tasks, values are seeds). Expanded: read at the
// quantiles that match Student's with values - strata degrees of freedom (Hesterberg 2015, The
// American Statistician 69:371), because plain percentiles of few seeds are too narrow. The whole
// range of the draws where no stratum has two values. Coverage at 95 %: 94 to 96.5 % of 10 values
// or more, 93 % of 5. A function of its arguments: `seed` keys the resampling.
Interval bootstrap_iqm(std::span<const std::vector<double>> strata, std::uint64_t seed,
                       int draws = kBootstrapDraws, double confidence = .95);

// Expanded percentile interval, as above, of the mean over seeds of the mean over each seed's
// episodes; each draw resamples seeds, then episodes within them, because episodes of one seed are
// not independent. Coverage at 95 %: 94 to 96 % of 10 seeds or more that differ, 93 % of 5, or of
// 20 that are exponential; 99 % where seeds do not differ, since the variance of episodes is then
// counted twice (Davison & Hinkley 1997, section 3.8). Seeds that agree in every episode leave no
// width: give shares of rare events clopper_pearson. pump::Error without seeds, or without episodes
// in one.
Interval bootstrap_two_level(std::span<const std::vector<double>> episodes_by_seed,
                             std::uint64_t seed, int draws = kBootstrapDraws,
                             double confidence = .95);

// A share of episodes, a mean over seeds of each one's own; 95 %. Whichever reaches further:
// Student's over the seeds, or Clopper-Pearson's of one seed's episodes with this mean. (The seeds
// may all have the same share; and those of one seed are not those of another.) pump::Error without
// seeds.
struct SeedsShare {
  double mean = 0;
  Interval interval;
};
SeedsShare share_over_seeds(std::span<const double> shares, int episodes);

}  // namespace pump::harness
