#include "harness/trial_policies.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "engine/ensure.hpp"
#include "engine/error.hpp"
#include "engine/training_view.hpp"
#include "harness/files.hpp"
#include "harness/recordings.hpp"
#include "harness/train_config.hpp"

namespace pump::harness {

TrialPolicies::TrialPolicies(const TrialSpec& spec, const engine::Environment& environment,
                             MakeBatch worlds)
    : spec_(spec), environment_(environment), worlds_(std::move(worlds)) {}

std::optional<agents::Policy> TrialPolicies::start() {
  if (spec_.start == "fresh") return std::nullopt;
  if (spec_.start != "uniform") return imitated(spec_.start).policy.clone();
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
  if (word == "clone") return agents::policy_reference(clone());
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

std::string TrialPolicies::key_of(const std::string& word) const {
  const engine::EnvironmentInfo& info = environment_.info();
  return nlohmann::json{word,
                        info.name,
                        info.version,
                        environment_.parameters().texts(),
                        spec_.sticky_actions,
                        spec_.coarse_actions,
                        spec_.observation_noise,
                        to_json(spec_.clone),
                        to_json(spec_.train)["network"],
                        spec_.seed}
      .dump();
}

const TrialPolicies::Imitation& TrialPolicies::imitated(const std::string& word) {
  constexpr std::size_t kKept = 64;  // some megabytes each, at most
  thread_local std::deque<std::pair<std::string, std::shared_ptr<const Imitation>>> lately;
  std::shared_ptr<const Imitation>& mine = imitated_[word];
  if (!mine) {
    const std::string key = key_of(word);
    const auto known = std::ranges::find(lately, key, [](const auto& kept) { return kept.first; });
    if (known == lately.end()) {
      mine = std::make_shared<const Imitation>(imitate(word));
      if (lately.size() == kKept) lately.pop_front();
      lately.emplace_back(key, mine);
    } else {
      mine = known->second;
    }
    report_[word] = mine->report;
  }
  return *mine;
}

TrialPolicies::Imitation TrialPolicies::imitate(const std::string& word) {
  const agents::Dataset data = data_for(word);
  agents::CloneConfig config;
  config.network = spec_.train.network;
  agents::CloneReport report;
  agents::Policy policy = agents::clone_behaviour(
      environment_.observation(), static_cast<int>(environment_.info().actions.size()), data,
      config, spec_.seed, &report);
  return {std::move(policy),
          {{"decisions", data.actions.size()},
           {"cross_entropy", report.cross_entropy},
           {"accuracy", report.accuracy}}};
}

}  // namespace pump::harness
