#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/environment.hpp"
#include "engine/outcome_code.hpp"

namespace pump::engine {

class Batch;
struct Wish;

// All that an agent is handed of a batch: observations, proxy rewards and ends. What was meant,
// what became of it and the signals behind the reward are not in this type.
class TrainingView {
 public:
  // coding: by what outcomes() tells ends apart.
  TrainingView(Batch& batch, const Wish& wish, OutcomeCoding coding = {});

  int worlds() const;
  int actions() const;
  const ObservationSpec& observation() const;
  int horizon() const;
  std::uint64_t total_steps() const;  // of the environment, of all worlds, so far

  std::span<const std::uint8_t> codes() const;  // [worlds][observation().codes()]
  std::span<const float> scalars() const;       // [worlds][observation().scalars.size()]
  std::span<const float> rewards() const { return rewards_; }  // [worlds], of the step just taken
  std::span<const Status> status() const;                      // [worlds]
  // [worlds], of those whose episode ended in the step just taken; empty where ends are not coded,
  // or do not wait.
  std::span<const OutcomeCode> outcomes() const { return outcomes_; }
  // The environment's own prior in each world, [worlds][actions]; false when it declares none.
  bool prior(std::span<double> probabilities) const;

  // false: ended worlds wait (reward 0) until begin_episodes or begin_ended.
  void restart_on_end(bool restart);
  // Groups of `group` consecutive worlds, a divisor of their number, share the resets of the
  // episodes that begin from now on, and nothing else.
  void share_resets(int group);
  void begin_episodes();
  void begin_ended();  // where they wait: the next episode in the worlds whose own has ended
  void step(std::span<const Action> actions);

 private:
  Batch& batch_;
  const Wish& wish_;
  OutcomeCoding coding_;
  std::vector<float> rewards_;
  std::vector<OutcomeCode> outcomes_;
};

}  // namespace pump::engine
