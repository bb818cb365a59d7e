#include "harness/driver.hpp"

#include <cmath>
#include <utility>

#include "engine/training_view.hpp"
#include "harness/footprint.hpp"

namespace pump::harness {
namespace {

using engine::Action;
using engine::Batch;
using engine::Replay;
using engine::Thoughts;

// Of an episode of world 0.
Replay start_of(const engine::Environment& environment, std::uint64_t seed, std::uint32_t episode) {
  Replay replay;
  replay.environment = environment.info().name;
  replay.version = environment.info().version;
  replay.parameters = environment.parameters().texts();
  replay.seed = seed;
  replay.episode = replay.reset_episode = episode;
  return replay;
}

// Plays world 0 of a batch, whoever decides there.
class BatchDriver : public Driver {
 public:
  BatchDriver(MakeBatch worlds, std::uint64_t seed) : worlds_(std::move(worlds)), seed_(seed) {}

  Replay begin(std::uint32_t episode) override {
    // Episodes come in order: for an earlier one, or the same again, a batch starts over.
    if (!batch_ || episode < next_) renew();
    player_ = player();
    for (; next_ <= episode; next_++) {
      batch_->begin_episodes();
      player_->begin();
      if (next_ < episode && batch_->environment().remembers()) play_to_end();
    }
    Replay start = start_of(batch_->environment(), seed_, episode);
    const auto carried = batch_->carried(0);
    start.carried.assign(carried.begin(), carried.end());
    return start;
  }

  std::vector<Action> decide() override {
    if (batch_->status()[0] != engine::Status::running) return {};
    const std::size_t before = batch_->actions(0).size();
    Action action = 0;
    player_->act(*batch_, {&action, 1});
    batch_->step({&action, 1});
    const auto executed = batch_->actions(0).subspan(before);
    return {executed.begin(), executed.end()};
  }

  std::shared_ptr<const engine::Footprint> footprint(int episodes) override {
    const auto batch = worlds_(episodes, seed_);
    return take_footprint(*batch, *player(), policy());
  }

 protected:
  virtual std::shared_ptr<Player> player() = 0;
  virtual const agents::Policy* policy() const { return nullptr; }
  const Batch& batch() const { return *batch_; }
  virtual void renew() {
    batch_ = worlds_(1, seed_);
    batch_->set_on_end(engine::OnEnd::wait);
    next_ = 0;
  }
  Batch& own_batch() { return *batch_; }
  std::uint64_t seed() const { return seed_; }

 private:
  void play_to_end() {
    while (!decide().empty()) continue;
  }

  MakeBatch worlds_;
  std::uint64_t seed_;
  std::unique_ptr<Batch> batch_;
  std::uint32_t next_ = 0;  // episode
  std::shared_ptr<Player> player_;
};

class PlayerDriver final : public BatchDriver {
 public:
  PlayerDriver(MakeBatch worlds, std::shared_ptr<Player> player, std::uint64_t seed)
      : BatchDriver(std::move(worlds), seed), given_(std::move(player)) {}

 private:
  std::shared_ptr<Player> player() override { return given_; }
  std::shared_ptr<Player> given_;
};

class PolicyDriver final : public BatchDriver {
 public:
  PolicyDriver(MakeBatch worlds, std::function<Mind()> mind, std::uint64_t seed)
      : BatchDriver(std::move(worlds), seed), ask_(std::move(mind)) {}

  Replay begin(std::uint32_t episode) override {
    mind_ = ask_();
    return BatchDriver::begin(episode);
  }

  Thoughts thoughts() override {
    Thoughts thoughts;
    thoughts.probabilities.resize(static_cast<std::size_t>(mind_.policy->actions()));
    float value = 0;
    mind_.policy->evaluate({batch().codes(), batch().scalars()}, 1, thoughts.probabilities,
                           {&value, 1});
    thoughts.value = static_cast<double>(value);
    if (mind_.reference) compare(thoughts);
    return thoughts;
  }

  std::string reference() const override { return mind_.reference_name; }
  std::string remark() const override { return mind_.remark; }

 private:
  std::shared_ptr<Player> player() override {
    return policy_player(*mind_.policy, seed(), mind_.choice);
  }
  const agents::Policy* policy() const override { return mind_.policy.get(); }
  void renew() override {
    BatchDriver::renew();
    nothing_.weights.assign(batch().environment().info().signals.size(), 0);
    view_.emplace(own_batch(), nothing_);
  }

  void compare(Thoughts& thoughts) {
    const auto& p = thoughts.probabilities;
    std::vector<float> logs(p.size());
    mind_.reference->log_probs(*view_, logs);
    double kl = 0;
    for (std::size_t i = 0; i < p.size(); i++) {
      thoughts.reference_probabilities.push_back(std::exp(logs[i]));
      if (p[i] > 0)
        kl += static_cast<double>(p[i]) *
              (std::log(static_cast<double>(p[i])) - static_cast<double>(logs[i]));
    }
    thoughts.kl = kl;
  }

  std::function<Mind()> ask_;
  Mind mind_;
  engine::Wish nothing_;  // a reference looks at observations, never at rewards
  std::optional<engine::TrainingView> view_;
};

class ReplayDriver final : public Driver {
 public:
  ReplayDriver(Replay replay, std::string remark)
      : replay_(std::move(replay)), remark_(std::move(remark)) {}
  std::optional<std::uint32_t> episodes() const override { return 1; }
  Replay begin(std::uint32_t) override {
    next_ = 0;
    Replay start = replay_;
    start.actions.clear();
    start.hashes.clear();
    return start;
  }
  std::vector<Action> decide() override {
    if (next_ == replay_.actions.size()) return {};
    return {replay_.actions[next_++]};
  }

  std::string remark() const override { return remark_; }

 private:
  Replay replay_;
  std::string remark_;
  std::size_t next_ = 0;
};

class HandDriver final : public Driver {
 public:
  HandDriver(const engine::Environment& environment, std::uint64_t seed)
      : environment_(environment), seed_(seed) {}
  Replay begin(std::uint32_t episode) override {
    chosen_.reset();
    return start_of(environment_, seed_, episode);
  }
  std::vector<Action> decide() override {
    if (!chosen_) return {};
    return {*std::exchange(chosen_, std::nullopt)};
  }
  void choose(Action action) override { chosen_ = action; }
  bool by_hand() const override { return true; }

 private:
  const engine::Environment& environment_;
  std::uint64_t seed_;
  std::optional<Action> chosen_;
};

}  // namespace

std::unique_ptr<Driver> player_driver(MakeBatch worlds, std::shared_ptr<Player> player,
                                      std::uint64_t seed) {
  return std::make_unique<PlayerDriver>(std::move(worlds), std::move(player), seed);
}
std::unique_ptr<Driver> policy_driver(MakeBatch worlds, std::function<Mind()> mind,
                                      std::uint64_t seed) {
  return std::make_unique<PolicyDriver>(std::move(worlds), std::move(mind), seed);
}
std::unique_ptr<Driver> replay_driver(Replay replay, std::string remark) {
  return std::make_unique<ReplayDriver>(std::move(replay), std::move(remark));
}
std::unique_ptr<Driver> hand_driver(const engine::Environment& environment, std::uint64_t seed) {
  return std::make_unique<HandDriver>(environment, seed);
}

}  // namespace pump::harness
