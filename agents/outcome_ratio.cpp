#include "agents/outcome_ratio.hpp"

#include <cmath>
#include <set>

#include "agents/advantages.hpp"

namespace pump::agents {

namespace {

using engine::OutcomeCode;

// Draws of counted episodes are not those of the lessons'.
constexpr std::uint64_t kCountedDraws = 0x0F2E'5400'0000'0000;

// Proxy return of each episode, in the order of their first decisions.
std::vector<double> returns_of(const Rollout& rollout, std::span<const std::int32_t> episode) {
  std::vector<double> returns(static_cast<std::size_t>(rollout.episodes), 0);
  for (std::size_t i = 0; i < episode.size(); i++)
    returns[static_cast<std::size_t>(episode[i])] += rollout.rewards[i];
  return returns;
}

class Shares {
 public:
  Shares(const EndCounts& policy, const EndCounts& reference, bool given_success)
      : policy_(policy), reference_(reference), given_success_(given_success) {
    for (const EndCounts* side : {&policy, &reference})
      for (const auto& [outcome, count] : side->of)
        if (picked(count) > 0) met_.insert(outcome);
  }
  const std::set<OutcomeCode>& met() const { return met_; }
  double policy(OutcomeCode outcome) const { return share(policy_, outcome); }
  double log_ratio(OutcomeCode outcome) const {
    return std::log(share(policy_, outcome) / share(reference_, outcome));
  }

 private:
  double picked(const EndCounts::Count& count) const {
    return given_success_ ? count.successes : count.all;
  }
  double share(const EndCounts& side, OutcomeCode outcome) const {
    const auto found = side.of.find(outcome);
    const double n = found == side.of.end() ? 0 : picked(found->second);
    const double kinds = static_cast<double>(met_.size() + (met_.contains(outcome) ? 0 : 1));
    return (n + .5) / ((given_success_ ? side.successes : side.episodes) + .5 * kinds);
  }

  const EndCounts &policy_, &reference_;
  bool given_success_;
  std::set<OutcomeCode> met_;
};

void save_counts(const EndCounts& counts, ByteWriter& out) {
  out.value(counts.episodes);
  out.value(counts.successes);
  out.value(static_cast<std::uint64_t>(counts.of.size()));
  for (const auto& [outcome, count] : counts.of) {
    out.value(outcome);
    out.value(count.all);
    out.value(count.successes);
  }
}

EndCounts load_counts(ByteReader& in) {
  EndCounts counts;
  counts.episodes = in.value<double>();
  counts.successes = in.value<double>();
  const auto size = in.value<std::uint64_t>();
  for (std::uint64_t i = 0; i < size; i++) {
    EndCounts::Count& count = counts.of[in.value<OutcomeCode>()];
    count.all = in.value<double>();
    count.successes = in.value<double>();
  }
  return counts;
}

}  // namespace

void EndCounts::add(const EndCounts& more) {
  for (const auto& [outcome, count] : more.of) {
    of[outcome].all += count.all;
    of[outcome].successes += count.successes;
  }
  episodes += more.episodes;
  successes += more.successes;
}

EndCounts count_ends(const Rollout& rollout, double success_return) {
  const std::vector<std::int32_t> episode = episodes_of(rollout.next);
  const std::vector<double> returns = returns_of(rollout, episode);
  EndCounts counts;
  for (const Rollout::Ending& ending : rollout.endings) {
    const auto which = episode[static_cast<std::size_t>(ending.decision)];
    const double success = returns[static_cast<std::size_t>(which)] >= success_return ? 1 : 0;
    EndCounts::Count& count = counts.of[ending.outcome];
    count.all++;
    count.successes += success;
    counts.episodes++;
    counts.successes += success;
  }
  return counts;
}

double log_ratio(const EndCounts& policy, const EndCounts& reference, OutcomeCode outcome,
                 bool given_success) {
  return Shares(policy, reference, given_success).log_ratio(outcome);
}

double ends_kl(const EndCounts& policy, const EndCounts& reference, bool given_success) {
  const Shares shares(policy, reference, given_success);
  double kl = 0;
  for (const OutcomeCode outcome : shares.met())
    kl += shares.policy(outcome) * shares.log_ratio(outcome);
  return given_success ? kl * policy.successes / policy.episodes : kl;
}

OutcomeRatio::OutcomeRatio(const TrainConfig& config, engine::TrainingView& view,
                           const Reference& reference, Network& network, std::uint64_t seed,
                           double success_return)
    : seed_(seed), given_success_(config.outcome_given_success), success_return_(success_return) {
  for (std::uint32_t round = 0; reference_.episodes < config.outcome_reference_episodes; round++)
    reference_.add(
        count_ends(collect_reference(view, network, reference, {seed, round}), success_return));
}

std::vector<OutcomeShare> OutcomeRatio::shares() const {
  std::map<OutcomeCode, OutcomeShare> met;
  for (const auto& [outcome, count] : reference_.of) {
    met[outcome].reference = count.all;
    met[outcome].reference_successes = count.successes;
  }
  for (const auto& [outcome, count] : policy_.of) {
    met[outcome].policy = count.all;
    met[outcome].policy_successes = count.successes;
  }
  std::vector<OutcomeShare> out;
  for (auto& [outcome, share] : met) {
    share.outcome = outcome;
    share.log_ratio = log_ratio(policy_, reference_, outcome, given_success_);
    out.push_back(share);
  }
  return out;
}

EndCounts OutcomeRatio::count(engine::TrainingView& fresh, Network& network,
                              std::uint32_t which) const {
  return count_ends(collect(fresh, network, nullptr, 0, {seed_ ^ kCountedDraws, which}),
                    success_return_);
}

void OutcomeRatio::charge(Rollout& rollout, double price) const {
  const Shares shares(policy_, reference_, given_success_);
  const std::vector<std::int32_t> episode = episodes_of(rollout.next);
  const std::vector<double> returns = returns_of(rollout, episode);
  for (const Rollout::Ending& ending : rollout.endings) {
    const auto last = static_cast<std::size_t>(ending.decision);
    const double earned = returns[static_cast<std::size_t>(episode[last])];
    if (given_success_ && earned < success_return_) continue;
    rollout.rewards[last] -= static_cast<float>(price * shares.log_ratio(ending.outcome));
  }
}

// The reference's are counted again wherever a trainer is made.
void OutcomeRatio::save(ByteWriter& out) const { save_counts(policy_, out); }
void OutcomeRatio::load(ByteReader& in) { policy_ = load_counts(in); }

}  // namespace pump::agents
