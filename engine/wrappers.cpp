#include "engine/wrappers.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "engine/ensure.hpp"
#include "engine/error.hpp"

namespace pump::engine {

namespace {

// Passes everything through; what a wrapper changes, it overrides.
class Wrapper : public Batch {
 public:
  explicit Wrapper(std::unique_ptr<Batch> inner) : inner_(std::move(inner)) {}
  const Environment& environment() const override { return inner_->environment(); }
  int worlds() const override { return inner_->worlds(); }
  void set_on_end(OnEnd mode) override { inner_->set_on_end(mode); }
  void share_resets(const SharedResets& how) override { inner_->share_resets(how); }
  void begin_episodes() override { inner_->begin_episodes(); }
  void begin_ended() override { inner_->begin_ended(); }
  void step(std::span<const Action> actions) override { inner_->step(actions); }
  std::span<const std::uint8_t> codes() const override { return inner_->codes(); }
  std::span<const float> scalars() const override { return inner_->scalars(); }
  std::span<const float> signals() const override { return inner_->signals(); }
  std::span<const Status> status() const override { return inner_->status(); }
  ConstStateBytes state(int world) const override { return inner_->state(world); }
  std::uint32_t episode(int world) const override { return inner_->episode(world); }
  ConstStateBytes carried(int world) const override { return inner_->carried(world); }
  std::span<const Action> actions(int world) const override { return inner_->actions(world); }
  std::uint64_t total_steps() const override { return inner_->total_steps(); }
  std::vector<EpisodeRecord> take_finished() override { return inner_->take_finished(); }
  std::vector<std::byte> save() const override { return inner_->save(); }
  void load(std::span<const std::byte> bytes) override { inner_->load(bytes); }

 protected:
  Batch& inner() { return *inner_; }
  const Batch& inner() const { return *inner_; }
  std::size_t count() const { return static_cast<std::size_t>(worlds()); }

 private:
  std::unique_ptr<Batch> inner_;
};

// A wrapper with a stream of chance and a small memory T a world.
template <class T>
class RandomWrapper : public Wrapper {
 public:
  RandomWrapper(std::unique_ptr<Batch> inner, double p, std::uint64_t seed, Stream stream)
      : Wrapper(std::move(inner)), memory_(count()), p_(p), seed_(seed), stream_(stream) {
    ENSURE(p >= 0 && p <= 1, "p {}", p);
  }

  std::vector<std::byte> save() const override {
    std::vector<std::byte> bytes(memory_.size() * sizeof(T));
    std::memcpy(bytes.data(), memory_.data(), bytes.size());
    const std::vector<std::byte> rest = inner().save();
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
  }
  void load(std::span<const std::byte> bytes) override {
    const std::size_t own = memory_.size() * sizeof(T);
    if (bytes.size() < own)
      throw Error(fmt::format("batch state: expected {} bytes or more, got {}", own, bytes.size()));
    std::memcpy(memory_.data(), bytes.data(), own);
    inner().load(bytes.subspan(own));
  }

 protected:
  Chance chance(std::size_t world, std::uint32_t step) const {
    return Chance({seed_, stream_, static_cast<std::uint32_t>(world),
                   inner().episode(static_cast<int>(world)), step});
  }
  double p() const { return p_; }
  std::vector<T> memory_;

 private:
  double p_;
  std::uint64_t seed_;
  Stream stream_;
};

struct StickyMemory {
  std::uint32_t step = 0;  // of the episode
  std::uint32_t last_action = 0;
};

class StickyActions final : public RandomWrapper<StickyMemory> {
 public:
  StickyActions(std::unique_ptr<Batch> inner, double p, std::uint64_t seed)
      : RandomWrapper(std::move(inner), p, seed, Stream::sticky_action), executed_(count()) {}

  void begin_episodes() override {
    std::fill(memory_.begin(), memory_.end(), StickyMemory{});
    inner().begin_episodes();
  }

  void step(std::span<const Action> actions) override {
    for (std::size_t i = 0; i < actions.size(); i++) {
      executed_[i] = actions[i];
      if (actions[i] == kSkip) continue;
      StickyMemory& memory = memory_[i];
      if (memory.step > 0 && chance(i, memory.step).flip(p()))
        executed_[i] = static_cast<Action>(memory.last_action);
      memory.last_action = executed_[i];
      memory.step++;
    }
    inner().step(executed_);
    for (std::size_t i = 0; i < actions.size(); i++)
      if (inner().status()[i] != Status::running) memory_[i] = {};
  }

 private:
  std::vector<Action> executed_;
};

struct NoiseMemory {
  std::uint32_t step = 0;
};

class ObservationNoise final : public RandomWrapper<NoiseMemory> {
 public:
  ObservationNoise(std::unique_ptr<Batch> inner, double p, std::uint64_t seed)
      : RandomWrapper(std::move(inner), p, seed, Stream::observation_noise) {}

  std::span<const std::uint8_t> codes() const override { return noisy_; }
  void begin_episodes() override {
    inner().begin_episodes();
    std::fill(memory_.begin(), memory_.end(), NoiseMemory{});
    disturb();
  }
  void begin_ended() override {
    inner().begin_ended();
    disturb();
  }
  void step(std::span<const Action> actions) override {
    inner().step(actions);
    for (std::size_t i = 0; i < count(); i++)
      if (actions[i] != kSkip)
        memory_[i].step = inner().status()[i] == Status::running ? memory_[i].step + 1 : 0;
    disturb();
  }
  void load(std::span<const std::byte> bytes) override {
    RandomWrapper::load(bytes);
    disturb();
  }

 private:
  void disturb() {
    const ObservationSpec& spec = environment().observation();
    const std::span<const std::uint8_t> clean = inner().codes();
    noisy_.assign(clean.begin(), clean.end());
    std::size_t at = 0;
    for (std::size_t i = 0; i < count(); i++) {
      Chance chance = this->chance(i, memory_[i].step);
      for (const LayerSpec& layer : spec.layers)
        for (int cell = 0; cell < spec.cells(); cell++, at++)
          if (layer.codes.size() > 1 && chance.flip(p())) {
            const int shift = 1 + chance.below(static_cast<int>(layer.codes.size()) - 1);
            noisy_[at] = static_cast<std::uint8_t>((noisy_[at] + shift) %
                                                   static_cast<int>(layer.codes.size()));
          }
    }
  }

  std::vector<std::uint8_t> noisy_;
};

class CoarseActions final : public Wrapper {
 public:
  CoarseActions(std::unique_ptr<Batch> inner, int repeat)
      : Wrapper(std::move(inner)), repeat_(repeat) {
    ENSURE(repeat >= 1, "repeat {}", repeat);
    signals_.resize(this->inner().signals().size());
  }

  std::span<const float> signals() const override { return signals_; }
  void begin_episodes() override {
    inner().begin_episodes();
    std::fill(signals_.begin(), signals_.end(), 0.f);
  }

  void step(std::span<const Action> actions) override {
    std::vector<Action> current(actions.begin(), actions.end());
    std::fill(signals_.begin(), signals_.end(), 0.f);
    for (int k = 0; k < repeat_; k++) {
      inner().step(current);
      for (std::size_t s = 0; s < signals_.size(); s++) signals_[s] += inner().signals()[s];
      for (std::size_t i = 0; i < current.size(); i++)
        if (inner().status()[i] != Status::running)
          current[i] = kSkip;  // the rest would be the next episode's
    }
  }

 private:
  int repeat_;
  std::vector<float> signals_;
};

}  // namespace

std::unique_ptr<Batch> sticky_actions(std::unique_ptr<Batch> inner, double p, std::uint64_t seed) {
  return std::make_unique<StickyActions>(std::move(inner), p, seed);
}
std::unique_ptr<Batch> observation_noise(std::unique_ptr<Batch> inner, double p,
                                         std::uint64_t seed) {
  return std::make_unique<ObservationNoise>(std::move(inner), p, seed);
}
std::unique_ptr<Batch> coarse_actions(std::unique_ptr<Batch> inner, int repeat) {
  return std::make_unique<CoarseActions>(std::move(inner), repeat);
}

}  // namespace pump::engine
