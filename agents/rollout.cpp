#include "agents/rollout.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "agents/kernels.hpp"
#include "engine/chance.hpp"

namespace pump::agents {

namespace {

using engine::Status;

class Collector {
 public:
  // player: who decides; null: the network.
  Collector(engine::TrainingView& view, Network& network, const Reference* leash,
            const RolloutKey& key, const Reference* player = nullptr)
      : view_(view),
        network_(network),
        leash_(leash),
        player_(player),
        key_(key),
        worlds_(static_cast<std::size_t>(view.worlds())),
        width_(static_cast<std::size_t>(view.actions())),
        last_(worlds_, Rollout::kEnded),
        ended_(last_),
        actions_(worlds_, engine::kSkip),
        log_probs_(worlds_ * width_),
        ref_(leash ? worlds_ * width_ : 0),
        played_(player ? worlds_ * width_ : 0) {}

  Rollout fixed_steps(int steps, Truncation truncation) {
    const auto decisions = static_cast<std::size_t>(steps) * worlds_;
    for (auto* floats : {&rollout_.log_probs, &rollout_.rewards}) floats->reserve(decisions);
    rollout_.probabilities.reserve(decisions * width_);
    view_.restart_on_end(truncation == Truncation::ends);
    for (int t = 0; t < steps; t++) {
      step(t);
      if (truncation == Truncation::cuts_off) pass_over_truncations();
    }
    for (std::size_t i = 0; i < worlds_; i++) cut_off(i, last_[i]);
    add_tails();
    return finish();
  }

  Rollout whole_episodes() {
    view_.restart_on_end(false);
    view_.begin_episodes();
    for (int t = 0; any_running(); t++) step(t);
    return finish();
  }

 private:
  bool running(std::size_t world) const { return waiting_.empty() || !waiting_[world]; }
  bool any_running() {
    if (waiting_.empty()) waiting_.assign(worlds_, false);
    return std::find(waiting_.begin(), waiting_.end(), false) != waiting_.end();
  }

  void step(int t) {
    look();
    if (leash_) leash_->log_probs(view_, ref_);
    decide(t);
    view_.step(actions_);
    reward();
  }

  // The policy of every running world, as log-probabilities [running][actions]. Their observations
  // join the rollout.
  void look() {
    seen_.clear();
    const Observations all{view_.codes(), view_.scalars()};
    if (waiting_.empty()) {
      network_.learn(all, static_cast<int>(worlds_), seen_);
    } else {
      for (std::size_t i = 0; i < worlds_; i++)
        if (running(i)) network_.learn(seen_by(i), 1, seen_);
    }
    const auto n = static_cast<std::size_t>(seen_.size());
    const std::span<float> log_probs = std::span(log_probs_).first(n * width_);
    if (player_) {
      ask_player();
    } else {
      network_.evaluate(seen_, log_probs);
      log_softmax<float>(
          {log_probs.data(), static_cast<std::int64_t>(n), static_cast<std::int64_t>(width_)});
    }
    rollout_.observations.append(seen_);
  }

  void ask_player() {
    player_->log_probs(view_, played_);
    auto to = log_probs_.begin();
    for (std::size_t i = 0; i < worlds_; i++)
      if (running(i)) to = std::copy_n(played_.begin() + static_cast<long>(i * width_), width_, to);
  }

  void decide(int t) {
    std::span<const float> left = log_probs_;
    for (std::size_t i = 0; i < worlds_; i++) {
      actions_[i] = engine::kSkip;
      if (!running(i)) continue;
      const std::span<const float> log_p = left.first(width_);
      left = left.subspan(width_);
      for (const float l : log_p) rollout_.probabilities.push_back(std::exp(l));
      const std::span<const float> p = std::span(rollout_.probabilities).last(width_);
      const auto stream = player_ ? engine::Stream::reference : engine::Stream::action;
      engine::Chance chance({key_.seed, stream, static_cast<std::uint32_t>(i), key_.update,
                             static_cast<std::uint32_t>(t)});
      const engine::Action action = sample_action(p, chance);
      link(i);
      actions_[i] = action;
      rollout_.actions.push_back(action);
      rollout_.log_probs.push_back(log_p[action]);
      measure(p, log_p, i, action);
    }
  }

  // The world's last decision leads to the one about to be made.
  void link(std::size_t world) {
    const auto index = static_cast<std::int32_t>(rollout_.size());
    if (last_[world] != Rollout::kEnded)
      rollout_.next[static_cast<std::size_t>(last_[world])] = index;
    last_[world] = index;
    rollout_.next.push_back(Rollout::kEnded);
  }

  void measure(std::span<const float> p, std::span<const float> log_p, std::size_t world,
               engine::Action action) {
    double entropy = 0, kl = 0;
    for (std::size_t a = 0; a < width_; a++) {
      entropy -= p[a] * log_p[a];
      if (leash_) kl += p[a] * (log_p[a] - ref_[world * width_ + a]);
    }
    rollout_.entropy += entropy;
    rollout_.kl_to_reference += kl;
    if (leash_) rollout_.ref_log_probs.push_back(ref_[world * width_ + action]);
  }

  void reward() {
    for (std::size_t i = 0; i < worlds_; i++) {
      if (actions_[i] == engine::kSkip) continue;
      rollout_.rewards.push_back(view_.rewards()[i]);
      if (view_.status()[i] != Status::running) {
        rollout_.episodes++;
        ended_[i] = std::exchange(last_[i], Rollout::kEnded);
        if (!view_.outcomes().empty()) rollout_.endings.push_back({ended_[i], view_.outcomes()[i]});
        if (!waiting_.empty()) waiting_[i] = true;
      }
    }
  }

  Observations seen_by(std::size_t world) const {
    const std::size_t codes = view_.codes().size() / worlds_;
    const std::size_t scalars = view_.scalars().size() / worlds_;
    return {view_.codes().subspan(world * codes, codes),
            view_.scalars().subspan(world * scalars, scalars)};
  }

  // What such a world shows is worth something, though the episode is over.
  void pass_over_truncations() {
    for (std::size_t i = 0; i < worlds_; i++)
      if (view_.status()[i] == Status::truncated) cut_off(i, ended_[i]);
    view_.begin_ended();
  }

  void cut_off(std::size_t world, std::int32_t last_decision) {
    network_.learn(seen_by(world), 1, tails_);
    cut_.push_back(last_decision);
  }

  void add_tails() {
    rollout_.observations.append(tails_);
    rollout_.tails = static_cast<int>(cut_.size());
    for (std::size_t k = 0; k < cut_.size(); k++)
      if (cut_[k] != Rollout::kEnded)
        rollout_.next[static_cast<std::size_t>(cut_[k])] =
            rollout_.size() + static_cast<std::int32_t>(k);
  }

  Rollout finish() {
    const double n = std::max(1, rollout_.size());
    rollout_.entropy /= n;
    rollout_.kl_to_reference /= n;
    return std::move(rollout_);
  }

  engine::TrainingView& view_;
  Network& network_;
  const Reference* leash_;
  const Reference* player_;
  RolloutKey key_;
  std::size_t worlds_, width_;
  std::vector<std::int32_t> last_;   // each world's decision before this one
  std::vector<std::int32_t> ended_;  // each world's decision that an episode ended with
  SparseObservations tails_;
  std::vector<std::int32_t> cut_;  // of each tail, the decision that it follows; or kEnded
  std::vector<engine::Action> actions_;
  SparseObservations seen_;
  std::vector<float> log_probs_, ref_, played_;
  std::vector<bool> waiting_;  // whole episodes: worlds whose own has ended; else empty
  Rollout rollout_;
};

}  // namespace

Rollout collect(engine::TrainingView& view, Network& network, const Reference* leash, int steps,
                const RolloutKey& key, Truncation truncation) {
  Collector collector(view, network, leash, key);
  return steps == 0 ? collector.whole_episodes() : collector.fixed_steps(steps, truncation);
}

Rollout collect_reference(engine::TrainingView& view, Network& network, const Reference& reference,
                          const RolloutKey& key) {
  return Collector(view, network, nullptr, key, &reference).whole_episodes();
}

}  // namespace pump::agents
