#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "agents/policy.hpp"
#include "agents/reference.hpp"
#include "engine/environment.hpp"
#include "harness/imitation.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

// Where a trial's training starts and what it is leashed to, by the words of its spec. What both
// need is imitated once, and the last 64 are kept for the next trials of this thread: the arms of a
// sweep share them.
class TrialPolicies {
 public:
  // All outlive this.
  TrialPolicies(const TrialSpec& spec, const engine::Environment& environment, MakeBatch worlds);

  // fresh: nothing. uniform: a network whose every action is equally likely at first. prior, clone:
  // one that imitates the environment's prior, or demonstrations or recordings.
  std::optional<agents::Policy> start();
  // What a leash to a clone is made of, before the uniform play: what demonstrations or recordings
  // taught.
  const agents::Policy& clone() { return imitated("clone").policy; }
  std::unique_ptr<agents::Reference> leash() { return reference(spec_.leash); }
  // none: null. clone: .95 of it and .05 uniform, as policy_reference has it. prior: as it is.
  std::unique_ptr<agents::Reference> reference(const std::string& word);

  // Of each imitation so far, "clone" or "prior": decisions, cross_entropy (nats a decision),
  // accuracy; the last two on decisions held out.
  const nlohmann::json& report() const { return report_; }
  // As imitation.json, where there is any.
  void write_report(const std::filesystem::path& directory) const;

 private:
  struct Imitation {
    agents::Policy policy;
    nlohmann::json report;
  };

  const Imitation& imitated(const std::string& word);
  Imitation imitate(const std::string& word);
  // Of all that an imitation depends on.
  std::string key_of(const std::string& word) const;
  agents::Dataset data_for(const std::string& word);

  const TrialSpec& spec_;
  const engine::Environment& environment_;
  MakeBatch worlds_;
  std::map<std::string, std::shared_ptr<const Imitation>> imitated_;
  nlohmann::json report_ = nlohmann::json::object();
};

}  // namespace pump::harness
