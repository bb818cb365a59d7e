#include <span>

#include <fmt/format.h>

#include "envs/catalogue.hpp"
#include "harness/trial.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

// Bumped when training or measuring changes what a spec leads to.
constexpr int kFormat = 1;

Json to_json(const agents::NetworkConfig& network) {
  return {{"hidden", network.hidden},
          {"activation", network.activation == agents::Activation::tanh ? "tanh" : "relu"},
          {"shared_trunk", network.shared_trunk}};
}

Json to_json(const agents::TrainConfig& t) {
  return {{"objective", t.objective},
          {"network", to_json(t.network)},
          {"device", static_cast<int>(t.device)},
          {"worlds", t.worlds},
          {"rollout_steps", t.rollout_steps},
          {"epochs", t.epochs},
          {"minibatches", t.minibatches},
          {"optimiser", static_cast<int>(t.optimiser)},
          {"learning_rate", t.learning_rate},
          {"anneal_learning_rate", t.anneal_learning_rate},
          {"optimiser_eps", t.optimiser_eps},
          {"rmsprop_alpha", t.rmsprop_alpha},
          {"gamma", t.gamma},
          {"gae_lambda", t.gae_lambda},
          {"clip_coef", t.clip_coef},
          {"clip_value_loss", t.clip_value_loss},
          {"normalise_advantages", t.normalise_advantages},
          {"ent_coef", t.ent_coef},
          {"vf_coef", t.vf_coef},
          {"max_grad_norm", t.max_grad_norm},
          {"kl_coef", t.kl_coef},
          {"kl_target", t.kl_target},
          {"kl_horizon", t.kl_horizon}};
}

Json to_json(const engine::Wish& wish) {
  std::vector<std::string> kinds;
  for (const engine::Kind kind : wish.kinds) kinds.emplace_back(engine::to_string(kind));
  return {{"name", wish.name},
          {"text", wish.text},
          {"weights", wish.weights},
          {"kinds", kinds},
          {"exploits", wish.exploits}};
}

}  // namespace

Json to_json(const TrialSpec& spec) {
  return {{"format", kFormat},
          {"environment", spec.environment},
          {"version", envs::find(spec.environment).info().version},
          {"parameters", spec.parameters},
          {"wish", to_json(spec.wish)},
          {"variant", spec.variant},
          {"train", to_json(spec.train)},
          {"start", spec.start},
          {"leash", spec.leash},
          {"clone",
           {{"demonstrations", spec.clone.demonstrations},
            {"noise", spec.clone.noise},
            {"episodes", spec.clone.episodes}}},
          {"sticky_actions", spec.sticky_actions},
          {"observation_noise", spec.observation_noise},
          {"coarse_actions", spec.coarse_actions},
          {"seed", spec.seed},
          {"budget_steps", spec.budget_steps},
          {"evaluation_episodes", spec.evaluation_episodes}};
}

std::string trial_id(const TrialSpec& spec) {
  const std::string text = to_json(spec).dump();
  return fmt::format("{:016x}", engine::hash_state(std::as_bytes(std::span(text))));
}

std::unique_ptr<engine::Environment> make_environment(
    const std::string& name, const std::map<std::string, std::string>& parameters) {
  const engine::CatalogueEntry& entry = envs::find(name);
  engine::Parameters bound(entry.info().parameters);
  for (const auto& [key, value] : parameters) bound.set(key, value);
  return entry.make(bound);
}

}  // namespace pump::harness
