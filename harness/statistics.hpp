#pragma once

#include <cstddef>
#include <cstdint>
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
// be a mean count. [0, 1] when trials is 0.
Interval wilson(double successes, double trials, double confidence = .95);
// Clopper & Pearson 1934, exact; for tables. 0 of n still has an upper end: "none seen" is not
// "none". [0, 1] when trials is 0.
Interval clopper_pearson(int successes, int trials, double confidence = .95);

// Two-sided exact McNemar of paired yes/no results: binomial test of the discordant pairs at 1/2.
// 1 when no pair is discordant.
double mcnemar_exact(int first_only, int second_only);

// The smallest |p2 - p1|, p2 on the far side of 1/2 from p1's end, that a two-sided comparison of
// two independent shares of n each would have shown with the given power (normal approximation:
// Fleiss, Levin & Paik 2003, ch. 4, without continuity correction). nullopt when not even the
// largest would.
std::optional<double> smallest_detectable_difference(double p1, int n, double alpha = .05,
                                                     double power = .8);
// The same for n pairs and the exact McNemar test above, when every discordant pair points the same
// way (the design's best case): the least share of pairs d with P(Binomial(n, d) reaches
// significance) >= power. nullopt when n pairs cannot reach alpha at all.
std::optional<double> smallest_detectable_paired(int n, double alpha = .05, double power = .8);

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
// upper end.
std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes,
                                       double confidence = .95);
// The first time at which survival <= 1/2; nullopt when it stays above.
std::optional<double> median_time(std::span<const SurvivalStep> curve);
// Area under the curve up to `horizon`: the mean of min(time, horizon).
double restricted_mean(std::span<const SurvivalStep> curve, double horizon);
// With its standard error (Klein & Moeschberger 2003, eq. 4.5.2).
struct RestrictedMean {
  double mean = 0, standard_error = 0;
};
RestrictedMean restricted_mean_with_error(std::span<const SurvivalStep> curve, double horizon);

// Log-rank test of equal curves (Mantel 1966); chi-squared with groups - 1 degrees of freedom.
// p is 1 when nothing can be told (fewer than two groups, no events).
struct LogRank {
  double chi_squared = 0;
  int degrees = 0;
  double p = 1;
};
LogRank log_rank(std::span<const std::vector<Lifetime>> groups);

// ---- Scores ------------------------------------------------------------------------------------

// Student's interval of a mean (Student 1908); all numbers for fewer than two values.
Interval student_t(std::span<const double> values, double confidence = .95);

// Mean of the middle half: a quarter of the weight is cut at each end, fractionally (Agarwal et al.
// 2021 use it over runs x tasks). pump::Error when empty.
double interquartile_mean(std::span<const double> values);

inline constexpr int kBootstrapDraws = 2000;

// Percentile interval of the IQM over all strata's values; each draw resamples within each stratum
// (Agarwal et al. 2021: strata are tasks, values are seeds). A function of its arguments: `seed`
// keys the resampling.
Interval bootstrap_iqm(std::span<const std::vector<double>> strata, std::uint64_t seed,
                       int draws = kBootstrapDraws, double confidence = .95);

// Percentile interval of the mean over seeds of the mean over each seed's episodes; each draw
// resamples seeds, then episodes within them, because episodes of one seed are not independent.
// pump::Error without seeds, or without episodes in one.
Interval bootstrap_two_level(std::span<const std::vector<double>> episodes_by_seed,
                             std::uint64_t seed, int draws = kBootstrapDraws,
                             double confidence = .95);

}  // namespace pump::harness
