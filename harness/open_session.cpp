#include "harness/open_session.hpp"

#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "envs/catalogue.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"
#include "harness/golden.hpp"
#include "harness/listing.hpp"
#include "harness/named_policy.hpp"
#include "harness/replay_text.hpp"
#include "harness/trial_config.hpp"
#include "harness/trial_policies.hpp"
#include "harness/trial_worlds.hpp"
#include "harness/wishes.hpp"

namespace pump::harness {
namespace {

namespace fs = std::filesystem;
using engine::Environment;
using engine::Wish;
using SharedEnvironment = std::shared_ptr<const Environment>;

void refuse(const WatchRequest& request, bool given, const char* option, const char* why) {
  if (given)
    throw Error(
        fmt::format("{}: expected no {} beside {}", in_quotes(request.source), option, why));
}

std::optional<Wish> wish_of(const engine::EnvironmentInfo& info, const std::string& name) {
  if (name.empty()) return std::nullopt;
  return load_wish(info, name);
}

MakeBatch plain_worlds(SharedEnvironment environment) {
  return [environment](int worlds, std::uint64_t seed) { return environment->batch(worlds, seed); };
}

// ---- An environment ----------------------------------------------------------------------------

SharedEnvironment environment_of(const WatchRequest& request) {
  const engine::CatalogueEntry& entry = envs::find(request.source);
  return entry.make(read_assignments(entry.info(), request.assignments));
}

std::string place_of(const Environment& environment) {
  for (const auto& [name, value] : environment.parameters().texts())
    if (name == "map" || name == "level") return value;
  return environment.info().name;
}

std::unique_ptr<Session> open_environment(const WatchRequest& request) {
  SharedEnvironment environment = environment_of(request);
  if (request.policy.empty())
    throw Error(fmt::format("--policy: expected who plays {}, got nothing", request.source));
  std::optional<Wish> wish = wish_of(environment->info(), request.wish);
  std::string title = fmt::format("{}, {}", place_of(*environment), request.policy);
  if (wish) title += ", wish " + wish->name;
  if (const std::string others = learnt_elsewhere(*environment, request.policy); !others.empty())
    title += ", learnt with " + others;
  if (!request.title.empty()) title = request.title;
  NamedPolicy policy = name_policy(*environment, request.policy);
  // A network's thoughts are shown; with uniform play mixed in they would be another's.
  if (policy.what != NamedPolicy::What::network || policy.uniform_share > 0) {
    std::shared_ptr<Player> player = make_player(std::move(policy), request.seed.value_or(0));
    auto driver =
        player_driver(plain_worlds(environment), std::move(player), request.seed.value_or(0));
    return std::make_unique<Session>(title, environment, std::move(wish), std::move(driver));
  }
  const auto actions = static_cast<int>(environment->info().actions.size());
  const Mind mind{std::make_shared<agents::Policy>(std::move(*policy.network)),
                  agents::uniform_reference(actions), "uniform play", Choice::sampled, ""};
  auto driver = policy_driver(
      plain_worlds(environment), [mind] { return mind; }, request.seed.value_or(0));
  return std::make_unique<Session>(title, environment, std::move(wish), std::move(driver));
}

// ---- A recording -------------------------------------------------------------------------------

// The wish of the trial in whose folder a replay lies, if that is the one that it notes.
std::optional<Wish> wish_of_trial(const fs::path& replay, const std::string& noted) {
  const fs::path config = replay.parent_path().parent_path() / "config.yaml";
  std::error_code ignored;
  if (replay.parent_path().filename() != "replays" || !fs::exists(config, ignored))
    return std::nullopt;
  const TrialSpec spec = read_trial(ConfigMap::from_file(config.string()));
  return spec.wish.name == noted ? std::optional(spec.wish) : std::nullopt;
}

std::unique_ptr<Session> open_recording(const WatchRequest& request, OpenReplay open) {
  refuse(request, !request.policy.empty(), "--policy", "a recording");
  refuse(request, !request.assignments.empty(), "--set", "a recording, which has its own");
  refuse(request, request.seed.has_value(), "--seed", "a recording, which has its own");
  SharedEnvironment environment = std::move(open.environment);
  std::optional<Wish> wish = wish_of(environment->info(), request.wish);
  const auto noted = open.replay.notes.find("wish");
  std::string remark;
  if (!wish && noted != open.replay.notes.end()) {
    wish = wish_of_trial(fs::absolute(request.source), noted->second);
    if (!wish && has_wish(environment->info().name, noted->second))
      wish = load_wish(environment->info(), noted->second);
    if (!wish) remark = fmt::format("its wish {} is not known here", in_quotes(noted->second));
  }
  const auto who = open.replay.notes.find("policy");
  std::string title = fmt::format(
      "{}, {}", place_of(*environment),
      who != open.replay.notes.end() ? who->second : fs::path(request.source).filename().string());
  if (!request.title.empty()) title = request.title;
  if (const auto divergence = engine::verify(*environment, open.replay))
    remark = fmt::format("not what was recorded, from step {} on", divergence->step);
  return std::make_unique<Session>(title, environment, std::move(wish),
                                   replay_driver(std::move(open.replay), std::move(remark)));
}

// ---- A trial -----------------------------------------------------------------------------------

std::string title_of(const TrialSpec& spec) {
  const TrialResult described = describe(spec);
  std::string title = fmt::format("{}, wish {}", described.objective, described.wish);
  if (described.leash != "none") title += fmt::format(", leash {}", described.leash);
  return title + fmt::format(", seed {}", described.seed);
}

// Worlds of the trial's kind and what its policy is compared with: its leash, or else uniform play.
struct TrialWorld {
  explicit TrialWorld(const TrialSpec& trial)
      : spec(trial), environment(make_environment(spec.environment, spec.parameters)) {
    TrialPolicies policies(spec, *environment, worlds());
    const bool leashed = spec.leash != "none";
    reference = policies.reference(leashed ? spec.leash : "uniform");
    reference_name = leashed ? fmt::format("its leash ({})", spec.leash) : "uniform play";
  }
  MakeBatch worlds() const {
    return [this](int worlds, std::uint64_t seed) {
      return make_worlds(*environment, spec, worlds, seed);
    };
  }
  TrialSpec spec;
  SharedEnvironment environment;
  std::shared_ptr<const agents::Reference> reference;
  std::string reference_name;
};

// A policy, and from how many steps it was learnt, where that changes.
struct Learnt {
  std::shared_ptr<const agents::Policy> policy;
  std::optional<std::uint64_t> steps;
};

// `world` lives as long as the session's driver does.
std::unique_ptr<Session> watch_trial(std::shared_ptr<const TrialWorld> world,
                                     std::optional<Wish> wish, std::uint64_t seed,
                                     std::function<Learnt()> learnt) {
  const MakeBatch worlds = [world](int count, std::uint64_t of) {
    return world->worlds()(count, of);
  };
  auto mind = [world, learnt] {
    const Learnt now = learnt();
    return Mind{now.policy, world->reference, world->reference_name, world->spec.evaluation_actions,
                now.steps ? fmt::format("learnt from {} steps", *now.steps) : ""};
  };
  return std::make_unique<Session>(title_of(world->spec), world->environment, std::move(wish),
                                   policy_driver(worlds, mind, seed));
}

std::unique_ptr<Session> open_trial(const WatchRequest& request, const fs::path& directory) {
  refuse(request, !request.policy.empty(), "--policy", "a trial, which has its own");
  refuse(request, !request.assignments.empty(), "--set", "a trial, which has its own");
  const TrialSpec spec = read_trial(ConfigMap::from_file((directory / "config.yaml").string()));
  if (agents::is_yardstick(spec.train.objective))
    throw Error(fmt::format("{}: expected a trial that learns a policy, got {}", directory.string(),
                            spec.train.objective));
  const auto policy = std::make_shared<const agents::Policy>(learnt_policy(spec, directory));
  const auto world = std::make_shared<const TrialWorld>(spec);
  std::optional<Wish> wish = spec.wish;
  if (!request.wish.empty()) wish = load_wish(world->environment->info(), request.wish);
  return watch_trial(world, std::move(wish), request.seed.value_or(0), [policy] {
    return Learnt{policy, std::nullopt};
  });
}

// The folder of a trial, if that is what is meant.
std::optional<fs::path> trial_folder(const fs::path& source) {
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) {
    if (!fs::exists(source / "config.yaml", ignored))
      throw Error(fmt::format("{}: expected a trial's folder, with config.yaml in it, got none",
                              source.string()));
    return source;
  }
  const fs::path name = source.filename();
  if (name != "policy.bin" && name != "checkpoint.bin") return std::nullopt;
  return trial_folder(source.has_parent_path() ? source.parent_path() : fs::path("."));
}

}  // namespace

std::unique_ptr<Session> open_session(const WatchRequest& request) {
  const fs::path source = request.source;
  if (source.extension() == ".json") return open_recording(request, open_replay(request.source));
  if (source.extension() == ".txt") return open_recording(request, open_golden(request.source));
  if (const auto folder = trial_folder(source)) return open_trial(request, *folder);
  return open_environment(request);
}

std::unique_ptr<Session> open_play(const WatchRequest& request) {
  const SharedEnvironment environment = environment_of(request);
  std::optional<Wish> wish = wish_of(environment->info(), request.wish);
  return std::make_unique<Session>(fmt::format("{}, you", place_of(*environment)), environment,
                                   std::move(wish),
                                   hand_driver(*environment, request.seed.value_or(0)));
}

// ---- Training ----------------------------------------------------------------------------------

class LivePolicy {
 public:
  void put(std::uint64_t steps, const agents::Policy& policy) {
    Learnt newest{std::make_shared<const agents::Policy>(policy.clone()), steps};
    const std::lock_guard lock(mutex_);
    newest_ = std::move(newest);
  }
  Learnt get() const {
    const std::lock_guard lock(mutex_);
    return newest_;
  }

 private:
  mutable std::mutex mutex_;
  Learnt newest_;
};

TrainingWatch::TrainingWatch(const TrialSpec& spec)
    : spec_(spec), live_(std::make_shared<LivePolicy>()) {}
TrainingWatch::~TrainingWatch() = default;

void TrainingWatch::show(std::uint64_t steps, const agents::Policy& policy) {
  live_->put(steps, policy);
}

std::unique_ptr<Session> TrainingWatch::open(const std::function<bool()>& done) {
  while (!live_->get().policy) {
    if (done()) return nullptr;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const auto world = std::make_shared<const TrialWorld>(spec_);
  return watch_trial(world, spec_.wish, spec_.seed, [live = live_] { return live->get(); });
}

}  // namespace pump::harness
