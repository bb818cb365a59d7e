#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/config_map.hpp"
#include "harness/trial.hpp"

namespace pump::harness {

// The objective's config: configs/objectives/NAME/VARIANT.yaml, keys as in agents::TrainConfig
// (network: {hidden, activation, shared_trunk}). Every key optional; ranges checked
// (train_config.cpp lists them).
agents::TrainConfig load_objective(const std::string& name, const std::string& variant);

// Of a yardstick's config, the keys draws and top_share.
agents::YardstickConfig load_yardstick(const std::string& name, const std::string& variant);
agents::YardstickConfig read_yardstick(ConfigMap& config, agents::YardstickConfig base);

// The keys of agents::TrainConfig that the mapping has, over `base`. Calls config.finish().
agents::TrainConfig read_train(ConfigMap config, agents::TrainConfig base);

// The keys `environment` and `parameters: {name: value}`.
std::unique_ptr<engine::Environment> read_environment(ConfigMap& config);

// A trial from its mapping (a file of configs/trials, or a row of a sweep):
//   environment, parameters: {name: value}, wish, objective, variant, start, leash,
//   clone: {demonstrations: {name: share}, noise, episodes} or {recordings: file or folder}, train:
//   {overrides of the objective's config}, sticky_actions, observation_noise, coarse_actions, seed,
//   steps, evaluation_episodes, evaluation_actions: sampled | most_probable (not of a yardstick)
// environment, wish and objective have no default. `wish` is a name, a file, or the wish itself as
// a mapping (`name` and the keys of its file).
// `prior` is refused where the environment declares none. `ppo_kl` starts from and is leashed to a
// clone unless told otherwise; the others start fresh, without a leash. A yardstick draws from its
// start, a clone unless told otherwise. `clone` is checked but left at its default where nothing is
// a clone, so that equal trials have equal ids. Calls config.finish().
TrialSpec read_trial(ConfigMap config);

// The same trial as YAML that read_trial takes back to an equal spec, for config.yaml. Nothing in
// it depends on configs/ any more: the wish and every key of `train` are spelt out.
std::string write_trial(const TrialSpec& spec);

// A table of trials, in the order of the file.
//   title: ...
//   defaults: {any key of a trial}
//   blocks:
//     - set: {any key of a trial, over the defaults}
//       vary: {dotted key: [values] or "0..9" (a range of integers), ...}   # first key outermost;
//              of a key set_NAME each value is a mapping of keys that go together
// A block without vary is one trial. overrides ("a.b=value") go over every trial. The same trial
// twice is refused.
struct SweepSpec {
  std::string title = {};
  std::vector<TrialSpec> trials = {};
  std::vector<std::size_t> block_ends = {};  // one a block: how many trials there are up to its end
  std::vector<ConfigValue> rows = {};        // one a trial: the keys that the file gives it
};
SweepSpec read_sweep(const std::string& file, const std::vector<std::string>& overrides);
// The keys title, defaults and blocks of a mapping that may have others.
SweepSpec read_sweep(ConfigMap& config, const std::vector<std::string>& overrides);

}  // namespace pump::harness
