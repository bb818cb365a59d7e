#pragma once

#include <map>
#include <utility>
#include <vector>

#include "agents/bytes.hpp"
#include "agents/config.hpp"
#include "agents/outcome_share.hpp"
#include "agents/reference.hpp"
#include "agents/rollout.hpp"
#include "engine/training_view.hpp"

// How a policy's episodes end, against how its reference's do.
namespace pump::agents {

// How episodes ended, and how those did whose proxy return is a success.
struct EndCounts {
  struct Count {
    double all = 0, successes = 0;
  };
  std::map<engine::OutcomeCode, Count> of;
  double episodes = 0, successes = 0;
  void add(const EndCounts& more);
};
// rollout: of whole episodes, with its endings; rewards as the wish gave them.
EndCounts count_ends(const Rollout& rollout, double success_return);

// Shares estimated from counts by the Jeffreys prior of a multinomial: (n_o + 1/2) / (n + K/2),
// K being the outcomes that either side has met, and o. What the reference never did in n episodes
// therefore costs about log n, and not for ever more. given_success: of the successes only.
double log_ratio(const EndCounts& policy, const EndCounts& reference, engine::OutcomeCode outcome,
                 bool given_success);
// KL(policy || reference) of the ends, nats: the plug-in estimate. Of two counts of n episodes of
// one policy it is some (K - 1) / n, not 0. given_success: of the ends of successes, times the
// policy's share of successes.
double ends_kl(const EndCounts& policy, const EndCounts& reference, bool given_success);

// The ends of a reference, counted once, and those of the policy as it is, counted anew whenever it
// has changed.
class OutcomeRatio {
 public:
  // Plays outcome_reference_episodes of the reference, or as many more as fill the view's worlds.
  // success_return: see count_ends.
  OutcomeRatio(const TrainConfig& config, engine::TrainingView& view, const Reference& reference,
               Network& network, std::uint64_t seed, double success_return);

  // Of the policy that the network holds now, in worlds that no lesson is made of, so that an
  // episode is never charged by a count that it is in itself. Draws are keyed by `which`.
  EndCounts count(engine::TrainingView& fresh, Network& network, std::uint32_t which) const;
  void adopt(EndCounts policy) { policy_ = std::move(policy); }
  const EndCounts& policy() const { return policy_; }
  const EndCounts& reference() const { return reference_; }
  // Of every outcome that either side has met.
  std::vector<OutcomeShare> shares() const;
  double kl() const { return ends_kl(policy_, reference_, given_success_); }

  // Charges the last decision of each episode: - price log(P_policy(o) / P_ref(o)).
  void charge(Rollout& rollout, double price) const;

  void save(ByteWriter& out) const;
  void load(ByteReader& in);

 private:
  std::uint64_t seed_;
  bool given_success_;
  double success_return_;
  EndCounts reference_, policy_;
};

}  // namespace pump::agents
