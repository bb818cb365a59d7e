#include "harness/imitation.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/evaluate.hpp"

namespace pump::harness {
namespace {

using engine::Action;
using engine::Batch;

// Scripts are parts 0, 1, ... of a trial's seed.
constexpr std::uint64_t kPriorPart = ~std::uint64_t{0};

// Plays as another does and writes down what was seen and done.
class Scribe final : public Player {
 public:
  Scribe(Player& player, agents::Dataset& data) : player_(player), data_(data) {}
  void begin() override { player_.begin(); }
  void act(const Batch& batch, std::span<Action> actions) override {
    player_.act(batch, actions);
    const std::size_t codes = batch.codes().size() / actions.size();
    const std::size_t scalars = batch.scalars().size() / actions.size();
    for (std::size_t i = 0; i < actions.size(); i++) {
      if (actions[i] == engine::kSkip) continue;
      const auto seen = batch.codes().subspan(i * codes, codes);
      const auto numbers = batch.scalars().subspan(i * scalars, scalars);
      data_.codes.insert(data_.codes.end(), seen.begin(), seen.end());
      data_.scalars.insert(data_.scalars.end(), numbers.begin(), numbers.end());
      data_.actions.push_back(actions[i]);
    }
  }

 private:
  Player& player_;
  agents::Dataset& data_;
};

std::unique_ptr<Batch> worlds_for(int episodes, std::uint64_t seed, const MakeBatch& worlds) {
  auto one = worlds(1, seed);
  return one->environment().remembers() ? std::move(one) : worlds(episodes, seed);
}

}  // namespace

nlohmann::json to_json(const CloneSpec& clone) {
  return {{"demonstrations", clone.demonstrations},
          {"noise", clone.noise},
          {"episodes", clone.episodes},
          {"recordings", clone.recordings_hash}};
}

agents::Dataset demonstrate(const CloneSpec& clone, std::uint64_t seed, const MakeBatch& worlds) {
  agents::Dataset data;
  std::uint64_t part = 0;
  for (const auto& [name, share] : clone.demonstrations) {
    const std::uint64_t seed_of_part = derived_seed(seed, part++);
    const int episodes = static_cast<int>(std::lround(share * clone.episodes));
    if (episodes == 0) continue;
    const auto batch = worlds_for(episodes, seed_of_part, worlds);
    const auto script = engine::find_demonstration(batch->environment().info(), name);
    if (!script)
      throw Error(fmt::format("clone: demonstrations: expected one of {}, got \"{}\"",
                              batch->environment().info().name, name));
    const auto player = noisy_demonstration_player(*script, clone.noise, seed_of_part);
    Scribe scribe(*player, data);
    evaluate(*batch, scribe, episodes / batch->worlds());
  }
  return data;
}

agents::Dataset sample_prior(int episodes, std::uint64_t seed, const MakeBatch& worlds) {
  agents::Dataset data;
  const std::uint64_t seed_of_part = derived_seed(seed, kPriorPart);
  const auto batch = worlds_for(episodes, seed_of_part, worlds);
  const auto player = prior_player(seed_of_part);
  Scribe scribe(*player, data);
  evaluate(*batch, scribe, episodes / batch->worlds());
  return data;
}

}  // namespace pump::harness
