#include "harness/named_policy.hpp"

#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/error.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_policies.hpp"
#include "harness/trial_worlds.hpp"

namespace pump::harness {
namespace {

using engine::Environment;
using What = NamedPolicy::What;
namespace fs = std::filesystem;

// A network of its own, and who plays it.
class OwnNetworkPlayer final : public Player {
 public:
  OwnNetworkPlayer(agents::Policy policy, std::uint64_t seed, double uniform_share)
      : policy_(std::move(policy)),
        player_(policy_player(policy_, seed, Choice::sampled, uniform_share)) {}
  void begin() override { player_->begin(); }
  void act(const engine::Batch& batch, std::span<engine::Action> actions) override {
    player_->act(batch, actions);
  }

 private:
  agents::Policy policy_;
  std::unique_ptr<Player> player_;
};

int find_script(const engine::EnvironmentInfo& info, const std::string& name,
                const std::string& option) {
  if (const auto index = engine::find_demonstration(info, name)) return *index;
  std::vector<std::string> known;
  for (const auto& demonstration : info.demonstrations) known.push_back(demonstration.name);
  const std::string near = engine::nearest_name(name, known);
  throw Error(fmt::format("{}: expected a demonstration of {}, got {}{}", option, info.name,
                          in_quotes(name),
                          near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
}

NamedPolicy prior(const Environment& environment, const std::string& option) {
  if (!declares_prior(environment))
    throw Error(fmt::format("{}: expected an environment that declares a prior, got {}", option,
                            environment.info().name));
  return {.what = What::prior};
}

NamedPolicy trained(const Environment& environment, const std::string& policy,
                    const std::string& option) {
  fs::path file = policy;
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) file /= "policy.bin";
  if (!fs::exists(file, ignored))
    throw Error(fmt::format("{}: expected {}, got {}", option, kPolicyNames, in_quotes(policy)));
  return {.what = What::network,
          .network = agents::Policy::load(read_bytes(file), environment.observation(),
                                          static_cast<int>(environment.info().actions.size()),
                                          file.string())};
}

NamedPolicy leash(const Environment& environment, const std::string& folder,
                  const std::string& option) {
  const TrialSpec spec =
      read_trial(ConfigMap::from_file((fs::path(folder) / "config.yaml").string()));
  if (spec.environment != environment.info().name ||
      spec.parameters != environment.parameters().texts())
    throw Error(fmt::format(
        "{}: expected a trial in this {} with these parameters, got {} in {}", option,
        environment.info().name, folder,
        spec.environment == environment.info().name ? "one with others" : spec.environment));
  NamedPolicy out;
  if (spec.leash == "none")
    throw Error(fmt::format("{}: expected a trial with a leash, got {} without", option, folder));
  if (spec.leash == "prior") out = prior(environment, option);
  if (spec.leash == "clone") {
    TrialPolicies policies(spec, environment, [&](int worlds, std::uint64_t seed) {
      return make_worlds(environment, spec, worlds, seed);
    });
    out.what = What::network;
    out.network = policies.clone().clone();
    out.uniform_share = agents::kUniformShare;
  }
  out.leashed = spec;
  return out;
}

}  // namespace

NamedPolicy name_policy(const Environment& environment, const std::string& policy,
                        const std::string& option) {
  constexpr std::string_view kScript = "demo:", kLeash = "leash:";
  if (policy == "uniform" || policy == "random") return {};
  if (policy == "prior") return prior(environment, option);
  if (policy.starts_with(kScript))
    return {.what = What::script,
            .script = find_script(environment.info(), policy.substr(kScript.size()), option)};
  if (policy.starts_with(kLeash)) return leash(environment, policy.substr(kLeash.size()), option);
  return trained(environment, policy, option);
}

std::string learnt_elsewhere(const Environment& environment, const std::string& policy) {
  std::error_code ignored;
  const fs::path given = policy;
  const fs::path folder = fs::is_directory(given, ignored) ? given : given.parent_path();
  if (!fs::exists(given, ignored) || !fs::exists(folder / "config.yaml", ignored)) return "";
  TrialSpec spec;
  try {
    spec = read_trial(ConfigMap::from_file((folder / "config.yaml").string()));
  } catch (const Error&) {
    return "";  // something else by that name
  }
  std::vector<std::string> others;
  if (spec.environment != environment.info().name) {
    others.push_back("environment=" + spec.environment);
  } else {
    const auto here = environment.parameters().texts();
    for (const auto& [name, value] : spec.parameters)
      if (const auto found = here.find(name); found == here.end() || found->second != value)
        others.push_back(fmt::format("{}={}", name, value));
  }
  const TrialSpec plain;
  if (spec.sticky_actions != plain.sticky_actions)
    others.push_back(fmt::format("sticky_actions={}", spec.sticky_actions));
  if (spec.observation_noise != plain.observation_noise)
    others.push_back(fmt::format("observation_noise={}", spec.observation_noise));
  if (spec.coarse_actions != plain.coarse_actions)
    others.push_back(fmt::format("coarse_actions={}", spec.coarse_actions));
  return fmt::format("{}", fmt::join(others, ", "));
}

std::unique_ptr<Player> make_player(NamedPolicy policy, std::uint64_t seed) {
  switch (policy.what) {
    case What::uniform:
      return uniform_player(seed);
    case What::prior:
      return prior_player(seed);
    case What::script:
      return demonstration_player(policy.script);
    case What::network:
      break;
  }
  return std::make_unique<OwnNetworkPlayer>(std::move(*policy.network), seed, policy.uniform_share);
}

}  // namespace pump::harness
