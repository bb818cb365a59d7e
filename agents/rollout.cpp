#include "agents/rollout.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

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
    const at::Tensor probabilities = look();
    if (leash_) leash_->log_probs(view_, ref_);
    decide(probabilities.data_ptr<float>(), t);
    view_.step(actions_);
    reward();
  }

  // Policy of every running world, [running, actions], on the CPU. Their observations join the
  // rollout.
  at::Tensor look() {
    c10::InferenceMode inference;
    SparseObservations seen;
    const Observations all{view_.codes(), view_.scalars()};
    if (waiting_.empty()) {
      network_.learn(all, static_cast<int>(worlds_), seen);
    } else {
      const std::size_t codes = all.codes.size() / worlds_, scalars = all.scalars.size() / worlds_;
      for (std::size_t i = 0; i < worlds_; i++)
        if (running(i))
          network_.learn(
              {all.codes.subspan(i * codes, codes), all.scalars.subspan(i * scalars, scalars)}, 1,
              seen);
    }
    const at::Tensor logits =
        network_.forward(make_inputs(seen, network_.device()), Network::Heads::policy).logits;
    rollout_.observations.append(seen);
    return at::softmax(logits, 1).to(at::kCPU).contiguous();
  }

  void decide(const float* probabilities, int t) {
    for (std::size_t i = 0; i < worlds_; i++) {
      actions_[i] = engine::kSkip;
      if (!running(i)) continue;
      const std::span<const float> p(probabilities, width_);
      probabilities += width_;
      engine::Chance chance({key_.seed, engine::Stream::action, static_cast<std::uint32_t>(i),
                             key_.update, static_cast<std::uint32_t>(t)});
      const engine::Action action = sample_action(p, chance);
      link(i);
      actions_[i] = action;
      rollout_.actions.push_back(action);
      rollout_.log_probs.push_back(std::log(p[action]));
      rollout_.probabilities.insert(rollout_.probabilities.end(), p.begin(), p.end());
      measure(p, i, action);
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

  void measure(std::span<const float> p, std::size_t world, engine::Action action) {
    double entropy = 0, kl = 0;
    for (std::size_t a = 0; a < width_; a++) {
      if (p[a] <= 0) continue;
      const double log_p = std::log(static_cast<double>(p[a]));
      entropy -= p[a] * log_p;
      if (leash_) kl += p[a] * (log_p - ref_[world * width_ + a]);
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
    SparseObservations seen;
    network_.learn({view_.codes(), view_.scalars()}, static_cast<int>(worlds_), seen);
    rollout_.observations.append(seen);
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
  std::vector<float> ref_;
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
