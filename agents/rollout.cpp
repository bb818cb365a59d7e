#include "agents/rollout.hpp"

#include <algorithm>
#include <cmath>

#include "agents/kernels.hpp"
#include "engine/chance.hpp"

namespace pump::agents {

namespace {

using engine::Status;

class Collector {
 public:
  Collector(engine::TrainingView& view, Network& network, const Reference* leash,
            const RolloutKey& key)
      : view_(view),
        network_(network),
        leash_(leash),
        key_(key),
        worlds_(static_cast<std::size_t>(view.worlds())),
        width_(static_cast<std::size_t>(view.actions())),
        last_(worlds_, Rollout::kEnded),
        actions_(worlds_, engine::kSkip),
        log_probs_(worlds_ * width_),
        ref_(leash ? worlds_ * width_ : 0) {}

  Rollout fixed_steps(int steps) {
    const auto decisions = static_cast<std::size_t>(steps) * worlds_;
    for (auto* floats : {&rollout_.log_probs, &rollout_.rewards}) floats->reserve(decisions);
    rollout_.probabilities.reserve(decisions * width_);
    view_.restart_on_end(true);
    for (int t = 0; t < steps; t++) step(t);
    cut_off();
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
      const std::size_t codes = all.codes.size() / worlds_, scalars = all.scalars.size() / worlds_;
      for (std::size_t i = 0; i < worlds_; i++)
        if (running(i))
          network_.learn(
              {all.codes.subspan(i * codes, codes), all.scalars.subspan(i * scalars, scalars)}, 1,
              seen_);
    }
    const auto n = static_cast<std::size_t>(seen_.size());
    const std::span<float> log_probs = std::span(log_probs_).first(n * width_);
    network_.evaluate(seen_, log_probs);
    log_softmax<float>(
        {log_probs.data(), static_cast<std::int64_t>(n), static_cast<std::int64_t>(width_)});
    rollout_.observations.append(seen_);
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
      engine::Chance chance({key_.seed, engine::Stream::action, static_cast<std::uint32_t>(i),
                             key_.update, static_cast<std::uint32_t>(t)});
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
        last_[i] = Rollout::kEnded;
        if (!waiting_.empty()) waiting_[i] = true;
      }
    }
  }

  void cut_off() {
    seen_.clear();
    network_.learn({view_.codes(), view_.scalars()}, static_cast<int>(worlds_), seen_);
    rollout_.observations.append(seen_);
    rollout_.tails = static_cast<int>(worlds_);
    for (std::size_t i = 0; i < worlds_; i++)
      if (last_[i] != Rollout::kEnded)
        rollout_.next[static_cast<std::size_t>(last_[i])] =
            rollout_.size() + static_cast<std::int32_t>(i);
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
  RolloutKey key_;
  std::size_t worlds_, width_;
  std::vector<std::int32_t> last_;  // each world's decision before this one
  std::vector<engine::Action> actions_;
  SparseObservations seen_;
  std::vector<float> log_probs_, ref_;
  std::vector<bool> waiting_;  // whole episodes: worlds whose own has ended; else empty
  Rollout rollout_;
};

}  // namespace

Rollout collect(engine::TrainingView& view, Network& network, const Reference* leash, int steps,
                const RolloutKey& key) {
  Collector collector(view, network, leash, key);
  return steps == 0 ? collector.whole_episodes() : collector.fixed_steps(steps);
}

}  // namespace pump::agents
