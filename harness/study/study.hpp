#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/trial_config.hpp"

// A question, the comparisons declared before any run, and the trials that answer it.
namespace pump::harness {

// Of trials, by dotted keys of their rows: "objective", "train.network.hidden", ...
using Selection = std::map<std::string, std::string>;

// Two kinds of trials that differ in one respect, in pairs: what else their rows say is the same,
// the seed too. `at` restricts both.
struct Contrast {
  std::string name;
  Selection first, second, at;
  std::vector<std::string> ignored;  // keys that may differ as well: a leash's price
};

// What the contrasts of one factor change; the answer compares factors.
struct Factor {
  std::string name, text;
  std::vector<Contrast> contrasts;
};

struct StudySpec {
  std::string question;
  SweepSpec sweep;              // those of the sensitivity grid last
  std::size_t grid_begins = 0;  // in sweep.trials
  std::vector<Factor> factors;
};

// A study's file. Beside a sweep's keys (title, defaults, blocks):
//   question: ...
//   factors: a list of
//     name, text, contrasts: a list of {name, first, second, at, ignored, for_each: {key:
//     [values]}} for_each makes one contrast a value, with the value behind its name and in `at`.
//   grid: {set, vary}, a block of trials over hyper-parameters that no contrast uses, shown beside
//     the contrasts of objectives; its rows are compared by what `first` and `second` select, and
//     of `at` by what they spell out.
//   quick: {defaults, blocks, grid} instead of those above, a smaller study of the same question;
//     contrasts of what it does not vary are left out.
// pump::Error names file, line and key; a contrast that pairs no trials is refused.
StudySpec read_study(const std::string& file, bool quick,
                     const std::vector<std::string>& overrides);

// A row's keys and values, dotted.
std::map<std::string, std::string> flat(const ConfigValue& row);
// Trials (indices) of a contrast, first and second, whose rows are a pair. In the order of the
// sweep; the grid's are not among them, nor is the control wish.
std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const StudySpec& study,
                                                          const Contrast& contrast);

}  // namespace pump::harness
