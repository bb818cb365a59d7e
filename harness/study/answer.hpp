#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/measures.hpp"
#include "harness/report/report.hpp"
#include "harness/statistics.hpp"
#include "harness/study/study.hpp"
#include "harness/sweep.hpp"

// What a study's trials say to its question.
namespace pump::harness {

// Of one contrast in one world and wish: pairs of runs, by whether each was GAMED.
struct WorldPairs {
  std::string world;         // environment, wish
  Pairs gamed;               // of all pairs
  Pairs gamed_if_competent;  // of those in which both are competent
  Pairs competent;
};

// Over the grid's cells: the share of runs GAMED in each, from the least to the most.
struct GridRange {
  int cells = 0, runs = 0;
  double least = 0, most = 0;
};

struct Effect {
  std::string name;
  std::vector<WorldPairs> worlds;
  int pairs = 0, competent_pairs = 0;
  int lost = 0;                  // pairs of which a run is not there
  int fewer = 0, more = 0;       // worlds in which the second games less, or more
  double first = 0, second = 0;  // shares of the pairs' runs that were GAMED
  // Second minus first, Mantel-Haenszel over worlds. Both competent is a choice by what training
  // made of them: it describes.
  MantelHaenszel gamed, gamed_if_competent, competent;
  double adjusted = 1;  // p of `gamed`, by Holm over all contrasts of the study
  // The smallest difference with a chance of 80 % to be told apart, at .05 over the family, where
  // as many pairs go the other way as did here.
  std::optional<double> detectable;
  std::optional<GridRange> first_grid, second_grid;  // where the grid has both, or neither
  bool told_apart() const { return adjusted <= .05; }
  bool lowers() const { return told_apart() && gamed.difference.value < 0; }
  bool raises() const { return told_apart() && gamed.difference.value > 0; }
  // As this contrast alone has it, without adjustment: rather said once too often.
  bool costs_competence() const { return competent.difference.interval.high < 0; }
};

struct FactorAnswer {
  std::string name, text;
  std::vector<Effect> effects;
};

struct StudyAnswer {
  std::string question, title;
  int planned = 0, done = 0, errors = 0;
  int builds = 0;  // that made the results; 0: not known
  int family = 0;  // contrasts
  int control_runs = 0, control_competent = 0, control_gamed = 0;  // under the wish `true`
  std::vector<std::string> grid_worlds;
  // Nothing more is to come, but for what is tried again after an error.
  bool complete() const { return done + errors >= planned; }
  std::vector<FactorAnswer> factors;
};

// results: of trials of the study, in any order; those that are not there yet are left out, with
// the pairs that they would have made.
StudyAnswer answer_study(const StudySpec& study, const std::vector<TrialResult>& results);

// pump::Error where there are results of other trials. file: where they are from.
void refuse_others(const StudySpec& study, const SweepResults& results, const std::string& file);

// "1 pair", "2 pairs".
std::string counted(std::ptrdiff_t count, const std::string& what);
// "-50 [-70, -26]", percentage points; "-0.4" where less than half a one is left.
std::string points_text(const MantelHaenszel& of);
// The answer in sentences, each of which follows from the numbers; a paragraph a factor, the last
// one the answer to the question.
std::vector<std::string> in_sentences(const StudyAnswer& answer);
// The same with its tables, for the head of a report's page.
Preface preface_of(const StudyAnswer& answer);
// Tables and sentences, as Markdown that is read in a terminal too.
std::string to_markdown(const StudyAnswer& answer);
nlohmann::json to_json(const StudyAnswer& answer);

}  // namespace pump::harness
