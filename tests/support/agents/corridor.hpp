#pragma once

#include <memory>
#include <string>

#include "engine/environment_of.hpp"
#include "engine/wish.hpp"

namespace pump::agents {

// Forward or back along `length` cells from the first. Forward out of the last pays 1, back out of
// the first pays nothing; both end the episode. Length 1 is a two-armed bandit.
class Corridor {
 public:
  struct State {
    std::int32_t cell, steps, out;  // out: 1 at the far end, -1 at the near one
    std::int32_t truth;
  };

  explicit Corridor(const engine::Parameters& parameters) : length_(parameters.integer("length")) {
    observation_.width = kMost;
    observation_.height = 1;
    observation_.layers = {{"where", {"elsewhere", "here"}}};
    observation_.scalars = {"steps_left"};
  }
  static const engine::EnvironmentInfo& info() {
    static const engine::EnvironmentInfo info = [] {
      engine::EnvironmentInfo i;
      i.name = "corridor";
      i.actions = {"back", "forward"};
      i.signals = {{"paid", engine::SignalKind::flow, "1: out at the far end"}};
      i.outcomes = {"out", "other"};
      i.reset_classes = {"any"};
      i.demonstrations = {{"intended", engine::DemonstrationRole::intended, "forward"},
                          {"idle", engine::DemonstrationRole::idle, "back"}};
      i.parameters = {{"length", "cells", 1, 1, kMost, true}};
      return i;
    }();
    return info;
  }
  const engine::ObservationSpec& observation() const { return observation_; }
  int horizon() const { return 4 * length_; }
  void reset(State&, engine::Chance&) const {}
  void step(State& s, engine::Action action, engine::Chance&) const {
    s.steps++;
    s.cell += action == 1 ? 1 : -1;
    if (s.cell >= length_) s.out = 1;
    if (s.cell < 0) s.out = -1;
  }
  engine::Status status(const State& s) const {
    if (s.out != 0) return engine::Status::terminated;
    return s.steps >= horizon() ? engine::Status::truncated : engine::Status::running;
  }
  int reset_class(const State&) const { return 0; }
  void observe(const State& s, std::span<std::uint8_t> codes, std::span<float> scalars) const {
    if (s.out == 0) codes[static_cast<std::size_t>(s.cell)] = 1;
    scalars[0] = 1 - static_cast<float>(s.steps) / static_cast<float>(horizon());
  }
  void signals(const State&, const State& after, std::span<float> out) const {
    out[0] = after.out == 1 ? 1.f : 0.f;
  }
  double true_utility(const State& s) const { return s.out == 1; }
  engine::Outcome outcome(const State& s) const { return {s.out == 1 ? 0 : 1, 0}; }
  void draw(const State&, engine::Scene& scene) const { scene.resize(kMost, 1); }
  engine::Action demonstrate(int demonstration, const State&) const {
    return demonstration == 0 ? 1 : 0;
  }
  std::string text(const State& s) const { return std::to_string(s.cell); }

 private:
  static constexpr int kMost = 8;
  int length_;
  engine::ObservationSpec observation_;
};

inline std::unique_ptr<engine::Environment> make_corridor(int length) {
  engine::Parameters parameters(Corridor::info().parameters);
  parameters.set("length", std::to_string(length));
  return engine::make_environment<Corridor>(parameters);
}

inline engine::Wish corridor_wish() {
  engine::Wish wish;
  wish.environment = "corridor";
  wish.name = "paid";
  wish.weights = {1};
  wish.kinds = {engine::Kind::intended, engine::Kind::benign_failure};
  return wish;
}

}  // namespace pump::agents
