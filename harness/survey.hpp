#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/calibration.hpp"
#include "harness/enumerate.hpp"
#include "harness/statistics.hpp"

// What an environment is like before anybody is trained in it: how often chance alone finds each
// outcome, what the scripts earn, how many states there are.
namespace pump::harness {

inline constexpr int kSurveyScriptEpisodes = 1000;  // a script, and a group of the agreement

// How many of the uniform policy's episodes; with the exact (Clopper-Pearson) 95 % interval of the
// probability.
struct Frequency {
  std::string name;
  int count = 0;
  double share = 0;
  Interval interval;
};

struct WishSurvey {
  std::string wish;
  std::string refused;    // why the calibration refused; the rest is then empty
  bool by_label = false;  // see Calibration
  std::vector<ClassCalibration> classes;
  std::vector<ScriptScore> scripts;
  std::vector<bool> declared;        // whether each script is one of the wish's exploits
  std::vector<std::string> misfits;  // scripts that do not score as they are declared
  AgreementTable agreement;
  std::optional<double> kappa;  // of the agreement; none when no episode could be judged
  Frequency uniform_uhr;

  // Neither refused nor otherwise than declared; kappa is not asked for where labels judge.
  bool as_declared() const {
    return refused.empty() && misfits.empty() && (by_label || kappa.value_or(0) > kLeastKappa);
  }
};

struct Survey {
  std::string environment;
  int version = 1;
  std::map<std::string, std::string> parameters;
  int episodes = 0;  // of the uniform policy
  std::uint64_t seed = 0;
  double mean_length = 0;
  std::vector<Frequency> outcomes, facts;
  std::vector<WishSurvey> wishes;
  std::optional<Reach> reach;
};

// A function of its arguments. The uniform policy plays `episodes` episodes of world 0, so each can
// be played again from (seed, episode). state_limit: of the enumeration; 0 leaves it out.
// pump::Error for a world that cannot be enumerated.
Survey survey(const engine::Environment& environment, const std::vector<engine::Wish>& wishes,
              int episodes, std::uint64_t seed, std::uint64_t state_limit);

std::string to_text(const Survey& survey);
nlohmann::json to_json(const Survey& survey);

}  // namespace pump::harness
