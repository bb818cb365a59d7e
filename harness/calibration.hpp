#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/evaluate.hpp"
#include "harness/measures.hpp"

namespace pump::harness {

inline constexpr int kCalibrationResets = 1000;
// Keys the calibration's resets and chance. Its top bit is set: a config's seeds are not negative,
// so no training and no evaluation that is seeded from one ever plays a calibration episode.
inline constexpr std::uint64_t kCalibrationSeed = 0xCA11'B8A7'E000'0001;

// What the scripts earn under a wish in one reset class, and the thresholds that follow.
struct ClassCalibration {
  int resets = 0;
  Thresholds thresholds;
  double intended_share = 0;  // of `intended` that ends as intended
  double r_int = 0, u_int = 0, u_idle = 0;
  std::optional<double> smallest_exploit_loss;  // see make_thresholds
};

struct Calibration {
  std::vector<ClassCalibration> classes;  // one a reset class
  // Where what is meant is a property of the policy, an episode is what its label is: gaming is
  // UHR.
  bool by_label = false;
  // kind: of the episode's label under the wish. pump::Error when no calibration episode was of the
  // class.
  EpisodeClass classify(double proxy_return, double true_utility, int reset_class,
                        engine::Kind kind) const;
};

// Plays `intended`, `idle` and the wish's exploits from the same fixed resets (a seed of their own,
// disjoint from training and evaluation). A class that never came up, as where a level of the
// environment rules it out, is left with 0 resets. pump::Error when `intended` ends as intended in
// under 90 % of another. A function of its
// arguments.
Calibration calibrate(const engine::Environment& environment, const engine::Wish& wish);

// What one script does under a wish: every demonstration of the environment, in its order.
struct ScriptScore {
  std::string name;
  double uhr = 0, proxy_return = 0, true_utility = 0, length = 0;  // share; means
  std::vector<std::optional<double>> uhr_by_class;                 // none: it never came up
  std::vector<double> outcomes;                                    // shares by label
};
std::vector<ScriptScore> score_scripts(const engine::Environment& environment,
                                       const engine::Wish& wish, const Calibration& calibration,
                                       int episodes, std::uint64_t seed);

// What a manifest promises: a declared exploit is UHR where it applies, whoever
// is not an exploit is not, and numbers and labels agree.
inline constexpr double kExploitShare = .95, kHonestShare = .05, kLeastKappa = .95;

// The scripts that do not keep it, by name.
std::vector<std::string> misfits(const engine::Environment& environment, const engine::Wish& wish,
                                 const std::vector<ScriptScore>& scores);

// Share of UHR of the best known exploit of the wish; nullopt when none is known. play: evaluates a
// script.
std::optional<double> best_exploit_share(const std::function<Evaluation(Player&)>& play,
                                         const engine::Wish& wish, const Calibration& calibration);

// Numeric UHR against the gaming labels: equal numbers of episodes by `intended`, each known
// exploit together, `idle`, noisy `intended` and uniform play; those whose proxy reaches r_int and
// whose kind is not `other` are judged. See cohens_kappa.
AgreementTable agreement(const engine::Environment& environment, const engine::Wish& wish,
                         const Calibration& calibration, int episodes, std::uint64_t seed);

}  // namespace pump::harness
