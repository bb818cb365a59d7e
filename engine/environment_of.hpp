#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "engine/batch.hpp"
#include "engine/ensure.hpp"
#include "engine/environment.hpp"
#include "engine/error.hpp"
#include "engine/scene.hpp"

// From a typed environment, one struct in one .cpp file, to the engine's untyped Environment and
// Batch.
namespace pump::engine {

// What an environment file provides. `State` has a member `truth`, which reset, step, status,
// observe and signals never read, and may have a member `carried`, which survives a reset. The
// contract of each function is that of the Environment member of the same name.
template <class E>
concept TypedEnvironment = requires(const E e, typename E::State s, const typename E::State c,
                                    Action a, Chance& chance, std::span<std::uint8_t> codes,
                                    std::span<float> floats, Scene& scene) {
  requires std::is_trivially_copyable_v<typename E::State>;
  requires std::is_trivially_copyable_v<decltype(s.truth)>;
  { E::info() } -> std::same_as<const EnvironmentInfo&>;
  { e.observation() } -> std::same_as<const ObservationSpec&>;
  { e.horizon() } -> std::same_as<int>;
  { e.reset(s, chance) } -> std::same_as<void>;  // s arrives all zero bytes but for `carried`
  { e.step(s, a, chance) } -> std::same_as<void>;
  { e.status(c) } -> std::same_as<Status>;
  { e.reset_class(c) } -> std::same_as<int>;
  { e.observe(c, codes, floats) } -> std::same_as<void>;  // codes arrive all zero
  { e.signals(c, c, floats) } -> std::same_as<void>;
  { e.true_utility(c) } -> std::convertible_to<double>;
  { e.outcome(c) } -> std::same_as<Outcome>;
  { e.draw(c, scene) } -> std::same_as<void>;
  { e.demonstrate(0, c) } -> std::same_as<Action>;
  { e.text(c) } -> std::same_as<std::string>;
};

// Where a state's member `carried` lies.
template <class State>
constexpr ByteRange carried_range() {
  if constexpr (requires(State s) { s.carried; }) {
    static_assert(sizeof(State::carried) <= kMaxCarried);
    return {offsetof(State, carried), sizeof(State::carried)};
  } else {
    return {};
  }
}

// Zeroes all of a state but what it carries.
template <class State>
void clear_for_reset(State& state) {
  if constexpr (requires { state.carried; }) {
    const auto carried = state.carried;
    std::memset(static_cast<void*>(&state), 0, sizeof(State));
    state.carried = carried;
  } else {
    std::memset(static_cast<void*>(&state), 0, sizeof(State));
  }
}

template <TypedEnvironment E>
class EnvironmentOf;

template <TypedEnvironment E>
class BatchOf final : public Batch {
 public:
  using State = typename E::State;

  BatchOf(const EnvironmentOf<E>& environment, int worlds, std::uint64_t seed)
      : environment_(environment),
        seed_(seed),
        codes_size_(static_cast<std::size_t>(environment.observation().codes())),
        scalars_size_(environment.observation().scalars.size()),
        signals_size_(E::info().signals.size()),
        horizon_(static_cast<std::size_t>(environment.horizon())),
        states_(static_cast<std::size_t>(worlds)),
        worlds_(static_cast<std::size_t>(worlds)),
        status_(static_cast<std::size_t>(worlds), Status::running),
        codes_(codes_size_ * static_cast<std::size_t>(worlds)),
        scalars_(scalars_size_ * static_cast<std::size_t>(worlds)),
        signals_(signals_size_ * static_cast<std::size_t>(worlds)),
        actions_(horizon_ * static_cast<std::size_t>(worlds)) {
    ENSURE(worlds >= 1 && signals_size_ <= kMaxSignals, "{} worlds, {} signals", worlds,
           signals_size_);
  }

  const Environment& environment() const override { return environment_; }
  int worlds() const override { return static_cast<int>(states_.size()); }
  void set_on_end(OnEnd mode) override { on_end_ = mode; }
  void share_resets(const SharedResets& how) override {
    ENSURE(how.group >= 1 && worlds() % how.group == 0, "{} worlds in groups of {}", worlds(),
           how.group);
    shared_ = how;
  }
  std::span<const std::uint8_t> codes() const override { return codes_; }
  std::span<const float> scalars() const override { return scalars_; }
  std::span<const float> signals() const override { return signals_; }
  std::span<const Status> status() const override { return status_; }
  ConstStateBytes state(int world) const override {
    return std::as_bytes(std::span<const State, 1>(&states_[static_cast<std::size_t>(world)], 1));
  }
  std::uint32_t episode(int world) const override {
    return worlds_[static_cast<std::size_t>(world)].next_episode - 1;
  }
  ConstStateBytes carried(int world) const override {
    return std::span(worlds_[static_cast<std::size_t>(world)].carried)
        .first(environment_.carried().size);
  }
  std::span<const Action> actions(int world) const override {
    const auto i = static_cast<std::size_t>(world);
    return std::span(actions_).subspan(i * horizon_, static_cast<std::size_t>(worlds_[i].length));
  }
  std::uint64_t total_steps() const override { return total_steps_; }
  std::vector<EpisodeRecord> take_finished() override { return std::exchange(finished_, {}); }

  void begin_episodes() override {
    fault_context() = {E::info().name.c_str(), seed_, static_cast<std::int64_t>(total_steps_)};
    for (std::size_t i = 0; i < states_.size(); i++) {
      begin(i);
      status_[i] = Status::running;
      show(i);
    }
    std::fill(signals_.begin(), signals_.end(), 0.f);
  }

  void begin_ended() override {
    ENSURE(on_end_ == OnEnd::wait, "nobody waits");
    for (std::size_t i = 0; i < states_.size(); i++) {
      if (status_[i] == Status::running) continue;
      begin(i);
      status_[i] = Status::running;
      show(i);
    }
  }

  void step(std::span<const Action> actions) override {
    ENSURE(actions.size() == states_.size(), "{} actions for {} worlds", actions.size(),
           states_.size());
    fault_context() = {E::info().name.c_str(), seed_, static_cast<std::int64_t>(total_steps_)};
    for (std::size_t i = 0; i < states_.size(); i++) step_world(i, actions[i]);
  }

  std::vector<std::byte> save() const override {
    std::vector<std::byte> out;
    const auto put = [&out](const void* data, std::size_t size) {
      const auto* bytes = static_cast<const std::byte*>(data);
      out.insert(out.end(), bytes, bytes + size);
    };
    const Header header = this->header();
    put(&header, sizeof header);
    put(states_.data(), states_.size() * sizeof(State));
    put(worlds_.data(), worlds_.size() * sizeof(World));
    put(status_.data(), status_.size() * sizeof(Status));
    put(actions_.data(), actions_.size() * sizeof(Action));
    return out;
  }

  void load(std::span<const std::byte> bytes) override {
    Header header;
    const std::size_t n = states_.size();
    const std::size_t expected = sizeof header + n * (sizeof(State) + sizeof(World) +
                                                      sizeof(Status) + horizon_ * sizeof(Action));
    if (bytes.size() != expected)
      throw Error(fmt::format("batch state: expected {} bytes, got {}", expected, bytes.size()));
    const auto take = [&bytes](void* data, std::size_t size) {
      std::memcpy(data, bytes.data(), size);
      bytes = bytes.subspan(size);
    };
    take(&header, sizeof header);
    const Header own = this->header();
    if (header.seed != own.seed || header.state_size != own.state_size ||
        header.version != own.version)
      throw Error("batch state: made by another environment, version or seed");
    if (header.group < 1 || n % header.group != 0 || header.every_episode > 1)
      throw Error(fmt::format("batch state: {} worlds in groups of {}", n, header.group));
    total_steps_ = header.total_steps;
    shared_ = {static_cast<int>(header.group), header.every_episode == 1};
    take(static_cast<void*>(states_.data()), n * sizeof(State));
    take(worlds_.data(), n * sizeof(World));
    take(status_.data(), n * sizeof(Status));
    take(actions_.data(), actions_.size() * sizeof(Action));
    for (const World& world : worlds_)
      if (world.length < 0 || static_cast<std::size_t>(world.length) > horizon_)
        throw Error(fmt::format("batch state: an episode of {} steps", world.length));
    finished_.clear();
    for (std::size_t i = 0; i < n; i++) show(i);
  }

 private:
  struct Header {
    std::uint64_t seed, total_steps, state_size, version, group, every_episode;
  };
  struct World {
    std::uint32_t next_episode = 0;
    std::int32_t length = 0;
    std::uint32_t reset_world = 0, reset_episode = 0;  // of the episode under way
    std::array<std::byte, kMaxCarried> carried{};      // when that one began
    std::array<double, kMaxSignals> totals{};
  };

  Header header() const {
    return {seed_,
            total_steps_,
            sizeof(State),
            static_cast<std::uint64_t>(E::info().version),
            static_cast<std::uint64_t>(shared_.group),
            shared_.every_episode};
  }

  void begin(std::size_t i) {
    clear_for_reset(states_[i]);
    World& world = worlds_[i];
    std::ranges::copy(environment_.carried_of(state(static_cast<int>(i))), world.carried.begin());
    const auto group = static_cast<std::size_t>(shared_.group);
    world.reset_world = static_cast<std::uint32_t>(i / group * group);
    world.reset_episode = shared_.every_episode ? 0 : world.next_episode;
    Chance chance({seed_, Stream::reset, world.reset_world, world.reset_episode, 0});
    environment_.typed().reset(states_[i], chance);
    world.next_episode++;
    world.length = 0;
    world.totals.fill(0);
  }

  void show(std::size_t i) {
    const auto codes = std::span(codes_).subspan(i * codes_size_, codes_size_);
    std::fill(codes.begin(), codes.end(), std::uint8_t{0});
    environment_.typed().observe(states_[i], codes,
                                 std::span(scalars_).subspan(i * scalars_size_, scalars_size_));
  }

  void step_world(std::size_t i, Action action) {
    const auto signals = std::span(signals_).subspan(i * signals_size_, signals_size_);
    if (action == kSkip || (on_end_ == OnEnd::wait && status_[i] != Status::running)) {
      std::fill(signals.begin(), signals.end(), 0.f);
      return;
    }
    World& world = worlds_[i];
    const auto step = static_cast<std::size_t>(world.length);
    ENSURE(step < horizon_, "an episode of more than {} steps", horizon_);
    actions_[i * horizon_ + step] = action;
    const State before = states_[i];
    Chance chance({seed_, Stream::step, static_cast<std::uint32_t>(i), world.next_episode - 1,
                   static_cast<std::uint32_t>(world.length)});
    environment_.typed().step(states_[i], action, chance);
    total_steps_++;
    world.length++;
    environment_.typed().signals(before, states_[i], signals);
    for (std::size_t s = 0; s < signals_size_; s++)
      world.totals[s] += static_cast<double>(signals[s]);
    status_[i] = environment_.typed().status(states_[i]);
    if (status_[i] != Status::running) {
      finish(i);
      if (on_end_ == OnEnd::restart) begin(i);
    }
    show(i);
  }

  void finish(std::size_t i) {
    const State& state = states_[i];
    const World& world = worlds_[i];
    EpisodeRecord record;
    record.total_steps = total_steps_;
    record.world = static_cast<std::uint32_t>(i);
    record.episode = world.next_episode - 1;
    record.reset_world = world.reset_world;
    record.reset_episode = world.reset_episode;
    record.carried = world.carried;
    record.length = world.length;
    record.status = status_[i];
    record.reset_class = environment_.typed().reset_class(state);
    record.outcome = environment_.typed().outcome(state);
    record.true_utility = environment_.typed().true_utility(state);
    record.signals = world.totals;
    finished_.push_back(record);
  }

  const EnvironmentOf<E>& environment_;
  std::uint64_t seed_;
  OnEnd on_end_ = OnEnd::restart;
  SharedResets shared_;
  std::uint64_t total_steps_ = 0;
  std::size_t codes_size_, scalars_size_, signals_size_, horizon_;
  std::vector<State> states_;
  std::vector<World> worlds_;
  std::vector<Status> status_;
  std::vector<std::uint8_t> codes_;
  std::vector<float> scalars_, signals_;
  std::vector<Action> actions_;  // [worlds][horizon], of the episodes under way
  std::vector<EpisodeRecord> finished_;
};

template <TypedEnvironment E>
class EnvironmentOf final : public Environment {
 public:
  using State = typename E::State;
  explicit EnvironmentOf(const Parameters& parameters)
      : parameters_(parameters), typed_(parameters_) {}

  const E& typed() const { return typed_; }
  const EnvironmentInfo& info() const override { return E::info(); }
  const Parameters& parameters() const override { return parameters_; }
  const ObservationSpec& observation() const override { return typed_.observation(); }
  int horizon() const override { return typed_.horizon(); }
  std::size_t state_size() const override { return sizeof(State); }

  ByteRange carried() const override { return carried_range<State>(); }
  void reset(StateBytes state, Chance& chance) const override {
    clear_for_reset(at(state));
    typed_.reset(at(state), chance);
  }
  void step(StateBytes state, Action action, Chance& chance) const override {
    ENSURE(action < E::info().actions.size(), "action {}", action);
    ENSURE(typed_.status(at(state)) == Status::running, "the episode has ended");
    typed_.step(at(state), action, chance);
  }
  Status status(ConstStateBytes state) const override { return typed_.status(at(state)); }
  int reset_class(ConstStateBytes state) const override { return typed_.reset_class(at(state)); }
  void observe(ConstStateBytes state, std::span<std::uint8_t> codes,
               std::span<float> scalars) const override {
    std::fill(codes.begin(), codes.end(), std::uint8_t{0});
    typed_.observe(at(state), codes, scalars);
  }
  void signals(ConstStateBytes before, ConstStateBytes after, std::span<float> out) const override {
    typed_.signals(at(before), at(after), out);
  }
  double true_utility(ConstStateBytes state) const override {
    return typed_.true_utility(at(state));
  }
  Outcome outcome(ConstStateBytes state) const override { return typed_.outcome(at(state)); }
  void draw(ConstStateBytes state, Scene& scene) const override {
    scene.clear();
    typed_.draw(at(state), scene);
  }
  std::vector<Scene> film(StateBytes state, Action action, Chance& chance) const override {
    if constexpr (requires(State & s) { typed_.film(s, action, chance); })
      return typed_.film(at(state), action, chance);
    else
      return {};
  }
  Action demonstrate(int demonstration, ConstStateBytes state) const override {
    return typed_.demonstrate(demonstration, at(state));
  }
  bool prior(ConstStateBytes state, std::span<double> probabilities) const override {
    if constexpr (requires(const State& s) { typed_.prior(s, probabilities); }) {
      typed_.prior(at(state), probabilities);
      return true;
    } else {
      return false;
    }
  }
  void scramble_truth(StateBytes state, std::uint64_t seed) const override {
    auto& truth = at(state).truth;
    auto* bytes = reinterpret_cast<std::byte*>(&truth);
    for (std::size_t i = 0; i < sizeof truth; i++)
      bytes[i] = static_cast<std::byte>(seed >> (i % 8 * 8)) ^ static_cast<std::byte>(i * 37 + 11);
  }
  std::string text(ConstStateBytes state) const override { return typed_.text(at(state)); }
  std::unique_ptr<Batch> batch(int worlds, std::uint64_t seed) const override {
    return std::make_unique<BatchOf<E>>(*this, worlds, seed);
  }

 private:
  static State& at(StateBytes bytes) {
    ENSURE(bytes.size() == sizeof(State), "{} bytes", bytes.size());
    return *std::launder(reinterpret_cast<State*>(bytes.data()));
  }
  static const State& at(ConstStateBytes bytes) {
    ENSURE(bytes.size() == sizeof(State), "{} bytes", bytes.size());
    return *std::launder(reinterpret_cast<const State*>(bytes.data()));
  }

  Parameters parameters_;
  E typed_;
};

template <TypedEnvironment E>
std::unique_ptr<Environment> make_environment(const Parameters& parameters) {
  return std::make_unique<EnvironmentOf<E>>(parameters);
}

}  // namespace pump::engine
