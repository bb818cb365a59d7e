#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agents/policy.hpp"
#include "engine/environment.hpp"
#include "harness/evaluate.hpp"
#include "harness/trial.hpp"

// Who plays, by the names that every command takes.
namespace pump::harness {

// For a command's help: what name_policy takes. `random` is `uniform` too.
inline constexpr const char* kPolicyNames =
    "uniform, prior, demo:NAME, leash:TRIAL (what a trial's folder is leashed to), or a trial's "
    "policy.bin or its folder";

struct NamedPolicy {
  enum class What : std::uint8_t { uniform, prior, script, network };
  What what = What::uniform;
  int script = 0;                              // index of a demonstration
  std::optional<agents::Policy> network = {};  // there, where it is one
  double uniform_share = 0;                    // mixed into the network's choices
  // Of leash:TRIAL: the trial, whose own leash this is.
  std::optional<TrialSpec> leashed = {};
};

// pump::Error, naming the option that it was given by: with the nearest known demonstration, or
// what is wrong with the file or the trial. A clone that a trial is leashed to is imitated anew, as
// the trial did, which takes a while.
NamedPolicy name_policy(const engine::Environment& environment, const std::string& policy,
                        const std::string& option = "--policy");

// What the worlds that a trial's policy learnt in had, and these do not: "valve_turns=6,
// coarse_actions=4". Empty: nothing, or nobody knows, for there is no config.yaml beside it.
std::string learnt_elsewhere(const engine::Environment& environment, const std::string& policy);

// What it draws is a function of the seed.
std::unique_ptr<Player> make_player(NamedPolicy policy, std::uint64_t seed);

}  // namespace pump::harness
