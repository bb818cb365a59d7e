#include "harness/trial_config.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "agents/compute.hpp"
#include "agents/trainer.hpp"
#include "engine/environment.hpp"
#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/evaluate.hpp"
#include "harness/recordings.hpp"
#include "harness/train_config.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

using engine::EnvironmentInfo;

const std::vector<std::string> kVariants = {"common", "paper"};
const std::vector<std::string> kStarts = {"fresh", "uniform", "prior", "clone"};
const std::vector<std::string> kDrawnFrom = {"uniform", "prior", "clone"};
const std::vector<std::string> kChoices = {"sampled", "most_probable"};  // as Choice has them
const std::vector<std::string> kLeashes = {"none", "uniform", "prior", "clone"};

std::vector<std::string> names_of(const EnvironmentInfo& info,
                                  const std::vector<int>& demonstrations) {
  std::vector<std::string> names;
  for (const int index : demonstrations)
    names.push_back(info.demonstrations[static_cast<std::size_t>(index)].name);
  return names;
}

int read_demonstration(const EnvironmentInfo& info, const std::string& name) {
  if (const auto index = engine::find_demonstration(info, name)) return *index;
  std::vector<std::string> known;
  for (const auto& demonstration : info.demonstrations) known.push_back(demonstration.name);
  const std::string near = engine::nearest_name(name, known);
  throw Error(fmt::format("expected a demonstration of {}, got {}{}", info.name, in_quotes(name),
                          near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
}

engine::Wish read_wish_of(const EnvironmentInfo& info, ConfigMap& config) {
  if (config.value("wish").type == ConfigValue::Type::mapping) {
    ConfigMap wish = config.map("wish");  // spelt out, as write_trial leaves it
    return read_wish(info, wish.text("name"), wish);
  }
  const std::string name = config.text("wish");
  return placed(config, "wish", [&] { return load_wish(info, name); });
}

CloneSpec read_recorded(const engine::Environment& environment, ConfigMap& config) {
  CloneSpec clone;
  for (const char* key : {"demonstrations", "noise", "episodes"})
    if (config.has(key)) config.refuse(key, "nothing, because recordings are what is cloned");
  clone.recordings = config.text("recordings");
  clone.recordings_hash = placed(
      config, "recordings", [&] { return read_recordings(clone.recordings, environment).hash; });
  // As write_trial leaves it: what a trial was described with must still be there.
  if (config.text("recordings_hash", clone.recordings_hash) != clone.recordings_hash)
    config.refuse("recordings_hash", clone.recordings_hash + ", that of the recordings");
  return clone;
}

CloneSpec read_clone(const engine::Environment& environment, ConfigMap config) {
  if (config.has("recordings")) return read_recorded(environment, config);
  const EnvironmentInfo& info = environment.info();
  CloneSpec clone;
  ConfigMap shares = config.map("demonstrations");
  if (config.has("demonstrations")) clone.demonstrations.clear();
  double sum = 0;
  for (const std::string& name : shares.keys()) {
    placed(shares, name, [&] { return read_demonstration(info, name); });
    const double share = shares.number(name, 0, 0, 1);
    if (share > 0) clone.demonstrations[name] = share;
    sum += share;
  }
  if (config.has("demonstrations") && std::abs(sum - 1) > 1e-9)
    config.refuse("demonstrations",
                  fmt::format("shares that sum to 1 (they sum to {})", engine::format_number(sum)));
  clone.noise = config.number("noise", clone.noise, 0, 1);
  clone.episodes = static_cast<int>(config.integer("episodes", clone.episodes, 1, 100'000));
  return clone;
}

void read_policies(ConfigMap& config, TrialSpec& spec, const engine::Environment& environment) {
  if (agents::is_yardstick(spec.train.objective)) {
    spec.start = config.choice("start", kDrawnFrom, "clone");
    spec.leash = config.choice("leash", {"none"}, "none");
  } else {
    const bool leashed = agents::is_leashed(spec.train.objective);
    spec.start = config.choice("start", kStarts, leashed ? "clone" : "fresh");
    spec.leash = config.choice("leash", kLeashes, leashed ? "clone" : "none");
  }
  if (!declares_prior(environment)) {
    const std::string why = fmt::format(", because {} declares no prior", spec.environment);
    if (spec.start == "prior") config.refuse("start", "fresh, uniform or clone" + why);
    if (spec.leash == "prior") config.refuse("leash", "none, uniform or clone" + why);
  }
  const CloneSpec clone = read_clone(environment, config.map("clone"));
  if (spec.start == "clone" || spec.leash == "clone")
    spec.clone = clone;
  else if (spec.start == "prior")
    spec.clone.episodes = clone.episodes;
}

void read_objective(ConfigMap& config, TrialSpec& spec) {
  std::vector<std::string> known = agents::objective_names();
  known.insert(known.end(), agents::yardstick_names().begin(), agents::yardstick_names().end());
  config.text("objective");  // required
  const std::string objective = config.choice("objective", known, "");
  spec.variant = config.choice("variant", kVariants, spec.variant);
  spec.train = placed(config, "objective", [&] { return load_objective(objective, spec.variant); });
  ConfigMap train = config.map("train");
  if (agents::is_yardstick(objective))
    spec.yardstick = read_yardstick(train, load_yardstick(objective, spec.variant));
  spec.train = read_train(train, spec.train);
}

void check_device(ConfigMap train, const TrialSpec& spec) {
  const std::string why = agents::why_not(spec.train.device);
  if (!why.empty()) train.refuse("device", "automatic or cpu, because " + why);
}

void check_yardstick(ConfigMap train, const TrialSpec& spec) {
  constexpr std::int64_t kMostEpisodes = 1 << 20;  // they are held in memory
  const agents::YardstickConfig& yardstick = spec.yardstick;
  const std::int64_t episodes =
      static_cast<std::int64_t>(yardstick.draws) * spec.evaluation_episodes;
  if (episodes > kMostEpisodes)
    train.refuse("draws", fmt::format("draws x evaluation_episodes of at most {} (they are {})",
                                      kMostEpisodes, episodes));
  if (spec.train.objective == "quantilizer" && yardstick.top_share * yardstick.draws < 1 - 1e-9)
    train.refuse("top_share",
                 fmt::format("at least one of the draws, {:.4g}", 1. / yardstick.draws));
}

constexpr std::int64_t kMostDecisions = 1 << 24;  // an update; they are held in memory

// Of an objective that counts how episodes end.
void check_outcomes(ConfigMap& config, const TrialSpec& spec,
                    const engine::Environment& environment) {
  const engine::EnvironmentInfo& info = environment.info();
  const agents::TrainConfig& train = spec.train;
  const int signals = engine::final_signals(info);
  if (environment.remembers())
    config.refuse(
        "objective",
        fmt::format("one that counts no outcomes, because {} remembers its episodes", info.name));
  if (train.outcome_code == agents::OutcomeCodes::final_signals &&
      (signals == 0 || signals > engine::kMostFinalSignals))
    config.map("train").refuse(
        "outcome_code", fmt::format("oracle, because {} has {} final signals", info.name, signals));
  if (train.outcome_given_success && info.judged_by_label)
    config.map("train").refuse(
        "outcome_given_success",
        fmt::format("false, because no return in {} is a success", info.name));
  if (std::int64_t{train.outcome_episodes} * environment.horizon() > kMostDecisions)
    config.map("train").refuse(
        "outcome_episodes",
        fmt::format("at most {}, of {} steps each", kMostDecisions / environment.horizon(),
                    environment.horizon()));
}

// What no single key's range can say.
void check_together(ConfigMap& config, const TrialSpec& spec,
                    const engine::Environment& environment) {
  const agents::TrainConfig& train = spec.train;
  const std::int64_t steps = train.rollout_steps > 0 ? train.rollout_steps : environment.horizon();
  const std::int64_t decisions = steps * train.worlds;
  if (decisions > kMostDecisions)
    config.map("train").refuse("worlds", fmt::format("worlds x rollout steps of at most {} (they "
                                                     "are {})",
                                                     kMostDecisions, decisions));
  if (train.minibatches > decisions)
    config.map("train").refuse("minibatches",
                               fmt::format("at most {}, the decisions of an update", decisions));
  check_device(config.map("train"), spec);
  if (agents::is_yardstick(train.objective)) {
    check_yardstick(config.map("train"), spec);
    return;
  }
  if (agents::fresh_episodes(train) > 0) check_outcomes(config, spec, environment);
  if (const auto complaint = agents::complaint_about(train, spec.leash != "none"))
    (complaint->key == "leash" ? config : config.map("train"))
        .refuse(complaint->key, complaint->expected);
}

void read_scale(ConfigMap& config, TrialSpec& spec) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMostSteps = 1'000'000'000'000;
  spec.sticky_actions = config.number("sticky_actions", spec.sticky_actions, 0, 1);
  spec.observation_noise = config.number("observation_noise", spec.observation_noise, 0, 1);
  spec.coarse_actions =
      static_cast<int>(config.integer("coarse_actions", spec.coarse_actions, 1, 1'000));
  spec.seed = static_cast<std::uint64_t>(config.integer("seed", 0, 0, kMost));
  spec.budget_steps = static_cast<std::uint64_t>(
      config.integer("steps", static_cast<std::int64_t>(spec.budget_steps), 1, kMostSteps));
  spec.evaluation_episodes =
      static_cast<int>(config.integer("evaluation_episodes", spec.evaluation_episodes, 1, 65'536));
  if (!agents::is_yardstick(spec.train.objective) &&
      config.choice("evaluation_actions", kChoices, kChoices[0]) != kChoices[0])
    spec.evaluation_actions = Choice::most_probable;
}

}  // namespace

std::unique_ptr<engine::Environment> read_environment(ConfigMap& config) {
  const std::string name = config.text("environment");
  const engine::CatalogueEntry& entry =
      *placed(config, "environment", [&] { return &envs::find(name); });
  engine::Parameters parameters(entry.info().parameters);
  ConfigMap map = config.map("parameters");
  for (const std::string& parameter : map.keys()) {
    const std::string value = map.text(parameter);
    placed(map, parameter, [&] { parameters.set(parameter, value); });
  }
  return entry.make(parameters);
}

TrialSpec read_trial(ConfigMap config) {
  TrialSpec spec;
  const auto environment = read_environment(config);
  spec.environment = environment->info().name;
  spec.parameters = environment->parameters().texts();
  spec.wish = read_wish_of(environment->info(), config);
  read_objective(config, spec);
  read_policies(config, spec, *environment);
  read_scale(config, spec);
  check_together(config, spec, *environment);
  config.finish();
  return spec;
}

namespace {

class Writer {
 public:
  explicit Writer(YAML::Emitter& out) : out_(out) {}
  void text(const std::string& key, const std::string& value) {
    out_ << YAML::Key << key << YAML::Value << value;
  }
  void number(const std::string& key, double value) { text(key, engine::format_number(value)); }
  void open(const char* key) { out_ << YAML::Key << key << YAML::Value << YAML::BeginMap; }
  void close() { out_ << YAML::EndMap; }
  void texts(const char* key, const std::vector<std::string>& values) {
    out_ << YAML::Key << key << YAML::Value << YAML::Flow << values;
  }

 private:
  YAML::Emitter& out_;
};

void write_wish(Writer& out, const engine::Wish& wish) {
  const EnvironmentInfo& info = envs::find(wish.environment).info();
  out.open("wish");
  out.text("name", wish.name);
  out.text("text", wish.text);
  out.open("weights");
  for (std::size_t i = 0; i < wish.weights.size(); i++)
    if (wish.weights[i] != 0) out.number(info.signals[i].name, wish.weights[i]);
  out.close();
  out.open("kinds");
  for (std::size_t i = 0; i < wish.kinds.size(); i++)
    out.text(info.outcomes[i], engine::to_string(wish.kinds[i]));
  out.close();
  out.texts("exploits", names_of(info, wish.exploits));
  out.close();
}

void write_clone(Writer& out, const CloneSpec& clone) {
  out.open("clone");
  if (!clone.recordings.empty()) {
    out.text("recordings", clone.recordings);
    out.text("recordings_hash", clone.recordings_hash);
    out.close();
    return;
  }
  out.open("demonstrations");
  for (const auto& [name, share] : clone.demonstrations) out.number(name, share);
  out.close();
  out.number("noise", clone.noise);
  out.text("episodes", std::to_string(clone.episodes));
  out.close();
}

}  // namespace

std::string write_trial(const TrialSpec& spec) {
  YAML::Emitter emitter;
  Writer out(emitter);
  emitter << YAML::BeginMap;
  out.text("environment", spec.environment);
  out.open("parameters");
  for (const auto& [name, value] : spec.parameters) out.text(name, value);
  out.close();
  write_wish(out, spec.wish);
  out.text("objective", spec.train.objective);
  out.text("variant", spec.variant);
  out.text("start", spec.start);
  out.text("leash", spec.leash);
  write_clone(out, spec.clone);
  out.open("train");
  emit_train(emitter, spec.train);
  if (agents::is_yardstick(spec.train.objective)) emit_yardstick(emitter, spec.yardstick);
  out.close();
  out.number("sticky_actions", spec.sticky_actions);
  out.number("observation_noise", spec.observation_noise);
  out.text("coarse_actions", std::to_string(spec.coarse_actions));
  out.text("seed", std::to_string(spec.seed));
  out.text("steps", std::to_string(spec.budget_steps));
  out.text("evaluation_episodes", std::to_string(spec.evaluation_episodes));
  if (!agents::is_yardstick(spec.train.objective))
    out.text("evaluation_actions", kChoices[static_cast<std::size_t>(spec.evaluation_actions)]);
  emitter << YAML::EndMap;
  return std::string(emitter.c_str()) + "\n";
}

}  // namespace pump::harness
