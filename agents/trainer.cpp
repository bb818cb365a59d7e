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
  policy.network().move_to(device_of(config));
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
  std::uint32_t counted = 0;  // times that the policy's outcomes were, after the first
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
  if (reference_worlds(config) > 0)
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
  if (updates == 0) outcomes->adopt(outcomes->count(*side.fresh, network(), counted));
  metrics["outcome_kl"] = outcomes->kl();
  outcomes->charge(rollout, kl_coef);
}

void Trainer::State::learn(const Lesson& lesson, Metrics& metrics) {
  const Rates rates{learning_rate(), kl_coef};
  diverged = !learner.learn(network(), lesson, rates, updates, metrics) || diverged;
}

// The whole step where its outcomes are near enough to those before, else a half of it, a quarter:
// each judged by fresh episodes of its own. Beyond kHalvings, none of it; the policy before is then
// counted anew, so that one unlucky count is not what every later step is measured by.
void Trainer::State::learn_within_bounds(const Lesson& lesson, Metrics& metrics) {
  constexpr int kHalvings = 3;
  const bool bounded = config.outcome_max_kl > 0;
  const at::Tensor before = network().parameters().clone();
  ByteWriter moments;
  if (bounded) learner.save(moments);
  learn(lesson, metrics);
  // Counting may meet cells for the first time, whose weights join those there were.
  const auto weights = [&] { return network().parameters().narrow(0, 0, before.size(0)); };
  const auto count = [&] { return outcomes->count(*side.fresh, network(), ++counted); };
  EndCounts ends = count();
  double change = ends_kl(ends, outcomes->policy(), false);
  int halvings = 0;
  for (; bounded && change > config.outcome_max_kl && halvings < kHalvings; halvings++) {
    weights().copy_((weights() + before) / 2);
    ends = count();
    change = ends_kl(ends, outcomes->policy(), false);
  }
  const bool rejected = bounded && change > config.outcome_max_kl;
  if (rejected) {
    weights().copy_(before);
    const std::vector<std::byte> bytes = moments.take();
    ByteReader in(bytes, "the update before");
    learner.load(in);
    ends = count();
  }
  metrics["outcome_change"] = change;
  metrics["step_fraction"] = rejected ? 0 : std::pow(.5, halvings);
  outcomes->adopt(std::move(ends));
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
  return state_->outcomes ? state_->outcomes->shares() : std::vector<OutcomeShare>();
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
  if (state_->outcomes) {
    out.value(state_->counted);
    state_->outcomes->save(out);
  }
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
  if (state_->outcomes) {
    state_->counted = in.value<std::uint32_t>();
    state_->outcomes->load(in);
  }
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
  if (config.kl_length_normalised && objective.price != Price::reward)
    return Complaint{"kl_length_normalised",
                     "false, because the leash of " + name + " charges no reward of a decision"};
  if (config.kl_target > 0 && objective.price == Price::outcome)
    return Complaint{"kl_target", "0, because " + name + " charges for outcomes, not for this KL"};
  if (config.kl_target > 0 && objective.price == Price::occupancy)
    return Complaint{"kl_target", "0, because " + name + " charges for states, not for this KL"};
  if (config.kl_length_normalised && config.rollout_steps != 0)
    return Complaint{"rollout_steps", "0, because kl_length_normalised needs whole episodes"};
  if (grouped && config.worlds % config.group_size != 0)
    return Complaint{"worlds",
                     fmt::format("a multiple of group_size, which is {}", config.group_size)};
  if (objective.price == Price::occupancy && config.gamma <= 0)
    return Complaint{"gamma", "more than 0, because occupancies are discounted by it"};
  return std::nullopt;
}

int reference_worlds(const TrainConfig& config) {
  constexpr int kForOccupancy = 1024, kForOutcomes = 250;
  switch (find_objective(config.objective).price) {
    case Price::occupancy:
      return kForOccupancy;
    case Price::outcome:
      return std::min(kForOutcomes, config.outcome_reference_episodes);
    default:
      return 0;
  }
}
int fresh_episodes(const TrainConfig& config) {
  return find_objective(config.objective).price == Price::outcome ? config.outcome_episodes : 0;
}
bool charges_trajectory_kl(const TrainConfig& config) {
  const Price price = find_objective(config.objective).price;
  return price == Price::reward && config.kl_coef > 0 && config.kl_target <= 0 &&
         !config.kl_length_normalised && config.ent_coef == 0 && config.gamma == 1 &&
         !config.bootstrap_truncated;
}
bool is_leashed(const std::string& objective) { return find_objective(objective).leashed; }

}  // namespace pump::agents
