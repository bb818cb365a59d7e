#include "engine/training_view.hpp"

#include <algorithm>

#include "engine/batch.hpp"
#include "engine/wish.hpp"

namespace pump::engine {

TrainingView::TrainingView(Batch& batch, const Wish& wish, OutcomeCoding coding)
    : batch_(batch),
      wish_(wish),
      coding_(coding),
      rewards_(static_cast<std::size_t>(batch.worlds())) {}

int TrainingView::worlds() const { return batch_.worlds(); }
int TrainingView::actions() const {
  return static_cast<int>(batch_.environment().info().actions.size());
}
const ObservationSpec& TrainingView::observation() const {
  return batch_.environment().observation();
}
int TrainingView::horizon() const { return batch_.environment().horizon(); }
std::uint64_t TrainingView::total_steps() const { return batch_.total_steps(); }
std::span<const std::uint8_t> TrainingView::codes() const { return batch_.codes(); }
std::span<const float> TrainingView::scalars() const { return batch_.scalars(); }
std::span<const Status> TrainingView::status() const { return batch_.status(); }

bool TrainingView::prior(std::span<double> probabilities) const {
  const auto actions = static_cast<std::size_t>(this->actions());
  for (int i = 0; i < worlds(); i++)
    if (!batch_.environment().prior(
            batch_.state(i), probabilities.subspan(static_cast<std::size_t>(i) * actions, actions)))
      return false;
  return true;
}

void TrainingView::restart_on_end(bool restart) {
  batch_.set_on_end(restart ? OnEnd::restart : OnEnd::wait);
  const bool coded = !restart && coding_.by != OutcomeCoding::By::nothing;
  outcomes_.assign(coded ? rewards_.size() : 0, 0);
}

void TrainingView::share_resets(int group) { batch_.share_resets({.group = group}); }

void TrainingView::begin_episodes() {
  batch_.begin_episodes();
  std::fill(rewards_.begin(), rewards_.end(), 0.f);
}

void TrainingView::begin_ended() { batch_.begin_ended(); }

void TrainingView::step(std::span<const Action> actions) {
  batch_.step(actions);
  const std::span<const float> signals = batch_.signals();
  const std::size_t n = wish_.weights.size();
  for (std::size_t i = 0; i < rewards_.size(); i++)
    rewards_[i] = static_cast<float>(wish_.reward(signals.subspan(i * n, n)));
  for (std::size_t i = 0; i < outcomes_.size(); i++)
    if (actions[i] != kSkip && status()[i] != Status::running)
      outcomes_[i] = outcome_code(batch_, static_cast<int>(i), coding_);
}

}  // namespace pump::engine
