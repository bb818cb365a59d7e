#include "agents/reference.hpp"

#include <cmath>
#include <vector>

#include "engine/error.hpp"

namespace pump::agents {

namespace {

float mixed_log(double p, std::size_t actions) {
  return static_cast<float>(
      std::log((1 - kUniformShare) * p + kUniformShare / static_cast<double>(actions)));
}

class UniformReference final : public Reference {
 public:
  explicit UniformReference(int actions) : log_prob_(-std::log(static_cast<float>(actions))) {}
  void log_probs(const engine::TrainingView&, std::span<float> out) const override {
    std::fill(out.begin(), out.end(), log_prob_);
  }

 private:
  float log_prob_;
};

class PriorReference final : public Reference {
 public:
  void log_probs(const engine::TrainingView& view, std::span<float> out) const override {
    std::vector<double> prior(out.size());
    view.prior(prior);
    for (std::size_t i = 0; i < out.size(); i++) out[i] = static_cast<float>(std::log(prior[i]));
  }
};

class PolicyReference final : public Reference {
 public:
  explicit PolicyReference(const Policy& policy) : policy_(policy.clone()) {}
  void log_probs(const engine::TrainingView& view, std::span<float> out) const override {
    policy_.evaluate({view.codes(), view.scalars()}, view.worlds(), out);
    const auto actions = static_cast<std::size_t>(view.actions());
    for (float& p : out) p = mixed_log(p, actions);
  }

 private:
  Policy policy_;
};

}  // namespace

std::unique_ptr<Reference> uniform_reference(int actions) {
  return std::make_unique<UniformReference>(actions);
}

std::unique_ptr<Reference> prior_reference(const engine::TrainingView& view) {
  std::vector<double> probe(static_cast<std::size_t>(view.worlds() * view.actions()));
  if (!view.prior(probe))
    throw Error("leash: expected an environment with a prior over actions, got one without");
  return std::make_unique<PriorReference>();
}

std::unique_ptr<Reference> policy_reference(const Policy& policy) {
  return std::make_unique<PolicyReference>(policy);
}

}  // namespace pump::agents
