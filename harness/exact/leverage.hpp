#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/exact/graph.hpp"
#include "harness/exact/score.hpp"
#include "harness/exact/trained.hpp"

// What each leash of a sweep holds: how much of what it charges for shows in how episodes end.
// Behind `pump leverage`.
namespace pump::harness {

// What is so, not sampled; means over an arm's trials.
struct ExactPoint {
  double intended = 0, gaming = 0, proxy_return = 0;
  // From the leash's reference: trajectory and outcome KL, outcome TV and length; so that leverage
  // and reach are ratios of means.
  Divergence change;
  // Of the soft-optimal policy at this price, where the price is one of trajectory KL.
  std::optional<double> soft_intended, soft_gaming, soft_proxy;
  std::optional<double> tax;  // see IntendedFrontier
};

// One arm at one price of its leash.
struct LeverageRow {
  std::string arm;
  double beta = 0;
  int seeds = 0, found = 0;     // see TrainedPoint
  SeedsShare intended, gaming;  // sampled, over the last 3 checkpoints
  std::optional<ExactPoint> exact;
};

// Where gaming becomes likelier than what was intended as the price falls.
struct Crossover {
  std::string arm;
  double beta = 0;
};

// One wish in one world under one leash.
struct LeverageTable {
  std::string environment, wish, leash;
  std::map<std::string, std::string> parameters;  // that are not the environment's defaults
  std::uint64_t states = 0;                       // 0: not gone through, and why
  std::string why_not;
  std::vector<LeverageRow> rows;  // by arm, as they first come, and price
  // Of the arms whose prices lie on both sides of it: between two of them, as if the logarithm of
  // gaming to intended were linear in 1 / beta, as the soft optimum's nearly is.
  std::vector<Crossover> crossovers = {};
  // Solved; where the leash is one for all trials, and some arm's price is of trajectory KL.
  std::optional<double> soft_crossover = {};
};

struct LeverageReport {
  std::vector<LeverageTable> tables;
  // Trials that have ended, and those of them that are in no table: without a leash, with an error
  // or diverged, of another version, or whose policy is not played as it is.
  int ended = 0, left_out = 0;
};

// Of a sweep's folder: the leashed trials that ended well. limits: see Graph. pump::Error
// where there are none.
LeverageReport leverage_of(const std::filesystem::path& sweep, const GraphLimits& limits);
std::string to_text(const LeverageReport& report);
nlohmann::json to_json(const LeverageReport& report);

}  // namespace pump::harness
