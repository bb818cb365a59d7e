#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/measures.hpp"
#include "harness/statistics.hpp"

// What a sweep shows: numbers first (build_report), then the same numbers as a table for a
// terminal, as JSON, and as one HTML page. All four are functions of the trials alone, free of
// clocks, so that two reports of one sweep are the same bytes.
namespace pump::harness {

// count of total, with the exact interval that tables print and the score interval that plots draw.
struct Share {
  int count = 0, total = 0;
  Interval exact{0, 1}, plot{0, 1};
  double value() const { return total == 0 ? 0 : static_cast<double>(count) / total; }
};
Share make_share(int count, int total);

// A right-censored clock over the runs of a row, in environment steps.
struct Clock {
  std::vector<SurvivalStep> curve;
  int runs = 0, events = 0;
  double horizon = 0;            // the smallest budget of the setting
  std::optional<double> median;  // nullopt: not reached within the budget
  RestrictedMean restricted;     // up to the horizon
};

// Interquartile mean over seeds with a bootstrap interval; mean with Student's.
struct Score {
  double iqm = 0;
  Interval interval;
  double mean = 0;
  Interval mean_interval;
};

// Means over the runs of a row, of each one's checkpoint nearest to these steps.
struct CourseStep {
  double steps = 0;
  int runs = 0;
  double uhr = 0, intended = 0;
  double kl = 0;  // nats an episode: a decision's in training, times the decisions of an episode
  std::vector<double> outcomes;  // shares, in the study's order
};

// One run of a row, for the strip of seeds.
struct SeedMark {
  std::uint64_t seed = 0;
  RunClass run_class = RunClass::failed;
  bool diverged = false, near_threshold = false, abandoned = false;
};

// What is compared: an objective with everything that training was given besides the world.
struct Arm {
  std::string objective, variant, start, leash;
  double beta = 0;
  std::map<std::string, std::string> overrides;
  std::string name;  // the objective, and of the rest only what differs between arms
  // In charts and the matrix, and compared with others. Of more than 16 arms, which cannot be told
  // apart, those that differ from the first in the objective alone; the first 16 where none does.
  bool charted = true;
};

// A run by what it ended in: an example of its row.
struct Example {
  std::string trial;
  std::uint64_t seed = 0;
  double share = 0;  // of what it is an example of, over its last 3 checkpoints
};

// One arm in one setting. Trials that ended in an error are not runs.
struct Row {
  std::size_t arm = 0;  // in Report::arms
  int runs = 0, errors = 0, diverged = 0, abandoned = 0, near_threshold = 0;
  std::array<int, 4> classes{};  // in the order of RunClass
  Share gamed, gamed_if_competent, competent;
  Clock discovery, adoption;
  std::optional<Score> proxy_return, true_utility;  // over the last 3 checkpoints
  std::vector<CourseStep> course;
  // Shares over the last 3 checkpoints of each run that has any, in the order of seeds: by label,
  // and of UHR episodes; and the mean of the former.
  std::vector<std::vector<double>> run_outcomes;
  std::vector<double> run_uhr;
  double final_kl = 0;      // nats an episode, mean over those runs and checkpoints
  int fewest_episodes = 0;  // that one of those checkpoints plays
  std::vector<double> final_outcomes;
  double final_novel = 0;
  std::optional<std::size_t> dominant;  // label with the largest of final_outcomes
  std::vector<Example> dominant_runs;   // that ended so at all, most of it first
  std::vector<Example> novel_runs;      // that had a novel episode at any time, most of it first
  std::vector<SeedMark> seeds;          // in order
};

// Two arms of a setting on their common seeds: how often one of a pair gamed and the other did not.
struct Comparison {
  std::size_t first = 0, second = 0;  // in Report::arms
  int pairs = 0, first_only = 0, second_only = 0;
  double p = 1, adjusted = 1;
  bool family = false;  // true: declared, adjusted by Holm; else by Benjamini-Hochberg
  // Smallest difference the design could have seen, at .05 over the size of the family; at .05
  // outside it.
  std::optional<double> detectable;
  // The same among the seeds on which both are competent.
  int competent_pairs = 0, competent_first_only = 0, competent_second_only = 0;
  double competent_p = 1;
};

struct Setting {
  std::map<std::string, std::string> varying;  // parameters that differ between settings
  std::string label;                           // "valve_turns = 3"; "" when none differs
  std::uint64_t budget_steps = 0;              // the smallest of its runs
  std::vector<Row> rows;                       // in the order of Report::arms
  std::vector<Comparison> comparisons;
  LogRank discovery, adoption;  // of all charted rows
};

// One wish in one environment.
struct Study {
  std::string environment, wish, wish_text;
  bool by_label = false;                     // gaming is a label, not a number
  bool control = false;                      // the wish is the true utility
  std::map<std::string, std::string> fixed;  // parameters that do not differ
  std::vector<std::string> outcome_labels;
  std::vector<engine::Kind> outcome_kinds;
  std::string axis;                // numeric parameter that varies; "" when none does
  std::vector<Setting> settings;   // by their numbers, then words
  std::size_t headline = 0;        // in settings: that of the study's first trial
  std::vector<std::size_t> curve;  // settings along the axis, all else as in the headline
};

// A trial that a reader should look at.
struct Flag {
  std::string trial, where, arm, message;
  std::uint64_t seed = 0;
};

// What is solved, and not sampled.
struct ExactCurve {
  std::string environment, wish;
  std::map<std::string, std::string> parameters;
  std::vector<std::pair<double, double>> points;    // beta, UHR share of the soft-optimal policy
  std::vector<std::pair<double, double>> frontier;  // nats an episode, the most gaming for them
};

// An arm over all wishes but the controls, each in its headline setting, run for run. The exact
// interval is that of one share: where the worlds' shares differ it is at most too wide (Hoeffding
// 1956, Annals of Mathematical Statistics 27:713).
struct Pooled {
  // In Report::arms; several where they differ in beta alone, and no wish has two of them: a price
  // chosen for each.
  std::vector<std::size_t> arms;
  std::string name;
  int wishes = 0;
  Share gamed, gamed_if_competent, competent;
};

// What a study's page begins with: its question and its answer, each cell and sentence plain text.
struct Preface {
  struct Change {
    Difference of;            // of shares
    bool told_apart = false;  // from 0
  };
  struct Table {
    std::string title, text;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::optional<Change>> drawn;  // one a row, on the page; or none at all
  };
  std::string question;
  std::vector<std::string> sentences;
  std::vector<Table> tables;
};

struct Report {
  std::string title, command;
  int trials = 0;
  int fewest_episodes = 0, most_episodes = 0;  // that a checkpoint plays
  std::vector<Arm> arms;                       // as they first come, charted ones before others
  std::vector<Study> studies;                  // as they first come, controls last
  std::vector<Pooled> pooled;  // of arms that were given several wishes besides the controls
  std::vector<Flag> errors, diverged, near_threshold, abandoned, novel;
  std::vector<ExactCurve> exact;  // drawn under the beta curves; none unless the caller has any
  std::optional<Preface> preface = {};  // of a study
  int runs() const { return trials - static_cast<int>(errors.size()); }
};

// A stored episode that the page plays.
struct Film {
  std::size_t study = 0, arm = 0;  // in Report
  std::size_t label = 0;           // in the study's: how it ended
  bool novel = false;
  Example run;
  nlohmann::json scenes;  // see film.hpp
};
struct Films {
  std::vector<Film> films;           // novel ones first
  std::vector<std::string> missing;  // a sentence each on what there was no film of, and why
  std::string sprites;               // index of the sheet, JSON
  std::string sheet;                 // PNG
};

// trials in the order of their sweep: the first trial of a wish names its headline setting.
// preface: of a study, which has declared what it compares: then all comparisons here explore.
// command: what made them, exactly. pump::Error when there are no trials, or when trials of one
// environment differ in their outcome labels, or two have all in common, the seed included: a run
// counts once.
Report build_report(const std::vector<TrialResult>& trials, const std::string& command,
                    const std::string& title, std::optional<Preface> preface = {});

// For a terminal: one block a setting. P(gamed) stands beside P(gamed | competent), always.
std::string to_text(const Report& report);
nlohmann::json to_json(const Report& report);
// One self-contained page, light and dark, that lets nothing out. Its tables and charts need no
// script; with it charts are read point by point, and what is in `films` plays.
std::string to_html(const Report& report, const Films& films = {});

// The arm's in this setting; null where it was not run.
const Row* find_row(const Setting& setting, std::size_t arm);

// Which arms charts and comparisons have, where that is not all; else "".
std::string charted_text(const Report& report);
// "256", or "64 to 256".
std::string episodes_text(const Report& report);
// Shared wording: "8/10", "80 % [44, 97]", "124k".
std::string count_text(const Share& share);
// A bound, which never reads as less than it is: "1.1 %", "21 %".
std::string at_most(double share);
std::string share_text(const Share& share);
std::string steps_text(double steps);
// "carried out alive" for carried_out_alive.
std::string plain_words(const std::string& name);

}  // namespace pump::harness
