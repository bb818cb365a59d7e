#include "harness/time_left.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace pump::harness {

TimeLeft::TimeLeft(const SweepSpec& sweep) {
  std::unordered_map<std::string, std::size_t> kinds;
  for (TrialSpec trial : sweep.trials) {
    budgets_.push_back(static_cast<double>(trial.budget_steps));
    trial.seed = 0;
    kinds_.push_back(kinds.try_emplace(write_trial(trial), kinds.size()).first->second);
  }
  by_kind_.resize(kinds.size());
}

void TimeLeft::took(std::size_t trial, double seconds) {
  for (Done* done : {&by_kind_[kinds_[trial]], &all_}) {
    done->trials++;
    done->seconds += seconds;
    done->steps += budgets_[trial];
  }
}

std::optional<double> TimeLeft::seconds_of(std::size_t trial) const {
  const Done& like = by_kind_[kinds_[trial]];
  if (like.trials > 0) return like.seconds / like.trials;
  if (all_.trials == 0) return std::nullopt;
  return budgets_[trial] * all_.seconds / all_.steps;
}

std::optional<double> TimeLeft::seconds_left(const std::vector<bool>& done,
                                             std::span<const UnderWay> running,
                                             std::size_t workers) const {
  if (all_.trials == 0) return std::nullopt;
  double all = 0, longest = 0;
  for (std::size_t i = 0; i < done.size(); i++)
    if (!done[i]) all += *seconds_of(i);
  for (const UnderWay& one : running) {
    const double seconds = *seconds_of(one.trial);
    all -= std::min(one.seconds, seconds);
    longest = std::max(longest, seconds - one.seconds);
  }
  return std::max(all / static_cast<double>(workers), longest);
}

}  // namespace pump::harness
