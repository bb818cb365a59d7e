#include "agents/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "agents/learner.hpp"
#include "agents/leash.hpp"
#include "agents/lesson.hpp"
#include "agents/objectives/objective.hpp"
#include "agents/occupancy.hpp"
#include "agents/outcome_ratio.hpp"
#include "agents/rollout.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

constexpr std::uint32_t kMagic = 0x3254504f;  // "OPT2"

Policy ready(std::optional<Policy> start, const TrainConfig& config, engine::TrainingView& view,
             std::uint64_t seed) {
  Policy policy =
      start ? std::move(*start) : Policy(view.observation(), view.actions(), config.network, seed);
  policy.network().move_to(device_of(config.device));
  return policy;
}

}  // namespace

struct Trainer::State {
  State(const TrainConfig& config, engine::TrainingView& view, std::uint64_t seed,
        std::uint64_t budget_steps, std::optional<Policy> start, const Reference* leash,
        const SideViews& side);

  Metrics update();
  void pay(Rollout& rollout, Metrics& metrics);
  void pay_for_occupancy(Rollout& rollout, Metrics& metrics);
  void pay_for_outcomes(Rollout& rollout, Metrics& metrics);
  // Learns from the lesson, unless it takes the policy's outcomes too far.
  void learn(const Lesson& lesson, Metrics& metrics);
  void learn_within_bounds(const Lesson& lesson, Metrics& metrics);
  double learning_rate() const;
  void adapt_leash(const Rollout& rollout);

  Network& network() { return policy.network(); }

  TrainConfig config;
  const Objective& objective;
  engine::TrainingView& view;
  SideViews side;
  const Reference* leash;
  std::uint64_t seed, budget_steps;
  Policy policy;
  Learner learner;
  std::optional<OccupancyRatio> occupancy;
  std::optional<OutcomeRatio> outcomes;
  std::uint64_t steps = 0;
  std::uint32_t updates = 0;
  double kl_coef;
  bool diverged = false;
};

Trainer::State::State(const TrainConfig& c, engine::TrainingView& v, std::uint64_t s,
                      std::uint64_t budget, std::optional<Policy> start, const Reference* l,
                      const SideViews& beside)
    : config(c),
      objective(find_objective(c.objective)),
      view(v),
      side(beside),
      leash(l),
      seed(s),
      budget_steps(budget),
      policy(ready(std::move(start), c, v, s)),
      learner(c, objective, s, policy.network().capacity(), policy.network().device()),
      kl_coef(c.kl_coef) {
  if (reference_episodes(config) > 0)
    ENSURE(leash && side.reference, "{} without a reference", objective.name);
  if (objective.price == Price::occupancy)
    occupancy.emplace(config, *side.reference, *leash, network(), seed);
  if (objective.price == Price::outcome) {
    ENSURE(side.fresh, "{} without fresh episodes", objective.name);
    outcomes.emplace(config, *side.reference, *leash, network(), seed, side.success_return);
  }
  if (objective.credit == Credit::group || objective.credit == Credit::group_without_norm)
    view.share_resets(config.group_size);
  if (config.rollout_steps > 0) view.begin_episodes();
}

double Trainer::State::learning_rate() const {
  if (!config.anneal_learning_rate || budget_steps == 0) return config.learning_rate;
  const double done = static_cast<double>(steps) / static_cast<double>(budget_steps);
  return config.learning_rate * std::max(0.0, 1 - done);
}

// The leash's price, where rewards are what pays it.
void Trainer::State::pay(Rollout& rollout, Metrics& metrics) {
  if (!leash) return;
  metrics["kl_to_reference"] = rollout.kl_to_reference;
  metrics["kl_coef"] = kl_coef;
  if (objective.price == Price::reward) charge_for_divergence(rollout, kl_coef, config);
  if (objective.price == Price::occupancy) pay_for_occupancy(rollout, metrics);
  if (objective.price == Price::outcome) pay_for_outcomes(rollout, metrics);
}

void Trainer::State::pay_for_occupancy(Rollout& rollout, Metrics& metrics) {
  const Visits visits = visits_of(rollout.observations, rollout.next, config.occupancy_gamma);
  const OccupancyRatios ratios = occupancy->estimate(visits, rollout.episodes, network(), updates);
  double divergence = visits.ended * ratios.ended;  // KL(μ_π ‖ μ_ref)
  for (std::size_t i = 0; i < ratios.states.size(); i++)
    divergence += visits.occupancy[i] * ratios.states[i];
  metrics["occupancy_kl"] = divergence;
  charge_for_occupancy(rollout, ratios, kl_coef, config);
}

void Trainer::State::pay_for_outcomes(Rollout& rollout, Metrics& metrics) {
  if (updates == 0) outcomes->adopt(outcomes->count(*side.fresh, network(), 0));
  metrics["outcome_kl"] = outcomes->kl();
  outcomes->charge(rollout, kl_coef);
}

void Trainer::State::learn(const Lesson& lesson, Metrics& metrics) {
  const Rates rates{learning_rate(), kl_coef};
  diverged = !learner.learn(network(), lesson, rates, updates, metrics) || diverged;
}

void Trainer::State::learn_within_bounds(const Lesson& lesson, Metrics& metrics) {
  const at::Tensor weights = network().parameters().clone();
  ByteWriter moments;
  learner.save(moments);
  learn(lesson, metrics);
  EndCounts ends = outcomes->count(*side.fresh, network(), updates + 1);
  const double change = ends_kl(ends, outcomes->policy(), false);
  metrics["outcome_change"] = change;
  const bool too_far = config.outcome_max_kl > 0 && change > config.outcome_max_kl;
  metrics["taken_back"] = too_far ? 1 : 0;
  if (!too_far) {
    outcomes->adopt(std::move(ends));
    return;
  }
  network().parameters().copy_(weights);
  const std::vector<std::byte> bytes = moments.take();
  ByteReader before(bytes, "the update before");
  learner.load(before);
}

Metrics Trainer::State::update() {
  const auto taken = [this] {
    return view.total_steps() + (side.fresh ? side.fresh->total_steps() : 0);
  };
  const std::uint64_t before = taken();
  Rollout rollout = collect(view, network(), leash, config.rollout_steps, {seed, updates},
                            config.bootstrap_truncated ? Truncation::cuts_off : Truncation::ends);
  Metrics metrics{{"entropy", rollout.entropy}, {"episodes", rollout.episodes}};
  pay(rollout, metrics);
  const Lesson lesson =
      make_lesson(std::move(rollout), objective, config, network(), view.horizon());
  if (objective.has_value_function()) metrics["explained_variance"] = explained_variance(lesson);
  metrics["learning_rate"] = learning_rate();
  outcomes ? learn_within_bounds(lesson, metrics) : learn(lesson, metrics);
  steps += taken() - before;  // more than the decisions where an action is repeated
  updates++;
  adapt_leash(lesson.rollout);
  metrics["steps"] = static_cast<double>(steps);
  diverged = diverged || !std::isfinite(network().parameters().sum().item<float>());
  return metrics;
}

void Trainer::State::adapt_leash(const Rollout& rollout) {
  if (!leash || config.kl_target <= 0 || rollout.episodes == 0) return;
  const double episodes = rollout.episodes;
  const double kl = rollout.kl_to_reference * rollout.size() / episodes;
  kl_coef = adapted_kl_coef(kl_coef, kl, config.kl_target, episodes, config.kl_horizon);
}

Trainer::Trainer(const TrainConfig& config, engine::TrainingView& view, std::uint64_t seed,
                 std::uint64_t budget_steps, std::optional<Policy> start, const Reference* leash,
                 const SideViews& side)
    : state_(std::make_unique<State>(config, view, seed, budget_steps, std::move(start), leash,
                                     side)) {}
Trainer::~Trainer() = default;

Metrics Trainer::update() { return state_->update(); }
std::uint64_t Trainer::steps() const { return state_->steps; }
const Policy& Trainer::policy() const { return state_->policy; }
bool Trainer::diverged() const { return state_->diverged; }

std::vector<OutcomeShare> Trainer::outcome_shares() const {
  std::map<engine::OutcomeCode, OutcomeShare> shares;
  if (!state_->outcomes) return {};
  for (const auto& [outcome, count] : state_->outcomes->reference().of)
    shares[outcome] = {outcome, 0, count.all};
  for (const auto& [outcome, count] : state_->outcomes->policy().of) {
    shares[outcome].outcome = outcome;
    shares[outcome].policy = count.all;
  }
  std::vector<OutcomeShare> out;
  for (const auto& [outcome, share] : shares) out.push_back(share);
  return out;
}

std::vector<std::byte> Trainer::save() const {
  ByteWriter out;
  out.value(kMagic);
  out.value(state_->steps);
  out.value(state_->updates);
  out.value(state_->kl_coef);
  out.value(static_cast<std::uint8_t>(state_->diverged));
  state_->network().save(out);
  state_->learner.save(out);
  if (state_->occupancy) state_->occupancy->save(out);
  if (state_->outcomes) state_->outcomes->save(out);
  return out.take();
}

void Trainer::load(std::span<const std::byte> bytes, const std::string& file) {
  ByteReader in(bytes, file);
  if (const auto magic = in.value<std::uint32_t>(); magic != kMagic)
    in.refuse("a trainer's checkpoint", fmt::format("something that starts with {:08x}", magic));
  state_->steps = in.value<std::uint64_t>();
  state_->updates = in.value<std::uint32_t>();
  state_->kl_coef = in.value<double>();
  state_->diverged = in.value<std::uint8_t>() != 0;
  auto network = Network::read(in, state_->view.observation(), state_->view.actions());
  network->move_to(state_->network().device());
  state_->policy = Policy(std::move(network));
  state_->learner.load(in);
  if (state_->occupancy) state_->occupancy->load(in, state_->view.observation());
  if (state_->outcomes) state_->outcomes->load(in);
  in.finish();
}

std::optional<Complaint> complaint_about(const TrainConfig& config, bool leashed) {
  const Objective& objective = find_objective(config.objective);
  const std::string name = objective.name;
  const bool grouped =
      objective.credit == Credit::group || objective.credit == Credit::group_without_norm;
  if (objective.leashed && !leashed)
    return Complaint{"leash", "uniform, prior or clone, because " + name + " is leashed"};
  if (objective.whole_episodes && config.rollout_steps != 0)
    return Complaint{"rollout_steps", "0, because " + name + " learns from whole episodes"};
  if (config.bootstrap_truncated && config.rollout_steps == 0)
    return Complaint{"bootstrap_truncated", "false, because whole episodes are not cut off"};
  if (config.kl_length_normalised && config.rollout_steps != 0)
    return Complaint{"rollout_steps", "0, because kl_length_normalised needs whole episodes"};
  if (grouped && config.worlds % config.group_size != 0)
    return Complaint{"worlds",
                     fmt::format("a multiple of group_size, which is {}", config.group_size)};
  if (objective.price == Price::occupancy && config.gamma <= 0)
    return Complaint{"gamma", "more than 0, because occupancies are discounted by it"};
  return std::nullopt;
}

int reference_episodes(const TrainConfig& config) {
  constexpr int kForOccupancy = 1024;
  switch (find_objective(config.objective).price) {
    case Price::occupancy:
      return kForOccupancy;
    case Price::outcome:
      return config.outcome_reference_episodes;
    default:
      return 0;
  }
}
int fresh_episodes(const TrainConfig& config) {
  return find_objective(config.objective).price == Price::outcome ? config.outcome_episodes : 0;
}
bool charges_for_states(const std::string& objective) {
  return find_objective(objective).price == Price::occupancy;
}
bool is_leashed(const std::string& objective) { return find_objective(objective).leashed; }

}  // namespace pump::agents
