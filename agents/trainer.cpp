#include "agents/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "agents/learner.hpp"
#include "agents/leash.hpp"
#include "agents/lesson.hpp"
#include "agents/objectives/objective.hpp"
#include "agents/occupancy.hpp"
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
        engine::TrainingView* reference_view);

  Metrics update();
  void pay(Rollout& rollout, Metrics& metrics);
  double learning_rate() const;
  void adapt_leash(const Rollout& rollout);

  Network& network() { return policy.network(); }

  TrainConfig config;
  const Objective& objective;
  engine::TrainingView& view;
  const Reference* leash;
  std::uint64_t seed, budget_steps;
  Policy policy;
  Learner learner;
  std::optional<OccupancyRatio> occupancy;
  std::uint64_t steps = 0;
  std::uint32_t updates = 0;
  double kl_coef;
  bool diverged = false;
};

Trainer::State::State(const TrainConfig& c, engine::TrainingView& v, std::uint64_t s,
                      std::uint64_t budget, std::optional<Policy> start, const Reference* l,
                      engine::TrainingView* reference_view)
    : config(c),
      objective(find_objective(c.objective)),
      view(v),
      leash(l),
      seed(s),
      budget_steps(budget),
      policy(ready(std::move(start), c, v, s)),
      learner(c, objective, s, policy.network().capacity(), policy.network().device()),
      kl_coef(c.kl_coef) {
  if (objective.price == Price::occupancy) {
    ENSURE(leash && reference_view, "{} without a reference", objective.name);
    occupancy.emplace(config, *reference_view, *leash, network(), seed);
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
  if (objective.price == Price::reward)
    charge_for_divergence(rollout.rewards, rollout.log_probs, rollout.ref_log_probs, kl_coef);
  if (objective.price != Price::occupancy) return;
  const Visits visits = visits_of(rollout.observations, rollout.next, config.occupancy_gamma);
  const OccupancyRatios ratios = occupancy->estimate(visits, rollout.episodes, network(), updates);
  double divergence = visits.ended * ratios.ended;  // KL(μ_π ‖ μ_ref)
  for (std::size_t i = 0; i < ratios.states.size(); i++)
    divergence += visits.occupancy[i] * ratios.states[i];
  metrics["occupancy_kl"] = divergence;
  charge_for_occupancy(rollout, ratios, kl_coef, config);
}

Metrics Trainer::State::update() {
  const std::uint64_t before = view.total_steps();
  Rollout rollout = collect(view, network(), leash, config.rollout_steps, {seed, updates},
                            config.bootstrap_truncated ? Truncation::cuts_off : Truncation::ends);
  Metrics metrics{{"entropy", rollout.entropy}, {"episodes", rollout.episodes}};
  pay(rollout, metrics);
  const Lesson lesson =
      make_lesson(std::move(rollout), objective, config, network(), view.horizon());
  if (objective.has_value_function()) metrics["explained_variance"] = explained_variance(lesson);
  metrics["learning_rate"] = learning_rate();
  diverged =
      !learner.learn(network(), lesson, {learning_rate(), kl_coef}, updates, metrics) || diverged;
  steps += view.total_steps() - before;  // more than the decisions where an action is repeated
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
                 engine::TrainingView* reference_view)
    : state_(std::make_unique<State>(config, view, seed, budget_steps, std::move(start), leash,
                                     reference_view)) {}
Trainer::~Trainer() = default;

Metrics Trainer::update() { return state_->update(); }
std::uint64_t Trainer::steps() const { return state_->steps; }
const Policy& Trainer::policy() const { return state_->policy; }
bool Trainer::diverged() const { return state_->diverged; }

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
  if (grouped && config.worlds % config.group_size != 0)
    return Complaint{"worlds",
                     fmt::format("a multiple of group_size, which is {}", config.group_size)};
  if (objective.price == Price::occupancy && config.gamma <= 0)
    return Complaint{"gamma", "more than 0, because occupancies are discounted by it"};
  return std::nullopt;
}

bool needs_reference_episodes(const std::string& objective) {
  return find_objective(objective).price == Price::occupancy;
}
bool is_leashed(const std::string& objective) { return find_objective(objective).leashed; }

}  // namespace pump::agents
