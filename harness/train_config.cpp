#include "harness/train_config.hpp"

#include <fmt/format.h>

#include "engine/parameters.hpp"
#include "harness/files.hpp"
#include "harness/trial_config.hpp"

namespace pump::harness {
namespace {

using agents::TrainConfig;

struct IntegerKey {
  const char* key;
  int TrainConfig::*member;
  int minimum, maximum;
};
// Upper ends only keep typing errors from filling the memory or a day.
constexpr IntegerKey kIntegers[] = {
    {"worlds", &TrainConfig::worlds, 1, 65'536},
    {"rollout_steps", &TrainConfig::rollout_steps, 0, 1'000'000},  // 0: whole episodes
    {"epochs", &TrainConfig::epochs, 1, 1'000},
    {"minibatches", &TrainConfig::minibatches, 1, 65'536},
    {"cg_iterations", &TrainConfig::cg_iterations, 1, 1'000},
    {"fisher_stride", &TrainConfig::fisher_stride, 1, 1'000},
    {"line_search_steps", &TrainConfig::line_search_steps, 1, 100},
    {"value_epochs", &TrainConfig::value_epochs, 1, 1'000},
    {"group_size", &TrainConfig::group_size, 2, 65'536},
    {"occupancy_epochs", &TrainConfig::occupancy_epochs, 1, 1'000},
    {"outcome_episodes", &TrainConfig::outcome_episodes, 1, 65'536},
    {"outcome_reference_episodes", &TrainConfig::outcome_reference_episodes, 1, 65'536},
};

struct NumberKey {
  const char* key;
  double TrainConfig::*member;
  double minimum, maximum;
};
constexpr NumberKey kNumbers[] = {
    {"learning_rate", &TrainConfig::learning_rate, 0, 10},     // 0: a control that learns nothing
    {"optimiser_eps", &TrainConfig::optimiser_eps, 1e-12, 1},  // 0 divides by 0
    {"rmsprop_alpha", &TrainConfig::rmsprop_alpha, 0, 1},
    {"gamma", &TrainConfig::gamma, 0, 1},
    {"gae_lambda", &TrainConfig::gae_lambda, 0, 1},
    {"clip_coef", &TrainConfig::clip_coef, 0, 10},
    {"ent_coef", &TrainConfig::ent_coef, 0, 10},
    {"vf_coef", &TrainConfig::vf_coef, 0, 100},
    {"max_grad_norm", &TrainConfig::max_grad_norm, 0, 1e6},
    {"kl_coef", &TrainConfig::kl_coef, 0, 1e6},
    {"kl_target", &TrainConfig::kl_target, 0, 1e6},
    {"kl_horizon", &TrainConfig::kl_horizon, 1, 1e9},
    {"cg_damping", &TrainConfig::cg_damping, 0, 1e3},
    {"natural_step_size", &TrainConfig::natural_step_size, 0, 1e3},
    {"max_kl", &TrainConfig::max_kl, 0, 1e3},
    {"penalty_coef", &TrainConfig::penalty_coef, 0, 1e6},
    {"penalty_target", &TrainConfig::penalty_target, 0, 1e3},
    {"occupancy_gamma", &TrainConfig::occupancy_gamma, 0, .9999},  // 1 is no distribution
    {"occupancy_learning_rate", &TrainConfig::occupancy_learning_rate, 0, 10},
    {"outcome_quantum", &TrainConfig::outcome_quantum, 1e-6, 1e6},
    {"outcome_max_kl", &TrainConfig::outcome_max_kl, 0, 1e3},
};

struct FlagKey {
  const char* key;
  bool TrainConfig::*member;
};
constexpr FlagKey kFlags[] = {
    {"anneal_learning_rate", &TrainConfig::anneal_learning_rate},
    {"bootstrap_truncated", &TrainConfig::bootstrap_truncated},
    {"clip_value_loss", &TrainConfig::clip_value_loss},
    {"kl_length_normalised", &TrainConfig::kl_length_normalised},
    {"normalise_advantages", &TrainConfig::normalise_advantages},
    {"occupancy_tabular", &TrainConfig::occupancy_tabular},
    {"outcome_given_success", &TrainConfig::outcome_given_success},
};

// Words in the order of their enum.
const std::vector<std::string> kNetworks = {"mlp", "convolution"};
const std::vector<std::string> kActivations = {"tanh", "relu"};
const std::vector<std::string> kOptimisers = {"adam", "rmsprop", "sgd"};
const std::vector<std::string> kDevices = {"automatic", "cpu", "cuda"};
const std::vector<std::string> kOccupancies = {"state", "state_action"};
const std::vector<std::string> kDivergences = {"kl", "chi2"};
const std::vector<std::string> kOutcomeCodes = {"final_signals", "oracle"};

template <class Enum>
const std::string& word_of(const std::vector<std::string>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

template <class Enum>
void read_word(ConfigMap& config, const char* key, const std::vector<std::string>& words,
               Enum& value) {
  const std::string word = config.choice(key, words, word_of(words, value));
  for (std::size_t i = 0; i < words.size(); i++)
    if (words[i] == word) value = static_cast<Enum>(i);
}

void read_network(ConfigMap config, agents::NetworkConfig& network) {
  constexpr int kWidest = 4096;
  constexpr std::size_t kDeepest = 8;
  read_word(config, "kind", kNetworks, network.kind);
  for (const auto& [key, widths] :
       {std::pair("channels", &network.channels), std::pair("hidden", &network.hidden)}) {
    *widths = config.integers(key, *widths, 1, kWidest);
    if (widths->empty() || widths->size() > kDeepest)
      config.refuse(key, fmt::format("1 to {} layers", kDeepest));
  }
  read_word(config, "activation", kActivations, network.activation);
  network.shared_trunk = config.flag("shared_trunk", network.shared_trunk);
}

ConfigMap objective_file(const std::string& name, const std::string& variant) {
  return ConfigMap::from_file(
      (configs_directory() / "objectives" / name / (variant + ".yaml")).string());
}

void emit(YAML::Emitter& out, const char* key, const std::string& value) {
  out << YAML::Key << key << YAML::Value << value;
}
void emit(YAML::Emitter& out, const char* key, bool value) {
  emit(out, key, std::string(value ? "true" : "false"));
}

}  // namespace

TrainConfig read_train(ConfigMap config, TrainConfig base) {
  read_network(config.map("network"), base.network);
  read_word(config, "device", kDevices, base.device);
  read_word(config, "optimiser", kOptimisers, base.optimiser);
  read_word(config, "occupancy_of", kOccupancies, base.occupancy_of);
  read_word(config, "occupancy_divergence", kDivergences, base.occupancy_divergence);
  read_word(config, "outcome_code", kOutcomeCodes, base.outcome_code);
  for (const IntegerKey& k : kIntegers)
    base.*k.member = static_cast<int>(config.integer(k.key, base.*k.member, k.minimum, k.maximum));
  for (const NumberKey& k : kNumbers)
    base.*k.member = config.number(k.key, base.*k.member, k.minimum, k.maximum);
  for (const FlagKey& k : kFlags) base.*k.member = config.flag(k.key, base.*k.member);
  config.finish();
  return base;
}

agents::YardstickConfig read_yardstick(ConfigMap& config, agents::YardstickConfig base) {
  constexpr int kMostDraws = 65'536;
  base.draws = static_cast<int>(config.integer("draws", base.draws, 1, kMostDraws));
  base.top_share = config.number("top_share", base.top_share, 0, 1);
  return base;
}

TrainConfig load_objective(const std::string& name, const std::string& variant) {
  ConfigMap config = objective_file(name, variant);
  if (agents::is_yardstick(name)) read_yardstick(config, {});  // read by load_yardstick
  TrainConfig base;
  base.objective = name;
  return read_train(config, base);
}

agents::YardstickConfig load_yardstick(const std::string& name, const std::string& variant) {
  ConfigMap config = objective_file(name, variant);
  return read_yardstick(config, {});
}

void emit_yardstick(YAML::Emitter& out, const agents::YardstickConfig& yardstick) {
  emit(out, "draws", std::to_string(yardstick.draws));
  emit(out, "top_share", engine::format_number(yardstick.top_share));
}

// Every key, so that two configs which differ are two trials.
nlohmann::json to_json(const TrainConfig& train) {
  nlohmann::json out = {{"objective", train.objective},
                        {"network",
                         {{"kind", word_of(kNetworks, train.network.kind)},
                          {"channels", train.network.channels},
                          {"hidden", train.network.hidden},
                          {"activation", word_of(kActivations, train.network.activation)},
                          {"shared_trunk", train.network.shared_trunk}}},
                        {"device", word_of(kDevices, train.device)},
                        {"optimiser", word_of(kOptimisers, train.optimiser)},
                        {"occupancy_of", word_of(kOccupancies, train.occupancy_of)},
                        {"occupancy_divergence", word_of(kDivergences, train.occupancy_divergence)},
                        {"outcome_code", word_of(kOutcomeCodes, train.outcome_code)}};
  for (const IntegerKey& k : kIntegers) out[k.key] = train.*k.member;
  for (const NumberKey& k : kNumbers) out[k.key] = train.*k.member;
  for (const FlagKey& k : kFlags) out[k.key] = train.*k.member;
  return out;
}

void emit_train(YAML::Emitter& out, const TrainConfig& train) {
  out << YAML::Key << "network" << YAML::Value << YAML::BeginMap;
  emit(out, "kind", word_of(kNetworks, train.network.kind));
  out << YAML::Key << "channels" << YAML::Value << YAML::Flow << train.network.channels;
  out << YAML::Key << "hidden" << YAML::Value << YAML::Flow << train.network.hidden;
  emit(out, "activation", word_of(kActivations, train.network.activation));
  emit(out, "shared_trunk", train.network.shared_trunk);
  out << YAML::EndMap;
  emit(out, "device", word_of(kDevices, train.device));
  emit(out, "optimiser", word_of(kOptimisers, train.optimiser));
  emit(out, "occupancy_of", word_of(kOccupancies, train.occupancy_of));
  emit(out, "occupancy_divergence", word_of(kDivergences, train.occupancy_divergence));
  emit(out, "outcome_code", word_of(kOutcomeCodes, train.outcome_code));
  for (const IntegerKey& k : kIntegers) emit(out, k.key, std::to_string(train.*k.member));
  for (const NumberKey& k : kNumbers) emit(out, k.key, engine::format_number(train.*k.member));
  for (const FlagKey& k : kFlags) emit(out, k.key, train.*k.member);
}

}  // namespace pump::harness
