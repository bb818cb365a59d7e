#include "harness/trial_worlds.hpp"

#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/wrappers.hpp"

namespace pump::harness {

std::unique_ptr<engine::Batch> make_worlds(const engine::Environment& environment,
                                           const TrialSpec& spec, int worlds, std::uint64_t seed) {
  std::unique_ptr<engine::Batch> batch = environment.batch(worlds, seed);
  if (spec.sticky_actions > 0)
    batch = engine::sticky_actions(std::move(batch), spec.sticky_actions, seed);
  if (spec.coarse_actions > 1)
    batch = engine::coarse_actions(std::move(batch), spec.coarse_actions);
  if (spec.observation_noise > 0)
    batch = engine::observation_noise(std::move(batch), spec.observation_noise, seed);
  return batch;
}

const Standards& standards(const engine::Environment& environment, const TrialSpec& spec) {
  using Json = nlohmann::json;
  static std::map<std::string, Standards> known;
  const Json json = to_json(spec);
  const std::string key =
      Json{json["environment"],         json["parameters"],     json["wish"],
           json["evaluation_episodes"], json["sticky_actions"], json["coarse_actions"],
           json["observation_noise"]}
          .dump();
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  Standards fresh;
  fresh.calibration = calibrate(environment, spec.wish);
  // In the policy's own worlds, sticky actions and all.
  const auto play = [&](Player& player) {
    const int rounds = rounds_of(environment, spec.evaluation_episodes);
    const auto batch =
        make_worlds(environment, spec, spec.evaluation_episodes / rounds, kEvaluationSeed);
    return evaluate(*batch, player, rounds);
  };
  fresh.best_exploit_share = best_exploit_share(play, spec.wish, fresh.calibration);
  return known.emplace(key, std::move(fresh)).first->second;
}

}  // namespace pump::harness
