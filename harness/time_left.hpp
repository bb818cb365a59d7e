#pragma once

#include <cstddef>
#include <optional>
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
