#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/wish.hpp"
#include "harness/exact/flow.hpp"
#include "harness/open_session.hpp"
#include "harness/trial.hpp"

// A lesson as a teacher writes it down: pages of words, questions and things to see.
namespace pump::harness {

// Worlds that are played: scripts, policies, recordings, up to 4 side by side.
struct WatchSpec {
  std::vector<WatchRequest> panels;
};

// Wishes that one can choose among, the first one first.
struct WishChoice {
  std::vector<engine::Wish> wishes;
  std::vector<std::string> remarks;  // one a wish: what it closes and leaves open; "" where unsaid
  bool weights = false;              // whether the weights can be changed
};

// One world, gone through exactly.
struct SolveSpec {
  std::string environment;
  std::map<std::string, std::string> parameters;
  WishChoice wish;
  std::string reference = "uniform";  // uniform, prior, demo:NAME or clone
  double noise = 0;                   // of a script: probability of a uniform action instead
  Tilt tilt = Tilt::policy;
  double beta = 1;            // what a nat costs; 0: nothing
  std::vector<double> leash;  // betas to choose among, ascending; empty: beta alone
  int pivots = 0;             // states to jump to, at most
  bool spending = false;      // whether it is said on what the improbability went
  bool loophole = false;      // whether its most probable loophole is what plays first
  // Trials leashed to the reference, one a beta, to be trained and laid beside.
  std::vector<TrialSpec> trained;
  // A trial that is leashed to the clone that is the reference; of those above, if there are any.
  std::optional<TrialSpec> clone;
};

// Trials of one world and wish, trained there and then, up to 4 side by side.
struct TrainSpec {
  WishChoice wish;
  std::vector<std::string> names;  // one a trial
  std::vector<TrialSpec> trials;
};

struct Exhibited {
  std::string name;  // on its button, where there are several
  std::variant<WatchSpec, SolveSpec, TrainSpec> what;
};

struct Page {
  std::string title, text;
  std::string question;              // before the exhibit plays; "": none
  std::vector<std::string> answers;  // of the question
  int right = 0;                     // the answer that is, from 1; 0: none is
  std::string reveal;                // said once it plays
  std::vector<Exhibited> exhibits;   // at least one; several: one at a time
};

struct Lesson {
  std::string name;  // its file's, without .yaml
  std::string title, about;
  int order = 0;    // in the list of all; 0: no lesson but something to try things with
  int minutes = 0;  // that it takes
  std::vector<Page> pages;
};

// A lesson by its name in configs/lessons/, or by the path of its file (anything with a '/' or
// ending in .yaml). docs/adding.md lists the keys. pump::Error names file, line and key.
Lesson load_lesson(const std::string& name_or_file);
// All of configs/lessons/: those to be taught first, in order, then the others by name.
std::vector<Lesson> all_lessons();

}  // namespace pump::harness
