#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "agents/config.hpp"
#include "agents/policy.hpp"
#include "agents/yardsticks/yardstick.hpp"
#include "engine/environment.hpp"
#include "engine/wish.hpp"
#include "harness/evaluate.hpp"
#include "harness/measures.hpp"

namespace pump::harness {

// Keys the worlds and the draws of every evaluation, for all trials alike: contrasts are paired.
// Its top bit is set, as that of kCalibrationSeed is: no training plays these episodes.
inline constexpr std::uint64_t kEvaluationSeed = 0xE7A1'0A7E'0000'0001;

// What behaviour cloning learns from. Either demonstrations by script, with the share of episodes
// each gets (shares sum to 1), a uniform action instead of the script's with probability `noise`;
// or recordings. A start that is the environment's prior is cloned from `episodes` of it.
struct CloneSpec {
  std::map<std::string, double> demonstrations = {{"intended", 1}};
  double noise = .1;
  int episodes = 512;
  std::string recordings;       // a replay's file or a folder of them; empty: scripts
  std::string recordings_hash;  // of their content, which alone is part of the trial's identity
};

// One training run, everything resolved. Two equal specs give equal bytes.
struct TrialSpec {
  std::string environment;
  std::map<std::string, std::string> parameters;  // all of them, as Parameters::texts gives them
  engine::Wish wish;
  std::string variant = "common";     // of the objective's config, before overrides
  agents::TrainConfig train;          // train.objective names the objective, or the yardstick
  agents::YardstickConfig yardstick;  // where it is one
  // Of a yardstick: the reference it draws from.
  std::string start = "fresh";   // fresh | uniform | prior | clone
  std::string leash = "none";    // none | uniform | prior | clone
  CloneSpec clone;               // where start or leash is a clone, or start the prior
  double sticky_actions = 0;     // probability
  double observation_noise = 0;  // probability a cell
  int coarse_actions = 1;        // steps an action
  std::uint64_t seed = 0;
  std::uint64_t budget_steps = 500'000;
  int evaluation_episodes = kEvaluationEpisodes;
  Choice evaluation_actions = Choice::sampled;
};

// Whether anything of `clone` matters.
bool imitates(const TrialSpec& spec);

// Content-derived: 16 hexadecimal digits of a hash of the whole spec and the environment's version.
std::string trial_id(const TrialSpec& spec);
nlohmann::json to_json(const TrialSpec& spec);

// What was asked for, with nothing of what happened.
TrialResult describe(const TrialSpec& spec);

std::unique_ptr<engine::Environment> make_environment(
    const std::string& name, const std::map<std::string, std::string>& parameters);

// Whether the folder has its trial's result: run_trial reads it then, and runs nothing.
bool is_done(const std::filesystem::path& directory);
// Whether the folder has a checkpoint of another build, or of another device than the trial would
// compute on: run_trial does not go on from it, but begins anew. pump::Error where it is no
// checkpoint.
bool is_of_another_build(const TrialSpec& spec, const std::filesystem::path& directory);

// How far a trial is, and what is known of it; called after every update. False: stop here.
using Progress = std::function<bool(std::uint64_t steps, const TrialResult& so_far)>;

// Shown the policy before training and after every update; changes nothing.
using PolicyWatch = std::function<void(std::uint64_t steps, const agents::Policy& policy)>;

// Trains, evaluates 40 times, judges. Into `directory` (made if need be): config.yaml (resolved),
// metrics.csv and TensorBoard's event file (a row a checkpoint, as it comes: what was evaluated,
// and means over the updates since the last), outcomes.csv (likewise, at the end), imitation.json
// (how well start and leash imitate, where they do), ends.csv (episodes of the policy and of its
// reference by how they ended, where outcomes are charged for), result.json, policy.bin,
// replays/LABEL.json (the first episode of each outcome label seen in evaluations; and
// replays/novel.json, of the first novel one), and, while under way, checkpoint.bin, from which an
// interrupted trial goes on to the same bytes. A directory with this trial's result.json is done
// and is not run again; another's is refused. Throws what goes wrong, and Interrupted where
// `progress` said stop, with a checkpoint of that moment; a divergence is a result.
TrialResult run_trial(const TrialSpec& spec, const std::filesystem::path& directory,
                      const Progress& progress = {}, const PolicyWatch& watch = {});

// What the trial in a folder learnt, or, while it is under way, has learnt up to its last
// checkpoint. pump::Error when there is neither.
agents::Policy learnt_policy(const TrialSpec& spec, const std::filesystem::path& directory);

}  // namespace pump::harness
