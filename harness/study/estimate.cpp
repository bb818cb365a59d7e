#include "harness/study/estimate.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/trial.hpp"

namespace pump::harness {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kShare = .1;  // of a budget

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// What comes before the first update (a clone, calibration) once, and the rest by its steps.
double probe(const TrialSpec& trial, const std::filesystem::path& folder,
             const std::function<bool()>& go_on) {
  const auto begun = Clock::now();
  const auto budget = static_cast<double>(trial.budget_steps);
  double first_steps = 0, first = 0, steps = 0, now = 0;
  try {
    run_trial(trial, folder, [&](std::uint64_t at, const TrialResult&) {
      steps = static_cast<double>(at);
      now = seconds_since(begun);
      if (first == 0) {
        first = now;
        first_steps = steps;
      }
      return go_on() && (steps < kShare * budget || steps == first_steps);
    });
    return seconds_since(begun);  // it was that short
  } catch (const Interrupted&) {
    if (!go_on()) throw;
  }
  return first + (now - first) * (budget - first_steps) / (steps - first_steps);
}

}  // namespace

Estimate estimate(const SweepSpec& sweep, int jobs, const std::function<bool()>& go_on,
                  int probes) {
  const TemporaryFolder folder;
  std::vector<double> seconds;
  const std::size_t trials = sweep.trials.size();
  const std::size_t count = std::min<std::size_t>(trials, static_cast<std::size_t>(probes));
  for (std::size_t i = 0; i < count; i++) {
    const std::size_t at = (2 * i + 1) * trials / (2 * count);
    seconds.push_back(probe(sweep.trials[at], folder.path() / std::to_string(i), go_on));
  }
  double sum = 0;
  for (const double one : seconds) sum += one;
  const double scale = static_cast<double>(trials) / jobs;
  const Interval mean = student_t(seconds);
  return {scale * sum / static_cast<double>(count),
          {scale * std::max(0., mean.low), scale * mean.high},
          static_cast<int>(count)};
}

std::string to_text(const Estimate& estimate) {
  const bool hours = estimate.seconds > 5400;
  const double unit = hours ? 3600 : 60;
  const auto number = [&](double seconds) {
    return hours ? fmt::format("{:.1f}", seconds / unit)
                 : fmt::format("{:.0f}", std::max(1., seconds / unit));
  };
  return fmt::format("some {} {}, {} to {}, by {} trials", number(estimate.seconds),
                     hours ? "hours" : "minutes", number(estimate.interval.low),
                     number(estimate.interval.high), estimate.probed);
}

}  // namespace pump::harness
