#include "harness/trial_policies.hpp"

#include <utility>

#include "engine/ensure.hpp"
#include "engine/error.hpp"
#include "engine/training_view.hpp"
#include "harness/files.hpp"
#include "harness/recordings.hpp"

namespace pump::harness {

TrialPolicies::TrialPolicies(const TrialSpec& spec, const engine::Environment& environment,
                             MakeBatch worlds)
    : spec_(spec), environment_(environment), worlds_(std::move(worlds)) {}

std::optional<agents::Policy> TrialPolicies::start() {
  if (spec_.start == "fresh") return std::nullopt;
  if (spec_.start != "uniform") return imitated(spec_.start).clone();
  agents::Policy policy(environment_.observation(),
                        static_cast<int>(environment_.info().actions.size()), spec_.train.network,
                        spec_.seed);
  policy.make_uniform();
  return policy;
}

std::unique_ptr<agents::Reference> TrialPolicies::reference(const std::string& word) {
  if (word == "none") return nullptr;
  if (word == "uniform")
    return agents::uniform_reference(static_cast<int>(environment_.info().actions.size()));
  if (word == "clone") return agents::policy_reference(imitated("clone"));
  ENSURE(word == "prior", "reference {}", word);
  // On worlds of its own: the training's begin with their first episode, as in every arm.
  const auto probe = worlds_(1, spec_.seed);
  probe->begin_episodes();
  return agents::prior_reference(engine::TrainingView(*probe, spec_.wish));
}

void TrialPolicies::write_report(const std::filesystem::path& directory) const {
  if (!report_.empty()) write_text(directory / "imitation.json", report_.dump(1) + "\n");
}

agents::Dataset TrialPolicies::data_for(const std::string& word) {
  if (word == "prior") return sample_prior(spec_.clone.episodes, spec_.seed, worlds_);
  ENSURE(word == "clone", "start {}", word);
  if (spec_.clone.recordings.empty()) return demonstrate(spec_.clone, spec_.seed, worlds_);
  const Recordings recordings = read_recordings(spec_.clone.recordings, environment_);
  if (recordings.hash != spec_.clone.recordings_hash)
    throw Error(fmt::format("{}: expected recordings whose hash is {}, got {}",
                            spec_.clone.recordings, spec_.clone.recordings_hash, recordings.hash));
  return decisions_of(environment_, recordings.replays);
}

const agents::Policy& TrialPolicies::imitated(const std::string& word) {
  if (const auto known = imitated_.find(word); known != imitated_.end()) return known->second;
  const agents::Dataset data = data_for(word);
  agents::CloneConfig config;
  config.network = spec_.train.network;
  agents::CloneReport report;
  agents::Policy policy = agents::clone_behaviour(
      environment_.observation(), static_cast<int>(environment_.info().actions.size()), data,
      config, spec_.seed, &report);
  report_[word] = {{"decisions", data.actions.size()},
                   {"cross_entropy", report.cross_entropy},
                   {"accuracy", report.accuracy}};
  return imitated_.emplace(word, std::move(policy)).first->second;
}

}  // namespace pump::harness
