#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/wish.hpp"
#include "harness/exact/budget.hpp"
#include "harness/exact/score.hpp"
#include "harness/exact/trained.hpp"

// What is so under a wish, where sampling says what happened. Behind `pump exact`.
namespace pump::harness {

struct ExactQuestion {
  std::string policy = "uniform", reference = "uniform";  // see name_policy
  std::vector<double> betas;                              // of the tilts; each > 0
  bool prices = false;                                    // and the frontier: some 30 tilts each
  std::string trials = {};  // a sweep's folder, whose betas join the others; "": none
  // Of bytes, all that is held at once; of states, each of the two graphs where a return is
  // tracked.
  GraphLimits limits = {};
};

inline constexpr engine::Kind kEveryKind[] = {engine::Kind::intended, engine::Kind::benign_failure,
                                              engine::Kind::gaming, engine::Kind::harm,
                                              engine::Kind::other};
inline constexpr double kBudgets[] = {.01, .03, .1, .3, 1, 3, 10};  // nats an episode

struct TiltAnswer {
  double beta = 0, value = 0;
  ExactScore score;
  Divergence from_reference;
  std::optional<double> tax;  // of a policy: see IntendedFrontier
};

struct ExactAnswers {
  std::string environment, wish;
  int version = 1;
  std::map<std::string, std::string> parameters;
  ExactQuestion question;
  std::uint64_t states = 0, edges = 0, tracked_states = 0;  // the last: with the return so far
  std::string uncalibrated;  // why there is no UHR; empty where there is
  bool by_label = false;     // see Calibration
  // By reset class, those that came up; none where there is no UHR, or it is judged by label.
  std::vector<std::pair<std::string, Thresholds>> thresholds;
  std::vector<std::string> outcome_labels, fact_names;
  std::vector<engine::Kind> outcome_kinds;
  BestReturns best;
  ExactScore policy, reference;
  Divergence divergence;                 // of the policy from the reference
  std::optional<double> tax;             // of the policy: see IntendedFrontier
  std::vector<TiltAnswer> soft, device;  // one a beta
  // Where asked for: what it takes to make each outcome as likely as not, and the most gaming for
  // each of kBudgets.
  std::vector<BudgetPoint> prices, gaming;
  std::optional<BudgetPoint> gaming_for_own;  // for the trajectory KL that the policy itself spends
  std::optional<TrainedTrials> trained;       // where asked for
};

// The tilt of a trained point's beta.
const TiltAnswer& soft_at(const ExactAnswers& answers, double beta);

// pump::Error for a world that is too large or cannot be enumerated, and for a sweep without trials
// of this question.
ExactAnswers answer(const engine::Environment& environment, const engine::Wish& wish,
                    const ExactQuestion& question);
std::string to_text(const ExactAnswers& answers);
nlohmann::json to_json(const ExactAnswers& answers);

}  // namespace pump::harness
