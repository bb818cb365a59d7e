#include <span>

#include <fmt/format.h>

#include "envs/catalogue.hpp"
#include "harness/imitation.hpp"
#include "harness/train_config.hpp"
#include "harness/trial.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

// Bumped when training or measuring changes what a spec leads to.
constexpr int kFormat = 4;

Json to_json(const agents::YardstickConfig& y) {
  return {{"draws", y.draws}, {"top_share", y.top_share}};
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

bool imitates(const TrialSpec& spec) {
  return spec.start == "clone" || spec.leash == "clone" || spec.start == "prior";
}

Json to_json(const TrialSpec& spec) {
  Json json = {{"format", kFormat},
               {"environment", spec.environment},
               {"version", envs::find(spec.environment).info().version},
               {"parameters", spec.parameters},
               {"wish", to_json(spec.wish)},
               {"variant", spec.variant},
               {"train", to_json(spec.train)},
               {"yardstick", to_json(spec.yardstick)},
               {"start", spec.start},
               {"leash", spec.leash},
               {"clone", to_json(spec.clone)},
               {"sticky_actions", spec.sticky_actions},
               {"observation_noise", spec.observation_noise},
               {"coarse_actions", spec.coarse_actions},
               {"seed", spec.seed},
               {"budget_steps", spec.budget_steps},
               {"evaluation_episodes", spec.evaluation_episodes}};
  if (spec.evaluation_actions == Choice::most_probable)
    json["evaluation_actions"] = "most_probable";
  return json;
}

namespace {

// "learning_rate", "network.hidden", ...: where two mappings differ, with the first one's values;
// those of the second alone are not told.
void differences(const Json& a, const Json& b, const std::string& prefix,
                 std::map<std::string, std::string>& out) {
  for (const auto& [key, value] : a.items()) {
    if (b.contains(key) && value == b[key]) continue;
    if (value.is_object() && b.contains(key))
      differences(value, b[key], prefix + key + ".", out);
    else
      out[prefix + key] = value.dump();
  }
}

// What makes this trial's arm another than its objective's config alone would. The leash's price,
// which nobody pays without one, and what is said of a clone that nobody uses are not part of it.
std::map<std::string, std::string> overrides_of(const TrialSpec& spec) {
  std::map<std::string, std::string> out;
  differences(harness::to_json(spec.train),
              harness::to_json(load_objective(spec.train.objective, spec.variant)), "", out);
  if (agents::is_yardstick(spec.train.objective))
    differences(to_json(spec.yardstick),
                to_json(load_yardstick(spec.train.objective, spec.variant)), "", out);
  out.erase("kl_coef");
  TrialSpec untouched;
  untouched.environment = spec.environment;
  const Json all = to_json(spec), plain = to_json(untouched);
  std::vector<std::string> keys = {"sticky_actions", "observation_noise", "coarse_actions"};
  if (imitates(spec)) keys.emplace_back("clone");
  for (const std::string& key : keys)
    differences(Json{{key, all[key]}}, Json{{key, plain[key]}}, "", out);
  if (spec.evaluation_actions != untouched.evaluation_actions)
    out["evaluation_actions"] = all["evaluation_actions"];
  return out;
}

}  // namespace

TrialResult describe(const TrialSpec& spec) {
  TrialResult result;
  result.id = trial_id(spec);
  result.environment = spec.environment;
  result.parameters = spec.parameters;
  result.wish = spec.wish.name;
  result.wish_text = spec.wish.text;
  result.objective = spec.train.objective;
  result.variant = spec.variant;
  result.start = spec.start;
  result.leash = spec.leash;
  result.beta = spec.leash == "none" ? 0 : spec.train.kl_coef;
  result.overrides = overrides_of(spec);
  result.seed = spec.seed;
  result.budget_steps = spec.budget_steps;
  const engine::EnvironmentInfo& info = envs::find(spec.environment).info();
  result.outcome_labels = info.outcomes;
  result.by_label = info.judged_by_label;
  result.outcome_kinds = spec.wish.kinds;
  return result;
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
