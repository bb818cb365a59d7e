#include <algorithm>
#include <cmath>
#include <map>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "harness/statistics.hpp"

namespace pump::harness {
namespace {

// Counts at one distinct time.
struct Moment {
  int at_risk = 0, events = 0, censored = 0;
};

std::map<double, Moment> moments(std::span<const Lifetime> lifetimes) {
  std::map<double, Moment> table;
  for (const Lifetime& lifetime : lifetimes)
    (lifetime.observed ? table[lifetime.time].events : table[lifetime.time].censored)++;
  int left = static_cast<int>(lifetimes.size());
  for (auto& [time, moment] : table) {
    moment.at_risk = left;
    left -= moment.events + moment.censored;
  }
  return table;
}

Interval log_log_interval(double survival, double greenwood, double z) {
  const double spread = z * std::sqrt(greenwood) / std::log(survival);
  return {std::pow(survival, std::exp(-spread)), std::pow(survival, std::exp(spread))};
}

// x' V^-1 x for a symmetric V >= 0 by elimination; a direction without variance carries no
// information and takes one off the degrees of freedom.
double quadratic_form(std::vector<std::vector<double>> v, std::vector<double> x, int& degrees) {
  double scale = 0, sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) scale = std::max(scale, v[i][i]);
  degrees = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (v[i][i] <= 1e-12 * scale) continue;
    for (std::size_t j = i + 1; j < x.size(); ++j) {
      const double factor = v[j][i] / v[i][i];
      for (std::size_t k = i; k < x.size(); ++k) v[j][k] -= factor * v[i][k];
      x[j] -= factor * x[i];
    }
    sum += x[i] * x[i] / v[i][i];
    ++degrees;
  }
  return sum;
}

int at_risk(std::span<const Lifetime> group, double time) {
  return static_cast<int>(std::count_if(group.begin(), group.end(),
                                        [&](const Lifetime& life) { return life.time >= time; }));
}

int events_at(std::span<const Lifetime> group, double time) {
  return static_cast<int>(std::count_if(group.begin(), group.end(), [&](const Lifetime& life) {
    return life.observed && life.time == time;
  }));
}

}  // namespace

std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes, double confidence) {
  const double z = boost::math::quantile(boost::math::normal(), (1 + confidence) / 2);
  std::vector<SurvivalStep> curve;
  double survival = 1, greenwood = 0;
  Interval interval{1, 1};
  for (const auto& [time, moment] : moments(lifetimes)) {
    if (moment.events == 0) continue;
    const double left = moment.at_risk - moment.events;
    survival *= left / moment.at_risk;
    if (survival > 0) {
      greenwood += moment.events / (moment.at_risk * left);
      interval = log_log_interval(survival, greenwood, z);
    } else {
      interval.low = 0;
    }
    curve.push_back({time, moment.at_risk, moment.events, survival, interval});
  }
  return curve;
}

std::optional<double> median_time(std::span<const SurvivalStep> curve) {
  // Products of ratios such as 9/10 * 8/9 * ... may end a rounding error above 1/2.
  for (const SurvivalStep& step : curve)
    if (step.survival <= .5 + 1e-12) return step.time;
  return std::nullopt;
}

double restricted_mean(std::span<const SurvivalStep> curve, double horizon) {
  double area = 0, from = 0, survival = 1;
  for (const SurvivalStep& step : curve) {
    if (step.time >= horizon) break;
    area += survival * (step.time - from);
    from = step.time;
    survival = step.survival;
  }
  return area + survival * (horizon - from);
}

RestrictedMean restricted_mean_with_error(std::span<const SurvivalStep> curve, double horizon,
                                          double confidence) {
  const double mean = restricted_mean(curve, horizon);
  double variance = 0;
  for (const SurvivalStep& step : curve) {
    const int left = step.at_risk - step.events;
    if (step.time >= horizon || left == 0) continue;  // no area is left behind the last step
    const double behind = mean - restricted_mean(curve, step.time);
    variance += behind * behind * step.events / (static_cast<double>(step.at_risk) * left);
  }
  const double error = std::sqrt(variance);
  const int n = curve.empty() ? 0 : curve.front().at_risk;
  if (n < 2 || error == 0) return {mean, error, {0, horizon}};
  const double t = boost::math::quantile(boost::math::students_t(n - 1), (1 + confidence) / 2);
  const double share = mean / horizon, logit = std::log(share / (1 - share));
  const double reach = t * std::sqrt(n / (n - 1.0)) * error / horizon /
                       (share * (1 - share));  // on the logit's scale
  const auto back = [&](double x) { return horizon / (1 + std::exp(-x)); };
  return {mean, error, {back(logit - reach), back(logit + reach)}};
}

LogRank log_rank(std::span<const std::vector<Lifetime>> groups) {
  LogRank result;
  if (groups.size() < 2) return result;
  std::vector<Lifetime> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  const std::size_t dimensions = groups.size() - 1;  // the last group is what is left over
  std::vector<double> excess(dimensions, 0.0);
  std::vector<std::vector<double>> covariance(dimensions, std::vector<double>(dimensions, 0.0));
  for (const auto& [time, moment] : moments(all)) {
    if (moment.events == 0 || moment.at_risk < 2) continue;
    const double n = moment.at_risk, d = moment.events;
    const double variance = d * (n - d) / (n - 1);
    for (std::size_t i = 0; i < dimensions; ++i) {
      const double share = at_risk(groups[i], time) / n;
      excess[i] += events_at(groups[i], time) - d * share;
      for (std::size_t j = 0; j < dimensions; ++j) {
        const double other = at_risk(groups[j], time) / n;
        covariance[i][j] += variance * (i == j ? share * (1 - share) : -share * other);
      }
    }
  }
  result.chi_squared = quadratic_form(covariance, excess, result.degrees);
  if (result.degrees > 0) {
    const boost::math::chi_squared distribution(result.degrees);
    result.p = boost::math::cdf(boost::math::complement(distribution, result.chi_squared));
  }
  return result;
}

}  // namespace pump::harness
