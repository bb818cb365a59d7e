#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/trial_config.hpp"

namespace pump::harness {

// How long the trials of a sweep take, by those that are done: the like of a trial differ from it
// in the seed alone.
class TimeLeft {
 public:
  explicit TimeLeft(const SweepSpec& sweep);
  // trial: its position. seconds: of the workers that ran it to its end.
  void took(std::size_t trial, double seconds);
  // Seconds of a worker: the mean of its like; of none, as many a step of its budget as all that
  // are done. nullopt before one is done.
  std::optional<double> seconds_of(std::size_t trial) const;
  // A trial that a worker has, and for how long it has been at it, this and earlier times.
  struct UnderWay {
    std::size_t trial;
    double seconds;
  };
  // Of the clock: what is left of all trials that are not done by so many workers, or of the
  // longest under way, whichever is more. done: a trial each. nullopt likewise.
  std::optional<double> seconds_left(const std::vector<bool>& done,
                                     std::span<const UnderWay> running, std::size_t workers) const;

 private:
  struct Done {
    int trials = 0;
    double seconds = 0, steps = 0;
  };
  std::vector<std::size_t> kinds_;  // a trial each: an index of by_kind_
  std::vector<double> budgets_;     // likewise, steps
  std::vector<Done> by_kind_;
  Done all_;
};

}  // namespace pump::harness
