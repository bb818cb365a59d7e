#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

#include "engine/ensure.hpp"
#include "harness/statistics.hpp"

namespace pump::harness {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }

// Where in [low, high] `holds` turns from true to false.
template <class Predicate>
double turning_point(double low, double high, Predicate holds) {
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (holds(middle) ? low : high) = middle;
  }
  return (low + high) / 2;
}

// Tango's score, standard normal when the true difference is `difference`; it falls as that rises.
// The share of first_only under that difference is the larger root of a q^2 + b q + c.
double tango_score(const Pairs& pairs, double difference) {
  const double n = pairs.total(), first = pairs.first_only, second = pairs.second_only;
  const double a = 2 * n, b = (2 * n - second + first) * difference - first - second;
  const double c = -first * difference * (1 - difference);
  const double q = (std::sqrt(std::max(0.0, b * b - 4 * a * c)) - b) / (2 * a);
  const double excess = second - first - n * difference;
  const double variance = n * (2 * q + difference * (1 - difference));
  if (excess == 0) return 0;
  return variance > 0 ? excess / std::sqrt(variance) : std::copysign(kUnbounded, excess);
}

// The sums that Robins, Breslow & Greenland's estimate and variance are made of, and those of the
// Cochran-Mantel-Haenszel statistic.
struct Sums {
  double r = 0, s = 0;  // the estimate is r / s
  double pr = 0, ps_qr = 0, qs = 0;
  double excess = 0, variance = 0;  // of second_yes over what the margins expect
};

Sums sums(std::span<const Table> strata) {
  Sums out;
  for (const Table& t : strata) {
    ENSURE(std::min({t.first_yes, t.first_no, t.second_yes, t.second_no}) >= 0, "negative count");
    const double first = t.first_yes + t.first_no, second = t.second_yes + t.second_no;
    const double n = first + second, yes = t.first_yes + t.second_yes;
    if (n < 2) continue;  // compares nothing
    const double r = static_cast<double>(t.second_yes) * t.first_no / n;
    const double s = static_cast<double>(t.second_no) * t.first_yes / n;
    const double p = (t.second_yes + t.first_no) / n, q = 1 - p;
    out.r += r;
    out.s += s;
    out.pr += p * r;
    out.ps_qr += p * s + q * r;
    out.qs += q * s;
    out.excess += t.second_yes - second * yes / n;
    out.variance += first * second * yes * (n - yes) / (n * n * (n - 1));
  }
  return out;
}

// Log of the chance that a stratum has the least second_yes its margins allow, given the odds.
double log_chance_of_least(const Table& t, double log_odds) {
  const double first = t.first_yes + t.first_no, second = t.second_yes + t.second_no;
  const double yes = t.first_yes + t.second_yes;
  double weight = 0, total = 0;  // logs, in units of the least one's weight
  for (double a = std::max(0.0, yes - first); a < std::min(second, yes); ++a) {
    weight += log_odds + std::log((second - a) * (yes - a) / ((a + 1) * (first - yes + a + 1)));
    total = std::max(total, weight) + std::log1p(std::exp(-std::abs(total - weight)));
  }
  return -total;
}

// The exact conditional upper end where every stratum has the least second_yes there can be: the
// odds ratio at which the chance of that is `tail`.
double exact_upper(std::span<const Table> strata, double tail) {
  constexpr double kWidest = 500;  // of the log odds ratio
  return std::exp(turning_point(-kWidest, kWidest, [&](double log_odds) {
    double chance = 0;
    for (const Table& table : strata) chance += log_chance_of_least(table, log_odds);
    return chance > std::log(tail);
  }));
}

std::vector<Table> groups_swapped(std::span<const Table> strata) {
  std::vector<Table> out;
  for (const Table& t : strata) out.push_back({t.second_yes, t.second_no, t.first_yes, t.first_no});
  return out;
}

}  // namespace

Difference paired_difference(const Pairs& pairs, double confidence) {
  ENSURE(std::min({pairs.both, pairs.first_only, pairs.second_only, pairs.neither}) >= 0,
         "negative count");
  if (pairs.total() == 0) return {};
  const double z = normal_quantile((1 + confidence) / 2);
  const double value = static_cast<double>(pairs.second_only - pairs.first_only) / pairs.total();
  return {value,
          {turning_point(-1, value, [&](double d) { return tango_score(pairs, d) > z; }),
           turning_point(value, 1, [&](double d) { return tango_score(pairs, d) >= -z; })}};
}

MantelHaenszel mantel_haenszel(std::span<const Pairs> strata, double confidence) {
  MantelHaenszel result;
  Pairs all;
  for (const Pairs& stratum : strata) {
    all.both += stratum.both;
    all.first_only += stratum.first_only;
    all.second_only += stratum.second_only;
    all.neither += stratum.neither;
    result.strata += stratum.total() > 0;
  }
  result.difference = paired_difference(all, confidence);
  result.p = mcnemar_exact(all.first_only, all.second_only);
  return result;
}

OddsRatio mantel_haenszel_odds(std::span<const Table> strata, double confidence) {
  OddsRatio result;
  const Sums sum = sums(strata);
  if (sum.variance > 0) {
    const boost::math::chi_squared one(1);
    result.p =
        boost::math::cdf(boost::math::complement(one, sum.excess * sum.excess / sum.variance));
  }
  const double tail = (1 - confidence) / 2;
  if (sum.r == 0 && sum.s == 0) return result;
  if (sum.r == 0) {
    result.value = 0;
    result.interval.high = exact_upper(strata, tail);
  } else if (sum.s == 0) {
    result.value = kUnbounded;
    result.interval.low = 1 / exact_upper(groups_swapped(strata), tail);
  } else {
    result.value = sum.r / sum.s;
    const double variance = sum.pr / (2 * sum.r * sum.r) + sum.ps_qr / (2 * sum.r * sum.s) +
                            sum.qs / (2 * sum.s * sum.s);
    const double reach = std::exp(normal_quantile(1 - tail) * std::sqrt(variance));
    result.interval = {result.value / reach, result.value * reach};
  }
  return result;
}

}  // namespace pump::harness
