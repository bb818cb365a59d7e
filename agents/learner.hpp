#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/bytes.hpp"
#include "agents/config.hpp"
#include "agents/lesson.hpp"
#include "agents/network.hpp"
#include "agents/objectives/objective.hpp"
#include "agents/optimiser.hpp"
#include "agents/trainer.hpp"

namespace pump::agents {

// What may change from update to update.
struct Rates {
  double learning_rate;
  double kl_coef;
};

// From a lesson to new weights, by the objective's step rule. Holds what one update leaves for the
// next: the optimiser's moments and the penalty's coefficient.
class Learner {
 public:
  // seed keys the shuffles.
  Learner(const TrainConfig& config, const Objective& objective, std::uint64_t seed,
          std::int64_t capacity, const at::Device& device);

  // Everything that one lesson teaches; adds its metrics, means over the steps taken. False as soon
  // as a loss or gradient is not finite, or what a step leads to: nothing is to be learnt from the
  // weights after that.
  bool learn(Network& network, const Lesson& lesson, const Rates& rates, std::uint32_t update,
             Metrics& metrics);

  void save(ByteWriter& out) const;
  void load(ByteReader& in);

 private:
  using Indices = std::span<const int>;
  // What a loss is made of, kept while its gradient is needed.
  struct PolicyLoss {
    Minibatch minibatch;
    at::Tensor surrogate, loss;  // scalar: without and with the entropy bonus
  };

  // Calls step(indices) on every minibatch of every epoch, until it returns false.
  template <class Step>
  bool for_each_minibatch(int epochs, int parts, int n, std::uint32_t update, Step&& step) const;
  std::vector<int> shuffled(int n, int epoch, std::uint32_t update) const;
  PolicyLoss loss_of(const Lesson& lesson, Indices indices, const Categorical& policy,
                     const at::Device& device) const;
  at::Tensor value_error(const at::Tensor& values, const Lesson& lesson, Indices indices,
                         const at::Device& device) const;

  bool learn_minibatch(Network& network, const Lesson& lesson, Indices indices, Metrics& sums);
  bool step_naturally(Network& network, const Lesson& lesson, Metrics& metrics);
  bool learn_values(Network& network, const Lesson& lesson, Indices indices, Metrics& sums);
  bool take_step(Network& network, double loss, Metrics& sums);
  void measure_change(const Minibatch& minibatch, Metrics& sums) const;
  double mean_kl(const Network& network, const Lesson& lesson) const;

  TrainConfig config_;
  const Objective& objective_;
  std::uint64_t seed_;
  FlatOptimiser optimiser_;
  double penalty_coef_;
  Rates rates_{};  // of the update under way
};

}  // namespace pump::agents
