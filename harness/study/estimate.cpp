#include "harness/study/estimate.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agents/yardsticks/yardstick.hpp"
#include "engine/error.hpp"
#include "harness/files.hpp"
#include "harness/interrupt.hpp"
#include "harness/worker.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr double kShare = .1;  // of a budget

// What a worker calibrates once.
auto world_of(const TrialSpec& trial) {
  return std::tie(trial.environment, trial.parameters, trial.wish.name);
}

// A worker with the trials that it probes, one after another. The first of a world is begun twice:
// calibration is done the first time, and not counted.
class Prober {
 public:
  Prober(std::vector<const TrialSpec*> trials, std::filesystem::path folder)
      : trials_(std::move(trials)), folder_(std::move(folder)) {
    begin();
  }

  bool over() const { return at_ == trials_.size(); }
  const std::vector<double>& seconds() const { return seconds_; }
  const std::vector<std::string>& failed() const { return failed_; }
  pollfd event() const { return {over() ? -1 : worker_->answers(), POLLIN, 0}; }

  void listen() {
    worker_->take_complaints();  // the sweep's own workers will say them; an untaken one blocks
    for (const std::string& line : worker_->take_answers())
      if (!over()) hear(Json::parse(line));
    if (const auto how = worker_->ended(); how && !over()) {
      leave(fmt::format("a worker that was to be timed {}", *how));
      worker_ = std::make_unique<Worker>();
      begin();
    }
  }

 private:
  void begin() {
    if (over()) return;
    const TrialSpec& trial = *trials_[at_];
    const auto name = fmt::format("{}_{}", at_, warm_ ? "timed" : "warm");
    worker_->send(
        Json{{"config", write_trial(trial)}, {"directory", (folder_ / name).string()}}.dump());
    begun_ = Clock::now();
    reports_ = 0;
    asked_ = false;
  }

  void leave(const std::string& why) {
    failed_.push_back(why);
    at_++;
    warm_ = false;
  }

  void hear(const Json& answer) {
    const double now = std::chrono::duration<double>(Clock::now() - begun_).count();
    const auto budget = static_cast<double>(trials_[at_]->budget_steps);
    if (answer.contains("steps")) {
      const auto steps = answer["steps"].get<double>();
      if (reports_++ == 0) {
        first_ = now;
        first_steps_ = steps;
      } else if (!asked_) {
        last_ = now;
        last_steps_ = steps;
      }
      const bool draws = agents::is_yardstick(trials_[at_]->train.objective);  // has no budget
      const bool enough = !warm_ || (!draws && reports_ > 1 && last_steps_ >= kShare * budget);
      if (enough && !asked_) worker_->ask_to_stop();
      asked_ = asked_ || enough;
      return;
    }
    if (answer.contains("error")) {
      leave(answer["error"].get<std::string>());
    } else if (!warm_) {
      warm_ = true;
    } else {
      // Up to the first update (a clone, say) once, and the rest by its steps; or it was that
      // short.
      const bool whole = !answer.contains("stopped") || reports_ < 2;
      seconds_.push_back(whole ? now
                               : first_ + (last_ - first_) * (budget - first_steps_) /
                                              (last_steps_ - first_steps_));
      at_++;
      warm_ = !over() && world_of(*trials_[at_]) == world_of(*trials_[at_ - 1]);
    }
    begin();
  }

  std::vector<const TrialSpec*> trials_;
  std::filesystem::path folder_;
  std::unique_ptr<Worker> worker_ = std::make_unique<Worker>();
  std::size_t at_ = 0;
  bool warm_ = false, asked_ = false;
  int reports_ = 0;
  Clock::time_point begun_;
  double first_ = 0, first_steps_ = 0, last_ = 0, last_steps_ = 0;
  std::vector<double> seconds_;
  std::vector<std::string> failed_;
};

}  // namespace

Estimate estimate(const SweepSpec& sweep, int jobs, const std::function<bool()>& go_on,
                  int probes) {
  const DeadPipesIgnored pipes;
  const TemporaryFolder folder;
  const std::size_t trials = sweep.trials.size();
  const std::size_t count = std::min<std::size_t>(trials, static_cast<std::size_t>(probes));
  const std::size_t workers = std::min(count, static_cast<std::size_t>(jobs));
  std::vector<const TrialSpec*> chosen;
  for (std::size_t i = 0; i < count; i++)
    chosen.push_back(&sweep.trials[(2 * i + 1) * trials / (2 * count)]);
  std::ranges::stable_sort(chosen, {}, [](const TrialSpec* trial) { return world_of(*trial); });
  std::vector<std::unique_ptr<Prober>> probers;
  for (std::size_t i = 0; i < workers; i++)
    probers.push_back(std::make_unique<Prober>(
        std::vector(chosen.begin() + static_cast<std::ptrdiff_t>(i * count / workers),
                    chosen.begin() + static_cast<std::ptrdiff_t>((i + 1) * count / workers)),
        folder.path() / std::to_string(i)));
  while (!std::ranges::all_of(probers, &Prober::over)) {
    std::vector<pollfd> events;
    for (const auto& prober : probers) events.push_back(prober->event());
    ::poll(events.data(), events.size(), 100);
    if (!go_on()) throw Interrupted();
    for (const auto& prober : probers) prober->listen();
  }
  std::vector<double> seconds;
  std::vector<std::string> failed;
  for (const auto& prober : probers) {
    seconds.insert(seconds.end(), prober->seconds().begin(), prober->seconds().end());
    failed.insert(failed.end(), prober->failed().begin(), prober->failed().end());
  }
  if (seconds.empty()) throw Error(failed.front());
  double sum = 0;
  for (const double one : seconds) sum += one;
  const double scale = static_cast<double>(trials) / static_cast<double>(workers);
  const Interval mean = student_t(seconds);
  return {scale * sum / static_cast<double>(seconds.size()),
          {scale * std::max(0., mean.low), scale * mean.high},
          static_cast<int>(seconds.size()),
          std::move(failed)};
}

std::string to_text(const Estimate& estimate) {
  const bool hours = estimate.seconds > 5400;
  const double unit = hours ? 3600 : 60;
  const auto number = [&](double seconds) {
    return hours ? fmt::format("{:.1f}", seconds / unit)
                 : fmt::format("{:.0f}", std::max(1., seconds / unit));
  };
  const std::string some = number(estimate.seconds);
  const std::string failed = estimate.failed.empty()
                                 ? ""
                                 : fmt::format("; {} could not be timed, the first: {}",
                                               estimate.failed.size(), estimate.failed.front());
  const std::string range =
      std::isfinite(estimate.interval.high)
          ? fmt::format("{} to {}, ", number(estimate.interval.low), number(estimate.interval.high))
          : "";
  return fmt::format("some {} {}, {}by {} trial{}{}", some,
                     hours         ? "hours"
                     : some == "1" ? "minute"
                                   : "minutes",
                     range, estimate.probed, estimate.probed == 1 ? "" : "s", failed);
}

}  // namespace pump::harness
