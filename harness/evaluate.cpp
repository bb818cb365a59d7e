#include "harness/evaluate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/chance.hpp"
#include "engine/ensure.hpp"

namespace pump::harness {
namespace {

using engine::Action;
using engine::Batch;
using engine::Chance;
using engine::Status;

// By the state, not by status(): that also tells of an episode after which the next one is already
// under way.
bool is_running(const Batch& batch, int world) {
  return batch.environment().status(batch.state(world)) == Status::running;
}

// A player that looks at one world at a time.
class WorldPlayer : public Player {
 public:
  void act(const Batch& batch, std::span<Action> actions) override {
    for (int world = 0; world < batch.worlds(); world++)
      actions[static_cast<std::size_t>(world)] =
          is_running(batch, world) ? choose(batch, world) : engine::kSkip;
  }

 protected:
  virtual Action choose(const Batch& batch, int world) = 0;
};

// The player's own chance: by the steps executed, which no two decisions of an episode share.
Chance chance_of(const Batch& batch, int world, std::uint64_t seed) {
  return Chance({seed, engine::Stream::action, static_cast<std::uint32_t>(world),
                 batch.episode(world), static_cast<std::uint32_t>(batch.actions(world).size())});
}

Action uniform_action(const Batch& batch, Chance& chance) {
  const auto actions = batch.environment().info().actions.size();
  return static_cast<Action>(chance.below(static_cast<int>(actions)));
}

class DemonstrationPlayer final : public WorldPlayer {
 public:
  DemonstrationPlayer(int demonstration, double noise, std::uint64_t seed)
      : demonstration_(demonstration), noise_(noise), seed_(seed) {
    ENSURE(noise >= 0 && noise <= 1, "noise {}", noise);
  }

 private:
  Action choose(const Batch& batch, int world) override {
    Chance chance = chance_of(batch, world, seed_);
    if (chance.flip(noise_)) return uniform_action(batch, chance);
    return batch.environment().demonstrate(demonstration_, batch.state(world));
  }

  int demonstration_;
  double noise_;
  std::uint64_t seed_;
};

class UniformPlayer final : public WorldPlayer {
 public:
  explicit UniformPlayer(std::uint64_t seed) : seed_(seed) {}

 private:
  Action choose(const Batch& batch, int world) override {
    Chance chance = chance_of(batch, world, seed_);
    return uniform_action(batch, chance);
  }

  std::uint64_t seed_;
};

class PriorPlayer final : public WorldPlayer {
 public:
  explicit PriorPlayer(std::uint64_t seed) : seed_(seed) {}

 private:
  Action choose(const Batch& batch, int world) override {
    std::vector<double> prior(batch.environment().info().actions.size());
    ENSURE(batch.environment().prior(batch.state(world), prior), "{} declares no prior",
           batch.environment().info().name);
    return static_cast<Action>(chance_of(batch, world, seed_).pick(prior));
  }

  std::uint64_t seed_;
};

// probabilities: [worlds][actions].
void sample_all(const Batch& batch, std::span<const float> probabilities, std::uint64_t seed,
                std::span<Action> actions) {
  const std::size_t each = probabilities.size() / actions.size();
  for (int world = 0; world < batch.worlds(); world++) {
    const auto i = static_cast<std::size_t>(world);
    Chance chance = chance_of(batch, world, seed);
    actions[i] = agents::sample_action(probabilities.subspan(i * each, each), chance);
  }
}

// Of equals the first.
void take_most_probable(std::span<const float> probabilities, std::span<Action> actions) {
  const std::size_t each = probabilities.size() / actions.size();
  for (std::size_t i = 0; i < actions.size(); i++) {
    const auto of_world = probabilities.subspan(i * each, each);
    actions[i] =
        static_cast<Action>(std::max_element(of_world.begin(), of_world.end()) - of_world.begin());
  }
}

class PolicyPlayer final : public Player {
 public:
  PolicyPlayer(const agents::Policy& policy, std::uint64_t seed, Choice choice,
               double uniform_share)
      : policy_(policy), seed_(seed), choice_(choice), uniform_share_(uniform_share) {}

  // Every world goes through the network, ended ones too: the size of a matrix product may decide
  // its last bits, and no world's play may depend on when another ended.
  void act(const Batch& batch, std::span<Action> actions) override {
    probabilities_.resize(actions.size() * static_cast<std::size_t>(policy_.actions()));
    policy_.evaluate({batch.codes(), batch.scalars()}, batch.worlds(), probabilities_);
    note_least(batch);
    if (uniform_share_ > 0) mix();
    if (choice_ == Choice::sampled)
      sample_all(batch, probabilities_, seed_, actions);
    else
      take_most_probable(probabilities_, actions);
  }
  float least_probability() const override { return least_; }

 private:
  // An ended world shows what the policy never decides on.
  void note_least(const Batch& batch) {
    const auto each = static_cast<std::size_t>(policy_.actions());
    for (int world = 0; world < batch.worlds(); world++) {
      if (!is_running(batch, world)) continue;
      const auto own =
          std::span(probabilities_).subspan(static_cast<std::size_t>(world) * each, each);
      least_ = std::min(least_, *std::min_element(own.begin(), own.end()));
    }
  }

  void mix() {
    const double uniform = uniform_share_ / policy_.actions();
    for (float& p : probabilities_)
      p = static_cast<float>((1 - uniform_share_) * static_cast<double>(p) + uniform);
  }

  const agents::Policy& policy_;
  std::uint64_t seed_;
  Choice choice_;
  double uniform_share_;
  std::vector<float> probabilities_;
  float least_ = 1;
};

class ReferencePlayer final : public Player {
 public:
  ReferencePlayer(const agents::Reference& reference, const engine::TrainingView& view,
                  std::uint64_t seed)
      : reference_(reference), view_(view), seed_(seed) {}

  void act(const Batch& batch, std::span<Action> actions) override {
    probabilities_.resize(actions.size() * static_cast<std::size_t>(view_.actions()));
    reference_.log_probs(view_, probabilities_);
    for (float& p : probabilities_) p = std::exp(p);
    sample_all(batch, probabilities_, seed_, actions);
  }

 private:
  const agents::Reference& reference_;
  const engine::TrainingView& view_;
  std::uint64_t seed_;
  std::vector<float> probabilities_;
};

bool any_running(const Batch& batch) {
  const auto status = batch.status();
  return std::find(status.begin(), status.end(), Status::running) != status.end();
}

// An episode in each world.
void play_round(Batch& batch, Player& player, Evaluation& out) {
  batch.begin_episodes();
  player.begin();
  std::vector<Action> actions(static_cast<std::size_t>(batch.worlds()), engine::kSkip);
  while (any_running(batch)) {
    player.act(batch, actions);
    batch.step(actions);
  }
  std::vector<engine::EpisodeRecord> records = batch.take_finished();
  std::ranges::sort(records, {}, &engine::EpisodeRecord::world);
  out.episodes.insert(out.episodes.end(), records.begin(), records.end());
  for (int world = 0; world < batch.worlds(); world++) {
    const auto played = batch.actions(world);
    out.actions.emplace_back(played.begin(), played.end());
  }
}

}  // namespace

std::unique_ptr<Player> demonstration_player(int demonstration) {
  return std::make_unique<DemonstrationPlayer>(demonstration, 0, 0);
}
std::unique_ptr<Player> uniform_player(std::uint64_t seed) {
  return std::make_unique<UniformPlayer>(seed);
}
std::unique_ptr<Player> prior_player(std::uint64_t seed) {
  return std::make_unique<PriorPlayer>(seed);
}
bool declares_prior(const engine::Environment& environment) {
  engine::StateBuffer state(environment.state_size());
  Chance chance({0, engine::Stream::reset});
  environment.reset(state, chance);
  std::vector<double> prior(environment.info().actions.size());
  return environment.prior(state, prior);
}
std::unique_ptr<Player> noisy_demonstration_player(int demonstration, double noise,
                                                   std::uint64_t seed) {
  return std::make_unique<DemonstrationPlayer>(demonstration, noise, seed);
}
std::unique_ptr<Player> policy_player(const agents::Policy& policy, std::uint64_t seed,
                                      Choice choice, double uniform_share) {
  return std::make_unique<PolicyPlayer>(policy, seed, choice, uniform_share);
}

std::unique_ptr<Player> reference_player(const agents::Reference& reference,
                                         const engine::TrainingView& view, std::uint64_t seed) {
  return std::make_unique<ReferencePlayer>(reference, view, seed);
}

std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t part) {
  const std::array<std::uint64_t, 2> key = {seed, part};
  return engine::hash_state(std::as_bytes(std::span(key))) | std::uint64_t{1} << 63;
}

int rounds_of(const engine::Environment& environment, int episodes) {
  return environment.remembers() ? episodes : 1;
}

Evaluation evaluate(Batch& batch, Player& player, int rounds) {
  batch.set_on_end(engine::OnEnd::wait);
  batch.take_finished();  // of whatever was played before
  Evaluation evaluation;
  for (int round = 0; round < rounds; round++) play_round(batch, player, evaluation);
  return evaluation;
}

}  // namespace pump::harness
