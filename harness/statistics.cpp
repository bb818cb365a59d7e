#include "harness/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/tools/roots.hpp>

#include "engine/chance.hpp"
#include "engine/ensure.hpp"
#include "engine/error.hpp"
#include "harness/measures.hpp"

namespace pump::harness {
namespace {

double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }

// Indices of the p values from smallest to largest; equal ones stay in their order.
std::vector<std::size_t> ranking(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Appends as many values as there are, drawn with replacement.
void resample(std::span<const double> from, std::vector<double>& into, engine::Chance chance) {
  const auto count = static_cast<int>(from.size());
  for (int i = 0; i < count; ++i)
    into.push_back(from[static_cast<std::size_t>(chance.below(count))]);
}

// One resampling of a bootstrap: `part` of draw `draw`.
engine::Chance bootstrap_chance(std::uint64_t seed, int draw, std::size_t part) {
  return engine::Chance({seed, engine::Stream::minibatch, static_cast<std::uint32_t>(part),
                         static_cast<std::uint32_t>(draw)});
}

// Hesterberg's expanded percentiles: a bootstrap of few values is too narrow, by the square root of
// degrees / values and by the normal's quantile where Student's belongs.
Interval expanded_interval(std::span<const double> draws, std::size_t values, std::size_t degrees,
                           double confidence) {
  double tail = 0;
  if (degrees > 0) {
    const auto df = static_cast<double>(degrees);
    const double t = boost::math::quantile(boost::math::students_t(df), (1 + confidence) / 2);
    const double reach = t * std::sqrt(static_cast<double>(values) / df);
    tail = boost::math::cdf(boost::math::normal(), -reach);
  }
  return {quantile(draws, tail), quantile(draws, 1 - tail)};
}

}  // namespace

Interval wilson(double successes, double trials, double confidence) {
  if (trials <= 0) return {0, 1};
  const double z = normal_quantile((1 + confidence) / 2), z2 = z * z;
  const double share = successes / trials;
  const double centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const double half =
      z / (1 + z2 / trials) * std::sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials));
  // At the ends the formula gives 0 and 1 up to rounding.
  return {successes <= 0 ? 0 : std::max(0.0, centre - half),
          successes >= trials ? 1 : std::min(1.0, centre + half)};
}

Interval clopper_pearson(int successes, int trials, double confidence) {
  if (trials <= 0) return {0, 1};
  ENSURE(successes >= 0 && successes <= trials, "{} of {}", successes, trials);
  const double tail = (1 - confidence) / 2;
  const double k = successes, n = trials;
  return {successes == 0 ? 0 : boost::math::ibeta_inv(k, n - k + 1, tail),
          successes == trials ? 1 : boost::math::ibeta_inv(k + 1, n - k, 1 - tail)};
}

double mcnemar_exact(int first_only, int second_only) {
  const int discordant = first_only + second_only;
  if (discordant == 0) return 1;
  const boost::math::binomial flips(discordant, .5);
  return std::min(1.0, 2 * boost::math::cdf(flips, std::min(first_only, second_only)));
}

std::optional<double> smallest_detectable_difference(double p1, int n, double alpha, double power) {
  if (n <= 0) return std::nullopt;
  const double base = std::min(p1, 1 - p1);  // a difference away from 0 mirrors one away from 1
  const double za = normal_quantile(1 - alpha / 2), zb = normal_quantile(power);
  const auto needed = [&](double difference) {  // subjects a group
    const double p2 = base + difference, middle = base + difference / 2;
    const double root = za * std::sqrt(2 * middle * (1 - middle)) +
                        zb * std::sqrt(base * (1 - base) + p2 * (1 - p2));
    return root * root / (difference * difference);
  };
  double low = 0, high = 1 - base;
  if (needed(high) > n) return std::nullopt;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (needed(middle) > n ? low : high) = middle;
  }
  return high;
}

std::optional<double> smallest_detectable_paired(int n, double alpha, double power,
                                                 double reverse) {
  ENSURE(reverse >= 0 && reverse <= .5, "no share of pairs that go the other way");
  // Of so many discordant pairs, how many must go one way.
  std::vector<int> needed(static_cast<std::size_t>(n) + 1);
  for (int k = 1; k <= n; ++k) {
    int& count = needed[static_cast<std::size_t>(k)];
    count = needed[static_cast<std::size_t>(k) - 1];
    while (count <= k && (2 * count < k || mcnemar_exact(count, k - count) > alpha)) ++count;
  }
  const auto lacks = [&](double difference) {
    const double discordant = std::min(1.0, difference + 2 * reverse);
    const boost::math::binomial all(n, discordant);
    double reached = 0;
    for (int k = 1; k <= n; ++k) {
      const int count = needed[static_cast<std::size_t>(k)];
      if (count > k) continue;
      const boost::math::binomial one_way(k, std::min(1.0, (difference + reverse) / discordant));
      reached +=
          boost::math::pdf(all, k) * boost::math::cdf(boost::math::complement(one_way, count - 1));
    }
    return power - reached;
  };
  const double most = 1 - 2 * reverse;
  if (lacks(most) > 0) return std::nullopt;
  const auto close = [](double low, double high) { return high - low < 1e-6; };
  return boost::math::tools::bisect(lacks, 1e-9, most, close).second;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  const std::vector<std::size_t> order = ranking(p);
  double worst = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    worst = std::max(worst, static_cast<double>(p.size() - rank) * p[order[rank]]);
    adjusted[order[rank]] = std::min(1.0, worst);
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  const std::vector<std::size_t> order = ranking(p);
  double best = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const double scaled = static_cast<double>(p.size()) / static_cast<double>(rank);
    best = std::min(best, scaled * p[order[rank - 1]]);
    adjusted[order[rank - 1]] = best;
  }
  return adjusted;
}

double interquartile_mean(std::span<const double> values) {
  if (values.empty()) throw Error("an interquartile mean: expected at least one value, got none");
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  // In order, value i covers [i, i + 1); what lies in [n/4, 3n/4) counts.
  const double from = static_cast<double>(sorted.size()) / 4, to = 3 * from;
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto at = static_cast<double>(i);
    const double weight = std::min(at + 1, to) - std::max(at, from);
    if (weight > 0) sum += weight * sorted[i];
  }
  return sum / (to - from);
}

Interval student_t(std::span<const double> values, double confidence) {
  constexpr double kAll = std::numeric_limits<double>::infinity();
  if (values.size() < 2) return {-kAll, kAll};
  const auto n = static_cast<double>(values.size());
  const double centre = mean(values);
  double square = 0;
  for (const double x : values) square += (x - centre) * (x - centre);
  const double error = std::sqrt(square / (n - 1) / n);
  const boost::math::students_t t(n - 1);
  const double reach = boost::math::quantile(t, .5 + confidence / 2) * error;
  return {centre - reach, centre + reach};
}

Interval bootstrap_iqm(std::span<const std::vector<double>> strata, std::uint64_t seed, int draws,
                       double confidence) {
  std::vector<double> means, pooled;
  std::size_t values = 0, used = 0;
  for (const std::vector<double>& stratum : strata) {
    values += stratum.size();
    used += !stratum.empty();
  }
  for (int draw = 0; draw < draws; ++draw) {
    pooled.clear();
    for (std::size_t i = 0; i < strata.size(); ++i)
      resample(strata[i], pooled, bootstrap_chance(seed, draw, i));
    means.push_back(interquartile_mean(pooled));
  }
  return expanded_interval(means, values, values - used, confidence);
}

Interval bootstrap_two_level(std::span<const std::vector<double>> episodes_by_seed,
                             std::uint64_t seed, int draws, double confidence) {
  if (episodes_by_seed.empty()) throw Error("a bootstrap: expected at least one seed, got none");
  for (const std::vector<double>& episodes : episodes_by_seed)
    if (episodes.empty()) throw Error("a bootstrap: expected episodes in every seed, got none");
  const std::size_t count = episodes_by_seed.size();
  std::vector<double> means, seed_means, episodes;
  for (int draw = 0; draw < draws; ++draw) {
    seed_means.clear();
    engine::Chance seeds = bootstrap_chance(seed, draw, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const auto chosen = static_cast<std::size_t>(seeds.below(static_cast<int>(count)));
      episodes.clear();
      resample(episodes_by_seed[chosen], episodes, bootstrap_chance(seed, draw, i + 1));
      seed_means.push_back(mean(episodes));
    }
    means.push_back(mean(seed_means));
  }
  return expanded_interval(means, count, count - 1, confidence);
}

SeedsShare share_over_seeds(std::span<const double> shares, int episodes) {
  if (shares.empty()) throw Error("a share over seeds: expected a seed, got none");
  SeedsShare out;
  for (const double share : shares) out.mean += share / static_cast<double>(shares.size());
  out.interval = clopper_pearson(static_cast<int>(std::lround(out.mean * episodes)), episodes);
  if (shares.size() < 2) return out;
  const Interval seeds = student_t(shares);
  out.interval.low = std::max(0., std::min(out.interval.low, seeds.low));
  out.interval.high = std::min(1., std::max(out.interval.high, seeds.high));
  return out;
}

}  // namespace pump::harness
